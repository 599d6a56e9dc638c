package incident

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var origin = time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)

// minute returns the instant n minutes after the origin.
func minute(n int) time.Time { return origin.Add(time.Duration(n) * time.Minute) }

// update returns an update dated n minutes after the origin.
func update(n int, status Status, change ...func(*Update)) Update {
	u := Update{ID: fmt.Sprintf("%03d", n), Path: fmt.Sprintf("%03d.md", n), Date: minute(n), Status: status}
	for _, c := range change {
		c(&u)
	}
	return u
}

func severity(s Severity) func(*Update) { return func(u *Update) { u.Severity = s } }

// plain sets a list of components without conditions. explicit sets a map, given as component,
// condition, ...
func plain(ids ...string) func(*Update) {
	return func(u *Update) {
		u.Components = &Components{List: []Affected{}}
		for _, id := range ids {
			u.Components.List = append(u.Components.List, Affected{Component: id})
		}
	}
}

func explicit(id string, c Condition) func(*Update) {
	return func(u *Update) { u.Components = &Components{Explicit: true, List: []Affected{{id, c}}} }
}

func window(from, to int) func(*Update) {
	return func(u *Update) { u.Starts, u.Ends = minute(from), minute(to) }
}

// tell returns a short description of a history: its steps, spans and oddities.
func tell(h History) string {
	var b strings.Builder
	clock := func(t time.Time) string {
		if t.IsZero() {
			return "open"
		}
		return fmt.Sprint(int(t.Sub(origin) / time.Minute))
	}
	for _, s := range h.Steps {
		id := s.Update.ID
		if s.Clock() {
			id = "clock " + id
		}
		fmt.Fprintf(&b, "%s %s: %s>%s %s>%s %v\n", clock(s.Update.Date), id, s.Before.Status, s.After.Status, s.Before.Severity, s.After.Severity, s.After.Conditions())
	}
	for _, s := range h.Spans {
		fmt.Fprintf(&b, "span %s %s %s-%s\n", s.Component, s.Condition, clock(s.From), clock(s.To))
	}
	for _, o := range h.Anomalies {
		fmt.Fprintf(&b, "odd %d at step %d\n", o.Kind, o.Step)
	}
	return b.String()
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		name    string
		updates []Update
		want    string
	}{
		{"from the first report to the end", []Update{
			update(0, Investigating, severity(P1), plain("api")),
			update(10, Identified, severity(P0)),
			update(20, Monitoring, plain("api", "web")),
			update(30, Resolved),
		}, `
0 000: >investigating >P1 [{api partial_outage}]
10 010: investigating>identified P1>P0 [{api major_outage}]
20 020: identified>monitoring P0>P0 [{api major_outage} {web major_outage}]
30 030: monitoring>resolved P0>P0 [{api operational} {web operational}]
span api partial_outage 0-10
span api major_outage 10-30
span web major_outage 20-30
`},
		{"a map of conditions does not follow the severity", []Update{
			update(0, Investigating, severity(P3), explicit("api", MajorOutage)),
			update(10, Identified, severity(P2)),
			update(20, Monitoring, explicit("api", Operational)),
			update(30, Monitoring, plain("api")),
		}, `
0 000: >investigating >P3 [{api major_outage}]
10 010: investigating>identified P3>P2 [{api major_outage}]
20 020: identified>monitoring P2>P2 [{api operational}]
30 030: monitoring>monitoring P2>P2 [{api degraded_performance}]
span api major_outage 0-20
span api degraded_performance 30-open
`},
		{"a set replaces the former one, an empty set clears it", []Update{
			update(0, Investigating, severity(P0), plain("api", "web")),
			update(10, Identified, plain("web")),
			update(20, Monitoring, plain()),
			update(30, Resolved),
		}, `
0 000: >investigating >P0 [{api major_outage} {web major_outage}]
10 010: investigating>identified P0>P0 [{web major_outage}]
20 020: identified>monitoring P0>P0 []
30 030: monitoring>resolved P0>P0 []
span api major_outage 0-10
span web major_outage 0-20
`},
		{"reopened, and resolved twice", []Update{
			update(0, Investigating, severity(P2), plain("api")),
			update(10, Resolved),
			update(20, Resolved),
			update(30, Investigating),
			update(40, Resolved),
		}, `
0 000: >investigating >P2 [{api degraded_performance}]
10 010: investigating>resolved P2>P2 [{api operational}]
20 020: resolved>resolved P2>P2 [{api operational}]
30 030: resolved>investigating P2>P2 [{api degraded_performance}]
40 040: investigating>resolved P2>P2 [{api operational}]
span api degraded_performance 0-10
span api degraded_performance 30-40
odd 2 at step 2
odd 1 at step 3
`},
		{"nothing said but the status", []Update{update(0, Investigating)}, `
0 000: >investigating >P1 []
`},
		{"two at one instant", []Update{update(0, Investigating, severity(P0), plain("api")), {ID: "999", Path: "x", Date: minute(0), Status: Resolved}}, `
0 000: >investigating >P0 [{api major_outage}]
0 999: investigating>resolved P0>P0 [{api operational}]
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := Fold(Incident{ID: "x", Updates: c.updates})
			if d := cmp.Diff(c.want, "\n"+tell(h)); d != "" {
				t.Error(d)
			}
			checkHistory(t, h)
		})
	}
}

func TestFoldMaintenance(t *testing.T) {
	for _, c := range []struct {
		name    string
		updates []Update
		want    string
	}{
		{"the clock does it all", []Update{update(0, Scheduled, window(10, 20), plain("api"))}, `
0 000: >scheduled > [{api operational}]
10 clock started: scheduled>in_progress > [{api under_maintenance}]
20 clock completed: in_progress>completed > [{api operational}]
span api under_maintenance 10-20
`},
		{"people do it all", []Update{
			update(0, Scheduled, window(10, 20), plain("api")), update(10, InProgress), update(15, Verifying), update(18, Completed),
		}, `
0 000: >scheduled > [{api operational}]
10 010: scheduled>in_progress > [{api under_maintenance}]
15 015: in_progress>verifying > [{api under_maintenance}]
18 018: verifying>completed > [{api operational}]
span api under_maintenance 10-18
`},
		{"cancelled before", []Update{update(0, Scheduled, window(10, 20), plain("api")), update(5, Cancelled)}, `
0 000: >scheduled > [{api operational}]
5 005: scheduled>cancelled > [{api operational}]
`},
		{"cancelled halfway", []Update{update(0, Scheduled, window(10, 20), plain("api")), update(15, Cancelled)}, `
0 000: >scheduled > [{api operational}]
10 clock started: scheduled>in_progress > [{api under_maintenance}]
15 015: in_progress>cancelled > [{api operational}]
span api under_maintenance 10-15
`},
		{"longer than planned", []Update{update(0, Scheduled, window(10, 20), plain("api")), update(18, InProgress, func(u *Update) { u.Ends = minute(40) })}, `
0 000: >scheduled > [{api operational}]
10 clock started: scheduled>in_progress > [{api under_maintenance}]
18 018: in_progress>in_progress > [{api under_maintenance}]
40 clock completed: in_progress>completed > [{api operational}]
span api under_maintenance 10-40
`},
		{"past its end, open until a person says so", []Update{update(0, Scheduled, window(10, 20), plain("api")), update(20, InProgress), update(50, Completed)}, `
0 000: >scheduled > [{api operational}]
10 clock started: scheduled>in_progress > [{api under_maintenance}]
20 020: in_progress>in_progress > [{api under_maintenance}]
50 050: in_progress>completed > [{api operational}]
span api under_maintenance 10-50
`},
		{"moved before it began", []Update{update(0, Scheduled, window(10, 20), plain("api")), update(5, Scheduled, window(100, 110))}, `
0 000: >scheduled > [{api operational}]
5 005: scheduled>scheduled > [{api operational}]
100 clock started: scheduled>in_progress > [{api under_maintenance}]
110 clock completed: in_progress>completed > [{api operational}]
span api under_maintenance 100-110
`},
		{"taken up again", []Update{update(0, Scheduled, window(10, 20), plain("api")), update(30, Scheduled, window(40, 50)), update(60, Completed)}, `
0 000: >scheduled > [{api operational}]
10 clock started: scheduled>in_progress > [{api under_maintenance}]
20 clock completed: in_progress>completed > [{api operational}]
30 030: completed>scheduled > [{api operational}]
40 clock started-2: scheduled>in_progress > [{api under_maintenance}]
50 clock completed-2: in_progress>completed > [{api operational}]
60 060: completed>completed > [{api operational}]
span api under_maintenance 10-20
span api under_maintenance 40-50
odd 3 at step 3
odd 2 at step 6
`},
		{"announced while it runs", []Update{update(15, Scheduled, window(10, 20), plain("api"))}, `
15 015: >scheduled > [{api operational}]
15 clock started: scheduled>in_progress > [{api under_maintenance}]
20 clock completed: in_progress>completed > [{api operational}]
span api under_maintenance 15-20
`},
		{"announced when it is over", []Update{update(30, Scheduled, window(10, 20), plain("api"))}, `
30 030: >scheduled > [{api operational}]
30 clock started: scheduled>in_progress > [{api under_maintenance}]
30 clock completed: in_progress>completed > [{api operational}]
span api under_maintenance 10-20
`},
		{"begun early", []Update{update(0, Scheduled, window(10, 20), plain("api")), update(5, InProgress)}, `
0 000: >scheduled > [{api operational}]
5 005: scheduled>in_progress > [{api under_maintenance}]
20 clock completed: in_progress>completed > [{api operational}]
span api under_maintenance 10-20
`},
		{"without an end", []Update{update(0, Scheduled, func(u *Update) { u.Starts = minute(10) }, plain("api"))}, `
0 000: >scheduled > [{api operational}]
10 clock started: scheduled>in_progress > [{api under_maintenance}]
span api under_maintenance 10-open
`},
		{"nothing said", []Update{update(0, 0)}, `
0 000: >scheduled > []
0 clock started: scheduled>in_progress > []
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := FoldMaintenance(Maintenance{ID: "x", Updates: c.updates})
			if d := cmp.Diff(c.want, "\n"+tell(h)); d != "" {
				t.Error(d)
			}
			checkHistory(t, h)
		})
	}
}

