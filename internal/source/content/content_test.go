package content

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
	"settler.io/crier/internal/testsite"
)

func settings(t testing.TB) *config.Config {
	t.Helper()
	c, findings, err := config.Parse("config.toml", []byte("title = \"x\"\nlanguages = [\"en\", \"de\"]\n[[components]]\nid = \"api\"\nname = \"Public API\"\n[[components]]\nid = \"web\"\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	return c
}

func site(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys["content/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func say(findings []diag.Finding) []string {
	var said []string
	for _, f := range findings {
		said = append(said, fmt.Sprintf("%s %s: %s | %s", strings.TrimPrefix(f.Position.String(), "content/"), f.Kind.Code, f.Message, f.Hint))
	}
	return said
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	instant, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return instant.UTC()
}

func TestEverything(t *testing.T) {
	files := map[string]string{
		"incidents/2026/a/01-investigating.md": `---
title: "API: down"
severity: P0
status: investigating
date: 2026-10-02T12:04:00+02:00
components: {api: major_outage, web: degraded_performance}
impact: Nobody can   pay
eta: within the hour
detected: 2026-10-02T10:00:00Z
acknowledged: 2026-10-02T10:03:00Z
security: breach
data_loss: true
escalate: [lead, ceo]
escalated: {lead: 2026-10-02T10:20:00Z}
notified: 2026-10-02T11:00:00Z
email: false
ticket: https://example.com/tickets/1
waive: {escalate: "a drill"}
aliases: [/issues/a/]
atom_id: "tag:status.example.com,2005:Incident/12"
---
We *look*.
`,
		"incidents/2026/a/01-investigating.de.md": "---\ntitle: API gestört\nimpact: Niemand kann zahlen\neta: innerhalb einer Stunde\n---\nWir sehen nach.\n",
		"incidents/2026/a/02-resolved.md":         "+++\nstatus = \"resolved\"\nseverity = \"P2\"\ndate = 2026-10-02T11:04:00Z\ncomponents = []\nhold = \"30m\"\neta = 2026-10-02T12:00:00Z\namended = 2026-10-03T00:00:00Z\n+++\nDone.\n",
		"incidents/2026/a/03-late.md":             "---\nstatus: resolved\ndate: 2026-10-02T12:04:00Z\nhold: 2026-10-02T12:30:00Z\ndraft: true\ncomponents: [api]\n---\n",
		"incidents/2026/a/postmortem.md":          "---\npublic: true\ntitle: Learned\nmeeting: 2026-10-03T09:00:00Z\ndate: 2026-10-05T09:00:00Z\ncode: 6q2p24rld62t\nseverity: P0\nstarted: 2026-10-02T10:00:00Z\nended: 2026-10-02T11:00:00Z\nimpact: All\nusers_affected: 12\nrevenue_impact: 1000 EUR\ndata_loss: none\nowners: [lead]\n---\n## Cause\n\nRevenue impact: 1000 EUR\n\n- Fix it - owner: lead - due 2026-11-01\n",
		"maintenance/b/01-scheduled.md":           "---\ntitle: Upgrade\nstatus: scheduled\ndate: 2026-10-01T00:00:00Z\nstarts: 2026-10-05T00:00:00Z\nends: 2026-10-05T01:00:00Z\ncomponents: [web]\n---\n",
		"announcements/news.md":                   "---\ntitle: News\ndate: 2026-10-01T00:00:00Z\nuntil: 2026-11-01T00:00:00Z\naliases: [/n/]\n---\nHello.\n",
		"announcements/news.de.md":                "---\ntitle: Neues\n---\nHallo.\n",
		"pages/legal/privacy.md":                  "---\ntitle: Privacy\naliases: [/p/]\n---\nNothing.\n",
		"templates/api-down.md":                   "---\ndescription: The API is down\ntitle: API down\nseverity: P0\nstatus: investigating\n---\nWe look.\n",
		"incidents/README.md":                     "notes",
		".obsidian/x.md":                          "notes",
		"incidents/2026/a/.01.md.swp":             "x",
		"incidents/2026/a/01-investigating.md~":   "x",
	}
	c, findings := Load(site(files), Options{Config: settings(t)})
	if len(findings) > 0 {
		t.Fatal(say(findings))
	}
	dir := "content/incidents/2026/a"
	want := &Content{
		Incidents: []incident.Incident{{ID: "a", Path: dir,
			Updates: []incident.Update{
				{ID: "01-investigating", Path: dir + "/01-investigating.md", Title: "API: down", Severity: incident.P0, Status: incident.Investigating,
					Date: at(t, "2026-10-02T10:04:00Z"), Impact: "Nobody can pay", ETA: incident.ETA{Words: "within the hour"},
					Components: &incident.Components{Explicit: true, List: []incident.Affected{{Component: "api", Condition: incident.MajorOutage}, {Component: "web", Condition: incident.DegradedPerformance}}},
					Detected:   at(t, "2026-10-02T10:00:00Z"), Acknowledged: at(t, "2026-10-02T10:03:00Z"),
					Runbook: &incident.Runbook{Security: "breach", DataLoss: true, Escalate: []string{"lead", "ceo"},
						Escalated: map[string]time.Time{"lead": at(t, "2026-10-02T10:20:00Z")}, Notified: at(t, "2026-10-02T11:00:00Z"), Email: incident.No, Ticket: "https://example.com/tickets/1", Waive: map[string]string{"escalate": "a drill"}},
					Aliases:      []string{"/issues/a/"},
					AtomID:       "tag:status.example.com,2005:Incident/12",
					Translations: map[string]incident.Translation{"de": {Path: dir + "/01-investigating.de.md", Title: "API gestört", Impact: "Niemand kann zahlen", ETA: "innerhalb einer Stunde"}},
				},
				{ID: "02-resolved", Path: dir + "/02-resolved.md", Severity: incident.P2, Status: incident.Resolved, Date: at(t, "2026-10-02T11:04:00Z"),
					Components: &incident.Components{List: []incident.Affected{}}, Hold: incident.Hold{For: 30 * time.Minute}, ETA: incident.ETA{Time: at(t, "2026-10-02T12:00:00Z")}, Amended: at(t, "2026-10-03T00:00:00Z")},
				{ID: "03-late", Path: dir + "/03-late.md", Status: incident.Resolved, Date: at(t, "2026-10-02T12:04:00Z"), Draft: true,
					Components: &incident.Components{List: []incident.Affected{{Component: "api"}}}, Hold: incident.Hold{Until: at(t, "2026-10-02T12:30:00Z")}},
			},
			Postmortem: &incident.Postmortem{Path: dir + "/postmortem.md", Title: "Learned", Public: true, Meeting: at(t, "2026-10-03T09:00:00Z"), Date: at(t, "2026-10-05T09:00:00Z"), Code: "6q2p24rld62t",
				Severity: incident.P0, Started: at(t, "2026-10-02T10:00:00Z"), Ended: at(t, "2026-10-02T11:00:00Z"), Impact: "All", UsersAffected: "12", DataLoss: "none"},
		}},
		Maintenance: []incident.Maintenance{{ID: "b", Path: "content/maintenance/b", Updates: []incident.Update{
			{ID: "01-scheduled", Path: "content/maintenance/b/01-scheduled.md", Title: "Upgrade", Status: incident.Scheduled, Date: at(t, "2026-10-01T00:00:00Z"),
				Starts: at(t, "2026-10-05T00:00:00Z"), Ends: at(t, "2026-10-05T01:00:00Z"), Components: &incident.Components{List: []incident.Affected{{Component: "web"}}}},
		}}},
		Announcements: []incident.Announcement{{ID: "news", Path: "content/announcements/news.md", Title: "News", Date: at(t, "2026-10-01T00:00:00Z"), Until: at(t, "2026-11-01T00:00:00Z"),
			Aliases: []string{"/n/"}, Translations: map[string]incident.Translation{"de": {Path: "content/announcements/news.de.md", Title: "Neues"}}}},
		Pages: []Page{{ID: "legal/privacy", Path: "content/pages/legal/privacy.md", Title: "Privacy", Aliases: []string{"/p/"}}},
		Templates: []Template{{ID: "api-down", Path: "content/templates/api-down.md", Source: files["templates/api-down.md"], Description: "The API is down", Text: "We look.\n",
			Update: incident.Update{Title: "API down", Severity: incident.P0, Status: incident.Investigating}}},
	}
	if d := cmp.Diff(want, c, cmpopts.IgnoreFields(Content{}, "Documents", "Keys", "Sums")); d != "" {
		t.Error(d)
	}
	text := func(name string) string { return c.Documents["content/"+name].Text }
	if text("incidents/2026/a/01-investigating.md") != "We look." || text("incidents/2026/a/01-investigating.de.md") != "Wir sehen nach." {
		t.Error("the texts are not where they belong")
	}
	if post := text("incidents/2026/a/postmortem.md"); strings.Contains(post, "EUR") || strings.Contains(post, "lead") || !strings.Contains(post, "Fix it") || !strings.Contains(post, "due 2026-11-01") {
		t.Errorf("the post-mortem reads %q", post)
	}
}

// first returns a first update with the given lines of front matter. It adds the required keys that
// extra doesn't have, except those listed as "-key".
func first(extra string) string {
	text := "---\n"
	for _, line := range []string{"title: x", "severity: P2", "status: investigating", "date: 2026-10-02T10:04:00Z"} {
		key, _, _ := strings.Cut(line, ":")
		if !strings.Contains("\n"+extra, "\n"+key+":") && !strings.Contains(extra, "-"+key+"\n") {
			text += line + "\n"
		}
	}
	return text + extra + "\n---\nWords.\n"
}

// TestMistakes makes one mistake at a time and checks the finding.
func TestMistakes(t *testing.T) {
	update := "incidents/a/01.md"
	for _, c := range []struct{ name, file, text, want string }{
		{"misspelt key", update, first("titel: y"), `incidents/a/01.md:6:1 unknown-key: unknown key "titel" | did you mean "title"?`},
		{"key twice", update, first("eta: soon\neta: later"), `incidents/a/01.md:7:1 duplicate-key: "eta" is set twice, first in line 6 | keep one of the two`},
		{"severity in words", update, first("severity: critical"), `incidents/a/01.md:5:11 unknown-severity: unknown severity "critical" | write P0`},
		{"severity in lower case", update, first("severity: p1"), `incidents/a/01.md:5:11 other-form: "p1" is read as P1 | write P1`},
		{"severity as a number", update, first("severity: 3"), `incidents/a/01.md:5:11 unknown-severity: unknown severity "3" | write P3`},
		{"unknown severity", update, first("severity: SEV1"), `incidents/a/01.md:5:11 unknown-severity: unknown severity "SEV1" | valid values: P0, P1, P2, P3`},
		{"misspelt status", update, first("status: Investigatin"), `incidents/a/01.md:5:9 unknown-status: unknown status "Investigatin" | did you mean "investigating"?`},
		{"status of maintenance", update, first("status: completed"), `incidents/a/01.md:5:9 unknown-status: unknown status "completed" | valid values: investigating, identified, monitoring, resolved`},
		{"no status", update, "---\ntitle: x\nseverity: P1\ndate: 2026-10-02T10:04:00Z\n---\n", `incidents/a/01.md:1:1 missing-key: no status | write status: with one of investigating, identified, monitoring or resolved`},
		{"no title", update, "---\nstatus: resolved\nseverity: P1\ndate: 2026-10-02T10:04:00Z\n---\n", `incidents/a/01.md:1:1 missing-key: no title in the first update | write title: with a brief description of what is wrong`},
		{"no severity", update, "---\ntitle: x\nstatus: resolved\ndate: 2026-10-02T10:04:00Z\n---\n", `incidents/a/01.md:1:1 missing-key: no severity in the first update | write severity: with P0, P1, P2 or P3`},
		{"no date", update, "---\ntitle: x\nseverity: P1\nstatus: resolved\n---\n", `incidents/a/01.md:1:1 missing-date: no date, and git does not know when it was committed | write date: with the time at which this was true, such as 2026-10-02T10:04:00Z, or commit the file`},
		{"date without offset", update, first("date: 2026-10-02 10:04"), `incidents/a/01.md:5:7 bad-date: "2026-10-02 10:04" is not a date in RFC 3339 with an offset | write 2026-10-02T10:04:00Z, if that is the zone you mean`},
		{"unknown component", update, first("components: [api, wbe]"), `incidents/a/01.md:6:19 unknown-component: unknown component "wbe" | did you mean "web"?`},
		{"component by its name", update, first("components: [Public API]"), `incidents/a/01.md:6:14 other-form: "Public API" is read as api | write api`},
		{"component twice", update, first("components: [api, api]"), `incidents/a/01.md:6:19 duplicate-key: the component "api" is listed twice | keep one of the two`},
		{"component as a number", update, first("components: 7"), `incidents/a/01.md:6:13 unknown-component: unknown component "7" | valid values: api, web`},
		{"misspelt condition", update, first("components: {api: major outage}"), `incidents/a/01.md:6:19 other-form: "major outage" is read as major_outage | write major_outage`},
		{"maintenance in an incident", update, first("components: {api: under_maintenance}"), `incidents/a/01.md:6:19 unknown-condition: unknown condition "under_maintenance" | planned work belongs in content/maintenance/`},
		{"title as a list", update, first("title: [x]"), `incidents/a/01.md:5:8 wrong-type: a list where a text belongs | write one text; put it in quotes if it contains a colon or a bracket`},
		{"long title", update, first("title: " + strings.Repeat("x", 1001)), `incidents/a/01.md:5:8 bad-number: a title of 1001 bytes, more than 1000 | move the rest into the text`},
		{"a template's description as a list", "templates/a.md", "---\ndescription: [x]\n---\n", `templates/a.md:2:14 wrong-type: a list where a text belongs | write one text; put it in quotes if it contains a colon or a bracket`},
		{"draft in words", update, first("draft: yes"), `incidents/a/01.md:6:8 unclear-draft: "yes" where true or false belongs, so this file is withheld | write draft: true or draft: false`},
		{"bad hold", update, first("hold: 30 minutes"), `incidents/a/01.md:6:7 unclear-hold: "30 minutes" is not a duration, so it counts as the longest hold | write "30m"`},
		{"hold until a bad date", update, first("hold: 2026-10-02 11:00"), `incidents/a/01.md:6:7 unclear-hold: "2026-10-02 11:00" is not a date in RFC 3339 with an offset, so it counts as the longest hold | write 2026-10-02T11:00:00Z, if that is the zone you mean`},
		{"hold on a P0", update, first("severity: P0\nhold: 30m"), `incidents/a/01.md:6:7 hold-on-urgent: a P0 is never held | delete it: updates of a P0 are public immediately`},
		{"eta as a bad date", update, first("eta: 2026-10-02 11:00"), `incidents/a/01.md:6:6 bad-date: "2026-10-02 11:00" is not a date in RFC 3339 with an offset | write 2026-10-02T11:00:00Z, if that is the zone you mean`},
		{"detected late", update, first("detected: 2026-10-02T10:05:00Z"), `incidents/a/01.md:6:11 late-detection: detected after the first update's date, 2026-10-02T10:04:00Z | write at most 2026-10-02T10:04:00Z`},
		{"security", update, first("security: leak"), `incidents/a/01.md:6:11 wrong-type: "leak" is not a kind of security incident | valid values: incident, breach`},
		{"escalate", update, first("escalate: [boss]"), `incidents/a/01.md:6:12 unknown-party: "boss" is not anyone to escalate to | valid values: lead, cto, ceo`},
		{"escalated", update, first("escalated: {led: 2026-10-02T10:20:00Z}"), `incidents/a/01.md:6:13 unknown-key: unknown key "led" | did you mean "lead"?`},
		{"waive", update, first("waive: {escalation: drill}"), `incidents/a/01.md:6:9 unknown-rule: there is no rule "escalation" | did you mean "escalate"?`},
		{"waive without a reason", update, first("waive: {escalate: ''}"), `incidents/a/01.md:6:19 missing-key: "escalate" is waived without a reason | write the reason, such as "drill"`},
		{"waive as a list", update, first("waive: [escalate]"), `incidents/a/01.md:6:8 wrong-type: a waived rule needs a reason | write waive: {escalate: "drill"}`},
		{"alias", update, first("aliases: [issues/x]"), `incidents/a/01.md:6:11 bad-alias: "issues/x" does not start with one slash | write it like "/issues/2024-01-31-api/"`},
		{"a window in an incident", update, first("starts: 2026-10-02T10:04:00Z"), `incidents/a/01.md:6:1 unknown-key: unknown key "starts" | did you mean "status"?`},
		{"control character", update, first("title: \"a\\x07b\""), `incidents/a/01.md:5:8 control-character: a control character was dropped | delete it`},
		{"a colon in a text", update, first("title: a: b"), `incidents/a/01.md:5:8 read-as-text: not valid YAML; read as the text "a: b" | write title: "a: b"`},
		{"no quotes in TOML", update, "+++\ntitle = x\nseverity = \"P2\"\nstatus = \"resolved\"\ndate = 2026-10-02T10:04:00Z\n+++\n", `incidents/a/01.md:2:9 read-as-text: not valid TOML; read as the text "x" | write title = "x"`},
		{"a tab", update, first("components:\n\t- api"), `incidents/a/01.md:7:1 read-as-text: a tab indents this line | indent with spaces, not with tabs`},
		{"bad YAML", update, first("components: [api"), `incidents/a/01.md:7:1 bad-syntax: the front matter cannot be read: did not find expected ',' or ']' | put texts with a colon or a quote in quotes`},
		{"bad TOML", update, "+++\n[[x\n+++\n", `incidents/a/01.md:2:4 bad-syntax: `},
		{"a merge key", update, first("<<: {draft: true}"), `incidents/a/01.md:6:1 bad-syntax: the front matter cannot be read: merge keys (<<) are not supported | write the keys themselves instead of <<`},
		{"a list", update, "---\n- draft\n---\n", `incidents/a/01.md:2:1 bad-syntax: the front matter cannot be read: a list where keys with values belong | write a key, a colon and a value on each line`},
		{"a second document", update, first("...\neta: soon"), `incidents/a/01.md:7:1 read-as-text: not valid YAML: a second document begins here | delete the line ... or --- before it`},
		{"a comment in a text", update, first("title: Ticket #123 down"), `incidents/a/01.md:5:8 dropped-text: YAML reads "#123 down" as a comment | if it is part of the text, quote the whole text: "Ticket #123 down"`},
		{"a comment in place of a text", update, first("impact: #1 customer is offline"), `incidents/a/01.md:6:8 dropped-text: YAML reads "#1 customer is offline" as a comment | if it is the value, quote it: "#1 customer is offline"`},
		{"a tag", update, first("title: !urgent x"), `incidents/a/01.md:5:8 dropped-text: YAML ignores "!urgent" | put the text in quotes: "!urgent x"`},
		{"an anchor", update, first("title: &x y"), `incidents/a/01.md:5:8 dropped-text: YAML ignores "&x" | put the text in quotes: "&x y"`},
		{"key in another case", update, first("Impact: x"), `incidents/a/01.md:6:1 other-form: "Impact" is read as impact | write impact`},
		{"key with a space", update, first("data loss: true"), `incidents/a/01.md:6:1 other-form: "data loss" is read as data_loss | write data_loss`},
		{"status in another case", update, first("status: Investigating"), `incidents/a/01.md:5:9 other-form: "Investigating" is read as investigating | write investigating`},
		{"status with a hyphen", "maintenance/m/01.md", "---\ntitle: x\nstatus: In-Progress\ndate: 2026-10-02T10:04:00Z\nstarts: 2026-10-05T00:00:00Z\nends: 2026-10-05T01:00:00Z\n---\n", `maintenance/m/01.md:3:9 other-form: "In-Progress" is read as in_progress | write in_progress`},
		{"empty status", update, first("status:"), `incidents/a/01.md:1:1 missing-key: no status | write status: with one of investigating, identified, monitoring or resolved`},
		{"empty title", update, first("title:"), `incidents/a/01.md:1:1 missing-key: no title in the first update | write title: with a brief description of what is wrong`},
		{"empty severity", update, first("severity: ~"), `incidents/a/01.md:1:1 missing-key: no severity in the first update | write severity: with P0, P1, P2 or P3`},
		{"empty date", update, first("date:"), `incidents/a/01.md:1:1 missing-date: no date, and git does not know when it was committed | write date: with the time at which this was true, such as 2026-10-02T10:04:00Z, or commit the file`},
		{"an announcement without title", "announcements/x.md", "---\ntitle:\ndate: 2026-10-02T10:04:00Z\n---\n", `announcements/x.md:1:1 missing-key: no title | write title: Planned change`},
		{"an empty ends", "maintenance/m/01.md", "---\ntitle: x\nstatus: scheduled\ndate: 2026-10-02T10:04:00Z\nstarts: 2026-10-05T00:00:00Z\nends:\n---\n", `maintenance/m/01.md:1:1 missing-key: no ends in the first update | write ends: 2026-11-30T23:00:00Z`},
		{"hold misspelt", update, first("hodl: 30m"), `incidents/a/01.md:6:1 unclear-hold: the unknown key "hodl" may mean hold | did you mean "hold"?`},
		{"components as a map in maintenance", "maintenance/m/01.md", "---\ntitle: x\nstatus: scheduled\ndate: 2026-10-02T10:04:00Z\nstarts: 2026-10-05T00:00:00Z\nends: 2026-10-05T01:00:00Z\ncomponents: {api: major_outage}\n---\n",
			`maintenance/m/01.md:7:13 wrong-type: a map of keys where a list belongs | write it like [one, two]`},
		{"deep", update, "---\na: [[[[[[[[[[]]]]]]]]]]\n---\n", `incidents/a/01.md:2:12 too-deep: the front matter cannot be read: nested deeper than 8 levels | front matter is a flat list of keys`},
		{"no front matter", update, "# API down\n", `incidents/a/01.md:1:1 no-front-matter: no front matter | start the file with a line ---, then the keys, then another line ---`},
		{"empty file", update, "", `incidents/a/01.md:1:1 no-front-matter: no front matter | start the file with a line ---, then the keys, then another line ---`},
		{"front matter without end", update, "---\ntitle: x\n", `incidents/a/01.md:1:1 no-front-matter: the front matter has no end | start the file with a line ---, then the keys, then another line ---`},
		{"latin-1", update, "---\ntitle: x\n---\nm\xfcde\n", `incidents/a/01.md:4:2 not-utf8: not UTF-8 text | save it as UTF-8`},
		{"large", update, strings.Repeat("x", MaxFileSize+1), `incidents/a/01.md:1:1 file-too-large: larger than 1048576 bytes | split it, or shorten its text`},
		{"raw HTML", update, first("") + "<script>x</script>\n", `incidents/a/01.md:9:1 dropped-html: the HTML <script>x</script> was dropped | use Markdown; raw HTML is never published`},
		{"outside of sections", "notes.md", first(""), `notes.md:1:1 misplaced-file: a file outside of all sections | move it into content/pages/ or into a folder of content/incidents/`},
		{"unknown section", "incident/a/01.md", first(""), `incident/a/01.md:1:1 misplaced-file: content has no section "incident" | did you mean "incidents"?`},
		{"update in no folder", "incidents/a.md", first(""), `incidents/a.md:1:1 misplaced-file: an update that is not in a folder | move it to content/incidents/a/01-investigating.md`},
		{"bad folder name", "incidents/a b/01.md", first(""), `incidents/a b/01.md:1:1 bad-name: the name "a b" may contain only ASCII letters, digits, . _ and -, and must start with a letter or digit | rename it to "a-b"`},
		{"bad file name", "incidents/a/01 x.md", first(""), `incidents/a/01 x.md:1:1 bad-name: the name "01 x" may contain only ASCII letters, digits, . _ and -, and must start with a letter or digit | rename it to "01-x.md"`},
		{"Windows name", "pages/con.md", "---\ntitle: x\n---\n", `pages/con.md:1:1 bad-name: the name "con" is a name that Windows reserves | rename it to "incident-con"`},
		{"long path", "pages/" + strings.Repeat("x", 200) + ".md", "---\ntitle: x\n---\n", `path-too-long`},
		{"long name", "pages/" + strings.Repeat("x", 101) + ".md", "---\ntitle: x\n---\n", `is longer than 100 bytes`},
		{"no Markdown", "incidents/a/graph.png", "x", `incidents/a/graph.png:1:1 ignored-file: not Markdown, so Crier ignores it | move it out of content/`},
		{"language not listed", "pages/about.fr.md", "---\ntitle: x\n---\n", `pages/about.fr.md:1:1 unknown-language: the site does not have the language "fr" | add "fr" to languages in config.toml`},
		{"translation of nothing", "pages/other.de.md", "---\ntitle: x\n---\n", `pages/other.de.md:1:1 misplaced-file: a translation without an original | write other.md first`},
		{"status in a translation", "pages/about.de.md", "---\ntitle: x\nstatus: resolved\n---\n", `pages/about.de.md:3:1 unknown-key: unknown key "status" | valid values: title, impact, eta, draft, amended`},
		{"a date in a translation", "pages/about.de.md", "---\neta: 2026-10-02\n---\n", `pages/about.de.md:2:6 bad-date: "2026-10-02" is not in words | write a time into the original, where it applies to all languages`},
		{"page without title", "pages/x.md", "---\n---\n", `pages/x.md:1:1 missing-key: no title | write title: About this page`},
		{"announcement without date", "announcements/x.md", "---\ntitle: x\n---\n", `announcements/x.md:1:1 missing-key: no date | write date: 2026-10-02T10:04:00Z`},
		{"maintenance without window", "maintenance/m/01.md", "---\ntitle: x\nstatus: scheduled\ndate: 2026-10-02T10:04:00Z\nstarts: 2026-10-05T00:00:00Z\n---\n", `maintenance/m/01.md:1:1 missing-key: no ends in the first update | write ends: 2026-11-30T23:00:00Z`},
		{"a window that ends first", "maintenance/m/01.md", "---\ntitle: x\nstatus: scheduled\ndate: 2026-10-02T10:04:00Z\nstarts: 2026-10-05T01:00:00Z\nends: 2026-10-05T00:00:00Z\n---\n",
			`maintenance/m/01.md:6:7 end-before-start: the window ends at 2026-10-05T00:00:00Z, before it starts at 2026-10-05T01:00:00Z | correct one of the two`},
		{"the clock's name", "maintenance/m/started.md", "---\ntitle: x\n---\n", `maintenance/m/started.md:1:1 bad-name: the name "started" is reserved for automatic updates | rename it to "03-started.md"`},
		{"a post-mortem alone", "incidents/b/postmortem.md", "---\n---\n", `incidents/b/postmortem.md:1:1 no-updates: no readable update in content/incidents/b | add a file such as 01-investigating.md`},
		{"folders in folders", "incidents/ok/more/01.md", first(""), `incidents/ok/more/01.md:1:1 misplaced-file: a file in a folder of ok | move it up, or out of content/incidents/ok`},
		{"two of a name", "incidents/2026/ok/01.md", first(""), `incidents/ok/01.md:1:1 url-collision: content/incidents/ok and content/incidents/2026/ok have the same URL | rename one of the folders`},
		{"names that differ by case", "pages/About.md", "---\ntitle: x\n---\n", `pages/about.md:1:1 url-collision: content/pages/about.md and content/pages/About.md have the same URL | rename one of them`},
		{"an escaped key", "templates/t.md", "---\nseverty: P0\n---\n", `templates/t.md:2:1 unknown-key: unknown key "severty" | did you mean "severity"?`},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := site(map[string]string{
				"incidents/ok/01.md": first(""),
				"pages/about.md":     "---\ntitle: About\n---\n",
				c.file:               c.text,
			})
			loaded, findings := Load(fsys, Options{Config: settings(t)})
			said := say(findings)
			if len(said) != 1 || said[0] != c.want && !(strings.HasSuffix(c.want, ": ") && strings.HasPrefix(said[0], c.want)) && (strings.Contains(c.want, "|") || !strings.Contains(said[0], c.want)) {
				t.Errorf("\n got %q\nwant %q", said, c.want)
			}
			for _, f := range findings {
				if f.Hint == "" || f.Position.Line == 0 || f.Position.Column == 0 {
					t.Errorf("no hint or no place: %+v", f)
				}
			}
			if !slices.ContainsFunc(loaded.Incidents, func(i incident.Incident) bool { return i.ID == "ok" }) {
				t.Error("a mistake elsewhere costs an incident")
			}
		})
	}
}

func TestManyMistakesAreAllReportedAtOnce(t *testing.T) {
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprintf("incidents/i%02d/01.md", i)] = first(fmt.Sprintf("severity: P%d", i+4))
	}
	_, findings := Load(site(files), Options{Config: settings(t)})
	if len(findings) != 30 {
		t.Errorf("%d findings", len(findings))
	}
}

