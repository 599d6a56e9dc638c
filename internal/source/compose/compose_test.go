package compose

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
)

var ten = time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)

func site() *config.Config {
	c := config.Default()
	c.Components = []config.Component{{ID: "api", Name: "API"}, {ID: "webhooks", Name: "Webhooks"}, {ID: "true", Name: "An odd id"}}
	return c
}

// load reads files back as content.
func load(t testing.TB, files map[string]string) (*content.Content, []diag.Finding) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return content.Load(fsys, content.Options{Config: site(), Workers: 1})
}

const folder = "content/incidents/2026/2026-10-02-api/"

// everything returns an update in which almost every field is set.
func everything() incident.Update {
	return incident.Update{
		Title: "API: returning \"errors\" #1", Severity: incident.P0, Status: incident.Investigating, Date: ten,
		Detected: ten.Add(-3 * time.Minute), Acknowledged: ten.Add(-time.Minute),
		Components: &incident.Components{Explicit: true, List: []incident.Affected{{Component: "api", Condition: incident.MajorOutage}, {Component: "true", Condition: incident.Operational}}},
		Impact:     "- all, [really] all, {requests}: fail", ETA: incident.ETA{Words: "null"}, Draft: true, Amended: ten.Add(time.Hour),
		Runbook: &incident.Runbook{Security: "breach", DataLoss: true, Escalate: []string{"ceo"}, Escalated: map[string]time.Time{"lead": ten, "cto": ten.Add(time.Minute)},
			Notified: ten.Add(2 * time.Hour), Email: incident.No, Ticket: "https://example.com/tickets/1#a", Waive: map[string]string{"escalate": "a drill, no more", "publish": "yes: \"drill\""}},
		Aliases: []string{"/issues/api, old/"},
	}
}

func TestUpdatesReadBackEqual(t *testing.T) {
	maintenance := incident.Update{Title: "Größere Arbeiten an der Datenbank", Status: incident.Scheduled, Date: ten, Starts: ten.Add(time.Hour), Ends: ten.Add(2 * time.Hour),
		Components: &incident.Components{List: []incident.Affected{{Component: "api"}, {Component: "webhooks"}}}, ETA: incident.ETA{Time: ten.Add(3 * time.Hour)}, Hold: incident.Hold{For: 90 * time.Minute}}
	plain := incident.Update{Title: "API returning errors", Severity: incident.P2, Status: incident.Identified, Date: ten, Components: &incident.Components{List: []incident.Affected{}}, Hold: incident.Hold{Until: ten.Add(time.Hour)}}
	for name, u := range map[string]incident.Update{"everything": everything(), "maintenance": maintenance, "plain": plain} {
		t.Run(name, func(t *testing.T) { readsBack(t, u, "We look into it.\n\n# A heading\n\n---\nand a rule") })
	}
}

// readsBack composes an update, loads it and compares the result.
func readsBack(t testing.TB, u incident.Update, body string) {
	t.Helper()
	text := Update(u, body)
	path := folder + "01-first.md"
	if !u.Starts.IsZero() {
		path = strings.Replace(path, "incidents", "maintenance", 1)
	}
	c, findings := load(t, map[string]string{path: text})
	for _, f := range findings {
		if f.Kind.Class == diag.Mistake || f.Kind == diag.ControlCharacter {
			t.Errorf("%s\nin\n%s", f, text)
		}
	}
	var got incident.Update
	switch {
	case len(c.Maintenance) == 1:
		got = c.Maintenance[0].Updates[0]
	case len(c.Incidents) == 1:
		got = c.Incidents[0].Updates[0]
	default:
		t.Fatalf("nothing was read from\n%s", text)
	}
	u.ID, u.Path = "01-first", path
	if d := cmp.Diff(u, got); d != "" {
		t.Errorf("%s\nin\n%s", d, text)
	}
	// Composing what was read must yield the same text.
	if again := Update(got, body); again != text {
		t.Errorf("composed again:\n%s", cmp.Diff(text, again))
	}
}

