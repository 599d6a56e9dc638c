package policy

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	compare "github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
)

// oracleRules returns the oracle's numbers as rules of the program.
func oracleRules() Rules {
	minutes := func(n int) time.Duration { return time.Duration(max(n, 0)) * time.Minute }
	r := Rules{Severity: map[incident.Severity]SeverityRules{}, Tolerance: minutes(tolerance), UpdateEvery: map[incident.Severity]time.Duration{},
		Notify: minutes(notifyWithin), OutageCEO: minutes(outageCEO)}
	for n, severity := range incident.Severities {
		r.Severity[severity] = SeverityRules{Publish: minutes(publishWithin[n]), Batch: minutes(batch[n]), Respond: minutes(respondWithin[n]),
			Resolve: minutes(resolveWithin[n]), Lead: minutes(leadAfter[n]), CTO: minutes(ctoAfter[n]), Meeting: minutes(meetingWithin[n]), Postmortem: minutes(postmortemWithin)}
		r.UpdateEvery[severity] = minutes(updateEvery[n])
	}
	return r
}

// instantOf is the instant of a minute; the zero time for none.
func instantOf(n int) time.Time {
	if n == none {
		return time.Time{}
	}
	return minute(n)
}

func (u told) update() incident.Update {
	var severity incident.Severity
	if u.severity != none {
		severity = incident.Severities[u.severity]
	}
	status := incident.Investigating
	if u.resolved {
		status = incident.Resolved
	}
	r := &incident.Runbook{Security: u.security, DataLoss: u.dataLoss, Notified: instantOf(u.notified), Retracted: u.retracted, Escalated: map[string]time.Time{}, Waive: map[string]string{}}
	for party, at := range map[string]int{"lead": u.lead, "cto": u.cto} {
		if at != none {
			r.Escalated[party] = minute(at)
		}
	}
	if u.askCEO {
		r.Escalate = []string{"ceo"}
	}
	if u.waive != "" {
		r.Waive[u.waive] = "a drill"
	}
	return incident.Update{ID: u.id, Path: u.id + ".md", Draft: u.draft, Date: minute(u.date), Severity: severity, Status: status,
		Hold: incident.Hold{For: time.Duration(u.hold) * time.Minute}, Detected: instantOf(u.detected), Acknowledged: instantOf(u.acknowledged), Runbook: r,
		Components: &incident.Components{List: []incident.Affected{{Component: "api"}}}}
}

func (u told) postmortem() *incident.Postmortem {
	return &incident.Postmortem{Path: "pm", Draft: u.draft, Date: minute(u.date), Meeting: instantOf(u.meeting)}
}

// randomFile makes up what a file says and what its earlier versions said.
func randomFile(r *rand.Rand, id string, after int) paper {
	some := func(chance int, values func() int) int {
		if r.IntN(chance) > 0 {
			return none
		}
		return values()
	}
	around := func() int { return after + r.IntN(160) - 40 }
	say := func() told {
		u := told{id: id, draft: r.IntN(8) == 0, date: after + r.IntN(80), severity: some(2, func() int { return r.IntN(4) }), resolved: r.IntN(4) == 0,
			detected: none, acknowledged: some(5, around), lead: some(4, around), cto: some(6, around), notified: some(6, around), meeting: some(2, around)}
		u.retracted = u.resolved && u.date%7 == 0
		if r.IntN(3) == 0 {
			u.hold = r.IntN(60)
		}
		if r.IntN(4) == 0 {
			u.detected = u.date - r.IntN(40)
		}
		switch r.IntN(30) {
		case 0:
			u.security = "breach"
		case 1:
			u.security = "incident"
		case 2:
			u.dataLoss = true
		case 3:
			u.askCEO = true
		case 4:
			u.waive = []string{"publish", "respond", "escalate", "resolve"}[r.IntN(4)]
		}
		return u
	}
	f := paper{now: say()}
	if r.IntN(5) > 0 {
		at := f.now.date + r.IntN(20) - 5
		for n := r.IntN(3); n >= 0; n-- {
			version := f.now
			switch r.IntN(6) {
			case 0:
				version = say()
			case 1:
				version.draft = true
			case 2:
				version.acknowledged, version.lead, version.notified, version.meeting = none, none, none, none
			case 3:
				version.hold, version.date = 0, f.now.date+r.IntN(60)-20
			case 4: // an older incident in the same file
				if len(f.commits) == 0 {
					at -= 60
					version.date = at - r.IntN(20)
				}
			}
			if n == 0 && r.IntN(8) > 0 {
				version = f.now
			}
			f.commits, f.versions = append(f.commits, at), append(f.versions, version)
			at += r.IntN(60)
		}
	}
	if r.IntN(3) == 0 {
		f.recorded, f.public = Recorded(r.IntN(4)), f.now.date+r.IntN(90)
	}
	return f
}

