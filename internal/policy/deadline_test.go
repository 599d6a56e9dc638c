package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
)

// sec returns the instant n seconds after the origin.
func sec(n int) time.Time { return origin.Add(time.Duration(n) * time.Second) }

func status(s incident.Status) func(*incident.Update) {
	return func(u *incident.Update) { u.Status = s }
}

// seen returns evidence that each update was on the branch at its date.
func seen(updates []incident.Update) Evidence {
	e := Evidence{}
	for _, u := range updates {
		e[u.Path] = Proof{Versions: since(u.Date)}
	}
	return e
}

func committed(path string, at time.Time) Evidence { return byGit(map[string]time.Time{path: at}) }

func withPaths(updates []incident.Update) []incident.Update {
	for i := range updates {
		updates[i].Path = updates[i].ID + ".md"
	}
	return updates
}

func owed(deadlines []Deadline) []string {
	var lines []string
	for _, d := range deadlines {
		line := fmt.Sprintf("%s: %s by %+d: %s", d.Rule, d.Owed, int(d.Due.Sub(origin)/time.Minute), d.State)
		if !d.MetAt.IsZero() {
			line += fmt.Sprintf(" at %+d", int(d.MetAt.Sub(origin)/time.Minute))
		}
		if d.Stated {
			line += ", as stated"
		}
		lines = append(lines, line)
	}
	return lines
}

// TestTable checks the runbook's table: for an incident of each severity, it judges every deadline
// one second before it is due, when it is due, and one second after.
func TestTable(t *testing.T) {
	rules := Defaults()
	const (
		min  = 60
		hour = 60 * min
		d    = 24 * hour
	)
	for _, row := range []struct {
		severity incident.Severity
		want     map[string]int // rule and action -> seconds from the start or the resolution
	}{
		{incident.P0, map[string]int{"publish: publish 000": 5 * min, "respond: acknowledge": 5 * min, "resolve: resolve": hour,
			"escalate: tell the engineering lead, unless it is resolved": 30 * min, "escalate: tell the CTO, unless it is resolved": hour, "update: next update": 30 * min}},
		{incident.P1, map[string]int{"publish: publish 000": 5 * min, "respond: acknowledge": 15 * min, "resolve: resolve": 4 * hour,
			"escalate: tell the engineering lead, unless it is resolved": 2 * hour, "update: next update": 30 * min}},
		{incident.P2, map[string]int{"publish: publish 000": hour, "respond: acknowledge": hour, "resolve: resolve": d}},
		{incident.P3, map[string]int{"publish: publish 000": hour, "respond: acknowledge": 4 * hour, "resolve: resolve": 3 * d}},
	} {
		updates := withPaths([]incident.Update{update(0, row.severity)})
		i := incident.Incident{ID: "x", Updates: updates}
		got := map[string]int{}
		for _, deadline := range rules.Deadlines(i, committed("000.md", sec(0)), sec(0)) {
			key := string(deadline.Rule) + ": " + deadline.Owed
			got[key] = int(deadline.Due.Sub(origin) / time.Second)
			t.Logf("%s  %-62s due after %-8s %s", row.severity, key, Words(deadline.Due.Sub(origin)), deadline.Because)
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s: %s", row.severity, diff)
		}
		for key, due := range row.want {
			for offset, want := range map[int]State{-1: Waiting, 0: Waiting, 1: Missed} {
				state := func(evidence Evidence, now time.Time, more ...incident.Update) State {
					i.Updates = withPaths(append([]incident.Update{updates[0]}, more...))
					for _, deadline := range rules.Deadlines(i, evidence, now) {
						if strings.HasPrefix(key, string(deadline.Rule)+": "+deadline.Owed) && deadline.Due.Equal(sec(due)) {
							return deadline.State
						}
					}
					return "none"
				}
				if key == "publish: publish 000" || key == "respond: acknowledge" {
					// An update that was committed that late was published that late. As an answer,
					// it counts if it was committed within the tolerance.
					want = map[State]State{Waiting: Met, Missed: Missed}[want]
					at := sec(due + offset)
					if key == "respond: acknowledge" {
						at = at.Add(rules.Tolerance)
					}
					if got := state(committed("000.md", at), at); got != want {
						t.Errorf("%s %s, seen %+d s: %s, want %s", row.severity, key, offset, got, want)
					}
					continue
				}
				if got := state(committed("000.md", sec(0)), sec(due+offset)); got != want {
					t.Errorf("%s %s, %+d s: %s, want %s", row.severity, key, offset, got, want)
				}
				// Done at that time: resolved, told, or updated.
				done := update(0, 0, status(incident.Resolved))
				done.ID, done.Date = "done", sec(due+offset)
				done.Runbook = &incident.Runbook{Escalated: map[string]time.Time{"lead": done.Date, "cto": done.Date}}
				met := map[State]State{Waiting: Met, Missed: Missed}[want]
				if strings.HasPrefix(key, "escalate") && offset <= 0 {
					met = "none" // resolved in time: no escalation needed
				}
				if got := state(byGit(map[string]time.Time{"000.md": sec(0), "done.md": sec(due + offset)}), sec(due+10), done); got != met {
					t.Errorf("%s %s, done at %+d s: %s, want %s", row.severity, key, offset, got, met)
				}
			}
		}
		// After the resolution.
		resolved := update(10, 0, status(incident.Resolved))
		i.Updates = withPaths([]incident.Update{updates[0], resolved})
		want := map[string]int{"postmortem: write the post-mortem": 7 * d}
		if row.severity.Urgent() {
			want["meeting: hold the post-mortem meeting"] = 2 * d
		}
		for key, due := range want {
			for offset, state := range map[int]State{-1: Waiting, 0: Waiting, 1: Missed} {
				now := minute(10).Add(time.Duration(due+offset) * time.Second)
				found := State("none")
				for _, deadline := range rules.Deadlines(i, seen(i.Updates), now) {
					if string(deadline.Rule)+": "+deadline.Owed == key {
						found = deadline.State
						if offset == 0 {
							t.Logf("%s  %-62s due after %-8s %s", row.severity, key, Words(deadline.Due.Sub(minute(10))), deadline.Because)
						}
					}
				}
				if found != state {
					t.Errorf("%s %s, %+d s: %s, want %s", row.severity, key, offset, found, state)
				}
			}
		}
	}
}

