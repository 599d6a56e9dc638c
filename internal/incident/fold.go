package incident

import (
	"slices"
	"strings"
	"time"
)

// State is how an incident or maintenance stands after an update.
type State struct {
	Title    string
	Status   Status
	Severity Severity

	// Affected is the set of affected components with the condition of each, in the order last written. In a resolved
	// incident, and in maintenance outside its window, it still names them: see Conditions for how they are then.
	Affected []Affected
	// Exact is true if the components say more than the severity does: they were stated as a map, or as an empty list after
	// some were named, and all of it was understood. See Raise.
	Exact bool

	Impact string // the last one stated
	ETA    ETA    // the last one stated

	Starts, Ends time.Time // maintenance only; Ends zero: open
}

// Conditions says how each affected component is in this state, which differs from Affected once all is well again.
func (s State) Conditions() []Affected {
	if !s.over() {
		return s.Affected
	}
	operational := make([]Affected, len(s.Affected))
	for i, a := range s.Affected {
		operational[i] = Affected{a.Component, Operational}
	}
	return operational
}

// Raise is the severity to whose level an incident in this state raises the page at least. It is zero for none.
func (s State) Raise() Severity {
	if s.Exact || s.over() {
		return 0
	}
	return s.Severity
}

// over reports whether the components that a state names are not affected.
func (s *State) over() bool {
	switch s.Status {
	case Resolved, Scheduled, Completed, Cancelled:
		return true
	}
	return false
}

// condition is that of a component, as Conditions gives it; what that does not name is operational.
func (s *State) condition(component string) Condition {
	if !s.over() {
		for _, a := range s.Affected {
			if a.Component == component && a.Condition != 0 {
				return a.Condition
			}
		}
	}
	return Operational
}

// Step is an update and what it changed. Steps share what they point to, with each other and with the incident they were made
// of: there are tens of thousands of them, and none of it ever changes.
type Step struct {
	Update        *Update // of a transition that the clock made: ID, Status and Date only
	Before, After *State  // never nil
}

// nothing is the state before the first step.
var nothing State

// Clock reports whether the clock made the step, not a person.
func (s Step) Clock() bool { return s.Update.Path == "" }

// Move is a component that a step names, or that was affected before it, and its conditions.
type Move struct {
	Component     string
	Before, After Condition
}

// Moves lists every component that a step names or ends, in the order of the step.
func (s Step) Moves() []Move { return s.AppendMoves(nil) }

// AppendMoves appends them to an empty list, which may have room for them.
func (s Step) AppendMoves(moves []Move) []Move {
	for _, list := range [...][]Affected{s.After.Affected, s.Before.Affected} {
		for _, a := range list {
			if !slices.ContainsFunc(moves, func(m Move) bool { return m.Component == a.Component }) {
				moves = append(moves, Move{a.Component, s.Before.condition(a.Component), s.After.condition(a.Component)})
			}
		}
	}
	return moves
}

// Span is a time during which a component was in one condition because of one incident or maintenance.
type Span struct {
	Component string
	Condition Condition
	From      time.Time
	To        time.Time // zero: still open; the span does not hold this instant itself
}

// Open reports whether the span has no end yet.
func (s Span) Open() bool { return s.To.IsZero() }

// Oddity is a transition that is legal and yet worth a second look.
type Oddity uint8

// The odd transitions.
const (
	Reopening       Oddity = iota + 1 // an update after the resolution that is not one
	SecondEnd                         // resolved, completed or cancelled again
	UpdateAfterward                   // maintenance goes on after its end
)

// Odd is an oddity and the step, by index, that it came with.
type Odd struct {
	Oddity Oddity
	Step   int
}

// History is what Fold makes of an incident or maintenance: its steps in order and its spans.
type History struct {
	ID    string
	Path  string
	Steps []Step // at least one, unless there were no updates at all
	Spans []Span // by start, none of them operational or empty
	Odd   []Odd

	Postmortem *Postmortem // of an incident
	// Planned is true for maintenance.
	Planned bool
}

// Fold folds the updates of an incident, in whatever order they come. It is total: without a title it uses the
// incident's ID, without a severity P1, without a status investigating.
func Fold(i Incident) History {
	h := History{ID: i.ID, Path: i.Path, Postmortem: i.Postmortem}
	updates := InOrder(i.Updates)
	h.Steps = make([]Step, len(updates))
	states := make([]State, len(updates))
	before, state := &nothing, State{Title: i.ID, Status: Investigating, Severity: P1}
	var stated Components
	named := false // a component, by some update
	for n := range updates {
		u := &updates[n]
		if u.Title != "" {
			state.Title = u.Title
		}
		if u.Severity != 0 {
			state.Severity = u.Severity
		}
		if u.Status != 0 {
			state.Status = u.Status
		}
		state = state.say(u)
		if u.Components != nil {
			state.Exact = !u.Components.Unclear && (u.Components.Explicit && len(u.Components.List) > 0 || named && len(u.Components.List) == 0)
			stated = u.Components.after(stated)
			named = named || len(stated.List) > 0
		}
		if u.Components != nil || state.Severity != before.Severity {
			state.Affected = stated.under(state.Severity)
		}
		switch {
		case n > 0 && before.Status == Resolved && state.Status == Resolved:
			h.Odd = append(h.Odd, Odd{SecondEnd, n})
		case n > 0 && before.Status == Resolved:
			h.Odd = append(h.Odd, Odd{Reopening, n})
		}
		states[n] = state
		h.Steps[n] = Step{u, before, &states[n]}
		before = &states[n]
	}
	h.Spans = spans(h.Steps, func(s *State, from, to time.Time) (time.Time, time.Time) { return from, to })
	return h
}

