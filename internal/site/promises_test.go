package site

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/site/published"
)

// TestPromisesFollowWhatWasPosted: a first update is late by when it was posted, not by its date.
func TestPromisesFollowWhatWasPosted(t *testing.T) {
	in := input(t, "2026-10-02T12:00:00Z", nil)
	at := instant(t, "2025-10-02T10:50:30Z")
	in.Posted = &published.Posted{Recorded: map[published.Key]time.Time{{Kind: published.OfIncident, ID: "down", Update: "01-investigating"}: at}}
	site, _ := Plan(in)
	_, _, got := site.promises(pageContext{Meta: site.metas[1]})
	want := &Promises{Quarters: []Quarter{{Year: 2025, Number: 4,
		Severities: []policy.SeverityPromises{{Severity: incident.P1, First: policy.Promise{Within: 5 * time.Minute, Of: 1},
			Resolution: policy.Promise{Within: 4 * time.Hour, Kept: 1, Of: 1}, Median: time.Hour}},
		Misses: []Miss{{"API down", "incidents/down/index.html", policy.Publish, 45*time.Minute + 30*time.Second}}}}}
	if d := cmp.Diff(any(want), got); d != "" {
		t.Error(d)
	}
}