func TestSecondUpdates(t *testing.T) {
	fsys := site(map[string]string{
		"incidents/a/01.md": first(""),
		"incidents/a/02.md": "---\nstatus: identified\ndate: 2026-10-02T11:04:00Z\ndetected: 2026-10-02T10:00:00Z\n---\n",
		"incidents/a/03.md": "---\nstatus: identified\nseverity: P1\nhold: 10m\ndate: 2026-10-02T12:04:00Z\n---\n",
	})
	c, findings := Load(fsys, Options{Config: settings(t)})
	want := []string{
		"incidents/a/02.md:4:11 only-first: detected belongs to the first update only | move it to content/incidents/a/01.md",
		"incidents/a/03.md:4:7 hold-on-urgent: a P1 is never held | delete it: updates of a P1 are public immediately",
	}
	if d := cmp.Diff(want, say(findings)); d != "" {
		t.Error(d)
	}
	if !c.Incidents[0].Updates[1].Detected.IsZero() {
		t.Error("the late detection is kept")
	}
}

// TestTheFirstUpdateIsNoDraft checks that detected counts in the first update that is not a draft,
// and is kept in drafts before it.
func TestTheFirstUpdateIsNoDraft(t *testing.T) {
	const later = "---\nstatus: identified\ndate: 2026-10-02T1%d:04:00Z\ndetected: 2026-10-02T10:00:00Z\n---\n"
	c, findings := Load(site(map[string]string{
		"incidents/a/01.md": first("detected: 2026-10-02T10:00:00Z\ndraft: true\n"),
		"incidents/a/02.md": fmt.Sprintf(later, 1),
		"incidents/a/03.md": fmt.Sprintf(later, 2),
	}), Options{Config: settings(t)})
	if d := cmp.Diff([]string{"incidents/a/03.md:4:11 only-first: detected belongs to the first update only | move it to content/incidents/a/02.md"}, say(findings)); d != "" {
		t.Error(d)
	}
	for n, want := range []bool{true, true, false} {
		if got := c.Incidents[0].Updates[n].Detected; got.IsZero() == want {
			t.Error(n, got)
		}
	}
}

