package incident

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// State is the state of an incident or maintenance after an update.
type State struct {
	Title    string
	Status   Status
	Severity Severity

	// Affected lists the affected components and their conditions, in the order last written. It
	// still names them in a resolved incident and in maintenance outside its window; Conditions
	// returns their conditions at that time.
	Affected []Affected
	// Exact is true if the stated components override the level that the severity implies: they
	// were written as a map, or as an empty list after an earlier update named some, and every
	// value was valid. See Raise.
	Exact bool

	Impact string // the last one stated
	ETA    ETA    // the last one stated

	Starts, Ends time.Time // maintenance only; a zero Ends means open-ended
}

// Conditions returns the condition of each affected component in this state. They differ from
// Affected if the incident is resolved, or if the maintenance is scheduled, completed or cancelled:
// then all components are operational.
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

// Raise returns the severity that sets the minimum level of the whole page while an incident is in
// this state. Zero means no minimum.
func (s State) Raise() Severity {
	if s.Exact || s.over() {
		return 0
	}
	return s.Severity
}

// over reports whether the components that the state names are unaffected now.
func (s *State) over() bool { return s.Status == Scheduled || s.Status.Over() }

// condition returns the condition of a component according to Conditions. Components that the state
// doesn't name are operational.
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

// Step is an update and its effect. Steps share the values that they point to with each other and
// with the incident that they were made from. There are tens of thousands of them, and these values
// never change.
type Step struct {
	Update        *Update // for an automatic transition: ID, Status and Date only
	Before, After *State  // never nil
}

// nothing is the state before the first step.
var nothing State

// Clock reports whether the step is an automatic transition, made at the start or end of a
// maintenance window, rather than an update that someone wrote.
func (s Step) Clock() bool { return s.Update.Path == "" }

// Move is the change of one component in a step. The step names the component, or the component was
// affected before it.
type Move struct {
	Component     string
	Before, After Condition
}

// Moves returns a move for each component that the step names or that was affected before it, in
// the step's order.
func (s Step) Moves() (moves []Move) {
	for _, list := range [...][]Affected{s.After.Affected, s.Before.Affected} {
		for _, a := range list {
			if !slices.ContainsFunc(moves, func(m Move) bool { return m.Component == a.Component }) {
				moves = append(moves, Move{a.Component, s.Before.condition(a.Component), s.After.condition(a.Component)})
			}
		}
	}
	return moves
}

// Span is a period in which a component was in one condition because of one incident or
// maintenance.
type Span struct {
	Component string
	Condition Condition
	From      time.Time
	To        time.Time // exclusive; zero: still open
}

func (s Span) Open() bool { return s.To.IsZero() }

// AnomalyKind is a kind of transition that is valid but unusual enough to report.
type AnomalyKind uint8

// The kinds of anomalies.
const (
	Reopening       AnomalyKind = iota + 1 // an update after the resolution that isn't another one
	SecondEnd                              // resolved, completed or cancelled twice
	UpdateAfterward                        // maintenance continues after its end
)

// Anomaly is a kind of anomaly and the index of the step where it occurred.
type Anomaly struct {
	Kind AnomalyKind
	Step int
}

// History is the result of folding the updates of an incident or maintenance: its steps in order,
// and its spans.
type History struct {
	ID        string
	Path      string
	Steps     []Step // empty only if there were no updates
	Spans     []Span // sorted by start; none is operational or empty
	Anomalies []Anomaly

	Postmortem *Postmortem // incidents only
	// Planned is true for maintenance.
	Planned bool
}

