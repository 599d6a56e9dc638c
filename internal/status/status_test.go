package status

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if instant, err := time.Parse(layout, text); err == nil {
			return instant
		}
	}
	t.Fatalf("%q is not a time", text)
	return time.Time{}
}

// bad returns an incident with one component in one condition between two instants. An empty to
// leaves it open.
func bad(t testing.TB, id, component string, c incident.Condition, from, to string) incident.History {
	t.Helper()
	updates := []incident.Update{{ID: "01", Path: "x", Status: incident.Investigating, Severity: incident.P2, Date: at(t, from),
		Components: &incident.Components{Explicit: true, List: []incident.Affected{{Component: component, Condition: c}}}}}
	if component == "" {
		updates[0].Components = nil
	}
	if to != "" {
		updates = append(updates, incident.Update{ID: "02", Path: "x", Status: incident.Resolved, Date: at(t, to)})
	}
	return incident.Fold(incident.Incident{ID: id, Updates: updates})
}

func planned(t testing.TB, id, component, from, to string) incident.History {
	t.Helper()
	return incident.FoldMaintenance(incident.Maintenance{ID: id, Updates: []incident.Update{{ID: "01", Path: "x", Status: incident.Scheduled,
		Date: at(t, from).Add(-24 * time.Hour), Starts: at(t, from), Ends: at(t, to), Components: &incident.Components{List: []incident.Affected{{Component: component}}}}}})
}

var weights = map[incident.Condition]float64{incident.PartialOutage: 0.3, incident.MajorOutage: 1}

func board(now time.Time, z *time.Location, start time.Time, incidents, maintenance []incident.History) *Board {
	return New(Input{Components: []Component{{ID: "api", Start: start}, {ID: "web"}}, Incidents: incidents, Maintenance: maintenance, Zone: z, Weights: weights, Now: now})
}

func TestDaysOfTheZone(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	for day, hours := range map[string]float64{
		"2026-03-29T12:00Z": 23, "2026-10-25T12:00Z": 25, "2026-10-26T12:00Z": 24, "2026-10-24T12:00Z": 24,
	} {
		start := StartOfDay(at(t, day), berlin)
		end := NextDay(at(t, day), berlin)
		if got := end.Sub(start).Hours(); got != hours {
			t.Errorf("%s has %v hours, want %v", day, got, hours)
		}
	}
	// At 23:30 UTC it is the next day in Berlin.
	if got := StartOfDay(at(t, "2026-10-01T23:30Z"), berlin).Format(time.RFC3339); got != "2026-10-02T00:00:00+02:00" {
		t.Error(got)
	}
	days := DaysBack(at(t, "2026-10-25T12:00Z"), berlin, 3)
	var got []string
	for _, d := range days {
		got = append(got, d.Format(time.RFC3339))
	}
	if d := cmp.Diff([]string{"2026-10-23T00:00:00+02:00", "2026-10-24T00:00:00+02:00", "2026-10-25T00:00:00+02:00"}, got); d != "" {
		t.Error(d)
	}
}