func TestUpdate(t *testing.T) {
	u := incident.Update{Title: "API returning errors", Severity: incident.P0, Status: incident.Investigating, Date: ten, Detected: ten.Add(-3 * time.Minute),
		Components: &incident.Components{List: []incident.Affected{{Component: "api"}, {Component: "webhooks"}}}, Impact: "All API requests fail, webhooks too.", ETA: incident.ETA{Words: "unknown"}}
	want := `---
title: API returning errors
severity: P0
status: investigating
date: 2026-10-02T10:04:00Z
detected: 2026-10-02T10:01:00Z
components: [api, webhooks]
impact: All API requests fail, webhooks too.
eta: unknown
---
We look into it.
`
	if d := cmp.Diff(want, Update(u, "\nWe look into it.  \n\n")); d != "" {
		t.Error(d)
	}
}

func FuzzUpdate(f *testing.F) {
	f.Add("API: down", "All # of it", "within the hour", "a drill", "text\n---\nmore", uint8(3))
	f.Add("null", "~", "2 h", "{x}", "+++", uint8(0))
	f.Add("a\u2028b\u0085c\ufeff", "\x00\xff", "- x", "'", "\r\n", uint8(255))
	f.Fuzz(func(t *testing.T, title, impact, eta, reason, body string, bits uint8) {
		u := incident.Update{Severity: incident.Severities[bits%4], Status: incident.IncidentStatuses[bits/4%4], Date: ten.Add(time.Duration(bits) * time.Second)}
		// Use the form in which content keeps a text.
		u.Title, u.Impact, u.ETA.Words = oneLine(title), oneLine(impact), oneLine(eta)
		if reason = oneLine(reason); reason != "" {
			u.Runbook = &incident.Runbook{Waive: map[string]string{"escalate": reason}}
		}
		switch {
		case u.Title == "", len(u.Title) > content.MaxTitleLength, len(title)+len(impact)+len(eta)+len(reason)+len(body) > 10000:
			t.Skip()
		}
		if frontmatter.LooksLikeDate(u.ETA.Words) { // it would be read as a time
			t.Skip()
		}
		if bits&1 == 1 {
			u.Components = &incident.Components{Explicit: bits&2 == 2, List: []incident.Affected{{Component: "api"}}}
			if u.Components.Explicit {
				u.Components.List[0].Condition = incident.PartialOutage
			}
		}
		readsBack(t, u, body)
	})
}

