package status

import (
	"sort"
	"time"
)

// A day starts at the first instant of its date in the page's zone. That is usually midnight, but
// where clocks are put forward at midnight, it is 01:00, and where they are put back over midnight,
// midnight comes twice. A date that a zone skips has no day. The same goes for months.

// Date returns the start of a date in a zone, or of the next date if the zone skips that one.
func Date(year int, month time.Month, day int, zone *time.Location) time.Time {
	midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	// From and to are before and after the date starts in any zone. Clocks change at most once
	// between them. (Time.ZoneBounds would say when, but it is wrong about some zones after 2037.)
	from, to := midnight.Add(-16*time.Hour), midnight.Add(16*time.Hour)
	before, after := offset(from, zone), offset(to, zone)
	first := midnight.Add(-before).In(zone)
	if before == after {
		return first
	}
	change := from.Add(time.Second * time.Duration(sort.Search(int(to.Sub(from)/time.Second), func(n int) bool {
		return offset(from.Add(time.Duration(n)*time.Second), zone) == after
	}))).In(zone)
	if first.Before(change) {
		return first
	}
	if first = midnight.Add(-after).In(zone); first.After(change) {
		return first
	}
	return change
}

func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// ParseDay parses a date written like 2025-01-31 and returns its start in a zone.
func ParseDay(text string, zone *time.Location) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, err
	}
	return Date(t.Year(), t.Month(), t.Day(), zone), nil
}

// StartOfDay returns the start of the day that contains t. It is the latest one that is not after
// t: where clocks are put back over midnight, the day that has begun goes on.
func StartOfDay(t time.Time, zone *time.Location) time.Time {
	year, month, day := t.In(zone).Date()
	if next := Date(year, month, day+1, zone); !next.After(t) {
		return next
	}
	return Date(year, month, day, zone)
}

// NextDay returns the start of the day after the one that contains t.
func NextDay(t time.Time, zone *time.Location) time.Time {
	year, month, day := StartOfDay(t, zone).Date()
	return Date(year, month, day+1, zone)
}

func StartOfMonth(t time.Time, zone *time.Location) time.Time {
	year, month, _ := StartOfDay(t, zone).Date()
	return Date(year, month, 1, zone)
}

// NextMonth returns the start of the month after the one that contains t.
func NextMonth(t time.Time, zone *time.Location) time.Time {
	year, month, _ := StartOfDay(t, zone).Date()
	return Date(year, month+1, 1, zone)
}

// DaysBack returns the starts of the last n days, oldest first. This is what "30 days" and "90
// days" mean everywhere: today, and the n-1 days before it, which have ended.
func DaysBack(now time.Time, zone *time.Location, n int) []time.Time {
	starts := make([]time.Time, n)
	for start := StartOfDay(now, zone); n > 0; start = StartOfDay(start.Add(-1), zone) {
		n--
		starts[n] = start
	}
	return starts
}