func TestDeadlines(t *testing.T) {
	const p0, p1, p2, p3 = incident.P0, incident.P1, incident.P2, incident.P3
	runbook := func(change func(*incident.Runbook)) func(*incident.Update) {
		return func(u *incident.Update) { u.Runbook = &incident.Runbook{}; change(u.Runbook) }
	}
	resolved, monitoring := status(incident.Resolved), status(incident.Monitoring)
	for _, c := range []struct {
		name     string
		updates  []incident.Update
		evidence map[string]int // ID -> minute; nil: each at its date
		post     *incident.Postmortem
		now      int
		only     string // rules to check
		want     []string
	}{
		{name: "committed late: missed, whatever the date says", updates: []incident.Update{update(0, p0)}, evidence: map[string]int{"000": 40}, now: 50, only: "publish respond",
			want: []string{"publish: publish 000 by +5: missed at +40", "respond: acknowledge by +5: missed at +40"}},
		{name: "nothing proves it", updates: []incident.Update{update(0, p1)}, evidence: map[string]int{}, now: 10, only: "publish respond",
			want: []string{"publish: publish 000 by +5: unverified at +0, as stated", "respond: acknowledge by +15: unverified at +0, as stated"}},
		{name: "acknowledged, and committed too late to prove it", updates: []incident.Update{update(0, p1, detected(-30), func(u *incident.Update) { u.Acknowledged = minute(-20) })}, now: 1, only: "respond publish",
			want: []string{"publish: publish 000 by -25: missed at +0", "respond: acknowledge by -15: missed at +0"}},
		{name: "acknowledged too late", updates: []incident.Update{update(0, p1, detected(-30), func(u *incident.Update) { u.Acknowledged = minute(-10) })}, now: 1, only: "respond",
			want: []string{"respond: acknowledge by -15: missed at -10, as stated"}},
		{name: "held and public at its deadline", updates: []incident.Update{update(0, p2, holdFor(59))}, now: 61, only: "publish", want: []string{"publish: publish 000 by +60: met at +59"}},
		{name: "held, not public yet", updates: []incident.Update{update(0, p2, holdFor(59))}, now: 30, only: "publish", want: []string{"publish: publish 000 by +60: waiting"}},
		{name: "dated ahead", updates: []incident.Update{update(0, p2), update(100, 0)}, now: 30, only: "publish",
			want: []string{"publish: publish 000 by +60: met at -5", "publish: publish 100 by +160: waiting"}, evidence: map[string]int{"000": -10, "100": 20}},
		{name: "a draft owes nothing", updates: []incident.Update{update(0, p0, draft)}, now: 30, want: nil},
		{name: "updates keep coming", updates: []incident.Update{update(0, p1), update(20, 0), update(70, 0, monitoring), update(80, 0, resolved)}, now: 500, only: "update",
			want: []string{"update: next update by +30: met at +20", "update: next update by +50: missed at +70", "update: next update by +100: met at +80"}},
		{name: "lowered: no updates are owed", updates: []incident.Update{update(0, p1), update(20, p3)}, now: 500, only: "update", want: []string{"update: next update by +30: met at +20"}},
		{name: "raised: new clocks", updates: []incident.Update{update(0, p2), update(100, p0)}, now: 110, only: "resolve escalate respond",
			want: []string{"respond: acknowledge by +60: met at +0", "respond: acknowledge by +105: met at +100", "escalate: tell the engineering lead, unless it is resolved by +130: waiting",
				"escalate: tell the CTO, unless it is resolved by +160: waiting", "resolve: resolve by +160: waiting"}},
		{name: "raised late: what was due sooner stays", updates: []incident.Update{update(0, p2), update(1400, p1)}, now: 1410, only: "resolve",
			want: []string{"resolve: resolve by +1440: waiting"}},
		{name: "lowered: lower clocks, from the detection", updates: []incident.Update{update(0, p1), update(100, p2)}, now: 110, only: "resolve escalate",
			want: []string{"resolve: resolve by +1440: waiting"}},
		{name: "lowered: what was missed stays missed", updates: []incident.Update{update(0, p0), update(70, p2)}, now: 80, only: "resolve escalate",
			want: []string{"escalate: tell the engineering lead, unless it is resolved by +30: missed", "escalate: tell the CTO, unless it is resolved by +60: missed", "resolve: resolve by +60: missed"}},
		{name: "resolved in time", updates: []incident.Update{update(0, p0), update(29, 0, resolved)}, now: 80, only: "resolve escalate", want: []string{"resolve: resolve by +60: met at +29"}},
		{name: "resolved between", updates: []incident.Update{update(0, p0), update(45, 0, resolved)}, now: 80, only: "resolve escalate",
			want: []string{"escalate: tell the engineering lead by +30: missed", "resolve: resolve by +60: met at +45"}},
		{name: "back-dated resolution", updates: []incident.Update{update(0, p0), update(45, 0, resolved)}, evidence: map[string]int{"000": 0, "045": 90}, now: 99, only: "resolve",
			want: []string{"resolve: resolve by +60: missed at +90"}},
		{name: "reopened: the clock goes on", updates: []incident.Update{update(0, p0), update(40, 0, resolved), update(100, 0), update(115, 0, resolved)}, now: 200, only: "resolve",
			want: []string{"resolve: resolve by +120: met at +115"}},
		{name: "reopened, and open", updates: []incident.Update{update(0, p0), update(40, 0, resolved), update(100, 0)}, now: 125, only: "resolve", want: []string{"resolve: resolve by +120: missed"}},
		{name: "reopened after the time was used up", updates: []incident.Update{update(0, p0), update(70, 0, resolved), update(100, 0)}, now: 101, only: "resolve", want: []string{"resolve: resolve by +60: missed"}},
		{name: "reopened after a back-dated resolution", updates: []incident.Update{update(0, p0), update(20, 0, resolved), update(100, 0), update(110, 0, resolved)}, evidence: map[string]int{"000": 0, "020": 80, "100": 100, "110": 110}, now: 200, only: "resolve escalate",
			want: []string{"escalate: tell the engineering lead by +30: missed", "escalate: tell the CTO by +60: missed", "resolve: resolve by +60: missed at +110, as stated"}},
		{name: "down and up again: the clock that was running goes on", updates: []incident.Update{update(0, p1), update(60, p2), update(110, p1)}, now: 115, only: "resolve escalate respond",
			want: []string{"respond: acknowledge by +15: met at +0", "escalate: tell the engineering lead, unless it is resolved by +120: waiting", "resolve: resolve by +240: waiting"}},
		{name: "down and up again, resolved in between", updates: []incident.Update{update(0, p1), update(60, p2), update(70, 0, resolved), update(100, 0), update(110, p1)}, now: 115, only: "resolve",
			want: []string{"resolve: resolve by +270: waiting"}},
		{name: "up, down and up again", updates: []incident.Update{update(0, p2), update(30, p0), update(40, p2), update(50, p0)}, now: 55, only: "resolve escalate",
			want: []string{"escalate: tell the engineering lead, unless it is resolved by +60: waiting", "escalate: tell the CTO, unless it is resolved by +90: waiting", "resolve: resolve by +90: waiting"}},
		{name: "a first update committed within the tolerance answers", updates: []incident.Update{update(0, p1)}, evidence: map[string]int{"000": 20}, now: 50, only: "publish respond",
			want: []string{"publish: publish 000 by +5: missed at +20", "respond: acknowledge by +15: met at +0"}},
		{name: "acknowledged in the future", updates: []incident.Update{update(0, p1, func(u *incident.Update) { u.Acknowledged = minute(10) })}, now: 5, only: "respond", want: []string{"respond: acknowledge by +15: waiting"}},
		{name: "acknowledged in the future, and overdue", updates: []incident.Update{update(0, p1, func(u *incident.Update) { u.Acknowledged = minute(30) })}, now: 20, only: "respond", want: []string{"respond: acknowledge by +15: missed"}},
		{name: "told and notified in the future", updates: []incident.Update{update(0, p0, runbook(func(r *incident.Runbook) {
			r.Security, r.Escalated, r.Notified = "incident", map[string]time.Time{"lead": minute(4)}, minute(40)
		})), update(1, 0, runbook(func(r *incident.Runbook) { r.Security, r.Notified = "breach", minute(40) }))}, now: 3, only: "notify escalate",
			want: []string{"escalate: tell the engineering lead by +5: waiting", "escalate: tell the CTO by +6: waiting", "notify: notify the customers of the breach by +4321: waiting"}},
		{name: "told in time, and committed too late to prove it", updates: []incident.Update{update(0, p1), update(200, 0, runbook(func(r *incident.Runbook) { r.Escalated = map[string]time.Time{"lead": minute(100)} }))}, now: 210, only: "escalate",
			want: []string{"escalate: tell the engineering lead, unless it is resolved by +120: missed at +200"}},
		{name: "told, and nothing proves it", updates: []incident.Update{update(0, p1, runbook(func(r *incident.Runbook) { r.Escalated = map[string]time.Time{"lead": minute(100)} }))}, evidence: map[string]int{}, now: 210, only: "escalate",
			want: []string{"escalate: tell the engineering lead, unless it is resolved by +120: unverified at +100, as stated"}},
		{name: "resolved by a back-dated update: the escalation was due", updates: []incident.Update{update(0, p1), update(100, 0, resolved)}, evidence: map[string]int{"000": 0, "100": 180}, now: 210, only: "escalate resolve",
			want: []string{"escalate: tell the engineering lead by +120: missed", "resolve: resolve by +240: met at +100"}},
		{name: "its own date convicts it", updates: []incident.Update{update(0, p1, detected(-30)), update(60, 0)}, evidence: map[string]int{}, now: 100, only: "publish update",
			want: []string{"publish: publish 000 by -25: missed at +0, as stated", "update: next update by +30: missed at +60, as stated", "publish: publish 060 by +65: unverified at +60, as stated", "update: next update by +90: missed"}},
		{name: "its own date convicts a post-mortem", updates: []incident.Update{update(0, p3), update(10, 0, resolved)}, post: &incident.Postmortem{Path: "pm", Date: minute(10091)}, evidence: map[string]int{}, now: 20000, only: "postmortem",
			want: []string{"postmortem: write the post-mortem by +10090: missed at +10091, as stated"}},
		{name: "told", updates: []incident.Update{update(0, p0, runbook(func(r *incident.Runbook) { r.Escalated = map[string]time.Time{"lead": minute(20), "cto": minute(70)} }))}, now: 80, only: "escalate",
			want: []string{"escalate: tell the engineering lead, unless it is resolved by +30: met at +20", "escalate: tell the CTO, unless it is resolved by +60: missed at +70, as stated"}},
		{name: "a breach", updates: []incident.Update{update(0, p0, runbook(func(r *incident.Runbook) { r.Security = "breach" }))}, now: 6, only: "escalate notify",
			want: []string{"escalate: tell the engineering lead by +5: missed", "escalate: tell the CTO by +5: missed", "notify: notify the customers of the breach by +4320: waiting"}},
		{name: "notified", updates: []incident.Update{update(0, p0, runbook(func(r *incident.Runbook) { r.Security, r.Notified = "breach", minute(4321) }))}, now: 5000, only: "notify",
			want: []string{"notify: notify the customers of the breach by +4320: missed at +4321, as stated"}},
		{name: "lost data", updates: []incident.Update{update(0, p2), update(30, 0, runbook(func(r *incident.Runbook) { r.DataLoss = true }))}, now: 31, only: "escalate",
			want: []string{"escalate: tell the engineering lead by +35: waiting"}},
		{name: "somebody asks for the CEO", updates: []incident.Update{update(0, p3, runbook(func(r *incident.Runbook) { r.Escalate = []string{"ceo"} }))}, now: 4, only: "escalate",
			want: []string{"escalate: tell the CEO by +5: waiting"}},
		{name: "an outage of more than four hours", updates: []incident.Update{update(0, p2, func(u *incident.Update) {
			u.Components = &incident.Components{Explicit: true, List: []incident.Affected{{Component: "api", Condition: incident.MajorOutage}}}
		})}, now: 100, only: "escalate", want: []string{"escalate: tell the CEO by +240: waiting"}},
		{name: "an outage that ended before", updates: []incident.Update{update(0, p2, func(u *incident.Update) {
			u.Components = &incident.Components{Explicit: true, List: []incident.Affected{{Component: "api", Condition: incident.MajorOutage}}}
		}), update(200, 0, resolved)}, now: 500, only: "escalate", want: nil},
		{name: "the worst severity rules the aftermath", updates: []incident.Update{update(0, p3), update(1, p1), update(2, p3), update(10, 0, resolved)}, now: 20, only: "meeting postmortem",
			want: []string{"meeting: hold the post-mortem meeting by +2890: waiting", "postmortem: write the post-mortem by +10090: waiting"}},
		{name: "a retracted incident has no aftermath", updates: []incident.Update{update(0, p0), update(10, 0, resolved, runbook(func(r *incident.Runbook) { r.Retracted = true }))}, now: 20, only: "meeting postmortem", want: nil},
		{name: "a reopened one has", updates: []incident.Update{update(0, p0), update(10, 0, resolved, runbook(func(r *incident.Runbook) { r.Retracted = true })), update(20, 0), update(30, 0, resolved)}, now: 40, only: "postmortem",
			want: []string{"postmortem: write the post-mortem by +10110: waiting"}},
		{name: "the aftermath is done", updates: []incident.Update{update(0, p1), update(10, 0, resolved)}, post: &incident.Postmortem{Path: "pm", Meeting: minute(2000), Date: minute(3000)}, evidence: map[string]int{"000": 0, "010": 10, "pm": 2895}, now: 5000, only: "meeting postmortem",
			want: []string{"meeting: hold the post-mortem meeting by +2890: met at +2000", "postmortem: write the post-mortem by +10090: met at +2895"}},
		{name: "the aftermath is late", updates: []incident.Update{update(0, p1), update(10, 0, resolved)}, post: &incident.Postmortem{Path: "pm", Meeting: minute(3000)}, evidence: map[string]int{"000": 0, "010": 10, "pm": 20000}, now: 30000, only: "meeting postmortem",
			want: []string{"meeting: hold the post-mortem meeting by +2890: missed at +3000, as stated", "postmortem: write the post-mortem by +10090: missed at +20000"}},
		{name: "a draft of a post-mortem, a meeting to come", updates: []incident.Update{update(0, p1), update(10, 0, resolved)}, post: &incident.Postmortem{Path: "pm", Draft: true, Meeting: minute(2000)}, now: 1000, only: "meeting postmortem",
			want: []string{"meeting: hold the post-mortem meeting by +2890: waiting", "postmortem: write the post-mortem by +10090: waiting"}},
		{name: "a post-mortem that nothing proves", updates: []incident.Update{update(0, p3), update(10, 0, resolved)}, post: &incident.Postmortem{Path: "pm", Date: minute(90)}, evidence: map[string]int{}, now: 1000, only: "postmortem",
			want: []string{"postmortem: write the post-mortem by +10090: unverified at +90, as stated"}},
		{name: "action items", updates: []incident.Update{update(0, p3)}, post: &incident.Postmortem{Path: "pm", Actions: []incident.Action{{What: "add an alarm", Due: minute(50)}, {What: "say so", Due: minute(60), Done: true}, {What: "some day"}}}, now: 100, only: "action",
			want: []string{"action: add an alarm by +50: missed, as stated", "action: say so by +60: met, as stated"}},
		{name: "waived", updates: []incident.Update{update(0, p0, runbook(func(r *incident.Runbook) { r.Waive = map[string]string{"escalate": "drill", "publish": "drill"} }))}, evidence: map[string]int{"000": 60}, now: 100, only: "escalate publish",
			want: []string{"publish: publish 000 by +5: waived at +60", "escalate: tell the engineering lead, unless it is resolved by +30: waived", "escalate: tell the CTO, unless it is resolved by +60: waived"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			updates := withPaths(c.updates)
			evidence := seen(updates)
			if c.evidence != nil {
				evidence = Evidence{}
				for id, n := range c.evidence {
					if id != "pm" {
						id += ".md"
					}
					evidence[id] = Proof{Versions: since(minute(n))}
				}
			}
			deadlines := Defaults().Deadlines(incident.Incident{ID: "x", Path: "x", Updates: updates, Postmortem: c.post}, evidence, minute(c.now))
			var got []Deadline
			for _, d := range deadlines {
				if c.only == "" || strings.Contains(" "+c.only+" ", " "+string(d.Rule)+" ") {
					got = append(got, d)
				}
				if d.Because == "" || d.Incident != "x" || d.Path == "" || d.Who == "" && d.Rule != "action" {
					t.Errorf("%+v", d)
				}
			}
			if diff := cmp.Diff(c.want, owed(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnOldFileProvesNothing checks that a file that was overwritten with another incident, and its
// post-mortem, don't inherit the commits of the old one.
func TestAnOldFileProvesNothing(t *testing.T) {
	old := update(-9000, incident.P1, func(u *incident.Update) {
		u.Acknowledged = minute(-8999)
		u.Runbook = &incident.Runbook{Escalated: map[string]time.Time{"lead": minute(-8990)}}
	})
	now := update(0, incident.P1, func(u *incident.Update) {
		u.Acknowledged = minute(5)
		u.Runbook = &incident.Runbook{Escalated: map[string]time.Time{"lead": minute(60)}}
	})
	i := incident.Incident{ID: "x", Updates: withPaths([]incident.Update{now, update(10, 0, status(incident.Resolved))}), Postmortem: &incident.Postmortem{Path: "pm", Meeting: minute(70)}}
	i.Updates[1].Date = minute(300)
	versions := func(at int) []Version {
		return []Version{{At: minute(-8980), Update: &old, Postmortem: &incident.Postmortem{Meeting: minute(-8000)}}, {At: minute(at)}}
	}
	evidence := Evidence{"000.md": {Versions: versions(290)}, "010.md": {Versions: since(minute(300))}, "pm": {Versions: versions(20000)}}
	for _, d := range Defaults().Deadlines(i, evidence, minute(30000)) {
		if d.Rule != Update && d.State != Missed && d.Path != "010.md" {
			t.Errorf("%+v", d)
		}
	}
}

// TestReportAndDueAgree checks that reports hold the deadlines of the same incidents as Deadlines,
// by when they were detected.
func TestReportAndDueAgree(t *testing.T) {
	for _, u := range []incident.Update{update(0, incident.P0), update(10, incident.P0, detected(0)), update(10, incident.P0, detected(2)), update(2000, incident.P2)} {
		i := incident.Incident{ID: "x", Updates: withPaths([]incident.Update{u})}
		rules := Defaults()
		rules.Since = minute(1)
		due := rules.Deadlines(i, nil, minute(100))
		var reported []Deadline
		for _, d := range NewReport(ReportInput{Rules: Defaults(), Incidents: []incident.Incident{i}, Since: rules.Since, Now: minute(100)}).Deadlines {
			reported = append(reported, d.Deadline)
		}
		if diff := cmp.Diff(due, reported); diff != "" {
			t.Error(diff)
		}
		if wanted := !u.Date.Before(rules.Since) && !u.Detected.Equal(minute(0)); wanted != (len(due) > 0) {
			t.Error(owed(due))
		}
	}
}

// TestOverdueEscalationsAreForgotten checks how long the overdue escalation of a resolved incident
// asks for something to be done.
func TestOverdueEscalationsAreForgotten(t *testing.T) {
	i := incident.Incident{ID: "x", Updates: withPaths([]incident.Update{update(0, incident.P0), update(45, 0, status(incident.Resolved))})}
	const month = 30 * 24 * 60
	for now, want := range map[int]bool{46: true, 45 + month - 1: true, 45 + month: false} {
		for _, d := range Defaults().Deadlines(i, seen(i.Updates), minute(now)) {
			if d.Rule == Escalate && (d.State != Missed || d.Open(minute(now)) != want) {
				t.Errorf("at %d: %+v", now, d)
			}
		}
	}
}

func TestLate(t *testing.T) {
	deadlines := []Deadline{
		{Due: minute(0), State: Missed}, {Due: minute(0), MetAt: minute(3), State: Missed}, {Due: minute(0), MetAt: minute(-3), State: Met},
		{Due: minute(9), State: Waiting}, {Due: minute(7), State: Waiting},
	}
	for i, want := range []time.Duration{5 * time.Minute, 3 * time.Minute, 0, 0, 0} {
		if got := deadlines[i].Late(minute(5)); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
	if Words(30*time.Second) != "30 s" || Words(26*time.Hour+time.Minute) != "1 d 2 h" {
		t.Error(Words(26 * time.Hour))
	}
}

// TestDeadlinesOfAnything checks properties that hold for any input.
func TestDeadlinesOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	rules := Defaults()
	for range 3000 {
		var updates []incident.Update
		evidence := Evidence{}
		for n := range 1 + r.IntN(7) {
			u := update(r.IntN(3000), incident.Severity(r.IntN(5)), status(incident.IncidentStatuses[r.IntN(4)]))
			u.ID, u.Draft = fmt.Sprint(n), r.IntN(6) == 0
			u.Path = u.ID + ".md"
			if r.IntN(3) > 0 {
				evidence[u.Path] = Proof{Versions: since(u.Date.Add(time.Duration(r.IntN(200)) * time.Minute))}
			}
			if recorded := Recorded(r.IntN(4)); r.IntN(2) == 0 {
				proof := evidence[u.Path]
				proof.Recorded, proof.Public = recorded, u.Date.Add(time.Duration(r.IntN(400))*time.Minute)
				evidence[u.Path] = proof
			}
			u.Hold.For = time.Duration(r.IntN(90)) * time.Minute
			updates = append(updates, u)
		}
		now := minute(r.IntN(6000))
		i := incident.Incident{ID: "x", Updates: updates}
		for _, d := range rules.Deadlines(i, evidence, now) {
			switch {
			case d.State == Met && d.MetAt.After(d.Due), d.State == Waiting && now.After(d.Due), d.State == Missed && d.MetAt.IsZero() && !now.After(d.Due),
				d.State == Missed && !d.MetAt.IsZero() && !d.MetAt.After(d.Due), d.State == "", d.Because == "":
				t.Fatalf("%+v\nof %+v at %s", d, updates, now)
			}
			proof := evidence[d.Path]
			if d.Rule != "publish" || d.State != Met {
				continue
			}
			switch proof.Recorded {
			case Unrecorded, AtLatest:
				known := len(proof.Versions) > 0
				if !known && proof.Recorded == Unrecorded || known && proof.Versions[0].At.After(d.Due) && (proof.Recorded == Unrecorded || proof.Public.After(d.Due)) {
					t.Fatalf("back-dating met a deadline: %+v of %+v", d, updates)
				}
			case Exactly:
				if proof.Public.After(d.Due) {
					t.Fatalf("published late, and yet met: %+v of %+v", d, updates)
				}
			case NotYet:
				t.Fatalf("not public, and yet met: %+v of %+v", d, updates)
			}
		}
		if again := rules.Deadlines(i, evidence, now); cmp.Diff(again, rules.Deadlines(i, evidence, now)) != "" {
			t.Fatal("not the same twice")
		}
	}
}

// since returns the evidence of a file that was committed once.
func since(at time.Time) []Version { return []Version{{At: at}} }

// byGit returns evidence from git alone, given when each file was committed for the only time.
func byGit(committed map[string]time.Time) Evidence {
	e := Evidence{}
	for path, at := range committed {
		e[path] = Proof{Versions: since(at)}
	}
	return e
}
