package status

import (
	"cmp"
	"sort"
	"time"

	"settler.io/crier/internal/incident"
)

// Day is the state of a component on one day.
type Day struct {
	Start, End time.Time // 23 or 25 hours apart when clocks change
	// Worst is the worst condition of the day so far. It is zero before the component's start.
	Worst  incident.Condition
	Events []Event
}

// Event is the effect of one incident or maintenance on a day.
type Event struct {
	Cause *incident.History
	Worst incident.Condition
	// For is how long the component was affected that day. It is zero while the event is ongoing.
	For time.Duration
}

// Days returns a component's last n days, including today, oldest first.
func (b *Board) Days(component string, n int) []Day {
	days := make([]Day, n)
	for i, start := range DaysBack(b.input.Now, b.input.Zone, n) {
		days[i] = Day{Start: start, End: NextDay(start, b.input.Zone), Worst: incident.Operational}
	}
	l := b.lines[component]
	if l == nil || n == 0 {
		return days
	}
	for _, s := range l.spans {
		to := cmp.Or(s.To, days[n-1].End)
		if s.From.After(b.input.Now) && s.cause.Planned || !to.After(days[0].Start) {
			continue
		}
		i := sort.Search(n, func(i int) bool { return days[i].End.After(s.From) })
		for ; i < n && days[i].Start.Before(to); i++ {
			days[i].add(s, b.input.Now)
		}
	}
	for i := range days {
		if !l.component.Start.IsZero() && days[i].Start.Before(l.component.Start) {
			days[i] = Day{Start: days[i].Start, End: days[i].End}
		}
	}
	return days
}

func (d *Day) add(s span, now time.Time) {
	d.Worst = max(d.Worst, s.Condition)
	event := -1
	for i := range d.Events {
		if d.Events[i].Cause == s.cause {
			event = i
		}
	}
	if event < 0 {
		event = len(d.Events)
		d.Events = append(d.Events, Event{Cause: s.cause})
	}
	e := &d.Events[event]
	ongoing := (s.To.IsZero() || s.To.After(now) && s.cause.Planned) && d.End.After(now)
	switch {
	case ongoing, e.Worst > 0 && e.For == 0:
		e.For = 0
	default:
		e.For += overlap(s.From, s.To, d.Start, d.End)
	}
	e.Worst = max(e.Worst, s.Condition)
}

// overlap returns how much of [from, to) is in [start, end). A zero to means forever.
func overlap(from, to, start, end time.Time) time.Duration {
	from = incident.Later(from, start)
	if to.IsZero() || to.After(end) {
		to = end
	}
	return max(0, to.Sub(from))
}

// Uptime returns the share of time, from 0 to 1, that a component was up between two instants.
// Input.Weights weighs each condition. ok is false if no time is left after clipping to the
// component's start and to now.
func (b *Board) Uptime(component string, from, to time.Time) (share float64, ok bool) {
	l := b.lines[component]
	if l == nil {
		return 0, false
	}
	from = incident.Later(from, l.component.Start)
	if to.After(b.input.Now) {
		to = b.input.Now
	}
	if !to.After(from) {
		return 0, false
	}
	down := 0.0
	first := sort.Search(len(l.pieces), func(i int) bool { return l.pieces[i].to.After(from) })
	for _, p := range l.pieces[first:] {
		if !p.from.Before(to) {
			break
		}
		down += b.input.Weights[p.condition] * overlap(p.from, p.to, from, to).Seconds()
	}
	return max(0, 1-down/to.Sub(from).Seconds()), true
}

// UptimeOver returns the uptime over the last n days as DaysBack defines them, without today, which
// is not over yet.
func (b *Board) UptimeOver(component string, n int) (share float64, ok bool) {
	days := DaysBack(b.input.Now, b.input.Zone, n)
	return b.Uptime(component, days[0], days[n-1])
}

// Month is a component's uptime in one month.
type Month struct {
	Start time.Time // in the page's zone
	Share float64   // uptime from 0 to 1, over the days that have ended
}

// Months returns a component's uptime by month, newest first, for at most limit months. It starts
// with the current month, if a day of it has ended, and goes back to the component's start, or to
// its first span if it has no start.
func (b *Board) Months(component string, limit int) []Month {
	l := b.lines[component]
	if l == nil {
		return nil
	}
	today := StartOfDay(b.input.Now, b.input.Zone)
	begin := l.component.Start
	if begin.IsZero() {
		begin = today
		if len(l.spans) > 0 {
			begin = l.spans[0].From
		}
	}
	var months []Month
	for start := StartOfMonth(today, b.input.Zone); limit > 0; limit-- {
		end := NextMonth(start, b.input.Zone)
		if !end.After(begin) {
			break
		}
		if end.After(today) {
			end = today
		}
		if share, ok := b.Uptime(component, start, end); ok {
			months = append(months, Month{start, share})
		}
		start = StartOfMonth(start.Add(-1), b.input.Zone)
	}
	return months
}
