package policy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
)

// TestAhead checks that a deadline counts as reached from exactly Ahead before it, and that the
// publication time shown stays the same.
func TestAhead(t *testing.T) {
	const p1, p2 = incident.P1, incident.P2
	rules := Defaults()
	rules.Ahead = 20 * time.Minute
	for _, c := range []struct {
		name    string
		batch   time.Duration
		updates []incident.Update
		want    []string
	}{
		{"held beyond its deadline", 0, []incident.Update{update(0, p2, holdFor(90))},
			[]string{"000 public from +40, shown as +60: deadline"}},
		{"held until shortly before its deadline", 0, []incident.Update{update(0, p2, holdFor(50))},
			[]string{"000 public from +40, shown as +50: held"}},
		{"held until just when the deadline counts as reached", 0, []incident.Update{update(0, p2, holdFor(40))},
			[]string{"000 public from +40, shown as +40: held"}},
		{"held for a short time", 0, []incident.Update{update(0, p2, holdFor(30))},
			[]string{"000 public from +30, shown as +30: held"}},
		{"batched", time.Hour, []incident.Update{update(0, p2)},
			[]string{"000 public from +40, shown as +56: batched"}},
		{"never before its date", 0, []incident.Update{update(0, p2, detected(-50), holdFor(30))},
			[]string{"000 public from +0, shown as +10: deadline"}},
		{"not held at all", 0, []incident.Update{update(0, p2)},
			[]string{"000 public from -5, shown as +0: immediate"}},
		{"urgent", 0, []incident.Update{update(0, p1, holdFor(30))},
			[]string{"000 public from -5, shown as +0: immediate"}},
		{"takes along what came before", 0, []incident.Update{update(0, p2, holdFor(30)), update(5, p2, holdFor(25)), update(6, 0, holdFor(90))},
			[]string{"000 public from +30, shown as +30: held", "005 public from +30, shown as +30: held", "006 public from +46, shown as +66: deadline"}},
		{"a draft", 0, []incident.Update{update(0, p2, draft)}, []string{"000 draft"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p2Rules := rules.Severity[p2]
			p2Rules.Batch = c.batch
			rules.Severity[p2] = p2Rules
			if d := cmp.Diff(c.want, tell(rules.Releases(c.updates))); d != "" {
				t.Error(d)
			}
		})
	}
	// Exactly at the boundary.
	releases := rules.Releases([]incident.Update{update(0, p2, holdFor(90))})
	if public, next := Public(releases, minute(40).Add(-time.Nanosecond)); len(public) != 0 || !next.Equal(minute(40)) {
		t.Error("public too early", next)
	}
	if public, _ := Public(releases, minute(40)); len(public) != 1 {
		t.Error("not public when its deadline counts as reached")
	}
}
