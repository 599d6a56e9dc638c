package check

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

// DueOptions select deadlines.
type DueOptions struct {
	Incident string        // only of this incident; "": of all
	Within   time.Duration // only what is overdue or due within that time; 0: everything
	Public   bool          // leave out security incidents
}

// Due is what is due and not done yet.
type Due struct {
	Deadlines []policy.Deadline // of open incidents first, and then soonest first
	Later     policy.Deadline   // the first one that is due after Within; zero if there is none
	Overdue   int               // number of Deadlines that are missed
	Hidden    int               // number of missed deadlines of security incidents that were left out
}

// FindDue returns what is due.
func FindDue(input Input, options DueOptions) Due {
	var due Due
	for _, d := range Deadlines(input) {
		if !d.Open(input.Now) || options.Incident != "" && d.Incident != options.Incident {
			continue
		}
		hidden := options.Public && input.Content.NamesSecret(d.Incident)
		switch later := options.Within > 0 && d.Due.After(input.Now.Add(options.Within)); {
		case later:
			if due.Later.Due.IsZero() && !hidden {
				due.Later = d
			}
			continue
		case hidden && d.State == policy.Missed:
			due.Hidden++
		case d.State == policy.Missed:
			due.Overdue++
		}
		if !hidden {
			due.Deadlines = append(due.Deadlines, d)
		}
	}
	over := map[string]int{}
	for _, c := range incident.Cases(input.Content.Incidents, nil, input.Now) {
		if !c.Open() {
			over[c.ID] = 1
		}
	}
	slices.SortStableFunc(due.Deadlines, func(a, b policy.Deadline) int { return cmp.Compare(over[a.Incident], over[b.Incident]) })
	return due
}