func TestImpossibleWindowsAreDropped(t *testing.T) {
	fsys := site(map[string]string{"maintenance/m/01.md": "---\ntitle: x\nstatus: scheduled\ndate: 2026-10-02T10:04:00Z\nstarts: 2026-10-05T01:00:00Z\nends: 2026-10-05T00:00:00Z\n---\n",
		"maintenance/m/02.md": "---\nstatus: scheduled\ndate: 2026-10-03T10:04:00Z\nends: 2026-10-05T02:00:00Z\n---\n",
		"maintenance/m/03.md": "---\nstatus: scheduled\ndate: 2026-10-04T10:04:00Z\nstarts: 2026-10-05T03:00:00Z\n---\n"})
	c, findings := Load(fsys, Options{Config: settings(t)})
	if len(findings) != 2 || findings[0].Position.String() != "content/maintenance/m/01.md:6:7" || findings[1].Position.String() != "content/maintenance/m/03.md:4:9" {
		t.Error(say(findings))
	}
	if !c.Maintenance[0].Updates[0].Ends.IsZero() {
		t.Error("the impossible end is kept")
	}
}

func TestDatesFromEvidence(t *testing.T) {
	undated := "---\ntitle: x\nseverity: P1\nstatus: investigating\n---\n"
	fsys := site(map[string]string{"incidents/a/01.md": undated, "incidents/b/01.md": undated, "incidents/c/01.md": first(""), "incidents/d/01.md": first("date: soon")})
	var asked []string
	c, findings := Load(fsys, Options{Config: settings(t), Dates: func(undated map[string]fileset.Hash) Dates {
		asked = slices.Sorted(maps.Keys(undated))
		return Dates{
			Known: map[string]time.Time{"content/incidents/a/01.md": at(t, "2026-10-02T10:04:00Z")},
			Why:   func(string) string { return "this is a test" },
		}
	}})
	if d := cmp.Diff([]string{"content/incidents/a/01.md", "content/incidents/b/01.md", "content/incidents/d/01.md"}, asked); d != "" {
		t.Error(d)
	}
	if len(c.Incidents) != 2 || !c.Incidents[0].Updates[0].Date.Equal(at(t, "2026-10-02T10:04:00Z")) {
		t.Error(c.Incidents)
	}
	want := []string{
		"incidents/b/01.md:1:1 missing-date: no date, and this is a test | write date: with the time at which this was true, such as 2026-10-02T10:04:00Z, or commit the file",
		`incidents/d/01.md:5:7 bad-date: "soon" is not a date | write it like 2026-10-02T10:04:00Z`,
	}
	if d := cmp.Diff(want, say(findings)); d != "" {
		t.Error(d)
	}
}