func TestUntil(t *testing.T) {
	h := FoldMaintenance(Maintenance{Updates: []Update{update(0, Scheduled, window(10, 20))}})
	for now, want := range map[int]Status{-5: Scheduled, 0: Scheduled, 9: Scheduled, 10: InProgress, 19: InProgress, 20: Completed, 99: Completed} {
		if got := h.Until(minute(now)).State().Status; got != want {
			t.Errorf("at %d: %s, want %s", now, got, want)
		}
	}
	if len(h.Steps) != 3 {
		t.Error("Until changed the history")
	}
}

func TestHistory(t *testing.T) {
	h := Fold(Incident{ID: "x", Updates: []Update{
		update(0, Investigating, severity(P2), plain("api"), func(u *Update) { u.Impact, u.ETA = "some", ETA{Words: "soon"} }),
		update(10, Identified, severity(P0), plain("web", "api")),
		update(20, Resolved, severity(P3)),
		update(30, Resolved),
	}})
	if !h.First().Equal(minute(0)) || !h.End().Equal(minute(20)) || !h.Over() || h.Worst() != P0 {
		t.Error(h.First(), h.End(), h.Over(), h.Worst())
	}
	if d := cmp.Diff([]string{"api", "web"}, h.Components()); d != "" {
		t.Error(d)
	}
	if s := h.State(); s.Title != "x" || s.Impact != "some" || s.ETA.Words != "soon" {
		t.Errorf("%+v", s)
	}
	open := Fold(Incident{ID: "x", Updates: []Update{update(0, Resolved), update(5, Monitoring)}})
	if open.Over() || !open.End().IsZero() {
		t.Error("a reopened incident is over")
	}
	if (Span{}).Open() != true || (ETA{}).IsZero() != true || (Hold{For: 1}).IsZero() || (ETA{Words: "x"}).IsZero() {
		t.Error("zero values")
	}
}