func TestSet(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"a new key comes last":     {"---\ntitle: A # b\nstatus: resolved\n---\nText\n", "---\ntitle: A # b\nstatus: resolved\namended: 2026-10-02T10:04:00Z\n---\nText\n"},
		"an old one is replaced":   {"---\namended: 2020-01-01T00:00:00Z # once\nstatus: resolved\n---\n", "---\namended: 2026-10-02T10:04:00Z\nstatus: resolved\n---\n"},
		"lines of Windows":         {"---\r\nstatus: resolved\r\n---\r\nText\r\n", "---\r\nstatus: resolved\r\namended: 2026-10-02T10:04:00Z\r\n---\r\nText\r\n"},
		"TOML":                     {"+++\nstatus = \"resolved\"\n+++\n", "+++\nstatus = \"resolved\"\namended = 2026-10-02T10:04:00Z\n+++\n"},
		"TOML with a table":        {"+++\nstatus = \"resolved\"\n[components]\napi = \"operational\"\n+++\n", "+++\nstatus = \"resolved\"\namended = 2026-10-02T10:04:00Z\n[components]\napi = \"operational\"\n+++\n"},
		"a body with a rule stays": {"---\nstatus: resolved\n---\nA\n\n---\n\nB", "---\nstatus: resolved\namended: 2026-10-02T10:04:00Z\n---\nA\n\n---\n\nB"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Set(c.in, "amended", Instant(ten))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	for name, in := range map[string]string{
		"no front matter": "Text", "no end": "---\nstatus: resolved\n", "not YAML": "---\na: [\n---\n", "on one line": "---\n{amended: 2020-01-01T00:00:00Z, status: resolved}\n---\n",
		"one line without it": "---\n{status: resolved}\n---\n", "a value of two lines": "---\namended: >\n  2020-01-01T00:00:00Z\nstatus: resolved\n---\n", "empty": "",
	} {
		if got, err := Set(in, "amended", Instant(ten)); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestBody(t *testing.T) {
	got, err := Body("---\nstatus: resolved # done\n---\n\nOld\n", "\nNew\n\n")
	if want := "---\nstatus: resolved # done\n---\nNew\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Body("Old", "New"); err == nil {
		t.Error("no front matter, no error")
	}
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"API returning errors":       "api-returning-errors",
		"  p95 > 200ms!  ":           "p95-200ms",
		"Störung: Größe & Maß":       "storung-grosse-mass",
		"Ça ne marche pas à l’Œuvre": "ca-ne-marche-pas-a-loeuvre",
		"Łódź, Ørsted, þing":         "lodz-orsted-thing",
		"Не працює їжак":             "ne-pratsyuye-izhak",
		"障害":                         "",
		"障害 API":                     "api",
		"":                           "",
		strings.Repeat("word ", 30):  strings.TrimSuffix(strings.Repeat("word-", 10), "-"),
		strings.Repeat("x", 80):      strings.Repeat("x", maxSlug),
		"Don't panic":                "dont-panic",
		"a/b\\c..d":                  "a-b-c-d",
	} {
		if got := Slug(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestFolder(t *testing.T) {
	none := func(string) bool { return false }
	for _, c := range []struct{ newest, title, want string }{
		{"", "API down", "content/incidents/2026/2026-10-02-api-down"},
		{"content/incidents/2025-01-01-x", "API down", "content/incidents/2026-10-02-api-down"},
		{"content/incidents/2025/2025-01-01-x", "API down", "content/incidents/2026/2026-10-02-api-down"},
		{"content/incidents/2025/01/2025-01-01-x", "API down", "content/incidents/2026/10/2026-10-02-api-down"},
		{"content/incidents/2025-01/2025-01-01-x", "API down", "content/incidents/2026-10/2026-10-02-api-down"},
		{"content/incidents/old/2025-01-01-x", "API down", "content/incidents/2026/2026-10-02-api-down"},
		{"content/incidents/old/x", "障害", "content/incidents/2026/2026-10-02-incident"},
	} {
		if got := (NewCase{Section: "incidents", Day: ten, Title: c.title, Word: "incident"}).folder(c.newest, none); got != c.want {
			t.Errorf("%s, %s: %s", c.newest, c.title, got)
		}
	}
	taken := map[string]bool{"2026-10-02-api-down": true, "2026-10-02-api-down-2": true}
	if got := (NewCase{Section: "incidents", Day: ten, Title: "API down"}).folder("", func(id string) bool { return taken[id] }); got != "content/incidents/2026/2026-10-02-api-down-3" {
		t.Error(got)
	}
}

func TestFile(t *testing.T) {
	for _, c := range []struct {
		names  []string
		status string
		want   string
	}{
		{nil, "investigating", "01-investigating.md"},
		{[]string{"01-investigating.md", "postmortem.md", "01-investigating.de.md"}, "in_progress", "02-in-progress.md"},
		{[]string{"first.md"}, "resolved", "01-resolved.md"},
		{[]string{"007-a.md", "a/b/010-b.md"}, "resolved", "011-resolved.md"},
		{[]string{"99-a.md"}, "resolved", "100-resolved.md"},
		{[]string{"20261002-a.md"}, "resolved", "01-resolved.md"},
	} {
		if got := File(c.names, c.status); got != c.want {
			t.Errorf("%v: %s, want %s", c.names, got, c.want)
		}
	}
	for name, want := range map[string]int{"03-resolved.md": 3, "a/b/12-x.md": 12, "resolved.md": 0, "12345678-x.md": 0} {
		if got := Number(name); got != want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestPostmortem(t *testing.T) {
	first, at := everything(), func(minutes int) time.Time { return ten.Add(time.Duration(minutes) * time.Minute) }
	first.Title, first.Severity, first.Draft = "API down", incident.P1, false
	h := incident.Fold(incident.Incident{ID: "api", Updates: []incident.Update{
		first,
		{ID: "02", Path: "02", Status: incident.Investigating, Severity: incident.P0, Date: at(10)},
		{ID: "03", Path: "03", Status: incident.Identified, Date: at(20)},
		{ID: "04", Path: "04", Status: incident.Identified, Date: at(25)},
		{ID: "05", Path: "05", Status: incident.Monitoring, Severity: incident.P2, Date: at(30)},
		{ID: "06", Path: "06", Status: incident.Resolved, Date: at(40)},
		{ID: "07", Path: "07", Status: incident.Investigating, Date: at(1430)},
		{ID: "08", Path: "08", Status: incident.Resolved, Date: at(1440)},
	}})
	text := Postmortem(h, time.UTC, at(2000))
	want := `## Timeline

- 2026-10-02 10:01 UTC - Incident detected
- 10:03 UTC - Incident acknowledged
- 10:04 UTC - Investigation started
- 10:14 UTC - Severity raised from P1 to P0
- 10:24 UTC - Root cause identified
- 10:29 UTC - Public update
- 10:34 UTC - Fix implemented, severity lowered from P0 to P2
- 10:44 UTC - Service restored
- 2026-10-03 09:54 UTC - Incident reopened (Investigating)
- 10:04 UTC - Service restored

## Root Cause
`
	if !strings.Contains(text, want) {
		t.Errorf("%s\nlacks\n%s", text, want)
	}
	if !strings.Contains(text, "- **Data Loss:** yes: [What]") {
		t.Error(text)
	}
	first.Draft = true
	c, findings := load(t, map[string]string{folder + "01-first.md": Update(everything(), "x"), folder + "postmortem.md": text})
	if len(findings) > 0 {
		t.Error(findings)
	}
	got := c.Incidents[0].Postmortem
	if got.Public || !got.Draft || got.Severity != incident.P0 || !got.Started.Equal(at(-3)) || !got.Ended.Equal(at(1440)) || got.Impact != first.Impact || len(got.Actions) != 4 || got.Actions[0].Due != time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC) {
		t.Errorf("%+v", got)
	}
	if blank := Postmortem(incident.Fold(incident.Incident{ID: "x", Updates: []incident.Update{{Status: incident.Resolved, Date: ten}}}), time.UTC, ten); !strings.Contains(blank, "[If applicable]\n\n## What Went Well") || strings.Contains(blank, "impact: ") {
		t.Error(blank)
	}
}

// FuzzSet checks, for any file, that setting a key twice is the same as setting it once, and that
// all other lines are kept.
func FuzzSet(f *testing.F) {
	f.Add("---\ntitle: A # b\nstatus: resolved\n---\nText\n")
	f.Add("---\r\namended: 2020-01-01T00:00:00Z\r\nstatus: resolved\r\n---\r\n")
	f.Add("+++\nstatus = \"resolved\"\n[components]\napi = \"operational\"\n+++\n")
	f.Add("---\namended: |\n  x\n---\n---\n")
	f.Add("\ufeff---\n{a: b}\n---")
	f.Fuzz(func(t *testing.T, source string) {
		once, err := Set(source, "amended", Instant(ten))
		if err != nil {
			return
		}
		if twice, err := Set(once, "amended", Instant(ten)); err != nil || twice != once {
			t.Errorf("%q, then %q, %v", once, twice, err)
		}
		if body, err := Body(once, "x"); err != nil || !strings.HasSuffix(strings.ReplaceAll(body, "\r\n", "\n"), "\nx\n") || strings.Contains(once, "\r\n") && strings.Contains(strings.ReplaceAll(body, "\r\n", ""), "\n") {
			t.Errorf("%q: %q, %v", once, body, err)
		}
		kept := 0
		for line := range strings.Lines(source) {
			if strings.Contains(once, line) {
				kept++
			}
		}
		if lines := strings.Count(source, "\n"); kept < lines-1 {
			t.Errorf("%d of %d lines are left of\n%q in\n%q", kept, lines, source, once)
		}
	})
}