// TestAnAnnouncementWithoutDate checks that an announcement without a valid date is dated by git.
func TestAnAnnouncementWithoutDate(t *testing.T) {
	for _, date := range []string{"", "date:", "date: soon"} {
		for _, memory := range []*Memory{nil, {}} {
			name := "content/announcements/x.md"
			c, findings := Load(site(map[string]string{"announcements/x.md": "---\ntitle: x\n" + date + "\n---\n"}), Options{Config: settings(t), Memory: memory, Dates: func(undated map[string]fileset.Hash) Dates {
				if d := cmp.Diff([]string{name}, slices.Collect(maps.Keys(undated))); d != "" {
					t.Error(d)
				}
				return Dates{Known: map[string]time.Time{name: at(t, "2026-10-02T10:04:00Z")}}
			}})
			if len(c.Announcements) != 1 || !c.Announcements[0].Date.Equal(at(t, "2026-10-02T10:04:00Z")) || diag.Count(findings, diag.Mistake) != 1 {
				t.Errorf("%q: %v %v", date, c.Announcements, say(findings))
			}
		}
	}
}

func TestTooManyUpdates(t *testing.T) {
	files := map[string]string{}
	for i := range MaxUpdates + 5 {
		files[fmt.Sprintf("incidents/a/%04d.md", i)] = first("")
	}
	c, findings := Load(site(files), Options{Config: settings(t)})
	if len(c.Incidents[0].Updates) != MaxUpdates || len(findings) != 1 || findings[0].Kind != diag.TooManyUpdates {
		t.Error(len(c.Incidents[0].Updates), say(findings))
	}
}

