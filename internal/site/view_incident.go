package site

import (
	"regexp"
	"slices"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
)

func (p *Site) incident(s *published.Incident, from pageContext) Incident {
	all := p.updates(s, from)
	return p.withUpdates(s, from, &all[0], func() []Update { return all })
}

// withLatest makes the view of an incident for a page that usually shows its latest update only.
// The others are made on demand.
func (p *Site) withLatest(s *published.Incident, from pageContext) Incident {
	latest := p.update(s, len(s.Steps)-1, from)
	return p.withUpdates(s, from, &latest, func() []Update { return p.updates(s, from) })
}

func (p *Site) withUpdates(s *published.Incident, from pageContext, latest *Update, updates func() []Update) Incident {
	v := p.withoutUpdates(s, from.Meta)
	v.Latest, v.updates = latest, updates
	if s.HasPostmortem() {
		v.Postmortem = p.postmortem(s, from)
	}
	if m := p.monthAt(s.Month); m != nil {
		v.Month = Link{from.Words.Month(m.Start), monthRef(m.Start)}
	}
	return v
}

// incidentPage makes the page of an incident or maintenance.
func (p *Site) incidentPage(s *published.Incident, from pageContext) (title, description string, view any) {
	if s.Planned {
		v := p.maintenanceView(s, from)
		return v.Title, from.describe(v.Updates), v
	}
	v := p.incident(s, from)
	return v.Title, from.describe(v.Updates()), v
}

// ownTimeline matches the heading of a timeline in the text of a post-mortem.
var ownTimeline = regexp.MustCompile(`(?im)^ {0,3}(#{1,6}[ \t]+timeline\b|timeline[ \t]*\n(=+|-+)[ \t]*$)`)

// postmortem makes the view of a post-mortem. What it leaves out follows from the updates.
func (p *Site) postmortem(s *published.Incident, from pageContext) *Postmortem {
	said := s.Postmortem
	first := s.Steps[0].Update
	v := &Postmortem{
		Title: said.Title, Date: said.Date, Severity: said.Severity, Started: said.Started, Ended: said.Ended,
		Impact: said.Impact, UsersAffected: said.UsersAffected, DataLoss: said.DataLoss,
	}
	if t, ok := incident.Translated(said.Translations, from.translation()); ok {
		if t.Title != "" {
			v.Title = t.Title
		}
		if t.Impact != "" && v.Impact != "" {
			v.Impact = t.Impact
		}
	}
	source, foreign := p.source(from.Meta, said.Path, said.Translations)
	v.HTML, v.Markdown, v.Foreign = p.html(source, from), p.markdown(source), foreign
	if v.Title == "" {
		v.Title = from.Words.Word("postmortem", "title", s.LastTitleIn(from.translation()))
	}
	if v.Severity == 0 {
		v.Severity = s.Worst()
	}
	if v.Started.IsZero() {
		if v.Started = first.Date; !first.Detected.IsZero() {
			v.Started = first.Detected
		}
	}
	if v.Ended.IsZero() {
		v.Ended = s.End()
	}
	if v.Impact == "" {
		v.Impact, _ = s.StandingIn(from.translation())
	}
	if !ownTimeline.MatchString(v.Markdown) {
		if !first.Detected.IsZero() && first.Detected.Before(first.Date) {
			v.Timeline = append(v.Timeline, Moment{Time: first.Detected})
		}
		for n, step := range s.Steps {
			moment := Moment{Time: step.Update.Date, Status: step.After.Status}
			if n > 0 && step.Before.Severity != step.After.Severity {
				moment.Severity = step.After.Severity
			}
			if n == 0 || step.Before.Status != step.After.Status || moment.Severity != 0 {
				v.Timeline = append(v.Timeline, moment)
			}
		}
	}
	return v
}

// withoutUpdates makes the view of an incident without its updates.
func (p *Site) withoutUpdates(s *published.Incident, meta *Meta) Incident {
	state := s.State()
	v := Incident{
		ID: s.ID, Title: s.LastTitleIn(meta.translation()), Status: state.Status, Severity: state.Severity, Worst: s.Worst(),
		Started: s.First(), Ended: s.End(), Page: refOf(s), Markdown: markdownOf(s),
	}
	if s.Over() {
		v.Affected = p.worst(s)
	} else {
		v.Affected = p.affected(state.Conditions())
		v.Impact, v.ETA = s.StandingIn(meta.translation())
		v.Stated = v.Impact != "" || !v.ETA.IsZero()
	}
	return v
}

func (p *Site) maintenanceView(s *published.Incident, from pageContext) Maintenance {
	state := s.State()
	impact, _ := s.StandingIn(from.translation())
	return Maintenance{
		ID: s.ID, Title: s.LastTitleIn(from.translation()), Status: state.Status, Starts: state.Starts, Ends: state.Ends, Page: refOf(s),
		Updates: p.updates(s, from), Affected: p.affected(state.Affected), Impact: impact,
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
		ID: u.ID, Status: step.After.Status, Title: s.TitleIn(from.translation(), n), Date: u.Date, Severity: step.After.Severity,
		Stated: u.Impact != "" || !u.ETA.IsZero(), Clock: step.Clock(),
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
func (p *Site) changes(step *incident.Step) []Change {
	if step.Before.Status == step.After.Status && slices.Equal(step.Before.Affected, step.After.Affected) {
		return nil // conditions follow from those two
	}
	var changes []Change
	var room [8]incident.Move
	moves := step.AppendMoves(room[:0])
	for i, move := range moves {
		if move.Before != move.After {
			if changes == nil {
				changes = make([]Change, 0, len(moves)-i)
			}
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
	if c, ok := p.components[id]; ok {
		return Affected{c.Text, c.Target, condition}
	}
	return Affected{Name: id, Condition: condition}
}

// describe returns one line about the newest update, for search engines.
func (m *Meta) describe(updates []Update) string {
	if len(updates) == 0 {
		return ""
	}
	return m.heading(updates[0].Status, updates[0].Title)
}
