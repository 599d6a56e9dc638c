package policy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
)

// promised makes an incident from its updates, whose first one was posted so many minutes after its
// date.
func promised(id string, posted int, updates ...incident.Update) Promised {
	history := incident.Fold(incident.Incident{ID: id, Updates: updates})
	return Promised{History: &history, Posted: history.First().Add(time.Duration(posted) * time.Minute)}
}

// quartersOf writes quarters as text.
func quartersOf(quarters []Quarter) (lines []string) {
	promise := func(p Promise) string { return fmt.Sprintf("%d of %d within %s", p.Kept, p.Of, p.Within) }
	for _, q := range quarters {
		lines = append(lines, fmt.Sprintf("%d Q%d", q.Year, q.Number))
		for _, s := range q.Severities {
			lines = append(lines, fmt.Sprintf("  %s: first %s, resolution %s, median %s", s.Severity, promise(s.First), promise(s.Resolution), s.Median))
		}
		for _, m := range q.Misses {
			lines = append(lines, fmt.Sprintf("  %s missed %s by %s", m.Incident.ID, m.Rule, m.Late))
		}
	}
	return lines
}

func TestPromises(t *testing.T) {
	const p0, p1, p2, p3 = incident.P0, incident.P1, incident.P2, incident.P3
	resolved := status(incident.Resolved)
	waived := func(u *incident.Update) {
		u.Runbook = &incident.Runbook{Waive: map[string]string{"publish": "a drill", "resolve": "a drill"}}
	}
	const quarter = 92 * 24 * 60 // of the origin, 2026-10-02, to 2027-01-02
	rules := Defaults()
	rules.Since = minute(-200 * 24 * 60)
	incidents := []Promised{
		promised("good", 5, update(0, p0), update(60, 0, resolved)),
		promised("late", 6, update(0, p0, waived), update(61, 0, resolved)),
		promised("slow", 0, update(0, p0), update(180, 0, resolved)),
		promised("held", 60, update(0, p2, detected(-30)), update(24*60, 0, resolved)),
		promised("raised", 61, update(0, p3), update(600, p1), update(610, p2), update(600+240, 0, resolved)),
		promised("reopened", 0, update(0, p1), update(10, 0, resolved), update(20, 0, status(incident.Investigating)), update(300, 0, resolved), update(310, 0, resolved)),
		promised("before", 0, update(-8*24*60, p2), update(-2*24*60, 0, resolved)),       // ends on 2026-09-30
		promised("edge", 0, update(-2*24*60+717, p2), update(-2*24*60+718, 0, resolved)), // ends at 00:02 in Berlin, on 2026-10-01
		promised("next", 0, update(quarter-100, p2), update(quarter, 0, resolved)),
		promised("old", 99, update(-201*24*60, p0), update(-2*24*60, 0, resolved)),
		promised("open", 99, update(0, p0)),
	}
	secret := promised("secret", 99, update(0, p0), update(99, 0, resolved))
	secret.Secret = true
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(`
2026 Q4
  P0: first 2 of 3 within 5m0s, resolution 1 of 3 within 1h0m0s, median 1h1m0s
  P1: first 1 of 1 within 5m0s, resolution 1 of 2 within 4h0m0s, median 4h30m0s
  P2: first 2 of 2 within 1h0m0s, resolution 2 of 2 within 24h0m0s, median 12h0m30s
  P3: first 0 of 1 within 1h0m0s, resolution 0 of 0 within 0s, median 0s
  late missed publish by 1m0s
  late missed resolve by 1m0s
  slow missed resolve by 2h0m0s
  raised missed publish by 1m0s
  reopened missed resolve by 1h0m0s
2026 Q3
  P2: first 1 of 1 within 1h0m0s, resolution 0 of 1 within 24h0m0s, median 144h0m0s
  before missed resolve by 120h0m0s`)
	got := strings.Join(quartersOf(rules.Promises(append(incidents, secret), berlin, minute(quarter))), "\n")
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := rules.Promises(incidents, berlin, minute(0)); len(got) != 1 || got[0].Number != 3 {
		t.Errorf("while the fourth quarter runs: %v", quartersOf(got))
	}
}

// TestNoPromiseOfWhatIsSecretOrOpen: whatever there is, a security incident, an open one and one of
// the quarter that runs make no difference, and each other one is counted once.
func TestNoPromiseOfWhatIsSecretOrOpen(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rules := Defaults()
	for range 300 {
		now := origin.AddDate(0, random.IntN(12), random.IntN(31))
		began := time.Date(now.Year(), now.Month()-(now.Month()-1)%3, 1, 0, 0, 0, 0, time.UTC) // of the quarter
		var all, counted []Promised
		for n := range 12 {
			at := random.IntN(400 * 24 * 60)
			updates := []incident.Update{update(at-200*24*60, incident.Severities[random.IntN(4)])}
			if random.IntN(4) > 0 {
				updates = append(updates, update(at-200*24*60+random.IntN(10000), incident.Severities[random.IntN(4)], status(incident.Resolved)))
			}
			one := promised(fmt.Sprint(n), random.IntN(90), updates...)
			one.Secret = random.IntN(4) == 0
			all = append(all, one)
			if !one.Secret && one.Over() && one.End().Before(began) {
				counted = append(counted, one)
			}
		}
		got, want := rules.Promises(all, time.UTC, now), rules.Promises(counted, time.UTC, now)
		if !slices.Equal(quartersOf(got), quartersOf(want)) {
			t.Fatalf("%q, and without what is secret or open %q", quartersOf(got), quartersOf(want))
		}
		first, resolution := 0, 0
		for _, q := range got {
			for _, s := range q.Severities {
				first += s.First.Of
				resolution += s.Resolution.Of
			}
		}
		if first != len(counted) || resolution != len(counted) {
			t.Fatalf("%d first updates and %d resolutions of %d incidents", first, resolution, len(counted))
		}
	}
}
