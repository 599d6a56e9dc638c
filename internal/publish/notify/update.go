package notify

import (
	"cmp"
	"path"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/site"
)

// Update is a public update in the form that is announced.
type Update struct {
	record.Key
	// FeedID is the update's id in the feeds, a tag URI (RFC 4151). It never changes and serves as
	// the idempotency key.
	FeedID string
	Topics []string  // URLs of the feeds that contain it
	Date   time.Time // of the update
	Public time.Time // when it became public

	Status     string   // "" for an announcement
	Severity   string   // only for an incident
	Components []string // affected before or after the update

	Event  string              // one of config.Events
	Had    []incident.Severity // of the incident up to this update; empty for anything else
	Email  incident.Choice     // what the update says about e-mail
	Breach bool

	message func(language string) message.Message
}

// Updates returns the updates of a plan, oldest first. public returns when an update became public,
// if that is known better than from the plan. public may be nil.
func Updates(plan *site.Site, public func(record.Key) (time.Time, bool)) []Update {
	facts := plan.Facts()
	topics := map[string][]string{} // by component; "" for the feeds of all components
	for i := range plan.Outputs {
		if feed, ok := plan.Outputs[i].View.(site.FeedView); ok && !feed.Archived() {
			topics[feed.Component()] = append(topics[feed.Component()], plan.Meta.URL(site.Ref("/"+plan.Outputs[i].Path)))
		}
	}
	var updates []Update
	for _, r := range slices.Concat(facts.Incidents, facts.Maintenance) {
		for n := range r.Steps {
			u := describe(plan, r, n)
			u.Topics = slices.Clone(topics[""])
			for _, c := range u.Components {
				u.Topics = append(u.Topics, topics[c]...)
			}
			updates = append(updates, u)
		}
	}
	for n, e := range plan.Announcements("") {
		updates = append(updates, Update{
			Key: record.Key{Kind: record.Announcement, ID: path.Base(e.ID)}, FeedID: e.ID, Topics: topics[""], Date: e.Published, Public: e.Published, Components: []string{}, Event: "announcement",
			message: texts(plan.Meta, message.Gray, func(language string) site.Entry { return plan.Announcements(language)[n] }),
		})
	}
	for n := range updates {
		if public == nil {
			break
		}
		if at, known := public(updates[n].Key); known {
			updates[n].Public = at
		}
	}
	slices.SortStableFunc(updates, func(a, b Update) int { return cmp.Or(a.Public.Compare(b.Public), a.Date.Compare(b.Date)) })
	return updates
}

func texts(meta *site.Meta, color int, entry func(language string) site.Entry) func(string) message.Message {
	return func(language string) message.Message {
		return message.Message{Entry: entry(language), Page: meta.Title, Home: meta.URL("index.html"), Color: color}
	}
}

// describe returns a step of an incident or maintenance as an update.
func describe(plan *site.Site, r *site.Record, n int) Update {
	step := r.Steps[n]
	u := Update{
		Key: record.Key{Kind: record.Maintenance, ID: r.ID, Update: step.Update.ID}, FeedID: r.FeedID(n), Date: step.Update.Date, Public: r.PublishedAt(n),
		Status: step.After.Status.String(), Components: []string{}, Event: "maintenance", Email: step.Update.ForRunbook().Email,
	}
	color := message.Blue
	if !r.Planned {
		u.Kind, u.Severity, color = record.Incident, step.After.Severity.String(), colorOf(step.After)
		for _, s := range r.Steps[:n+1] {
			u.Had = append(u.Had, s.After.Severity)
			u.Breach = u.Breach || s.Update.ForRunbook().Security == "breach"
		}
		switch {
		case step.After.Status == incident.Resolved:
			u.Event = "resolved"
		case n == 0:
			u.Event = "opened"
		default:
			u.Event = "updated"
		}
	}
	for _, a := range slices.Concat(step.Before.Affected, step.After.Affected) {
		if !slices.Contains(u.Components, a.Component) {
			u.Components = append(u.Components, a.Component)
		}
	}
	u.message = texts(plan.Meta, color, func(language string) site.Entry { return r.Entry(n, language) })
	return u
}

// colorOf returns the color of an incident's state: of its worst component, or else of its
// severity.
func colorOf(state *incident.State) int {
	down := func(a incident.Affected) bool { return a.Condition == incident.MajorOutage }
	switch {
	case state.Status == incident.Resolved:
		return message.Green
	case slices.ContainsFunc(state.Affected, down), len(state.Affected) == 0 && state.Severity.Urgent():
		return message.Red
	}
	return message.Orange
}