// tell describes the days that are not fully operational.
func tell(days []Day) []string {
	var lines []string
	for _, d := range days {
		if d.Worst == incident.Operational && len(d.Events) == 0 {
			continue
		}
		line := d.Start.Format("01-02") + " " + d.Worst.String()
		for _, e := range d.Events {
			line += fmt.Sprintf(", %s %s %s", e.Cause.ID, e.Worst, e.For)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestDays(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	b := board(at(t, "2026-10-26T12:00Z"), berlin, at(t, "2026-10-20T00:00:00+02:00"), []incident.History{
		bad(t, "before", "api", incident.MajorOutage, "2026-10-01T10:00Z", "2026-10-02T10:00Z"),
		// From 23:00 to 00:30 in Berlin, over a day of 25 hours.
		bad(t, "night", "api", incident.MajorOutage, "2026-10-24T21:00Z", "2026-10-25T23:30Z"),
		bad(t, "over", "api", incident.DegradedPerformance, "2026-10-22T08:00Z", "2026-10-22T10:00Z"),
		bad(t, "same", "api", incident.PartialOutage, "2026-10-22T09:00Z", "2026-10-22T09:30Z"),
		bad(t, "open", "api", incident.PartialOutage, "2026-10-26T11:00Z", ""),
		bad(t, "other", "web", incident.MajorOutage, "2026-10-23T11:00Z", ""),
	}, []incident.History{planned(t, "past", "api", "2026-10-21T10:00Z", "2026-10-21T12:00Z"), planned(t, "future", "api", "2026-10-26T20:00Z", "2026-10-26T21:00Z")})
	want := []string{
		"10-18 ", "10-19 ", // before the component's start
		"10-21 under_maintenance, past under_maintenance 2h0m0s",
		"10-22 partial_outage, over degraded_performance 2h0m0s, same partial_outage 30m0s",
		"10-24 major_outage, night major_outage 1h0m0s",
		"10-25 major_outage, night major_outage 25h0m0s",
		"10-26 major_outage, night major_outage 30m0s, open partial_outage 0s",
	}
	if d := cmp.Diff(want, tell(b.Days("api", 9))); d != "" {
		t.Error(d)
	}
	for _, day := range b.Days("unknown", 3) {
		if day.Worst != incident.Operational || len(day.Events) > 0 {
			t.Error("a component that is not known has a story")
		}
	}
	// The same component twice in one incident: the durations add up.
	h := incident.Fold(incident.Incident{ID: "x", Updates: []incident.Update{
		{ID: "1", Severity: incident.P0, Status: incident.Investigating, Date: at(t, "2026-10-25T08:00Z"), Components: &incident.Components{List: []incident.Affected{{Component: "api"}}}},
		{ID: "2", Severity: incident.P2, Status: incident.Monitoring, Date: at(t, "2026-10-25T09:00Z")},
		{ID: "3", Status: incident.Resolved, Date: at(t, "2026-10-25T10:30Z")},
	}})
	b = board(at(t, "2026-10-26T12:00Z"), time.UTC, time.Time{}, []incident.History{h}, nil)
	if d := cmp.Diff([]string{"10-25 major_outage, x major_outage 2h30m0s"}, tell(b.Days("api", 5))); d != "" {
		t.Error(d)
	}
}

func TestUptime(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	now := at(t, "2026-10-26T12:00Z")
	full := []incident.History{bad(t, "x", "api", incident.MajorOutage, "2026-10-25T10:00Z", "2026-10-25T12:30Z")}
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-9 }
	for _, c := range []struct {
		name      string
		incidents []incident.History
		planned   []incident.History
		start     time.Time
		from, to  string
		want      float64
		none      bool
	}{
		{name: "a day of 25 hours", incidents: full, from: "2026-10-25T00:00:00+02:00", to: "2026-10-26T00:00:00+01:00", want: 1 - 2.5/25},
		{name: "all well", from: "2026-10-25T00:00Z", to: "2026-10-26T00:00Z", want: 1},
		{name: "partly", incidents: []incident.History{bad(t, "x", "api", incident.PartialOutage, "2026-10-24T00:00Z", "2026-10-25T00:00Z")}, from: "2026-10-24T00:00Z", to: "2026-10-25T00:00Z", want: 0.7},
		{name: "degraded counts as up", incidents: []incident.History{bad(t, "x", "api", incident.DegradedPerformance, "2026-10-24T00:00Z", "2026-10-25T00:00Z")}, from: "2026-10-24T00:00Z", to: "2026-10-25T00:00Z", want: 1},
		{name: "maintenance counts as up", planned: []incident.History{planned(t, "m", "api", "2026-10-24T00:00Z", "2026-10-25T00:00Z")}, from: "2026-10-24T00:00Z", to: "2026-10-25T00:00Z", want: 1},
		{name: "overlaps count once, the worst wins", incidents: []incident.History{
			bad(t, "x", "api", incident.PartialOutage, "2026-10-24T00:00Z", "2026-10-24T10:00Z"),
			bad(t, "y", "api", incident.MajorOutage, "2026-10-24T05:00Z", "2026-10-24T06:00Z"),
			bad(t, "z", "api", incident.PartialOutage, "2026-10-24T08:00Z", "2026-10-24T12:00Z"),
		}, from: "2026-10-24T00:00Z", to: "2026-10-25T00:00Z", want: 1 - (11*0.3+1)/24},
		{name: "an outage during maintenance is one", incidents: full, planned: []incident.History{planned(t, "m", "api", "2026-10-25T09:00Z", "2026-10-25T13:00Z")},
			from: "2026-10-25T00:00Z", to: "2026-10-26T00:00Z", want: 1 - 2.5/24},
		{name: "clipped to the window", incidents: full, from: "2026-10-25T12:00Z", to: "2026-10-25T13:00Z", want: 0.5},
		{name: "clipped to the start of the component", incidents: full, start: at(t, "2026-10-25T11:30Z"), from: "2026-10-01T00:00Z", to: "2026-10-25T13:30Z", want: 0.5},
		{name: "clipped to now", incidents: []incident.History{bad(t, "x", "api", incident.MajorOutage, "2026-10-26T11:00Z", "")}, from: "2026-10-26T10:00Z", to: "2026-10-27T00:00Z", want: 0.5},
		{name: "open before the window", incidents: []incident.History{bad(t, "x", "api", incident.MajorOutage, "2025-01-01T11:00Z", "")}, from: "2026-10-26T10:00Z", to: "2026-10-26T11:00Z", want: 0},
		{name: "before the start of the component", start: at(t, "2026-10-26T00:00Z"), from: "2026-10-01T00:00Z", to: "2026-10-02T00:00Z", none: true},
		{name: "the future", from: "2026-10-27T00:00Z", to: "2026-10-28T00:00Z", none: true},
	} {
		b := board(now, berlin, c.start, c.incidents, c.planned)
		got, ok := b.Uptime("api", at(t, c.from), at(t, c.to))
		if ok == c.none || ok && !near(got, c.want) {
			t.Errorf("%s: %v %v, want %v", c.name, got, ok, c.want)
		}
	}
	b := board(now, time.UTC, time.Time{}, full, nil)
	// Today is one of the 2 days but is not included.
	if got, ok := b.UptimeOver("api", 2); !ok || !near(got, 1-2.5/24) {
		t.Error(got, ok)
	}
	if _, ok := b.UptimeOver("api", 1); ok {
		t.Error("today counts")
	}
	if _, ok := b.Uptime("unknown", at(t, "2026-10-01T00:00Z"), now); ok {
		t.Error("a component that is not known has an uptime")
	}
}

func TestMonths(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	tell := func(months []Month) []string {
		var lines []string
		for _, m := range months {
			lines = append(lines, fmt.Sprintf("%s %.4f", m.Start.Format(time.RFC3339), m.Share))
		}
		return lines
	}
	incidents := []incident.History{bad(t, "x", "api", incident.MajorOutage, "2026-09-30T20:00Z", "2026-09-30T23:00Z")}
	// Midnight in Berlin is 22:00 UTC: two hours belong to September, one to October.
	b := board(at(t, "2026-10-11T12:00Z"), berlin, time.Time{}, incidents, nil)
	want := []string{"2026-10-01T00:00:00+02:00 " + fmt.Sprintf("%.4f", 1-1.0/240), "2026-09-01T00:00:00+02:00 " + fmt.Sprintf("%.4f", 1-2.0/720)}
	if d := cmp.Diff(want, tell(b.Months("api", 10))); d != "" {
		t.Error(d)
	}
	if got := b.Months("web", 10); len(got) != 1 {
		t.Error("a component without spans has this month only:", tell(got))
	}
	b = board(at(t, "2026-10-11T12:00Z"), berlin, at(t, "2026-07-15T00:00Z"), incidents, nil)
	if got := b.Months("api", 10); len(got) != 4 {
		t.Error(tell(got))
	}
	if got := b.Months("api", 2); len(got) != 2 {
		t.Error(tell(got))
	}
	// On the first of a month, no day of that month has ended.
	b = board(at(t, "2026-10-01T12:00Z"), time.UTC, at(t, "2026-09-01T00:00Z"), incidents, nil)
	if got := b.Months("api", 10); len(got) != 1 || got[0].Start.Month() != time.September {
		t.Error(tell(got))
	}
	if b.Months("unknown", 10) != nil {
		t.Error("a component that is not known has months")
	}
}

func TestRollUp(t *testing.T) {
	const ok, m, d, p, o = incident.Operational, incident.UnderMaintenance, incident.DegradedPerformance, incident.PartialOutage, incident.MajorOutage
	for _, c := range []struct {
		conditions []incident.Condition
		want       string
	}{
		{nil, "none: All Systems Operational"},
		{[]incident.Condition{ok, ok}, "none: All Systems Operational"},
		{[]incident.Condition{ok, m}, "maintenance: Service Under Maintenance"},
		{[]incident.Condition{m, m}, "maintenance: Service Under Maintenance"},
		{[]incident.Condition{ok, d}, "minor: Partially Degraded Service"},
		{[]incident.Condition{m, d}, "minor: Partially Degraded Service"},
		{[]incident.Condition{d, d}, "minor: Degraded System Service"},
		{[]incident.Condition{ok, p}, "minor: Minor Service Outage"},
		{[]incident.Condition{d, p}, "minor: Minor Service Outage"},
		{[]incident.Condition{p, p}, "major: Partial System Outage"},
		{[]incident.Condition{ok, o}, "major: Partial System Outage"},
		{[]incident.Condition{p, o}, "major: Partial System Outage"},
		{[]incident.Condition{o, o}, "critical: Major System Outage"},
		{[]incident.Condition{o}, "critical: Major System Outage"},
	} {
		got := RollUp(c.conditions)
		if got.Indicator+": "+got.Description != c.want {
			t.Errorf("%v: %+v, want %s", c.conditions, got, c.want)
		}
	}
}

func TestBoard(t *testing.T) {
	now := at(t, "2026-10-26T12:00Z")
	b := board(now, time.UTC, time.Time{}, []incident.History{
		bad(t, "a", "api", incident.DegradedPerformance, "2026-10-26T10:00Z", ""),
		bad(t, "b", "api", incident.PartialOutage, "2026-10-26T11:00Z", ""),
		bad(t, "c", "web", incident.MajorOutage, "2026-10-25T11:00Z", "2026-10-25T12:00Z"),
		bad(t, "d", "gone", incident.MajorOutage, "2026-10-25T11:00Z", ""),
	}, []incident.History{planned(t, "m", "web", "2026-10-26T11:30Z", "2026-10-26T12:30Z")})
	if b.Now("api") != incident.PartialOutage || b.Now("web") != incident.UnderMaintenance || b.Now("unknown") != incident.Operational {
		t.Error(b.Now("api"), b.Now("web"))
	}
	if b.Overall().Description != "Minor Service Outage" {
		t.Error(b.Overall())
	}
	// Incidents without components raise the page by their severity.
	for severity, want := range map[incident.Severity]string{
		incident.P0: "Major System Outage", incident.P1: "Partial System Outage", incident.P2: "Minor Service Outage", incident.P3: "Minor Service Outage",
	} {
		h := incident.Fold(incident.Incident{ID: "x", Updates: []incident.Update{{ID: "1", Status: incident.Investigating, Severity: severity, Date: now}}})
		if got := board(now, time.UTC, time.Time{}, []incident.History{h}, nil).Overall().Description; got != want {
			t.Errorf("%s: %s, want %s", severity, got, want)
		}
	}
	if board(now, time.UTC, time.Time{}, nil, nil).Overall().Indicator != "none" {
		t.Error("nothing is wrong and yet something is")
	}
}

// TestPieces compares the merged pieces with a check of every minute.
func TestPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	origin := at(t, "2026-10-01T00:00Z")
	now := origin.Add(100 * time.Minute)
	conditions := []incident.Condition{incident.UnderMaintenance, incident.DegradedPerformance, incident.PartialOutage, incident.MajorOutage}
	for range 500 {
		var spans []span
		for range r.IntN(8) {
			s := span{Span: incident.Span{Component: "api", Condition: conditions[r.IntN(4)], From: origin.Add(time.Duration(r.IntN(120)) * time.Minute)}}
			if r.IntN(4) > 0 {
				s.To = s.From.Add(time.Duration(r.IntN(50)) * time.Minute)
			}
			spans = append(spans, s)
		}
		pieces := merge(spans, now)
		for m := range 100 {
			instant := origin.Add(time.Duration(m) * time.Minute)
			want, got := incident.Operational, incident.Operational
			for _, s := range spans {
				if covers(s.Span, instant) && !(!s.To.IsZero() && !s.To.After(s.From)) {
					want = max(want, s.Condition)
				}
			}
			hits := 0
			for _, p := range pieces {
				if !p.from.After(instant) && instant.Before(p.to) {
					got = p.condition
					hits++
				}
			}
			if got != want || hits > 1 {
				t.Fatalf("at minute %d: %s by %d pieces, want %s\n%+v\n%+v", m, got, hits, want, spans, pieces)
			}
		}
	}
}
