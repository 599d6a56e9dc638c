// Package api writes the public API that clients of Atlassian Statuspage read, version 2, field for field, and a few documents
// more. It takes facts of package site and gives bytes; it reads no clock.
package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// Document is a file of the API: its path, and how its bytes are written, from any goroutine.
type Document struct {
	Path  string
	Write func(io.Writer) error
}

// most is how many incidents, and how much maintenance, the lists hold.
const most = 50

// Documents lists the files of the API. Two incidents of one id would want the same path, which no file set takes.
func Documents(f *site.Facts) []Document {
	w := &writer{facts: f, zone: f.Meta.Zone, page: Identify("page", f.Host)}
	w.listComponents()
	var all []Document
	add := func(path string, make func() any) {
		all = append(all, Document{"api/v2/" + path, func(out io.Writer) error { return encode(out, make()) }})
	}
	list := func(path string, key string, records []*site.Record, keep func(*site.Record) bool) {
		add(path, func() any {
			if key == "incidents" {
				return incidentsDocument{w.pageObject(), w.records(records, keep)}
			}
			return maintenanceDocument{w.pageObject(), w.records(records, keep)}
		})
	}
	recent := slices.Clone(f.Maintenance)
	slices.Reverse(recent)
	add("summary.json", func() any {
		return summaryDocument{w.pageObject(), w.components, w.records(f.Incidents, unresolved), w.records(f.Maintenance, either(scheduled, active)), w.status()}
	})
	add("status.json", func() any { return statusDocument{w.pageObject(), w.status()} })
	add("components.json", func() any { return componentsDocument{w.pageObject(), w.components} })
	list("incidents.json", "incidents", f.Incidents[:min(most, len(f.Incidents))], nil)
	list("incidents/unresolved.json", "incidents", f.Incidents, unresolved)
	list("scheduled-maintenances.json", "maintenance", recent[:min(most, len(recent))], nil)
	list("scheduled-maintenances/upcoming.json", "maintenance", f.Maintenance, scheduled)
	list("scheduled-maintenances/active.json", "maintenance", f.Maintenance, active)
	add("uptime.json", func() any { return w.uptime() })
	for _, r := range slices.Concat(f.Incidents, f.Maintenance) {
		add("incidents/"+recordID(r)+".json", func() any { return incidentDocument{w.record(r, true)} })
	}
	for i := range f.Components {
		c := &f.Components[i]
		add("components/"+Identify("component", c.ID)+".json", func() any { return w.componentDocument(c) })
	}
	return all
}

// Identify makes the permanent id of a thing from its kind and slug: 12 characters of a to z and 0 to 9.
func Identify(kind, slug string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + slug))
	text := new(big.Int).SetBytes(sum[:]).Text(36)
	return text[len(text)-12:]
}

func recordID(r *site.Record) string {
	if r.Planned {
		return Identify("maintenance", r.ID)
	}
	return Identify("incident", r.ID)
}

func encode(w io.Writer, document any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
	return err
}

// The conditions of maintenance and incidents that the lists ask for.
func unresolved(r *site.Record) bool { return !r.Over() }
func scheduled(r *site.Record) bool  { return r.State().Status == incident.Scheduled }
func active(r *site.Record) bool {
	return r.State().Status == incident.InProgress || r.State().Status == incident.Verifying
}

func either(a, b func(*site.Record) bool) func(*site.Record) bool {
	return func(r *site.Record) bool { return a(r) || b(r) }
}

type writer struct {
	facts      *site.Facts
	zone       *time.Location
	page       string
	components []any // groups and components, in order
	named      map[string]component
	labels     map[string]string // of components: "Group - Component"
}

// stamp is a time as Statuspage writes it: RFC 3339 with three decimals, in the page's zone.
type stamp struct {
	time.Time
}

func (s stamp) MarshalJSON() ([]byte, error) {
	return []byte(s.Format(`"2006-01-02T15:04:05.000Z07:00"`)), nil
}

func (w *writer) stamp(t time.Time) *stamp {
	if t.IsZero() {
		return nil
	}
	return &stamp{t.In(w.zone)}
}

type page struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	URL       string `json:"url"`
	TimeZone  string `json:"time_zone"`
	UpdatedAt *stamp `json:"updated_at"`
}

func (w *writer) pageObject() page {
	zone := w.zone.String()
	if zone == "UTC" {
		zone = "Etc/UTC"
	}
	return page{w.page, w.facts.Meta.Title, strings.TrimSuffix(w.facts.Meta.BaseURL, "/"), zone, w.stamp(w.facts.Changed)}
}

