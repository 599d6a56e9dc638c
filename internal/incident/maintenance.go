package incident

import (
	"cmp"
	"fmt"
	"time"
)

// FoldMaintenance returns the history of maintenance, including the automatic transitions, past and
// future: to in progress at the start of the window, with the update ID "started", and to completed
// at its end, with the ID "completed". Updates may override both. Automatic steps in the future are
// only planned: see History.Until.
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
	if s := h.recordedAfterwards(); s != nil {
		h.Spans = nil
		for _, a := range s.Affected {
			h.Spans = append(h.Spans, Span{a.Component, UnderMaintenance, s.Starts, s.Ends})
		}
	}
	return h
}

// recordedAfterwards returns the last state of maintenance that took place and whose first update
// was written after its window, or nil. Only the window says then when the work was done.
func (h *History) recordedAfterwards() *State {
	if len(h.Steps) == 0 {
		return nil
	}
	s := h.Last().After
	if s.Status != Completed || !s.Ends.After(s.Starts) || h.Steps[0].Update.Date.Before(s.Ends) {
		return nil
	}
	return s
}

// Window returns when maintenance began and ended. The end is that of the window, unless the work
// ended at another time; zero: it is open.
func (h *History) Window() (starts, ends time.Time) {
	s := h.State()
	if end := h.End(); s.Status == Completed && end.After(s.Starts) && h.recordedAfterwards() == nil {
		return s.Starts, end
	}
	return s.Starts, s.Ends
}

type maintenanceFold struct {
	history *History
	state   State
	taken   map[string]bool // IDs of the automatic steps
}

// clock adds the automatic transitions due before the given instant, or all remaining ones if it is
// zero.
func (f *maintenanceFold) clock(before time.Time) {
	if len(f.history.Steps) == 0 {
		return
	}
	due := func(t time.Time) bool { return !t.IsZero() && (before.IsZero() || t.Before(before)) }
	if f.state.Status == Scheduled && due(f.state.Starts) {
		f.step("started", InProgress, f.state.Starts)
	}
	// An update at or after the end that leaves the work in progress keeps the window open until
	// another end is set.
	last := f.history.Last()
	overrun := !last.Clock() && !last.Update.Date.Before(f.state.Ends)
	if f.state.Status.Running() && due(f.state.Ends) && !overrun {
		f.step("completed", Completed, f.state.Ends)
	}
}

// step adds an automatic transition. If its time is before the last update, it takes that update's
// date.
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

// add appends a step that leads to the current state.
func (f *maintenanceFold) add(u *Update) {
	after := f.state
	f.history.Steps = append(f.history.Steps, Step{u, f.before(), &after})
}

// before returns the state after the last step.
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
	f.state = f.state.say(u)
	f.state.Starts, f.state.Ends = cmp.Or(u.Starts, f.state.Starts), cmp.Or(u.Ends, f.state.Ends)
	if u.Components != nil {
		components := u.Components.after(Components{List: f.state.Affected})
		f.state.Affected = make([]Affected, len(components.List))
		for i, a := range components.List {
			f.state.Affected[i] = Affected{a.Component, UnderMaintenance}
		}
	}
	if !first && before.Status.Over() {
		kind := UpdateAfterward
		if f.state.Status.Over() {
			kind = SecondEnd
		}
		f.history.Anomalies = append(f.history.Anomalies, Anomaly{kind, len(f.history.Steps)})
	}
	f.add(u)
}

// within clips the period of a state to the start of the window. It doesn't clip at the end: only
// an update that keeps the window open leads to a state that lasts beyond it.
func within(s *State, from, to time.Time) (time.Time, time.Time) {
	return Later(from, s.Starts), to
}

// Until returns the history without the automatic steps after the given instant. It keeps all
// written updates, whatever their date: package policy decides which of them are public.
func (h History) Until(now time.Time) History {
	n := len(h.Steps)
	for n > 0 && h.Steps[n-1].Clock() && h.Steps[n-1].Update.Date.After(now) {
		n--
	}
	h.Steps = h.Steps[:n:n]
	return h
}