// Fold returns the history of an incident. Updates may come in any order. Fold never fails: a
// missing title defaults to the incident's ID, a missing severity to P1, and a missing status to
// investigating.
func Fold(i Incident) History {
	h := History{ID: i.ID, Path: i.Path, Postmortem: i.Postmortem}
	updates := InOrder(i.Updates)
	h.Steps = make([]Step, len(updates))
	states := make([]State, len(updates))
	before, state := &nothing, State{Title: i.ID, Status: Investigating, Severity: P1}
	var stated Components
	named := false // whether any update has named a component
	for n := range updates {
		u := &updates[n]
		state.Severity = cmp.Or(u.Severity, state.Severity)
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
			h.Anomalies = append(h.Anomalies, Anomaly{SecondEnd, n})
		case n > 0 && before.Status == Resolved:
			h.Anomalies = append(h.Anomalies, Anomaly{Reopening, n})
		}
		states[n] = state
		h.Steps[n] = Step{u, before, &states[n]}
		before = &states[n]
	}
	h.Spans = spans(h.Steps, func(s *State, from, to time.Time) (time.Time, time.Time) { return from, to })
	return h
}

// Sorted returns a copy of the updates sorted by date and then by file name.
func Sorted(updates []Update) []Update {
	sorted := slices.Clone(updates)
	slices.SortStableFunc(sorted, func(a, b Update) int { return compare(&a, &b) })
	return sorted
}

// InOrder returns the updates in the order of Sorted. If they are sorted already, as they usually
// are, it returns the slice itself.
func InOrder(updates []Update) []Update {
	for n := 1; n < len(updates); n++ {
		if compare(&updates[n-1], &updates[n]) > 0 {
			return Sorted(updates)
		}
	}
	return updates
}

func compare(a, b *Update) int {
	return cmp.Or(a.Date.Compare(b.Date), strings.Compare(a.ID, b.ID))
}

// say returns the state with the title, status, impact and ETA of the update, if it states any.
func (s State) say(u *Update) State {
	s.Title, s.Status = cmp.Or(u.Title, s.Title), cmp.Or(u.Status, s.Status)
	s.Impact, s.ETA = cmp.Or(u.Impact, s.Impact), cmp.Or(u.ETA, s.ETA)
	return s
}

// after returns the components that apply after an update states c and earlier updates stated
// before.
func (c Components) after(before Components) Components {
	if !c.Unclear {
		return c
	}
	kept := slices.DeleteFunc(slices.Clone(before.List), func(b Affected) bool {
		return slices.ContainsFunc(c.List, func(a Affected) bool { return a.Component == b.Component })
	})
	return Components{List: slices.Concat([]Affected{}, c.List, kept), Explicit: c.Explicit || before.Explicit}
}

// under returns the affected components and their conditions at the given severity.
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

// spans converts steps to spans. window clips the period in which the conditions of a state hold.
func spans(steps []Step, window func(s *State, from, to time.Time) (time.Time, time.Time)) []Span {
	var done []Span
	open := map[string]int{} // component -> index in done of its latest span
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
			// Extend the previous span if it has the same condition and ends here.
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

func Later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// First returns the date of the first update.
func (h History) First() time.Time { return h.Steps[0].Update.Date }

func (h History) Last() Step { return h.Steps[len(h.Steps)-1] }

// State returns the state after the last step.
func (h History) State() State { return *h.Steps[len(h.Steps)-1].After }

// Over reports whether the incident is resolved, or the maintenance is completed or cancelled.
func (h History) Over() bool { return h.Steps[len(h.Steps)-1].After.Status.Over() }

// Retracted reports whether the incident is resolved because it was opened by mistake.
func (h History) Retracted() bool {
	return h.Over() && h.Steps[len(h.Steps)-1].Update.ForRunbook().Retracted
}

// End returns when the incident was last resolved, or the zero time if it is open.
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

// Worst returns the highest severity that the incident reached.
func (h History) Worst() Severity {
	var worst Severity
	for i := range h.Steps {
		worst = worst.Worse(h.Steps[i].After.Severity)
	}
	return worst
}

// Components returns the ID of every component that was ever affected, in order of first
// appearance.
func (h History) Components() []string {
	var ids []string
	for i := range h.Steps {
		for _, a := range h.Steps[i].After.Affected {
			if !slices.Contains(ids, a.Component) {
				ids = append(ids, a.Component)
			}
		}
	}
	return ids
}