// checkHistory checks the properties that every history has.
func checkHistory(t *testing.T, h History) {
	t.Helper()
	for i, s := range h.Steps {
		if i > 0 {
			if s.Update.Date.Before(h.Steps[i-1].Update.Date) {
				t.Errorf("step %d is before the one before it:\n%s", i, tell(h))
			}
			if d := cmp.Diff(h.Steps[i-1].After, s.Before); d != "" {
				t.Errorf("step %d does not begin where the one before it ends:\n%s", i, d)
			}
		}
	}
	perComponent := map[string][]Span{}
	for _, s := range h.Spans {
		if s.Condition <= Operational || !s.To.IsZero() && !s.To.After(s.From) {
			t.Errorf("the span %+v of\n%s", s, tell(h))
		}
		for _, other := range perComponent[s.Component] {
			if (other.To.IsZero() || s.From.Before(other.To)) && (s.To.IsZero() || other.From.Before(s.To)) {
				t.Errorf("%+v and %+v overlap in\n%s", other, s, tell(h))
			}
		}
		perComponent[s.Component] = append(perComponent[s.Component], s)
		if s.To.IsZero() && h.Over() {
			t.Errorf("an open span in what is over:\n%s", tell(h))
		}
	}
}

// decode converts arbitrary bytes to updates, so that fuzzing can generate histories.
func decode(raw []byte, planned bool) []Update {
	var updates []Update
	for len(raw) >= 5 && len(updates) < 40 {
		a, b, c, d, e := raw[0], raw[1], raw[2], raw[3], raw[4]
		raw = raw[5:]
		u := Update{ID: fmt.Sprintf("%02d", len(updates)), Path: fmt.Sprint(len(updates)), Date: minute(int(a))}
		if planned {
			u.Status = MaintenanceStatuses[int(b)%5]
			if d%4 == 0 {
				u.Starts = minute(int(d))
			}
			if e%4 == 0 {
				u.Ends = minute(int(e))
			}
		} else {
			u.Status = IncidentStatuses[int(b)%4]
			u.Severity = Severity(d % 5)
		}
		if c > 0 {
			u.Components = &Components{Explicit: c%2 == 0 && !planned, List: []Affected{}}
			for i, id := range []string{"api", "web", "db"} {
				if c>>(i+1)&1 == 1 {
					condition := Condition(0)
					if u.Components.Explicit {
						condition = Conditions[int(e)%4]
					}
					u.Components.List = append(u.Components.List, Affected{id, condition})
				}
			}
		}
		updates = append(updates, u)
	}
	return updates
}