func TestFactsOfAPostmortemAreTexts(t *testing.T) {
	_, findings := Load(site(map[string]string{"incidents/a/01.md": first(""), "incidents/a/postmortem.md": "---\nusers_affected: [12]\n---\n"}), Options{Config: settings(t)})
	if got := say(findings); len(got) != 1 || !strings.HasPrefix(got[0], "incidents/a/postmortem.md:2:17 wrong-type: a list where a text belongs") {
		t.Error(got)
	}
}

// broken is a file system in which one file cannot be opened.
type broken struct {
	fs.FS
	bad string
}

func (b broken) Open(name string) (fs.File, error) {
	if name == b.bad {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("permission denied")}
	}
	return b.FS.Open(name)
}

func TestFilesThatCannotBeRead(t *testing.T) {
	fsys := site(map[string]string{"incidents/a/01.md": first(""), "incidents/b/01.md": first("")})
	c, findings := Load(broken{fsys, "content/incidents/a/01.md"}, Options{Config: settings(t)})
	if len(c.Incidents) != 1 || len(findings) != 1 || !strings.Contains(say(findings)[0], "unreadable-file: permission denied") {
		t.Error(say(findings))
	}
	c, findings = Load(broken{fsys, "content/incidents/a"}, Options{Config: settings(t)})
	if len(c.Incidents) != 1 || len(findings) != 1 || !strings.Contains(say(findings)[0], "incidents/a:1:1 unreadable-file") {
		t.Error(say(findings))
	}
	pipe := broken{fsys, "content/incidents/b/02.md"} // opening it would block forever
	fsys[pipe.bad] = &fstest.MapFile{Mode: fs.ModeNamedPipe | 0o644}
	c, findings = Load(pipe, Options{Config: settings(t)})
	if len(c.Incidents) != 2 || len(findings) != 1 || !strings.Contains(say(findings)[0], "unreadable-file: a pipe, a socket or a device") {
		t.Error(say(findings))
	}
	c, findings = Load(fstest.MapFS{}, Options{Config: settings(t)})
	if len(c.Incidents) != 0 || len(findings) != 0 {
		t.Error(say(findings))
	}
}

