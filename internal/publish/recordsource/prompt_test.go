package recordsource

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

// TestPromptUpdatesWerePublicWithTheirRelease compares the shortcut for updates that were committed
// in time with the whole calculation, for random incidents.
func TestPromptUpdatesWerePublicWithTheirRelease(t *testing.T) {
	rules := policy.Defaults()
	shortcuts, held := 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 3))
		minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
		var updates []incident.Update
		evidence := policy.Evidence{}
		for n := range 1 + r.IntN(5) {
			u := incident.Update{ID: fmt.Sprint(n), Path: fmt.Sprint(n, ".md"), Date: begin.Add(minutes(r.IntN(180))), Status: incident.Investigating, Draft: r.IntN(10) == 0,
				Severity: incident.Severities[r.IntN(len(incident.Severities))]}
			if r.IntN(2) == 0 {
				u.Hold.For = minutes(r.IntN(80))
			}
			updates = append(updates, u)
			if r.IntN(8) > 0 { // some have no evidence
				evidence[u.Path] = policy.Proof{Versions: []policy.Version{{At: u.Date.Add(minutes(r.IntN(16) - 8))}}}
			}
		}
		slices.SortFunc(updates, func(a, b incident.Update) int { return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.ID, b.ID)) })
		if !prompt(updates, evidence, rules.Tolerance) {
			continue
		}
		shortcuts++
		public := rules.FirstPublic(updates, evidence)
		for _, release := range rules.Releases(updates) {
			if release.Published.After(release.Update.Date) {
				held++
			}
			if at := public[release.Update.ID]; release.Reason != policy.Draft && at.After(release.Published.Add(rules.Tolerance)) {
				t.Errorf("seed %d: update %s was released at %s, and public at %s", seed, release.Update.ID, release.Published, at)
			}
		}
	}
	if shortcuts < 300 || held < 100 {
		t.Errorf("only %d incidents took the shortcut, with %d held updates", shortcuts, held)
	}
}
