package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/content"
)

// subject is the incident or maintenance that a command works on.
type subject struct {
	id      string
	folder  string
	planned bool
	updates []incident.Update // all, by date
	history incident.History  // without drafts, unless all are drafts
	post    *incident.Postmortem
}

func (s subject) open() bool { return !s.history.Over() }

// told reports whether s has an update that is not a draft.
func (s subject) told() bool {
	return slices.ContainsFunc(s.updates, func(u incident.Update) bool { return !u.Draft })
}

// statuses returns the statuses that an update of s may have.
func (s subject) statuses() []incident.Status {
	if s.planned {
		return incident.MaintenanceStatuses[:]
	}
	return incident.IncidentStatuses[:]
}

// describe describes s in one line.
func (s subject) describe() string {
	state := s.history.State()
	what := state.Status.Word() + ": " + state.Title
	if s.planned {
		return "maintenance, " + what
	}
	return state.Severity.String() + ", " + what
}

// subjects lists all incidents and maintenance: open ones first, incidents before maintenance, the
// newest first.
func subjects(c *content.Content, now time.Time) []subject {
	var all []subject
	add := func(s subject, fold func([]incident.Update) incident.History) {
		s.updates = incident.Sorted(s.updates)
		told := slices.DeleteFunc(slices.Clone(s.updates), func(u incident.Update) bool { return u.Draft })
		if len(told) == 0 {
			told = s.updates
		}
		s.history = fold(told)
		all = append(all, s)
	}
	for _, i := range c.Incidents {
		add(subject{id: i.ID, folder: i.Path, updates: i.Updates, post: i.Postmortem}, func(updates []incident.Update) incident.History {
			i.Updates = updates
			return incident.Fold(i)
		})
	}
	for _, m := range c.Maintenance {
		add(subject{id: m.ID, folder: m.Path, updates: m.Updates, planned: true}, func(updates []incident.Update) incident.History {
			m.Updates = updates
			return incident.FoldMaintenance(m).Until(now)
		})
	}
	rank := func(s subject) int {
		switch {
		case !s.open():
			return 2
		case s.planned:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b subject) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.history.First().Compare(a.history.First()), strings.Compare(b.id, a.id))
	})
	return all
}

// find returns the subject whose ID is part. Otherwise it returns the only open subject whose ID
// contains part or, if no open one does, the only subject whose ID contains it.
func find(all []subject, part string) (subject, error) {
	var open, any []subject
	for _, s := range all {
		if s.id == part {
			return s, nil
		}
		if strings.Contains(strings.ToLower(s.id), strings.ToLower(part)) {
			any = append(any, s)
			if s.open() {
				open = append(open, s)
			}
		}
	}
	switch {
	case len(open) == 1:
		return open[0], nil
	case len(open) > 1:
		return subject{}, usageError{fmt.Errorf("%q may be %s", part, few(names(open))), "write more of the name, such as " + open[0].id}
	case len(any) == 1:
		return any[0], nil
	case len(any) > 1:
		return subject{}, usageError{fmt.Errorf("%q may be %s", part, few(names(any))), "write more of the name, such as " + any[0].id}
	}
	hint := "crier list shows them all"
	if near := diag.Nearest(part, names(all)); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return subject{}, usageError{fmt.Errorf("no incident is called %q", part), hint}
}

func names(all []subject) []string {
	ids := make([]string, len(all))
	for i, s := range all {
		ids[i] = s.id
	}
	return ids
}

// openIncidents returns the open incidents, without those that have only drafts.
func openIncidents(all []subject) []subject {
	var open []subject
	for _, s := range all {
		if s.open() && s.told() && !s.planned {
			open = append(open, s)
		}
	}
	return open
}
