package statuspage

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/importer"
)

// record is an incident or maintenance.
type record struct {
	ID, Name, Status, Impact string
	CreatedAt                time.Time `json:"created_at"`
	StartedAt                time.Time `json:"started_at"`
	MonitoringAt             time.Time `json:"monitoring_at"`
	ResolvedAt               time.Time `json:"resolved_at"`
	ScheduledFor             time.Time `json:"scheduled_for"`
	ScheduledUntil           time.Time `json:"scheduled_until"`
	Updates                  []update  `json:"incident_updates"` // newest first
	Components               []component
	Postmortem               string         `json:"postmortem_body"`
	PostmortemAt             time.Time      `json:"postmortem_published_at"`
	Metadata                 map[string]any `json:"metadata"`

	at diag.Position
}

type update struct {
	ID, Status, Body string
	CreatedAt        time.Time `json:"created_at"`
	UpdatedAt        time.Time `json:"updated_at"`
	DisplayAt        time.Time `json:"display_at"`
	Affected         []struct {
		Code, Name string
		Old        string `json:"old_status"`
		New        string `json:"new_status"`
	} `json:"affected_components"`
}

func (u update) date() time.Time { return cmp.Or(u.DisplayAt, u.CreatedAt) }

// conversion converts one incident.
type conversion struct {
	*reader
	record
	to       importer.Incident
	affected []incident.Affected // components by key, with their conditions after the last update
}

// record converts an incident or maintenance.
func (r *reader) record(s record) {
	c := conversion{reader: r, record: s}
	c.to = importer.Incident{At: s.at, ID: s.ID, Planned: !s.ScheduledFor.IsZero() || s.Impact == "maintenance",
		Old: []string{"/incidents/" + s.ID + "/"}} // Statuspage has maintenance there too
	postmortem := importer.Postmortem{Date: s.PostmortemAt, Body: s.Postmortem}
	slices.Reverse(s.Updates)
	slices.SortStableFunc(s.Updates, func(a, b update) int { return a.date().Compare(b.date()) })
	for _, u := range s.Updates {
		if u.Status != "postmortem" {
			c.update(u)
		} else if postmortem.Code = code.FindString(u.ID); s.Postmortem == "" { // else it has the same text, in HTML
			postmortem.Date, postmortem.Body = u.date(), postmortem.Body+u.Body+"\n\n"
		}
	}
	if len(c.to.Updates) == 0 {
		c.Guess(c.at, "there is no update, so the incident itself became one")
		c.update(update{Status: s.Status, CreatedAt: s.CreatedAt})
	}
	switch {
	case postmortem.Body == "":
	case postmortem.Date.IsZero():
		c.Lost(c.at, "the post-mortem is not published, so it was not imported")
	case c.to.Planned:
		c.Guess(c.at, "the post-mortem of %s became the last update of the maintenance", compose.Instant(postmortem.Date))
		last := c.to.Updates[len(c.to.Updates)-1].Date
		c.update(update{Status: incident.Completed.String(), CreatedAt: incident.Later(last, postmortem.Date), Body: postmortem.Body})
	default:
		postmortem.Body = importer.Markdown(postmortem.Body)
		c.to.Postmortem = &postmortem
	}
	c.end()
	c.first()
	if len(s.Metadata) > 0 {
		c.Lost(c.at, "the metadata was not imported: %v", s.Metadata)
	}
	r.Incidents = append(r.Incidents, c.to)
}

// update adds an update.
func (c *conversion) update(s update) {
	among, status := incident.IncidentStatuses[:], incident.Investigating
	if c.to.Planned {
		among, status = incident.MaintenanceStatuses[:], incident.Scheduled
	}
	if n := len(c.to.Updates); n > 0 {
		status = c.to.Updates[n-1].Status
	}
	if stated, ok := incident.ParseStatus(s.Status, among); ok {
		status = stated
	} else {
		c.Guess(c.at, "the status %q is not one of Statuspage, so the update has the status %s", s.Status, status)
	}
	u := importer.Update{Body: importer.Markdown(s.Body), Update: incident.Update{ID: code.FindString(s.ID), Status: status, Date: s.date()}}
	u.Amended = importer.Amended(s.UpdatedAt, incident.Later(s.date(), s.CreatedAt))
	at, changed := compose.Instant(s.date()), false
	if differ(s.CreatedAt, s.date()) {
		c.Lost(c.at, "the update of %s was written at %s", at, compose.Instant(s.CreatedAt))
	}
	planned := []string{"", incident.Operational.String(), incident.UnderMaintenance.String()} // what maintenance means
	for _, a := range s.Affected {
		if a.Code == "" && a.New == "" {
			continue // "No components were affected by this update."
		}
		part := c.part(cmp.Or(a.Code, a.Name), a.Name)
		now, ok := incident.ParseCondition(a.New)
		switch was := max(incident.Operational, part.Condition).String(); {
		case c.to.Planned && !(slices.Contains(planned, a.Old) && slices.Contains(planned, a.New)):
			c.Lost(c.at, "in the update of %s, %s goes from %q to %q; here it is under maintenance", at, a.Name, a.Old, a.New)
		case !c.to.Planned && a.Old != was && a.Old != "":
			c.Lost(c.at, "before the update of %s, %s was %s", at, a.Name, a.Old)
		}
		if !ok && !c.to.Planned {
			c.Guess(c.at, "in the update of %s, %s is %q, which became degraded_performance", at, a.Name, a.New)
			now = incident.DegradedPerformance
		}
		part.Condition, changed = now, true
	}
	if !c.to.Planned && changed {
		u.Components = &incident.Components{List: slices.Clone(c.affected), Explicit: true}
	}
	c.to.Updates = append(c.to.Updates, u)
}

