package report

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
)

func TestBuild(t *testing.T) {
	b := Build{
		Out: "public", Files: 7, Same: 5, Took: 1234 * time.Millisecond, Zone: time.UTC,
		Changes:  []fileset.Change{{Path: "a.html", Action: fileset.Create}, {Path: "secret.html", Action: fileset.Update}},
		Standing: &Standing{State: "Major System Outage", OpenIncidents: []string{"a", "secret"}, NextChange: time.Date(2026, 10, 2, 11, 0, 0, 0, time.UTC)},
	}
	hidden := func(name string) bool { return strings.HasPrefix(name, "secret") }
	const state = "State: Major System Outage. Open: a.\nThe page next changes by itself at 2026-10-02 11:00:00 UTC.\n"
	dry, same := b, b
	dry.DryRun, same.Changes = true, nil
	for want, b := range map[string]Build{
		"7 files in public, built in 1.23s: 1 created, 1 updated, 0 deleted, 5 unchanged.\n":     b,
		"7 files in public, built in 1.23s: nothing has changed.\n":                              same,
		"create a.html\n1 file in public would be created, 1 updated, 0 deleted, 5 unchanged.\n": dry,
	} {
		var text strings.Builder
		if b.Text(&text, hidden); text.String() != want+state {
			t.Errorf("%s, want %s", text.String(), want)
		}
	}
	raw, err := json.Marshal(b.JSON())
	const want = `{"written":true,"files":7,"unchanged":5,"changes":[{"path":"a.html","action":"create"},{"path":"secret.html","action":"update"}],"state":"Major System Outage",` +
		`"open_incidents":["a","secret"],"open_maintenance":[],"next_change":"2026-10-02T11:00:00Z","milliseconds":1234,"findings":[]}`
	if err != nil || string(raw) != want {
		t.Errorf("%s %v", raw, err)
	}
	failed := Build{Findings: []diag.Finding{diag.UnreadableFile.New(diag.File("config.toml"), "", "x")}}
	if out := failed.JSON(); out.Written || out.Changes == nil || len(out.Findings) != 1 {
		t.Errorf("%+v", out)
	}
}