// TestTheOracle compares the program with the oracle on random incidents, their git histories, the
// publish record and the current time; on more with CRIER_LONG.
func TestTheOracle(t *testing.T) {
	rules := oracleRules()
	states := map[string]int{}
	incidents := 400
	if os.Getenv("CRIER_LONG") != "" {
		incidents = 10000
	}
	for seed := range incidents {
		r := rand.New(rand.NewPCG(uint64(seed), 21))
		o := &oracle{start: 760 * r.IntN(2)} // the next day begins at 836
		o.now = o.start + r.IntN(500)
		evidence := Evidence{}
		i := incident.Incident{ID: "x", Path: "x"}
		proof := func(f paper, path string) {
			p := Proof{Recorded: f.recorded}
			if f.recorded == Exactly || f.recorded == AtLatest {
				p.Public = minute(f.public)
			}
			for v, at := range f.commits {
				version := Version{At: minute(at)}
				switch u := f.versions[v].update(); {
				case path == "pm":
					version.Postmortem = f.versions[v].postmortem()
				case f.versions[v] != f.now:
					version.Update = &u
				}
				p.Versions = append(p.Versions, version)
			}
			evidence[path] = p
		}
		after := o.start
		for n := range 1 + r.IntN(5) {
			f := randomFile(r, fmt.Sprint(n), after)
			after += r.IntN(80)
			o.files = append(o.files, f)
			i.Updates = append(i.Updates, f.now.update())
			proof(f, f.now.id+".md")
		}
		if r.IntN(2) == 0 {
			f := randomFile(r, "pm", after+r.IntN(150))
			f.recorded = Unrecorded
			o.post, i.Postmortem = &f, f.now.postmortem()
			proof(f, "pm")
		}
		slices.SortFunc(o.files, func(a, b paper) int { return cmp.Or(a.now.date-b.now.date, cmp.Compare(a.now.id, b.now.id)) })
		o.deadlines()
		var want, got []string
		for _, v := range o.verdicts {
			want = append(want, v.String())
			states[v.rule+" "+string(v.state)]++
		}
		for _, d := range rules.Deadlines(i, evidence, minute(o.now)) {
			v := verdict{string(d.Rule), d.Owed, int(d.Due.Sub(origin) / time.Minute), d.State, none, d.Stated}
			if !d.MetAt.IsZero() {
				v.at = int(d.MetAt.Sub(origin) / time.Minute)
			}
			got = append(got, v.String())
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := compare.Diff(want, got); diff != "" {
			t.Fatalf("seed %d, at %d:\n%s\n(- the oracle, + the program)\n%s", seed, o.now, diff, o)
		}
	}
	for _, row := range Table {
		for _, state := range []State{Met, Waiting, Missed, Unverified} {
			if n := states[string(row.Rule)+" "+string(state)]; n == 0 && row.Rule != Action {
				t.Errorf("no deadline of %s is %s", row.Rule, state)
			}
		}
	}
}

func (v verdict) String() string {
	line := fmt.Sprintf("%s: %s by %+d: %s", v.rule, v.what, v.due, v.state)
	if v.at != none {
		line += fmt.Sprintf(" at %+d", v.at)
	}
	if v.stated {
		line += ", as stated"
	}
	return line
}

func (o *oracle) String() string {
	var b strings.Builder
	for _, f := range o.files {
		fmt.Fprintf(&b, "%+v\n", f)
	}
	return strings.ReplaceAll(fmt.Sprintf("%spost-mortem: %+v", &b, o.post), fmt.Sprint(none), "none")
}