func TestTheOrderOfFilesAndWorkersDoesNotMatter(t *testing.T) {
	files := map[string]string{"pages/about.md": "---\ntitle: x\n---\n", "incidents/2026/i1/x.md": first("")}
	for i := range 20 {
		for k := range 3 {
			files[fmt.Sprintf("incidents/i%d/%d.md", i, k)] = first(fmt.Sprintf("date: 2026-10-02T10:0%d:00Z\nseverity: P%d", k, i%6))
		}
	}
	options := Options{Config: settings(t), Workers: 1}
	want, wantFindings := Load(site(files), options)
	ignore := cmpopts.IgnoreUnexported(markdown.Document{})
	for seed := range uint64(10) {
		options.Workers = int(seed)
		got, findings := Load(testsite.Shuffled(site(files), seed), options)
		if d := cmp.Diff(want, got, ignore); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(say(wantFindings), say(findings)); d != "" {
			t.Fatal(d)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct{ raw, front, body, problem string }{
		{"---\na: b\n---\ntext\n", "a: b\n", "4 text\n", ""},
		{"\ufeff---\r\na: b\r\n---\r\ntext\r\n", "a: b\n", "4 text\n", ""},
		{"---\n---\n", "", "3 ", ""},
		{"---\n---", "", "3 ", ""},
		{"--- \na: b\n---\t\nx", "a: b\n", "4 x", ""},
		{"+++\na = 1\n+++\n---\n", "a = 1\n", "4 ---\n", ""},
		{"---\na: b\n----\n---\n", "a: b\n----\n", "5 ", ""},
		{"---\na: b\n", "", "", "the front matter has no end"},
		{"", "", "", "no front matter"},
		{"text\n---\n", "", "", "no front matter"},
	} {
		front, body, ok := split([]byte(c.raw))
		if ok != (c.problem == "") || front.problem != c.problem {
			t.Errorf("%q: %v, %q", c.raw, ok, front.problem)
		}
		if ok && (string(front.text) != c.front || fmt.Sprintf("%d %s", body.line, body.text) != c.body) {
			t.Errorf("%q: %q, %d %q", c.raw, front.text, body.line, body.text)
		}
	}
}

func TestRedact(t *testing.T) {
	for text, want := range map[string]string{
		"a\n- **Revenue impact:** 10 EUR\n\nb":                                  "a\n\n\nb",
		"Revenue impact: 10":                                                    "",
		"- Add an alarm - owner: lead - due: 2026-11-01":                        "- Add an alarm - due: 2026-11-01",
		"- Add an alarm — **Owner:** lead":                                      "- Add an alarm",
		"Owners: lead, cto\n\nrest":                                             "\n\nrest",
		"- Revenue impact: 10 EUR\n  and more\n- b":                             "\n\n- b",
		"Revenue impact: 10 EUR\nand more\n**Severity:** P0":                    "\n\n**Severity:** P0",
		"- **Revenue loss:**\n\n  - EU: 1\n  - US: 2\n- c":                      "\n\n\n\n- c",
		"__Owner:__ lead\nSeverity: P0":                                         "\nSeverity: P0",
		"## Revenue impact\n\n10 EUR\n\n### By day\n1\n## Next":                 "\n\n\n\n\n\n## Next",
		"Revenue: 10\r\nSeverity: P0":                                           "\nSeverity: P0",
		"## Owner of tables\nText":                                              "## Owner of tables\nText",
		"### Owners\n- lead\n### Next":                                          "\n\n### Next",
		"- [ ] Fix (owner: lead, due: 2026-11-01)":                              "- [ ] Fix (due: 2026-11-01)",
		"- [ ] Fix (Owner: lead)":                                               "- [ ] Fix",
		"- [ ] Fix, owner: lead":                                                "- [ ] Fix",
		"- [ ] Fix, **owner:** lead; due: 2026-11-01":                           "- [ ] Fix; due: 2026-11-01",
		"- [ ] Fix a|b - Owner: lead":                                           "- [ ] Fix a|b",
		"- Move ownership - ownership is unclear":                               "- Move ownership - ownership is unclear",
		"| What | Owner | Due |\n|---|---|---|\n| Fix | lead | 2026-11-01 |":    "| What | Owner | Due |\n|---|---|---|\n| Fix | | 2026-11-01 |",
		"| Owner | What |\n|:--|---|\n| lead | Fix |\n\n| a | b |":              "| Owner | What |\n|:--|---|\n| | Fix |\n\n| a | b |",
		"| Users | 12 |\n|---|---|\n| **Revenue impact** | 10 |\n| Data | no |": "| Users | 12 |\n|---|---|\n| **Revenue impact** | |\n| Data | no |",
		"Revenue impact | 10\n---|---\nUsers | 12":                              "\n---|---\nUsers | 12",
		"The owner of the disk was told. Revenue was not hit.":                  "The owner of the disk was told. Revenue was not hit.",
	} {
		if got := redact(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestFrontMatterOnly(t *testing.T) {
	name := "content/incidents/a/01.md"
	fsys := fstest.MapFS{name: &fstest.MapFile{Data: []byte(first("impact: All") + "<b>")}}
	whole, _ := Load(fsys, Options{Config: settings(t)})
	c, findings := Load(fsys, Options{Config: settings(t), FrontMatterOnly: true})
	if len(findings) > 0 || len(c.Documents) > 0 || len(whole.Documents) != 1 || c.Incidents[0].Updates[0].Impact != "All" {
		t.Error(findings, c)
	}
}

// undecided reports whether damaged front matter has a line that may mark a draft and does not
// clearly say that the file is not one.
func undecided(raw []byte) bool {
	front, _, ok := split(raw)
	return ok && undecidedLine.Match(front.text)
}

var undecidedLine = regexp.MustCompile(`(?im)^[ \t]*["']?(draft|drafts|drfat|darft|draf|raft)["']?[ \t]*[:=][ \t]*["']?(true|yes|on|ture|maybe|1)?["']?[ \t]*$`)

// FuzzUpdate loads any text as an update. Loading must not fail except with findings, and their
// positions must be in the file. A damaged file that may be a draft must be withheld, and
// publishable and Undated must agree.
func FuzzUpdate(f *testing.F) {
	f.Add([]byte(first("title: a: b\ndraft: ture")))
	f.Add([]byte(first("title: \"a\n  draft: true\nhold:30m")))
	f.Add([]byte(first("impact: 'a' b\n\tdrfat: yes")))
	f.Add([]byte(first("title: a: b\n...\ndraft: maybe")))
	f.Add([]byte("+++\ntitle = a b\ndraft = yes\n+++\n"))
	f.Add([]byte("+++\ntitle = \"\"\"\ndraft = true\n+++\n"))
	f.Add([]byte(first("components: {api: major_outage}\neta: 2026-10-02\nhold: 30m")))
	f.Add([]byte("+++\ntitle = \"x\"\nstatus = \"resolved\"\n+++\n<b>"))
	f.Add([]byte("---\nwaive: {a: b}\nescalated: {lead: x}\n---"))
	f.Add([]byte("---\r\ntitle: x\r\n---\r\n\x07"))
	c, now := settings(f), at(f, "2026-10-02T10:04:00Z").Add(1) // a time that no file states
	f.Fuzz(func(t *testing.T, raw []byte) {
		name := "content/incidents/a/01.md"
		loaded, findings := Load(fstest.MapFS{name: &fstest.MapFile{Data: raw}}, Options{Config: c, Workers: 1, Dates: func(map[string]fileset.Hash) Dates { return Dates{Now: now} }})
		damaged := slices.ContainsFunc(findings, func(f diag.Finding) bool { return f.Kind == diag.ReadAsText })
		if len(loaded.Incidents) > 0 {
			draft := loaded.Incidents[0].Updates[0].Draft
			if damaged && undecided(raw) && !draft {
				t.Errorf("%q may be a draft and is public", raw)
			}
			if (publishable(raw) != nil) == draft {
				t.Errorf("%q: draft %v, publishable %v", raw, draft, !draft)
			}
			if undated := loaded.Incidents[0].Updates[0].Date.Equal(now); Undated(raw) != (undated && !draft) {
				t.Errorf("%q: draft %v, undated %v", raw, draft, undated)
			}
		} else if publishable(raw) != nil {
			t.Errorf("%q is publishable, and no update: %q", raw, say(findings))
		}
		lines := 2 + strings.Count(string(raw), "\n") + strings.Count(string(raw), "\r") + strings.Count(string(raw), "\u2028") + strings.Count(string(raw), "\u2029") + strings.Count(string(raw), "\u0085")
		for _, f := range findings {
			if f.Position.Path != name && f.Position.Path != path.Dir(name) || f.Position.Line > lines || f.Message == "" {
				t.Errorf("%q: %+v", raw, f)
			}
		}
	})
}

// TestTranslationsOfEveryKind checks that the translation of a post-mortem is redacted but not
// searched for action items.
func TestTranslationsOfEveryKind(t *testing.T) {
	c, findings := Load(site(map[string]string{
		"incidents/a/01-resolved.md":   "---\ntitle: Down\nseverity: P2\nstatus: resolved\ndate: 2026-10-02T10:00:00Z\n---\n",
		"incidents/a/postmortem.md":    "---\ntitle: Learned\npublic: true\n---\nWords.\n",
		"incidents/a/postmortem.de.md": "---\ntitle: Gelernt\n---\nWorte.\n\nRevenue impact: 1000 EUR\n\n- Do it - owner: lead - due 2026-11-01\n",
		"templates/down.md":            "---\ntitle: Down\n---\n",
		"templates/down.de.md":         "---\ntitle: Gestört\n---\n",
	}), Options{Config: settings(t)})
	p := c.Incidents[0].Postmortem
	if p == nil || p.Translations["de"].Title != "Gelernt" || len(p.Actions) != 0 || len(c.Templates) != 1 {
		t.Errorf("%+v, %d templates, %s", p, len(c.Templates), say(findings))
	}
	if text := c.Documents["content/incidents/a/postmortem.de.md"].Text; strings.Contains(text, "EUR") || !strings.Contains(text, "Worte") {
		t.Errorf("the translation says %q", text)
	}
}