func FuzzFold(f *testing.F) {
	f.Add([]byte{0, 0, 3, 1, 0, 10, 1, 0, 0, 0, 20, 3, 0, 0, 0}, uint64(1))
	f.Add([]byte{0, 0, 2, 1, 1, 5, 3, 0, 0, 0, 5, 0, 4, 4, 3, 200, 2, 9, 9, 9}, uint64(2))
	f.Fuzz(func(t *testing.T, raw []byte, seed uint64) { checkFold(t, raw, seed) })
}

func TestAnyUpdatesInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for seed := range uint64(2000) {
		raw := make([]byte, r.IntN(60))
		for i := range raw {
			raw[i] = byte(r.UintN(256))
		}
		checkFold(t, raw, seed)
	}
}

// checkFold folds the updates and a permutation of them. Both histories must be valid and equal.
func checkFold(t *testing.T, raw []byte, seed uint64) {
	for _, planned := range []bool{false, true} {
		updates := decode(raw, planned)
		if len(updates) == 0 {
			continue
		}
		fold := func(updates []Update) History {
			if planned {
				return FoldMaintenance(Maintenance{ID: "x", Updates: updates})
			}
			return Fold(Incident{ID: "x", Updates: updates})
		}
		one := fold(updates)
		checkHistory(t, one)
		shuffled := append([]Update(nil), updates...)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if d := cmp.Diff(one, fold(shuffled)); d != "" {
			t.Errorf("the order of the updates matters:\n%s", d)
		}
		for _, now := range []time.Time{minute(-1), minute(60), minute(300)} {
			if u := one.Until(now); len(u.Steps) > 0 && u.Last().Clock() && u.Last().Update.Date.After(now) {
				t.Errorf("at %v the clock has done what it does at %v", now, u.Last().Update.Date)
			}
		}
	}
}

