package site

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

const settings = `title = "Example"
base_url = "https://status.example.com/"
languages = ["en", "de"]
promises = true
[feeds]
cstate = true
[publish]
cname = "status.example.com"
[security]
contact = ["mailto:security@example.com"]
expires = 2026-12-01
[[components]]
id = "api"
aliases = ["/affected/api/"]
`

// sample has something for every route.
var sample = map[string]string{
	"incidents/down/01-investigating.md": "title: API down\nseverity: P1\nstatus: investigating\ndate: 2025-10-02T10:00:00Z\ncomponents: [api]\nimpact: All.\neta: soon\naliases: [/issues/down/]\n---\nSee [us](/about/).\n\n# Cause\n",
	"incidents/down/02-resolved.md":      "status: resolved\ndate: 2025-10-02T11:00:00Z\n---\nDone.\n",
	"incidents/new/01-investigating.md":  "title: Slow\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:00:00Z\nhold: 30m\n---\nSlow.\n",
	"incidents/new/02-identified.md":     "status: identified\ndate: 2026-10-02T10:10:00Z\ndraft: true\n---\nA draft.\n",
	"maintenance/disk/01-scheduled.md":   "title: Disk\nstatus: scheduled\ndate: 2026-10-01T10:00:00Z\nstarts: 2026-10-03T10:00:00Z\nends: 2026-10-03T11:00:00Z\n---\nNew.\n",
	"announcements/region.md":            "title: Region\ndate: 2026-10-01T10:00:00Z\nuntil: 2026-10-02T12:00:00Z\n---\nMore.\n",
	"pages/about.md":                     "title: About\n---\n## Who\n",
}

// input reads the sample with changes: a file of which the text is "" goes.
func input(t *testing.T, at string, changes map[string]string) Input {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range sample {
		files["content/"+name] = &fstest.MapFile{Data: []byte("---\n" + text)}
	}
	for name, text := range changes {
		if text == "" {
			delete(files, "content/"+name)
			continue
		}
		files["content/"+name] = &fstest.MapFile{Data: []byte("---\n" + text)}
	}
	c, findings, err := config.Parse("config.toml", []byte(settings))
	if err != nil {
		t.Fatal(err)
	}
	loaded, more := content.Load(files, content.Options{Config: c})
	if findings := slices.Concat(findings, more); diag.Count(findings, diag.Mistake) > 0 {
		t.Fatal(findings)
	}
	return Input{Config: c, Content: loaded, Assets: []string{"assets/style.css"}, Now: instant(t, at)}
}

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func messages(findings []diag.Finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, f.Position.Path+": "+f.Message)
	}
	return strings.Join(all, "\n")
}