// differ reports whether a time is given, and not the other, within the minute that Statuspage may
// need to store both.
func differ(a, b time.Time) bool { return !a.IsZero() && a.Sub(b).Abs() > time.Minute }

// part returns an affected component. It is added to those of the site, if it isn't there.
func (c *conversion) part(key, name string) *incident.Affected {
	for n := range c.affected {
		if c.affected[n].Component == key {
			return &c.affected[n]
		}
	}
	if _, known := c.components[key]; !known {
		c.Component(key, cmp.Or(name, key), c.at).Code = code.FindString(key)
	}
	c.affected = append(c.affected, incident.Affected{Component: key})
	return &c.affected[len(c.affected)-1]
}

// end says when it ended, and reports what its updates don't say.
func (c *conversion) end() {
	last, done := c.to.Updates[len(c.to.Updates)-1], incident.Resolved
	if c.to.Planned {
		done = incident.Completed
	}
	ended, over := last.Status == done, slices.Contains([]string{"resolved", "completed", "postmortem"}, c.Status)
	if over && !ended {
		ended, c.to.End = true, incident.Later(c.ResolvedAt, last.Date)
		c.Guess(c.at, "it is %s, but its last update says %s, so it ends at %s", c.Status, last.Status, compose.Instant(c.to.End))
	} else if !over && c.Status != last.Status.String() && c.Status != "" {
		c.Lost(c.at, "Statuspage says it is %s, but its last update says %s", c.Status, last.Status)
	}
	at := map[incident.Status]time.Time{done: c.to.End} // of the last update with a status
	for _, u := range c.to.Updates {
		at[u.Status] = u.Date
	}
	for status, t := range map[incident.Status]time.Time{incident.Monitoring: c.MonitoringAt, done: c.ResolvedAt} {
		if differ(t, at[status]) {
			c.Lost(c.at, "Statuspage says it was %s at %s", status, compose.Instant(t))
		}
	}
	for _, a := range c.affected {
		if ended && !c.to.Planned && a.Condition > incident.Operational {
			c.Lost(c.at, "%s is still %s at its end; here it is operational", a.Component, a.Condition)
		}
	}
}

// first adds what the first update of an incident has.
func (c *conversion) first() {
	stated := len(c.affected)
	for _, a := range c.Components {
		c.part(a.ID, a.Name)
	}
	set := &incident.Components{List: []incident.Affected{}}
	for n, a := range c.affected {
		if n >= stated && stated > 0 {
			c.Lost(c.at, "no update says how %s was affected", a.Component)
		}
		set.List = append(set.List, incident.Affected{Component: a.Component})
	}
	u := &c.to.Updates[0]
	u.Title, u.AtomID = cmp.Or(c.Name, c.ID), c.atom[c.ID]
	if !c.to.Planned && differ(c.StartedAt, u.Date) && c.StartedAt.Before(u.Date) {
		u.Detected = c.StartedAt
	} else if differ(c.StartedAt, u.Date) && differ(c.StartedAt, c.ScheduledFor) {
		c.Lost(c.at, "Statuspage says it started at %s", compose.Instant(c.StartedAt))
	}
	if c.to.Planned {
		u.Components, u.Starts, u.Ends = set, c.ScheduledFor, c.ScheduledUntil
		return
	}
	u.Severity = c.Severity(map[string]incident.Severity{"critical": incident.P0, "major": incident.P1, "minor": incident.P2, "none": incident.P3}, c.Impact, c.at)
	if stated == 0 && len(set.List) > 0 {
		c.Guess(c.at, "no update says how its components were affected, so that follows from its severity")
		u.Components = set
	}
}
