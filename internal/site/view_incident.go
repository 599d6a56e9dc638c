package site

import (
	"cmp"
	"sync"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
)

// incident makes the view of an incident for a list.
func (p *Site) incident(s *published.Incident, from pageContext) *Incident {
	state := s.State()
	v := &Incident{
		ID: s.ID, Title: s.LastTitleIn(from.translation()), Status: state.Status, Severity: state.Severity, Worst: s.Worst(),
		Started: s.First(), Ended: s.End(), Page: refOf(s), Affected: p.worst(s), updates: func() []Update { return p.updates(s, from) },
	}
	if s.Over() {
		v.Impact = worstImpact(s, from.translation())
	} else {
		v.Impact, v.ETA = s.StandingIn(from.translation())
	}
	return v
}

// open makes the view of an open incident in full.
func (p *Site) open(s *published.Incident, from pageContext) *Incident {
	v := p.incident(s, from)
	v.Affected = p.affected(s.State().Conditions())
	if updated := s.Last().Update.Date; !updated.Equal(v.Started) {
		v.Updated = updated
	}
	return v
}

func (p *Site) incidentPage(s *published.Incident, from pageContext) (title, description string, view any) {
	if s.Planned {
		v := p.maintenanceView(s, from)
		v.updates = sync.OnceValue(v.updates) // a page asks for them more than once
		return v.Title, from.heading(v.Status, v.Title), v
	}
	v := p.incident(s, from)
	v.updates = sync.OnceValue(v.updates)
	if s.HasPostmortem() {
		v.Postmortem = p.postmortem(s, v, from)
	}
	if m := p.monthAt(s.Month); m != nil {
		v.Month = Link{from.Words.Month(m.Start), monthRef(m.Start)}
	}
	return v.Title, from.heading(v.Status, v.Title), v
}

// worstImpact is the last impact in force while the incident was at its worst: by severity, then by
// the condition of components, and before it was monitored.
func worstImpact(s *published.Incident, language string) (impact string) {
	standing, worst := "", 0
	for n := range s.Steps {
		if stated, _ := s.Steps[n].Update.StatedIn(language); stated != "" {
			standing = stated
		}
		after, condition := s.Steps[n].After, incident.Operational
		for _, a := range after.Affected {
			condition = max(condition, a.Condition)
		}
		rank := 10*(len(incident.Severities)-int(after.Severity)) + int(condition)
		if after.Status == incident.Monitoring || after.Status == incident.Resolved {
			rank = 0
		}
		if standing != "" && (rank >= worst || impact == "") {
			impact, worst = standing, rank
		}
	}
	return impact
}

// postmortem makes the view of the post-mortem of an incident.
func (p *Site) postmortem(s *published.Incident, of *Incident, from pageContext) *Postmortem {
	document, first := s.Postmortem, s.Steps[0].Update
	v := &Postmortem{
		Title: document.Title, Date: document.Date, Started: document.Started, Ended: document.Ended,
		Impact: document.Impact, UsersAffected: document.UsersAffected, DataLoss: document.DataLoss,
	}
	if t, ok := incident.Translated(document.Translations, from.translation()); ok {
		v.Title = cmp.Or(t.Title, v.Title)
		if v.Impact != "" {
			v.Impact = cmp.Or(t.Impact, v.Impact)
		}
	}
	source, foreign := p.source(from.Meta, document.Path, document.Translations)
	v.HTML, v.Markdown, v.Foreign = p.html(source, from), p.markdown(source), foreign
	if v.Title == "" {
		v.Title = from.Words.Word("postmortem", "title", of.Title)
	}
	if document.Severity != of.Worst {
		v.Severity = document.Severity
	}
	if v.Impact == of.Impact {
		v.Impact = ""
	}
	if v.Started.IsZero() && first.Detected.Before(first.Date) {
		v.Detected = first.Detected
	}
	if v.Started.IsZero() != v.Ended.IsZero() { // a period needs both
		v.Started = cmp.Or(v.Started, of.Started)
		v.Ended = cmp.Or(v.Ended, of.Ended)
	}
	return v
}

func (p *Site) maintenanceView(s *published.Incident, from pageContext) *Maintenance {
	state := s.State()
	impact, _ := s.StandingIn(from.translation())
	return &Maintenance{
		ID: s.ID, Title: s.LastTitleIn(from.translation()), Status: state.Status, Starts: state.Starts, Ends: state.Ends, Page: refOf(s), Calendar: calendarOf(s),
		Affected: p.affected(state.Affected), Impact: impact, updates: func() []Update { return p.updates(s, from) },
	}
}

// updates makes the views of all updates, newest first.
func (p *Site) updates(s *published.Incident, from pageContext) []Update {
	updates := make([]Update, len(s.Steps))
	for i := range updates {
		updates[i] = p.update(s, len(s.Steps)-1-i, from)
	}
	return updates
}

// update makes the view of one step.
func (p *Site) update(s *published.Incident, n int, from pageContext) Update {
	step := &s.Steps[n]
	u := step.Update
	v := Update{
		ID: u.ID, Status: step.After.Status, Title: s.TitleIn(from.translation(), n), Date: u.Date, Published: s.PublishedAt(n), Severity: step.After.Severity,
		Clock: step.Clock(),
	}
	if s.Item(n).Late {
		v.Posted = v.Published
	}
	v.Impact, v.ETA = u.StatedIn(from.translation())
	if !u.Amended.IsZero() {
		v.Amended = &u.Amended
	}
	if t, ok := incident.Translated(u.Translations, from.translation()); ok && t.Amended.After(u.Amended) {
		amended := t.Amended
		v.Amended = &amended
	}
	if !u.Starts.IsZero() || !u.Ends.IsZero() {
		v.Window = &Window{step.After.Starts, step.After.Ends}
	}
	switch before, after := step.Before.Severity, step.After.Severity; {
	case before == 0 || before == after:
	case after < before:
		v.Moved = "raised"
	default:
		v.Moved = "lowered"
	}
	if u.Path != "" {
		source, foreign := p.source(from.Meta, u.Path, u.Translations)
		v.HTML, v.Markdown, v.Foreign = p.html(source, from), p.markdown(source), foreign
	}
	if !s.Planned {
		v.Changes = p.changes(step)
	}
	return v
}

// changes lists the components whose condition a step changed.
func (p *Site) changes(step *incident.Step) (changes []Change) {
	for _, move := range step.Moves() {
		if move.Before != move.After {
			changes = append(changes, Change{p.componentIn(move.Component, move.After), move.Before})
		}
	}
	return changes
}

// worst lists all components that were ever affected, each in its worst condition.
func (p *Site) worst(s *published.Incident) []Affected {
	list := make([]Affected, len(s.EverAffected))
	for i, id := range s.EverAffected {
		worst := incident.Operational
		for _, span := range s.Spans {
			if span.Component == id {
				worst = max(worst, span.Condition)
			}
		}
		list[i] = p.componentIn(id, worst)
	}
	return list
}

func (p *Site) affected(list []incident.Affected) []Affected {
	views := make([]Affected, len(list))
	for i, a := range list {
		views[i] = p.componentIn(a.Component, a.Condition)
	}
	return views
}

func (p *Site) componentIn(id string, condition incident.Condition) Affected {
	a, ok := p.components[id]
	if !ok {
		a.Name = id
	}
	a.Condition = condition
	return a
}
