package content

import (
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

func TestMentions(t *testing.T) {
	c, _ := Load(fstest.MapFS{"content/incidents/2026-10-02-down/01.md": {Data: []byte(
		"---\ntitle: API down\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\nimpact: Writes fail.\neta: within the hour\n---\nWe look into the database.\n")}},
		Options{Config: config.Default()})
	of := incident.Cases(c.Incidents, nil, time.Now())[0]
	for text, want := range map[string]bool{"": true, "2026-10-02": true, "api DOWN": true, "writes": true, "the hour": true, "database": true, "mail": false} {
		if c.Mentions(of, text) != want {
			t.Errorf("%q: not %v", text, want)
		}
	}
}