// Sorted gives a copy of the updates by date, equal dates by file name.
func Sorted(updates []Update) []Update {
	sorted := slices.Clone(updates)
	slices.SortStableFunc(sorted, func(a, b Update) int { return compare(&a, &b) })
	return sorted
}

// InOrder gives the updates in the order of Sorted: the very same slice where they are in it, as most are.
func InOrder(updates []Update) []Update {
	for n := 1; n < len(updates); n++ {
		if compare(&updates[n-1], &updates[n]) > 0 {
			return Sorted(updates)
		}
	}
	return updates
}

func compare(a, b *Update) int {
	if c := a.Date.Compare(b.Date); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// say takes over what an update says about impact and ETA.
func (s State) say(u *Update) State {
	if u.Impact != "" {
		s.Impact = u.Impact
	}
	if !u.ETA.IsZero() {
		s.ETA = u.ETA
	}
	return s
}

// after gives the components to go on with after those stated before.
func (c Components) after(before Components) Components {
	if !c.Unclear {
		return c
	}
	kept := slices.DeleteFunc(slices.Clone(before.List), func(b Affected) bool {
		return slices.ContainsFunc(c.List, func(a Affected) bool { return a.Component == b.Component })
	})
	return Components{List: slices.Concat([]Affected{}, c.List, kept), Explicit: c.Explicit || before.Explicit}
}

// under gives the conditions of the components while the severity is in force.
func (c Components) under(severity Severity) []Affected {
	if c.List == nil {
		return nil
	}
	affected := make([]Affected, len(c.List))
	for i, a := range c.List {
		if !c.Explicit || a.Condition == 0 {
			a.Condition = severity.Condition()
		}
		affected[i] = a
	}
	return affected
}

// spans turns steps into spans. window clips the time for which a state's conditions hold.
func spans(steps []Step, window func(s *State, from, to time.Time) (time.Time, time.Time)) []Span {
	var done []Span
	open := map[string]int{} // component -> index into done of its open span
	for i := range steps {
		step := &steps[i]
		from, to := step.Update.Date, time.Time{}
		if i+1 < len(steps) {
			to = steps[i+1].Update.Date
		}
		from, to = window(step.After, from, to)
		if !to.IsZero() && !to.After(from) {
			continue
		}
		for _, a := range step.After.Conditions() {
			if a.Condition <= Operational {
				continue
			}
			// A span goes on where the former one of the same condition ended.
			if k, ok := open[a.Component]; ok && done[k].Condition == a.Condition && done[k].To.Equal(from) {
				done[k].To = to
				continue
			}
			open[a.Component] = len(done)
			done = append(done, Span{a.Component, a.Condition, from, to})
		}
	}
	slices.SortStableFunc(done, func(a, b Span) int { return a.From.Compare(b.From) })
	return done
}

// First is when an incident began: the date of its first update.
func (h History) First() time.Time { return h.Steps[0].Update.Date }

// Last is the last step.
func (h History) Last() Step { return h.Steps[len(h.Steps)-1] }

// State is the state after the last step.
func (h History) State() State { return *h.Steps[len(h.Steps)-1].After }

// Over reports whether an incident is resolved, or maintenance completed or cancelled.
func (h History) Over() bool {
	switch h.Steps[len(h.Steps)-1].After.Status {
	case Resolved, Completed, Cancelled:
		return true
	}
	return false
}

// End is when the incident was last resolved; zero while it is open.
func (h History) End() time.Time {
	if !h.Over() {
		return time.Time{}
	}
	last := &h.Steps[len(h.Steps)-1]
	end := last.Update.Date
	for i := len(h.Steps) - 1; i >= 0 && h.Steps[i].After.Status == last.After.Status; i-- {
		end = h.Steps[i].Update.Date
	}
	return end
}

// Worst is the highest severity that the incident reached.
func (h History) Worst() Severity {
	var worst Severity
	for i := range h.Steps {
		worst = worst.Worse(h.Steps[i].After.Severity)
	}
	return worst
}

// Components lists every component that was ever affected, in the order in which they came up.
func (h History) Components() []string {
	var ids []string
	seen := map[string]bool{}
	for i := range h.Steps {
		for _, a := range h.Steps[i].After.Affected {
			if !seen[a.Component] {
				seen[a.Component] = true
				ids = append(ids, a.Component)
			}
		}
	}
	return ids
}