type status struct {
	Indicator   string `json:"indicator"`
	Description string `json:"description"`
}

func (w *writer) status() status {
	return status{w.facts.State.Indicator, w.facts.State.Description}
}

type component struct {
	ID                 string  `json:"id"`
	Name               string  `json:"name"`
	Status             string  `json:"status"`
	CreatedAt          *stamp  `json:"created_at"`
	UpdatedAt          *stamp  `json:"updated_at"`
	Position           int     `json:"position"`
	Description        *string `json:"description"`
	Showcase           bool    `json:"showcase"`
	StartDate          *string `json:"start_date"`
	GroupID            *string `json:"group_id"`
	PageID             string  `json:"page_id"`
	Group              bool    `json:"group"`
	OnlyShowIfDegraded bool    `json:"only_show_if_degraded"`
}

type group struct {
	component
	Components []string `json:"components"`
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// listComponents lists groups, each followed by its components, in the order of the page.
func (w *writer) listComponents() {
	list := []any{}
	w.named, w.labels = map[string]component{}, map[string]string{}
	byID := map[string]*site.FactComponent{}
	for i := range w.facts.Components {
		byID[w.facts.Components[i].ID] = &w.facts.Components[i]
	}
	for _, g := range w.facts.Groups {
		var id string
		if g.Name != "" {
			id = Identify("group", g.ID)
			own := group{component: component{ID: id, Name: g.Name, Status: g.Condition.String(), Position: len(list) + 1, Description: optional(g.Description), PageID: w.page, Group: true}}
			var created, changed time.Time
			for _, c := range g.Components {
				own.Components = append(own.Components, Identify("component", c.ID))
				facts := byID[c.ID]
				if created.IsZero() || facts.Created.Before(created) {
					created = facts.Created
				}
				if facts.Changed.After(changed) {
					changed = facts.Changed
				}
			}
			own.CreatedAt, own.UpdatedAt = w.stamp(created), w.stamp(changed)
			list = append(list, own)
		}
		for _, c := range g.Components {
			object := w.component(byID[c.ID], id, len(list)+1)
			list = append(list, object)
			w.named[c.ID], w.labels[c.ID] = object, c.Name
			if g.Name != "" {
				w.labels[c.ID] = g.Name + " - " + c.Name
			}
		}
	}
	w.components = list
}

func (w *writer) component(c *site.FactComponent, group string, position int) component {
	object := component{ID: Identify("component", c.ID), Name: c.Name, Status: c.Condition.String(), CreatedAt: w.stamp(c.Created), UpdatedAt: w.stamp(c.Changed),
		Position: position, Description: optional(c.Description), Showcase: true, GroupID: optional(group), PageID: w.page}
	if !c.StartDate.IsZero() {
		object.StartDate = optional(c.StartDate.Format(time.DateOnly))
	}
	return object
}

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

// The documents, with their keys in the order of live pages.
type (
	summaryDocument struct {
		Page        page   `json:"page"`
		Components  []any  `json:"components"`
		Incidents   []any  `json:"incidents"`
		Maintenance []any  `json:"scheduled_maintenances"`
		Status      status `json:"status"`
	}
	statusDocument struct {
		Page   page   `json:"page"`
		Status status `json:"status"`
	}
	componentsDocument struct {
		Page       page  `json:"page"`
		Components []any `json:"components"`
	}
	incidentsDocument struct {
		Page      page  `json:"page"`
		Incidents []any `json:"incidents"`
	}
	maintenanceDocument struct {
		Page        page  `json:"page"`
		Maintenance []any `json:"scheduled_maintenances"`
	}
	incidentDocument struct {
		Incident any `json:"incident"`
	}
)

func (w *writer) records(records []*site.Record, keep func(*site.Record) bool) []any {
	list := []any{}
	for _, r := range records {
		if keep == nil || keep(r) {
			list = append(list, w.record(r, false))
		}
	}
	return list
}

// statusOf gives a status as the API knows it: a public post-mortem is one of an incident's, and what is cancelled is over.
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

// record makes the object of an incident or maintenance. alone, in a document of its own, its components are in the state that
// itself gives them, so that other incidents don't change the document.
func (w *writer) record(r *site.Record, alone bool) any {
	id := recordID(r)
	object := record{ID: id, Name: r.State().Title, Status: statusOf(r), CreatedAt: w.stamp(r.Published(0)), Impact: impact(r), Shortlink: r.URL,
		StartedAt: w.stamp(r.First()), PageID: w.page, IncidentUpdates: []update{}, Components: []component{}}
	changed := r.Published(0)
	if r.Postmortem != nil {
		date := r.Postmortem.Date
		changed = later(changed, date)
		object.IncidentUpdates = append(object.IncidentUpdates, update{ID: Identify("update", section(r)+r.ID+"/postmortem"), Status: "postmortem", Body: r.Postmortem.Text, IncidentID: id,
			CreatedAt: w.stamp(date), UpdatedAt: w.stamp(date), DisplayAt: w.stamp(date)})
	}
	for n, step := range slices.Backward(r.Steps) {
		if step.After.Status == incident.Monitoring && object.MonitoringAt == nil {
			object.MonitoringAt = w.stamp(step.Update.Date)
		}
		u := w.update(r, n, id)
		changed = later(changed, u.UpdatedAt.Time)
		object.IncidentUpdates = append(object.IncidentUpdates, u)
	}
	object.UpdatedAt = w.stamp(changed)
	object.ResolvedAt = w.stamp(r.End())
	conditions := map[string]incident.Condition{}
	for _, a := range r.State().Conditions() {
		conditions[a.Component] = a.Condition
	}
	for _, name := range r.History.Components() {
		c, ok := w.named[name]
		if !ok { // config.toml no longer lists it
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

func section(r *site.Record) string {
	if r.Planned {
		return "maintenance/"
	}
	return "incidents/"
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (w *writer) update(r *site.Record, n int, id string) update {
	step := &r.Steps[n]
	u := &step.Update
	published := r.Published(n)
	object := update{ID: Identify("update", section(r)+r.ID+"/"+u.ID), Status: step.After.Status.String(), Body: r.Text(n), IncidentID: id,
		CreatedAt: w.stamp(published), UpdatedAt: w.stamp(later(published, u.Amended)), DisplayAt: w.stamp(u.Date), DeliverNotifications: true}
	if step.After.Status == incident.Cancelled {
		object.Status = incident.Completed.String()
	}
	for _, move := range step.Moves() {
		name, known := w.labels[move.Component]
		id := w.named[move.Component].ID
		if !known {
			name, id = move.Component, Identify("component", move.Component)
		}
		object.AffectedComponents = append(object.AffectedComponents, affected{id, name, move.Before.String(), move.After.String()})
	}
	return object
}

type uptimeObject struct {
	Days30 *json.Number  `json:"days_30"` // percent, without today, which is not over; null when there is none
	Days90 *json.Number  `json:"days_90"`
	Months []monthUptime `json:"months"` // newest first
}

type monthUptime struct {
	Month  string      `json:"month"`
	Uptime json.Number `json:"uptime"`
}

type uptimeComponent struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Uptime uptimeObject `json:"uptime"`
}

type day struct {
	Date   string     `json:"date"`
	Status *string    `json:"status"` // the worst of the day; null before the component's first
	Events []dayEvent `json:"events"`
}

type dayEvent struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Status string `json:"status"`
}

func number(percent string) *json.Number {
	if percent == "" {
		return nil
	}
	n := json.Number(percent)
	return &n
}

func (w *writer) uptimeOf(c *site.FactComponent) uptimeObject {
	object := uptimeObject{number(c.Uptime30), number(c.Uptime90), []monthUptime{}}
	for _, m := range c.Months {
		object.Months = append(object.Months, monthUptime{m.Start.Format("2006-01"), json.Number(m.Uptime)})
	}
	return object
}

func (w *writer) uptime() any {
	list := []uptimeComponent{}
	for i := range w.facts.Components {
		c := &w.facts.Components[i]
		list = append(list, uptimeComponent{Identify("component", c.ID), c.Name, w.uptimeOf(c)})
	}
	return struct {
		Components []uptimeComponent `json:"components"`
	}{list}
}

func (w *writer) componentDocument(c *site.FactComponent) any {
	days := []day{}
	for _, bar := range c.Bars {
		d := day{Date: bar.Start.Format(time.DateOnly), Events: []dayEvent{}}
		if bar.Worst != 0 {
			d.Status = optional(bar.Worst.String())
		}
		for _, e := range bar.Events {
			d.Events = append(d.Events, dayEvent{e.Title, w.facts.Meta.URL(e.Page), e.Worst.String()})
		}
		days = append(days, d)
	}
	return struct {
		Component component    `json:"component"`
		Uptime    uptimeObject `json:"uptime"`
		Days      []day        `json:"days"` // the last 90, oldest first
	}{w.named[c.ID], w.uptimeOf(c), days}
}
