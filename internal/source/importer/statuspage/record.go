package statuspage

import (
	"cmp"
	"errors"
	"slices"
	"strings"
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

func (u update) date() time.Time {
	if u.DisplayAt.IsZero() {
		return u.CreatedAt
	}
	return u.DisplayAt
}

var severities = map[string]incident.Severity{"critical": incident.P0, "major": incident.P1, "minor": incident.P2, "none": incident.P3}

// record converts an incident or maintenance.
func (r *reader) record(s record) error {
	c := conversion{reader: r, record: s, current: map[string]incident.Condition{}}
	c.to = importer.Incident{At: s.at, ID: s.ID, Planned: !s.ScheduledFor.IsZero() || s.Impact == "maintenance"}
	slices.Reverse(s.Updates)
	slices.SortStableFunc(s.Updates, func(a, b update) int { return a.date().Compare(b.date()) })
	for _, u := range s.Updates {
		if u.date().IsZero() {
			return errors.New("has an update without a time")
		}
		if u.Status == "postmortem" {
			c.postmortem(u)
		} else {
			c.update(u)
		}
	}
	if s.Postmortem != "" {
		c.postmortem(update{Body: s.Postmortem, CreatedAt: s.PostmortemAt})
	}
	if len(c.to.Updates) == 0 {
		if s.CreatedAt.IsZero() {
			return errors.New("has no update and no time")
		}
		c.guess("there is no update, so the incident itself became one")
		c.update(update{Status: s.Status, CreatedAt: s.CreatedAt})
	}
	c.end()
	c.first()
	if len(s.Metadata) > 0 {
		c.lost("the metadata was not imported: %v", s.Metadata)
	}
	r.Incidents = append(r.Incidents, c.to)
	return nil
}

// conversion converts one incident.
type conversion struct {
	*reader
	record  record
	to      importer.Incident
	current map[string]incident.Condition // of affected components that are not operational, by key
	parts   []string                      // keys of all affected components
}

func (c *conversion) lost(format string, args ...any) {
	c.Note(diag.LostInImport, c.record.at, "incident "+c.record.ID+": "+format, args...)
}

func (c *conversion) guess(format string, args ...any) {
	c.Note(diag.GuessInImport, c.record.at, "incident "+c.record.ID+": "+format, args...)
}

// update adds an update.
func (c *conversion) update(s update) {
	u := importer.Update{Body: importer.Markdown(s.Body), Update: incident.Update{ID: code(s.ID), Date: s.date()}}
	among, status := incident.IncidentStatuses[:], incident.Investigating
	if c.to.Planned {
		among, status = incident.MaintenanceStatuses[:], incident.Scheduled
	}
	if n := len(c.to.Updates); n > 0 {
		status = c.to.Updates[n-1].Status
	}
	var ok bool
	if u.Status, ok = incident.ParseStatus(s.Status, among); !ok {
		c.guess("the status %q is not one of Statuspage, so the update has the status %s", s.Status, status)
		u.Status = status
	}
	at := compose.Instant(s.date())
	if differ(s.CreatedAt, s.date()) {
		c.lost("the update of %s was written at %s", at, compose.Instant(s.CreatedAt))
	}
	if later(s.UpdatedAt, incident.Later(s.date(), s.CreatedAt)) {
		u.Amended = s.UpdatedAt
	}
	var worse []incident.Affected
	for _, a := range s.Affected {
		c.affect(a.Code, a.Name)
		fine := func(text string) bool { // maintenance states no conditions
			return text == incident.Operational.String() || text == incident.UnderMaintenance.String()
		}
		if before := max(incident.Operational, c.current[a.Code]).String(); a.Old != before && a.Old != "" && !(c.to.Planned && fine(a.Old)) {
			c.lost("before the update of %s, %s was %s", at, a.Name, a.Old)
		}
		now, ok := incident.ParseCondition(a.New)
		if c.to.Planned && !fine(a.New) {
			c.lost("in the update of %s, %s is %q; here it is under maintenance", at, a.Name, a.New)
		} else if !ok && !c.to.Planned {
			c.guess("in the update of %s, %s is %q, which became degraded_performance", at, a.Name, a.New)
			now = incident.DegradedPerformance
		}
		c.current[a.Code] = now
		worse = append(worse, incident.Affected{Component: a.Code, Condition: now})
	}
	if !c.to.Planned && len(s.Affected) > 0 {
		for _, key := range c.parts { // Statuspage leaves out components that an update doesn't change
			if !slices.ContainsFunc(worse, func(a incident.Affected) bool { return a.Component == key }) {
				worse = append(worse, incident.Affected{Component: key, Condition: c.current[key]})
			}
		}
		u.Components = &incident.Components{List: worse, Explicit: true}
	}
	c.to.Updates = append(c.to.Updates, u)
}

// later reports whether a time is later than another by more than the minute that Statuspage may
// need to store both.
func later(a, b time.Time) bool { return a.Sub(b) > time.Minute }

// differ reports whether a time is given, and not the other.
func differ(a, b time.Time) bool { return !a.IsZero() && (later(a, b) || later(b, a)) }

// affect adds an affected component to those of the site, if it isn't there.
func (c *conversion) affect(key, name string) {
	if !slices.Contains(c.parts, key) {
		c.parts = append(c.parts, key)
		if !slices.ContainsFunc(c.Components, func(known importer.Component) bool { return known.Key == key }) {
			c.Component(key, cmp.Or(name[strings.LastIndex(name, " - ")+1:], key), c.record.at).Code = code(key)
		}
	}
}

func (c *conversion) postmortem(s update) {
	switch at := s.date(); {
	case at.IsZero():
		c.lost("the post-mortem is not published, so it was not imported")
	case c.to.Planned:
		c.guess("the post-mortem became an update of the maintenance")
		s.Status = incident.Completed.String()
		c.update(s)
	case c.to.Postmortem != nil && strings.TrimSpace(c.to.Postmortem.Body) != strings.TrimSpace(s.Body) && s.ID != "":
		c.lost("there are two post-mortems; this one was not imported: %s", s.Body)
	default: // the body of the incident is Markdown, and that of its update HTML
		c.to.Postmortem = &importer.Postmortem{Date: at, Body: importer.Markdown(s.Body)}
	}
}

// end adds the end of an incident that no update states, and reports the times that its updates
// don't say.
func (c *conversion) end() {
	s, last := c.record, c.to.Updates[len(c.to.Updates)-1]
	done := incident.Resolved
	if c.to.Planned {
		done = incident.Completed
	}
	at := map[incident.Status]time.Time{} // of the last update with a status
	for _, u := range c.to.Updates {
		at[u.Status] = u.Date
	}
	if over := slices.Contains([]string{"resolved", "completed", "postmortem"}, s.Status); over && last.Status != done {
		when := s.ResolvedAt
		if when.Before(last.Date) {
			when = last.Date
		}
		c.guess("it is %s, but its last update says %s, so it ends at %s", s.Status, last.Status, compose.Instant(when))
		c.to.Updates = append(c.to.Updates, importer.Update{Update: incident.Update{Status: done, Date: when}})
		at[done] = when
	}
	for status, t := range map[incident.Status]time.Time{done: s.ResolvedAt, incident.Monitoring: s.MonitoringAt} {
		if differ(t, at[status]) {
			c.lost("Statuspage says it was %s at %s", status, compose.Instant(t))
		}
	}
	if last := c.to.Updates[len(c.to.Updates)-1]; last.Status != done {
		for key, now := range c.current {
			c.expected[key] = max(c.expected[key], now)
			if c.to.Planned && last.Status != incident.Scheduled {
				c.expected[key] = max(c.expected[key], incident.UnderMaintenance)
			}
		}
	} else if !c.to.Planned {
		for _, key := range c.parts {
			if now := c.current[key]; now > incident.Operational {
				c.lost("%s is still %s at its end; here it is operational", key, now)
			}
		}
	}
}

// first adds what the first update of an incident has.
func (c *conversion) first() {
	s, u := c.record, &c.to.Updates[0]
	u.Title, u.AtomID = cmp.Or(s.Name, s.ID), c.atom[s.ID]
	c.to.Old = []string{"/incidents/" + s.ID + "/"} // Statuspage has maintenance there too
	stated := len(c.parts) > 0
	for _, part := range s.Components {
		if !slices.Contains(c.parts, part.ID) {
			c.affect(part.ID, part.Name)
			if stated {
				c.lost("no update says how %s was affected", part.Name)
			}
		}
	}
	set := incident.Components{List: []incident.Affected{}}
	for _, key := range c.parts {
		set.List = append(set.List, incident.Affected{Component: key})
	}
	if c.to.Planned {
		u.Components, u.Starts, u.Ends = &set, s.ScheduledFor, s.ScheduledUntil
		if u.Starts.IsZero() {
			u.Starts = u.Date
			c.guess("it has no start, so it starts with its first update")
		}
		if !u.Ends.After(u.Starts) {
			c.guess("its end %s is not after its start, so it ends an hour after it", compose.Instant(u.Ends))
			u.Ends = u.Starts.Add(time.Hour)
		}
		return
	}
	var ok bool
	if u.Severity, ok = severities[s.Impact]; !ok {
		c.guess("the impact %q is not one of Statuspage, so it became P2", s.Impact)
		u.Severity = incident.P2
	}
	if !stated && len(c.parts) > 0 {
		c.guess("no update says how its components were affected, so that follows from its severity")
		u.Components = &set
	} else if u.Components == nil {
		u.Components = &incident.Components{List: []incident.Affected{}}
	}
	if differ(s.StartedAt, u.Date) && s.StartedAt.Before(u.Date) {
		u.Detected = s.StartedAt
	} else if differ(s.StartedAt, u.Date) {
		c.lost("Statuspage says it started at %s", compose.Instant(s.StartedAt))
	}
}
