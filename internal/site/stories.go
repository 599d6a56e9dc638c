package site

import (
	"slices"
	"strings"

	"settler.io/crier/internal/incident"
)

// incident makes the view of an incident for the page from.
func (p *planner) incident(s *story, from string) Incident {
	state := s.State()
	v := Incident{
		ID: s.ID, Title: state.Title, Status: state.Status, Severity: state.Severity, Worst: s.Worst(),
		Started: s.First(), Ended: s.End(), Page: s.ref, Markdown: Ref(strings.TrimSuffix(string(s.ref), "html") + "md"),
		Updates: p.updates(s, from),
	}
	if s.Over() {
		v.Affected = p.worst(s)
	} else {
		v.Affected = p.affected(state.Conditions())
		v.Impact, v.ETA = state.Impact, state.ETA
	}
	if s.publicPostmortem() {
		title := s.Postmortem.Title
		if title == "" {
			title = "Post-mortem: " + state.Title
		}
		v.Postmortem = &Postmortem{Title: title, HTML: p.html(s.Postmortem.Path, from), Markdown: p.markdown(s.Postmortem.Path)}
	}
	if m := p.monthOf(s); m != nil {
		v.Month = Link{m.start.Format("January 2006"), m.ref}
	}
	return v
}

// maintenanceView makes the view of maintenance for the page from.
func (p *planner) maintenanceView(s *story, from string) Maintenance {
	state := s.State()
	return Maintenance{
		ID: s.ID, Title: state.Title, Status: state.Status, Starts: state.Starts, Ends: state.Ends, Page: s.ref,
		Updates: p.updates(s, from), Affected: p.affected(state.Affected), Impact: state.Impact,
	}
}

// updates makes the views of a story's updates, newest first.
func (p *planner) updates(s *story, from string) []Update {
	updates := make([]Update, 0, len(s.Steps))
	for _, step := range slices.Backward(s.Steps) {
		u := step.Update
		v := Update{
			ID: u.ID, Status: step.After.Status, Title: step.After.Title, Date: u.Date, Amended: u.Amended,
			Severity: step.After.Severity, Impact: u.Impact, ETA: u.ETA, Clock: step.Clock(), Starts: u.Starts, Ends: u.Ends,
		}
		if before, after := step.Before.Severity, step.After.Severity; before != 0 && before != after {
			v.Raised, v.Lowered = after < before, after > before
		}
		if u.Path != "" {
			v.HTML, v.Markdown = p.html(u.Path, from), p.markdown(u.Path)
		}
		if !s.Planned {
			v.Changes = p.changes(step)
		}
		updates = append(updates, v)
	}
	return updates
}

// changes lists the components whose condition a step changed.
func (p *planner) changes(step incident.Step) []Change {
	condition := func(state incident.State, id string) incident.Condition {
		for _, a := range state.Conditions() {
			if a.Component == id {
				return a.Condition
			}
		}
		return incident.Operational
	}
	var changes []Change
	seen := map[string]bool{}
	for _, a := range slices.Concat(step.After.Affected, step.Before.Affected) {
		before, after := condition(step.Before, a.Component), condition(step.After, a.Component)
		if before != after && !seen[a.Component] {
			seen[a.Component] = true
			changes = append(changes, Change{p.affected([]incident.Affected{{Component: a.Component, Condition: after}})[0], before})
		}
	}
	return changes
}

// worst lists the components that were affected, each at its worst.
func (p *planner) worst(s *story) []Affected {
	worst := map[string]incident.Condition{}
	for _, span := range s.Spans {
		worst[span.Component] = max(worst[span.Component], span.Condition)
	}
	var list []incident.Affected
	for _, id := range s.Components() {
		if worst[id] == 0 {
			worst[id] = incident.Operational
		}
		list = append(list, incident.Affected{Component: id, Condition: worst[id]})
	}
	return p.affected(list)
}

func (p *planner) affected(list []incident.Affected) []Affected {
	views := make([]Affected, len(list))
	for i, a := range list {
		views[i] = Affected{Name: a.Component, Condition: a.Condition}
		if c, ok := p.Config.Component(a.Component); ok {
			views[i].Name, views[i].Page = c.Name, componentRef(c.ID)
		}
	}
	return views
}

// describe gives one line about the newest update, for search engines.
func describe(updates []Update) string {
	if len(updates) == 0 {
		return ""
	}
	return updates[0].Heading()
}
