package statuspage

import (
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

type update struct {
	ID                   string     `json:"id"`
	Status               string     `json:"status"`
	Body                 string     `json:"body"`
	IncidentID           string     `json:"incident_id"`
	CreatedAt            *stamp     `json:"created_at"`
	UpdatedAt            *stamp     `json:"updated_at"`
	DisplayAt            *stamp     `json:"display_at"`
	AffectedComponents   []affected `json:"affected_components"`
	DeliverNotifications bool       `json:"deliver_notifications"`
	CustomTweet          *string    `json:"custom_tweet"`
	TweetID              *int       `json:"tweet_id"`
}

type affected struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	OldStatus string `json:"old_status"`
	NewStatus string `json:"new_status"`
}

type record struct {
	ID              string      `json:"id"`
	Name            string      `json:"name"`
	Status          string      `json:"status"`
	CreatedAt       *stamp      `json:"created_at"`
	UpdatedAt       *stamp      `json:"updated_at"`
	MonitoringAt    *stamp      `json:"monitoring_at"`
	ResolvedAt      *stamp      `json:"resolved_at"`
	Impact          string      `json:"impact"`
	Shortlink       string      `json:"shortlink"`
	StartedAt       *stamp      `json:"started_at"`
	PageID          string      `json:"page_id"`
	IncidentUpdates []update    `json:"incident_updates"`
	Components      []component `json:"components"`
}

type plannedRecord struct {
	record
	ScheduledFor   *stamp `json:"scheduled_for"`
	ScheduledUntil *stamp `json:"scheduled_until"`
}

func (w *API) records(records []*site.Record) []any {
	list := []any{}
	for _, r := range records {
		list = append(list, w.record(r, false))
	}
	return list
}

// statusOf returns the status that the API shows. A resolved incident with a public post-mortem is
// "postmortem", and cancelled maintenance is "completed".
func statusOf(r *site.Record) string {
	switch s := r.State().Status; {
	case r.Postmortem != nil && r.Over():
		return "postmortem"
	case s == incident.Cancelled:
		return incident.Completed.String()
	default:
		return s.String()
	}
}

func impact(r *site.Record) string {
	if r.Planned {
		return "maintenance"
	}
	switch r.State().Severity {
	case incident.P0:
		return "critical"
	case incident.P1:
		return "major"
	}
	return "minor"
}

// record returns the object of an incident or maintenance. If alone is true, the object has a
// document of its own, and its components have the conditions that the record itself gives them, so
// that other incidents don't change the document.
func (w *API) record(r *site.Record, alone bool) any {
	id := r.Code
	object := record{ID: id, Name: r.State().Title, Status: statusOf(r), CreatedAt: w.stamp(r.FirstPublic), Impact: impact(r), Shortlink: r.URL,
		StartedAt: w.stamp(r.First()), PageID: w.page, IncidentUpdates: []update{}, Components: []component{}}
	changed := r.FirstPublic
	if r.Postmortem != nil {
		date := r.Postmortem.Date
		changed = incident.Later(changed, date)
		object.IncidentUpdates = append(object.IncidentUpdates, update{ID: r.Postmortem.Code, Status: "postmortem", Body: r.Postmortem.Text, IncidentID: id,
			CreatedAt: w.stamp(date), UpdatedAt: w.stamp(date), DisplayAt: w.stamp(date)})
	}
	for n, step := range slices.Backward(r.Steps) {
		if step.After.Status == incident.Monitoring && object.MonitoringAt == nil {
			object.MonitoringAt = w.stamp(step.Update.Date)
		}
		changed = incident.Later(changed, updated(r, n))
		object.IncidentUpdates = append(object.IncidentUpdates, w.update(r, n, id))
	}
	object.UpdatedAt = w.stamp(changed)
	object.ResolvedAt = w.stamp(r.End())
	conditions := map[string]incident.Condition{}
	for _, a := range r.State().Conditions() {
		conditions[a.Component] = a.Condition
	}
	for _, a := range r.State().Affected {
		name := a.Component
		c, ok := w.parts().named[name]
		if !ok { // no longer in config.toml
			continue
		}
		if alone {
			c.Status, c.UpdatedAt = max(conditions[name], incident.Operational).String(), object.UpdatedAt
		}
		object.Components = append(object.Components, c)
	}
	if !r.Planned {
		return object
	}
	return plannedRecord{object, w.stamp(r.State().Starts), w.stamp(r.State().Ends)}
}

// updated returns when a step was posted or last amended.
func updated(r *site.Record, n int) time.Time {
	return incident.Later(r.PublishedAt(n), r.Steps[n].Update.Amended)
}

func (w *API) update(r *site.Record, n int, id string) update {
	step := &r.Steps[n]
	u := step.Update
	object := update{ID: r.UpdateCode(u.ID), Status: step.After.Status.String(), Body: r.Text(n), IncidentID: id,
		CreatedAt: w.stamp(r.PublishedAt(n)), UpdatedAt: w.stamp(updated(r, n)), DisplayAt: w.stamp(u.Date), DeliverNotifications: true}
	if step.After.Status == incident.Cancelled {
		object.Status = incident.Completed.String()
	}
	for _, move := range step.Moves() {
		name, id := move.Component, site.Identify("component", move.Component)
		if c := w.components[move.Component]; c != nil {
			name, id = c.Name, c.Code
			if c.Group != "" {
				name = c.Group + " - " + c.Name
			}
		}
		object.AffectedComponents = append(object.AffectedComponents, affected{id, name, move.Before.String(), move.After.String()})
	}
	return object
}
