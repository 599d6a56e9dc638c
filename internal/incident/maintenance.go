package incident

import (
	"fmt"
	"time"
)

// FoldMaintenance folds the updates of maintenance and adds the transitions that the clock makes, past and future: at the
// start of the window to in progress, with the update id "started", at its end to completed, with the id "completed",
// unless an update says otherwise. Steps after an instant are only a plan then: see History.Until.
func FoldMaintenance(m Maintenance) History {
	h := History{ID: m.ID, Path: m.Path, Planned: true}
	f := maintenanceFold{history: &h, taken: map[string]bool{}}
	f.state.Title = m.ID
	updates := InOrder(m.Updates)
	for n := range updates {
		f.clock(updates[n].Date)
		f.update(&updates[n])
	}
	f.clock(time.Time{})
	h.Spans = spans(h.Steps, within)
	return h
}

type maintenanceFold struct {
	history *History
	state   State
	taken   map[string]bool // ids of the clock's steps
}

// clock adds the transitions before the instant; a zero instant means all that are still to come.
func (f *maintenanceFold) clock(before time.Time) {
	if len(f.history.Steps) == 0 {
		return
	}
	due := func(t time.Time) bool { return !t.IsZero() && (before.IsZero() || t.Before(before)) }
	if f.state.Status == Scheduled && due(f.state.Starts) {
		f.step("started", InProgress, f.state.Starts)
	}
	running := f.state.Status == InProgress || f.state.Status == Verifying
	// An update at or after the end that says work goes on keeps the window open, until another end is set.
	last := f.history.Last()
	overrun := !last.Clock() && !last.Update.Date.Before(f.state.Ends)
	if running && due(f.state.Ends) && !overrun {
		f.step("completed", Completed, f.state.Ends)
	}
}

// step adds a transition of the clock. One that is announced too late takes place when it is announced.
func (f *maintenanceFold) step(id string, status Status, at time.Time) {
	if last := f.history.Last().Update.Date; at.Before(last) {
		at = last
	}
	unique := id
	for n := 2; f.taken[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", id, n)
	}
	f.taken[unique] = true
	f.state.Status = status
	f.add(&Update{ID: unique, Status: status, Date: at})
}

// add adds a step to the present state.
func (f *maintenanceFold) add(u *Update) {
	after := f.state
	f.history.Steps = append(f.history.Steps, Step{u, f.before(), &after})
}

// before is the state that the last step came to.
func (f *maintenanceFold) before() *State {
	if len(f.history.Steps) == 0 {
		return &nothing
	}
	return f.history.Last().After
}

func (f *maintenanceFold) update(u *Update) {
	before := f.before()
	first := len(f.history.Steps) == 0
	if first {
		f.state.Starts = u.Date
		f.state.Status = Scheduled
	}
	if u.Title != "" {
		f.state.Title = u.Title
	}
	if u.Status != 0 {
		f.state.Status = u.Status
	}
	if !u.Starts.IsZero() {
		f.state.Starts = u.Starts
	}
	if !u.Ends.IsZero() {
		f.state.Ends = u.Ends
	}
	f.state = f.state.say(u)
	if u.Components != nil {
		components := u.Components.after(Components{List: f.state.Affected})
		f.state.Affected = make([]Affected, len(components.List))
		for i, a := range components.List {
			f.state.Affected[i] = Affected{a.Component, UnderMaintenance}
		}
	}
	if !first {
		over := before.Status == Completed || before.Status == Cancelled
		still := f.state.Status == Completed || f.state.Status == Cancelled
		switch {
		case over && still:
			f.history.Odd = append(f.history.Odd, Odd{SecondEnd, len(f.history.Steps)})
		case over:
			f.history.Odd = append(f.history.Odd, Odd{UpdateAfterward, len(f.history.Steps)})
		}
	}
	f.add(u)
}

// within clips the time of a state to the window of the maintenance. A state that holds past the window's end does so
// because an update kept it open.
func within(s *State, from, to time.Time) (time.Time, time.Time) {
	if from.Before(s.Starts) {
		from = s.Starts
	}
	return from, to
}

// Until gives the history as it is known at an instant: without the steps that the clock will make after it. Updates
// are kept whatever their date, since it is for the rules to say which of them are public.
func (h History) Until(now time.Time) History {
	n := len(h.Steps)
	for n > 0 && h.Steps[n-1].Clock() && h.Steps[n-1].Update.Date.After(now) {
		n--
	}
	h.Steps = h.Steps[:n:n]
	return h
}