func TestTerms(t *testing.T) {
	for _, s := range Severities {
		got, ok := ParseSeverity(s.String())
		if !ok || got != s || s.Word() == "" {
			t.Errorf("%v is read as %v", s, got)
		}
		if s.Urgent() != (s <= P1) {
			t.Errorf("%v is urgent: %v", s, s.Urgent())
		}
		for _, other := range Severities {
			if w := s.Worse(other); w != min(s, other) || w != other.Worse(s) {
				t.Errorf("the worse of %v and %v is %v", s, other, w)
			}
		}
		if s.Worse(0) != s || Severity(0).Worse(s) != s {
			t.Error("nothing is worse than something")
		}
	}
	for _, among := range [][]Status{IncidentStatuses[:], MaintenanceStatuses[:]} {
		for _, s := range among {
			if got, ok := ParseStatus(s.String(), among); !ok || got != s || s.Word() == "" {
				t.Errorf("%v is read as %v", s, got)
			}
		}
	}
	for _, c := range Conditions {
		if got, ok := ParseCondition(c.String()); !ok || got != c || c.Word() == "" {
			t.Errorf("%v is read as %v", c, got)
		}
	}
	for _, bad := range []string{"", "p0", "P4", "Resolved", "completed", "under_maintenance"} {
		_, severity := ParseSeverity(bad)
		_, status := ParseStatus(bad, IncidentStatuses[:])
		_, condition := ParseCondition(bad)
		if severity || status || condition {
			t.Errorf("%q is read", bad)
		}
	}
	want := []Condition{MajorOutage, PartialOutage, DegradedPerformance, DegradedPerformance}
	for i, s := range Severities {
		if s.Condition() != want[i] {
			t.Errorf("%v means %v", s, s.Condition())
		}
	}
}

func TestSecret(t *testing.T) {
	for name, c := range map[string]struct {
		updates []Update
		want    bool
	}{
		"none":             {nil, false},
		"no runbook":       {[]Update{{}, {}}, false},
		"a runbook":        {[]Update{{Runbook: &Runbook{DataLoss: true}}}, false},
		"an update":        {[]Update{{Runbook: &Runbook{Security: "incident"}}, {}}, true},
		"only a draft":     {[]Update{{}, {Draft: true, Runbook: &Runbook{Security: "breach"}}}, true},
		"taken back later": {[]Update{{Runbook: &Runbook{Security: "incident"}}, {Runbook: &Runbook{}}}, true},
	} {
		if got := (Incident{Updates: c.updates}).Secret(); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestUnclearComponentsStayAffected checks that components missing from an unclear set stay as they
// were, and that an invalid condition falls back to the one that the severity implies.
func TestUnclearComponentsStayAffected(t *testing.T) {
	unclear := func(u *Update) { u.Components.Unclear = true }
	for _, c := range []struct {
		name    string
		updates []Update
		want    string
	}{
		{"a list", []Update{update(0, Investigating, severity(P0), plain("api", "web")), update(5, Identified, plain("web"), unclear)}, "[{web major_outage} {api major_outage}]"},
		{"a map after a list", []Update{update(0, Investigating, severity(P1), plain("api")), update(5, Identified, explicit("web", DegradedPerformance), unclear)},
			"[{web degraded_performance} {api partial_outage}]"},
		{"a list after a map", []Update{update(0, Investigating, severity(P1), explicit("api", DegradedPerformance)), update(5, Identified, plain(), unclear)}, "[{api degraded_performance}]"},
		{"a condition that is not understood", []Update{update(0, Investigating, severity(P0), explicit("api", 0), unclear)}, "[{api major_outage}]"},
		{"what is clear replaces all of it", []Update{update(0, Investigating, severity(P0), plain("api")), update(5, Identified, plain(), unclear), update(6, Identified, plain())}, "[]"},
	} {
		if got := fmt.Sprint(Fold(Incident{ID: "x", Updates: c.updates}).State().Affected); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	m := FoldMaintenance(Maintenance{ID: "m", Updates: []Update{update(0, Scheduled, window(10, 20), plain("api")), update(5, Scheduled, plain("web"), unclear)}})
	if got := fmt.Sprint(m.Steps[1].After.Affected); got != "[{web under_maintenance} {api under_maintenance}]" {
		t.Error(got)
	}
}

// TestWithoutStatus checks that an update without a status leaves it unchanged, and that the first
// one defaults to investigating.
func TestWithoutStatus(t *testing.T) {
	h := Fold(Incident{ID: "x", Updates: []Update{update(0, 0), update(1, Monitoring), update(2, 0), update(3, Resolved), update(4, 0)}})
	var got []Status
	for _, step := range h.Steps {
		got = append(got, step.After.Status)
	}
	if d := cmp.Diff([]Status{Investigating, Monitoring, Monitoring, Resolved, Resolved}, got); d != "" {
		t.Error(d)
	}
	if m := FoldMaintenance(Maintenance{ID: "m", Updates: []Update{update(0, 0, window(10, 20))}}); m.Steps[0].After.Status != Scheduled {
		t.Error(m.Steps[0].After.Status)
	}
}
