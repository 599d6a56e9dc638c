package policy

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
)

var reportOrigin = time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return reportOrigin.Add(time.Duration(minutes) * time.Minute) }

// p1 returns an incident detected at the given minute, with its first update ten seconds later, and
// resolved after the given number of minutes; 0 means not yet.
func p1(id string, minute, resolved int) incident.Incident {
	i := incident.Incident{ID: id, Updates: []incident.Update{{ID: "1", Path: id + "/1", Severity: incident.P1, Status: incident.Investigating, Date: at(minute)}}}
	if resolved > 0 {
		i.Updates = append(i.Updates, incident.Update{ID: "2", Path: id + "/2", Status: incident.Resolved, Date: at(minute + resolved)})
	}
	return i
}

func TestMake(t *testing.T) {
	draft := p1("draft", 0, 0)
	draft.Updates[0].Draft = true
	waived := p1("waived", 60, 30)
	waived.Updates[0].Runbook = &incident.Runbook{Waive: map[string]string{"publish": "a drill", "respond": "a drill"}}
	p3 := incident.Incident{ID: "small", Updates: []incident.Update{{ID: "1", Path: "small/1", Severity: incident.P3, Status: incident.Investigating, Date: at(120), Acknowledged: at(150)}}}
	input := ReportInput{
		Rules: Defaults(),
		Incidents: []incident.Incident{
			p1("in-time", 0, 60), p1("late", 10, 300), p1("very-late", 20, 0), p1("unproven", 30, 0), waived, p3, draft,
			p1("before", -10, 20), p1("after", 2000, 20), p1("future", 20000, 20),
		},
		Evidence: byGit(map[string]time.Time{
			"in-time/1": at(2), "in-time/2": at(60), "late/1": at(30), "late/2": at(320), "very-late/1": at(200), "waived/1": at(70), "waived/2": at(91),
			"small/1": at(121), "before/1": at(-10), "before/2": at(10), "after/1": at(2000),
		}),
		Since: at(0), Until: at(1900), Now: at(3000),
	}
	got := NewReport(input)
	minutes := func(m Measure) string {
		return fmt.Sprintf("%d of %d, median %v, 90 %% %v, worst %v of %d, late %v, %d unverified", m.Within, m.Judged, m.Median, m.P90, m.Worst, m.Count, m.Late, m.Unverified)
	}
	if got.Incidents != 6 || len(got.Severities) != 2 {
		t.Fatalf("%+v", got)
	}
	high, low := got.Severities[0], got.Severities[1]
	for _, check := range []struct{ what, got, want string }{
		{"P1", fmt.Sprint(high.Severity, high.Incidents, high.Open), "P1 5 2"},
		{"public", minutes(high.Public), "1 of 3, median 20m0s, 90 % 2h28m0s, worst 3h0m0s of 3, late 1h35m0s, 1 unverified"},
		{"acknowledge", minutes(high.Acknowledge), "2 of 3, median 0s, 90 % 2h24m0s, worst 3h0m0s of 3, late 2h45m0s, 1 unverified"},
		{"resolve", minutes(high.Resolve), "2 of 5, median 1h0m0s, 90 % 4h12m0s, worst 5h0m0s of 3, late 1h0m0s, 0 unverified"},
		{"P3", fmt.Sprint(low.Severity, low.Incidents, low.Open), "P3 1 1"},
		{"acknowledge", minutes(low.Acknowledge), "1 of 1, median 30m0s, 90 % 30m0s, worst 30m0s of 1, late 0s, 0 unverified"},
		{"resolve", minutes(low.Resolve), "0 of 0, median 0s, 90 % 0s, worst 0s of 0, late 0s, 0 unverified"},
	} {
		if check.got != check.want {
			t.Errorf("%s: %s, want %s", check.what, check.got, check.want)
		}
	}
	want := Kept{Rule: "publish", Met: 3, Missed: 3, Unverified: 1, Waived: 1}
	if diff := cmp.Diff(want, high.Rules[0]); diff != "" {
		t.Error(diff)
	}
	all := map[State]int{}
	for _, s := range got.Severities {
		for _, k := range s.Rules {
			all[Met] += k.Met
			all[Missed] += k.Missed
			all[Unverified] += k.Unverified
			all[Waived] += k.Waived
			all[Waiting] += k.Waiting
		}
	}
	for _, d := range got.Deadlines {
		all[d.State]--
	}
	for state, n := range all {
		if n != 0 {
			t.Errorf("the rows count %d more that are %s than there are deadlines", n, state)
		}
	}
	for _, d := range got.Missed() {
		if d.State != Missed || d.Because == "" {
			t.Errorf("%+v", d)
		}
	}

	// A report includes incidents exempt by rules.since, and without an end those still to come.
	input.Rules.Since, input.Since, input.Until = at(100000), time.Time{}, time.Time{}
	if got := NewReport(input); got.Incidents != 9 || !got.Until.Equal(input.Now) {
		t.Errorf("%d incidents until %s", got.Incidents, got.Until)
	}
}

func TestQuantile(t *testing.T) {
	d := func(n ...int) []time.Duration {
		var out []time.Duration
		for _, n := range n {
			out = append(out, time.Duration(n)*time.Second)
		}
		return out
	}
	for _, test := range []struct {
		in   []time.Duration
		q    float64
		want time.Duration
	}{
		{nil, 0.5, 0},
		{d(7), 0.9, 7 * time.Second},
		{d(3, 1, 2), 0.5, 2 * time.Second},
		{d(4, 1, 2, 3), 0.5, 2500 * time.Millisecond},
		{d(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 0.9, 10 * time.Second},
		{d(1, 2), 0, time.Second},
		{d(2, 1), 1, 2 * time.Second},
	} {
		if got := Quantile(test.in, test.q); got != test.want {
			t.Errorf("Quantile(%v, %v) = %v, want %v", test.in, test.q, got, test.want)
		}
	}
}
