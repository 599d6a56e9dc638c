package content

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/source/config"
)

func TestEdited(t *testing.T) {
	const first = "---\ntitle: x\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\n---\nx\n"
	site := fstest.MapFS{
		"content/incidents/a/01.md": {Data: []byte(first)},
		"content/incidents/a/02.md": {Data: []byte("---\nseverity: P9\nstatus: identified\ndate: 2026-10-02T10:00:00Z\n---\nx\n")},
		"content/incidents/b/01.md": {Data: []byte("---\nstatus: none\n---\n")},
	}
	for text, want := range map[string]string{
		first:                                 "",
		strings.Replace(first, "P1", "P7", 1): "content/incidents/a/01.md:3:11 unknown-severity",
		strings.Replace(first, "investigating", "fixing", 1): "content/incidents/a/01.md:4:9 unknown-status",
	} {
		got := ""
		for _, f := range Edited(site, config.Default(), "content/incidents/a/01.md", text, time.Now()) {
			got += f.Position.String() + " " + f.Kind.Code
		}
		if got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}
