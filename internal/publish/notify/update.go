package notify

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/site"
)

// Update is a public update in the form that is announced.
type Update struct {
	// ID is the update's feed id, a tag URI (RFC 4151). It never changes and serves as the
	// idempotency key.
	ID     string
	Public time.Time // when it became public
	Topics []string  // URLs of the feeds that contain it

	Kind       string   // incident, maintenance or announcement
	Of         string   // id of the incident, maintenance or announcement
	Name       string   // id of the update, such as "01-investigating"; "" for an announcement
	Status     string   // "" for an announcement
	Severity   string   // only for an incident
	Components []string // affected before or after the update
	Title      string   // as in the status template
	URL        string
	Text       string // plain text
	Date       time.Time

	Event  string          // one of config.Events
	Email  incident.Choice // what the update says about e-mail
	Breach bool

	page, home string
	color      int
	entry      func(language string) site.Entry
}

// Message returns the update as a message in a language.
func (u Update) Message(language string) message.Message {
	e := u.entry(language)
	return message.Message{ID: u.ID, Title: e.Title, URL: e.URL, HTML: e.HTML, Text: e.Text, Page: u.page, Home: u.home, Color: u.color, Test: u.Kind == "test"}
}

// Updates returns the updates of a plan, oldest first. public returns when the update with a feed
// id became public, if that is known better than from the plan. public may be nil.
func Updates(plan *site.Site, public func(id string) (time.Time, bool)) []Update {
	facts := plan.Facts()
	topics := map[string][]string{} // by component; "" for the feeds of all components
	for i := range plan.Outputs {
		if feed, ok := plan.Outputs[i].View.(site.FeedView); ok && !feed.Archived() {
			topics[feed.Component()] = append(topics[feed.Component()], facts.Meta.URL(site.Ref("/"+plan.Outputs[i].Path)))
		}
	}
	var updates []Update
	for _, r := range slices.Concat(facts.Incidents, facts.Maintenance) {
		for n := range r.Steps {
			u := describe(facts, r, n)
			u.Topics = slices.Clone(topics[""])
			for _, c := range u.Components {
				u.Topics = append(u.Topics, topics[c]...)
			}
			updates = append(updates, u)
		}
	}
	updates = append(updates, announcements(plan, topics[""])...)
	if public != nil {
		for n := range updates {
			if at, known := public(updates[n].ID); known {
				updates[n].Public = at
			}
		}
	}
	slices.SortStableFunc(updates, func(a, b Update) int {
		if c := a.Public.Compare(b.Public); c != 0 {
			return c
		}
		return a.Date.Compare(b.Date)
	})
	return updates
}

// announcements returns the announcements of a plan, as its feeds show them.
func announcements(plan *site.Site, topics []string) []Update {
	var updates []Update
	facts := plan.Facts()
	for n, e := range plan.Announcements("") {
		updates = append(updates, Update{
			ID: e.ID, Public: e.Published, Topics: topics, Kind: "announcement", Of: strings.TrimPrefix(e.ID, tag(facts, "Announcement")+"/"), Components: []string{}, Title: e.Title, URL: e.URL, Text: e.Text,
			Date: e.Published, Event: "announcement", page: facts.Meta.Title, home: facts.Meta.URL("index.html"), color: message.Gray,
			entry: func(language string) site.Entry { return plan.Announcements(language)[n] },
		})
	}
	return updates
}

func tag(facts *site.Facts, parts ...string) string {
	return "tag:" + facts.Host + ",2005:" + strings.Join(parts, "/")
}

func describe(facts *site.Facts, r *site.Record, n int) Update {
	step := r.Steps[n]
	u := Update{
		Public: r.Published(n), Kind: "incident", Of: r.ID, Name: step.Update.ID, Status: step.After.Status.String(), Components: []string{},
		URL: r.URL + "#" + step.Update.ID, Text: r.Text(n), Date: step.Update.Date, page: facts.Meta.Title, home: facts.Meta.URL("index.html"),
		Email: step.Update.ForRunbook().Email, entry: func(language string) site.Entry { return r.Entry(n, language) },
	}
	kind := "Incident"
	if r.Planned {
		u.Kind, kind, u.Event, u.color = "maintenance", "Maintenance", "maintenance", message.Blue
	} else {
		u.Severity = step.After.Severity.String()
		u.Event, u.color = event(step, n), color(step.After)
		for _, s := range r.Steps[:n+1] {
			u.Breach = u.Breach || s.Update.ForRunbook().Security == "breach"
		}
	}
	u.ID = tag(facts, kind, r.ID, step.Update.ID)
	u.Title = "[" + facts.Meta.Words.Status(step.After.Status) + "] " + step.After.Title
	for _, a := range slices.Concat(step.Before.Affected, step.After.Affected) {
		if !slices.Contains(u.Components, a.Component) {
			u.Components = append(u.Components, a.Component)
		}
	}
	return u
}

// event returns what an incident's step is to a recipient.
func event(step incident.Step, n int) string {
	switch {
	case step.After.Status == incident.Resolved:
		return "resolved"
	case n == 0:
		return "opened"
	}
	return "updated"
}

// color returns the color of an incident's state: of its worst component, or else of its severity.
func color(state *incident.State) int {
	worst := incident.Operational
	for _, a := range state.Affected {
		worst = max(worst, a.Condition)
	}
	switch {
	case state.Status == incident.Resolved:
		return message.Green
	case worst == incident.MajorOutage, len(state.Affected) == 0 && state.Severity.Urgent():
		return message.Red
	}
	return message.Orange
}

// Webhook returns the JSON that a webhook receives, as specified by Standard Webhooks.
// docs/notifications.md describes it.
func (u Update) Webhook() ([]byte, error) {
	type page struct {
		Title string `json:"title"`
		URL   string `json:"url"`
	}
	type data struct {
		ID         string   `json:"id"`
		Page       page     `json:"page"`
		Kind       string   `json:"kind"`
		Incident   string   `json:"incident"`
		Update     string   `json:"update,omitempty"`
		Status     string   `json:"status,omitempty"`
		Severity   string   `json:"severity,omitempty"`
		Components []string `json:"components"`
		Title      string   `json:"title"`
		URL        string   `json:"url"`
		Text       string   `json:"text"`
		Date       string   `json:"date"`
		PublicAt   string   `json:"public_at"`
	}
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	return json.Marshal(struct {
		Type      string `json:"type"`
		Timestamp string `json:"timestamp"`
		Data      data   `json:"data"`
	}{"update.published", stamp(u.Public), data{u.ID, page{u.page, u.home}, u.Kind, u.Of, u.Name, u.Status, u.Severity, u.Components, u.Title, u.URL, u.Text, stamp(u.Date), stamp(u.Public)}})
}
