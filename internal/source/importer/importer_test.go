package importer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

func TestConvert(t *testing.T) {
	at := time.Date(2026, 9, 1, 10, 0, 0, 0, time.UTC)
	s := &Site{
		Title: `The "status"`, BaseURL: "https://status.example.com/", CState: true,
		Links:      []Link{{Name: "Blog", URL: "https://example.com/blog"}, {Name: "Old", URL: "/old/"}},
		Groups:     []Group{{Key: "g1", Name: "Core"}, {Key: "g2", Name: "Core", Collapse: true}},
		Components: []Component{{Key: "a", Name: "API", Group: "g2", Old: []string{"/c/a/", "/c/b/"}, Start: at}, {Key: "a", ID: "old-api", Name: "API"}},
		Incidents: []Incident{
			{At: diag.Position{Path: "in.json"}, ID: "P31zjt", Old: []string{"/i/1", "bad", "/incidents/p31zjt/"}, Updates: []Update{
				{Body: "Down.", Update: incident.Update{Title: "Down", Severity: incident.P1, Status: incident.Investigating, Date: at,
					Components: &incident.Components{List: []incident.Affected{{Component: "a", Condition: incident.MajorOutage}}, Explicit: true}}},
				{Update: incident.Update{Status: incident.Resolved, Date: at.Add(time.Hour)}},
			}, Postmortem: &Postmortem{Date: at.Add(2 * time.Hour), Body: "Why."}},
			{At: diag.Position{Path: "in.json"}, ID: "P31zjt", Planned: true, Old: []string{"/I/1/"}, Updates: []Update{
				{Update: incident.Update{Title: "Work", Status: incident.Scheduled, Date: at, Starts: at.Add(time.Hour), Ends: at.Add(2 * time.Hour)}}}},
		},
		Announcements: []Announcement{{diag.Position{Path: "note"}, incident.Announcement{ID: "note", Title: "Note", Date: at}, "Text."}},
		Pages:         []Page{{ID: "Legal/Privacy Policy", Title: "Privacy", Body: "We."}, {ID: "history", Title: "History"}},
	}
	s.Component("b", "Unlisted", diag.Position{Path: "in.json", Line: 7})
	result, err := s.Convert()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range result.Files {
		got[f.Path] = string(f.Bytes)
	}
	want := map[string]string{
		"config.toml": `title = "The \"status\""
base_url = "https://status.example.com/"

[[links]]
name = "Blog"
url = "https://example.com/blog"

[[groups]]
id = "core"
name = "Core"

[[groups]]
id = "core-2"
name = "Core"
collapse = true

[[groups]]
id = "other"
name = "Other"

[[components]]
id = "api"
name = "API"
group = "core-2"
start_date = 2026-09-01
aliases = ["/c/a/", "/c/b/"]

[[components]]
id = "old-api"
name = "API"

[[components]]
id = "unlisted"
name = "Unlisted"
group = "other"

# The feeds at /index.xml and /affected/<name>/index.xml stay as they were.
[feeds]
cstate = true

# Incidents before the move have no deadlines.
[rules]
since = 2026-09-01T10:00:01Z
`,
		"content/incidents/2026/p31zjt/01-investigating.md": "---\ntitle: Down\nseverity: P1\nstatus: investigating\ndate: 2026-09-01T10:00:00Z\ncomponents: {api: major_outage, old-api: major_outage}\naliases: [\"/i/1\"]\n---\nDown.\n",
		"content/incidents/2026/p31zjt/02-resolved.md":      "---\nstatus: resolved\ndate: 2026-09-01T11:00:00Z\n---\n",
		"content/incidents/2026/p31zjt/postmortem.md":       "---\npublic: true\ndate: 2026-09-01T12:00:00Z\n---\nWhy.\n",
		"content/maintenance/2026/p31zjt/01-scheduled.md":   "---\ntitle: Work\nstatus: scheduled\ndate: 2026-09-01T10:00:00Z\nstarts: 2026-09-01T11:00:00Z\nends: 2026-09-01T12:00:00Z\ncomponents: []\n---\n",
		"content/announcements/note.md":                     "---\ntitle: Note\ndate: 2026-09-01T10:00:00Z\n---\nText.\n",
		"content/pages/legal/privacy-policy.md":             "---\ntitle: Privacy\n---\nWe.\n",
		"content/pages/history-2.md":                        "---\ntitle: History\n---\n",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var notes []string
	for _, f := range diag.Sort(s.Notes) {
		notes = append(notes, strings.Split(f.String(), "\n")[0])
	}
	if d := cmp.Diff([]string{
		`: the link "Old" to "/old/" was not imported`,
		`in.json: the former URL "/I/1/" already redirects to something else, so it does not redirect here`,
		`in.json: the former URL "bad" does not start with one slash, so it does not redirect here`,
		`in.json:7: the source does not list "Unlisted", so it became a component of the group Other`,
	}, notes); d != "" {
		t.Error(d)
	}
	rows := []Row{{"in.json", "incident", "content/incidents/2026/p31zjt", 2}, {"in.json", "maintenance", "content/maintenance/2026/p31zjt", 1},
		{"note", "announcement", "content/announcements/note.md", 0}, {"", "page", "content/pages/legal/privacy-policy.md", 0}, {"", "page", "content/pages/history-2.md", 0}}
	if d := cmp.Diff(rows, result.Rows); d != "" {
		t.Error(d)
	}
}

// TestSourcesAreSmall checks that a source stays one package of at most 400 lines.
func TestSourcesAreSmall(t *testing.T) {
	for _, source := range []string{"cstate", "statuspage", "upptime"} {
		names, err := filepath.Glob(source + "/*.go")
		lines := 0
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "_test.go") {
				lines += bytes.Count(raw, []byte("\n"))
			}
		}
		if err != nil || lines == 0 || lines > 400 {
			t.Errorf("%s has %d lines: %v", source, lines, err)
		}
	}
}
