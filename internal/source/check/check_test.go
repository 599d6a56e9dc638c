package check

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// input loads the updates of an incident. Each update was committed at its date, and the time is
// 10:30.
func input(t *testing.T, updates ...string) Input {
	t.Helper()
	c, findings, err := config.Parse("config.toml", []byte("title = \"x\"\n[[components]]\nid = \"api\"\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	site := fstest.MapFS{}
	for n, text := range updates {
		site[fmt.Sprintf("content/incidents/a/%02d.md", n+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	loaded, mistakes := content.Load(site, content.Options{Config: c})
	for _, f := range mistakes {
		t.Log(f)
	}
	evidence := policy.Evidence{}
	for _, i := range loaded.Incidents {
		for _, u := range i.Updates {
			evidence[u.Path] = policy.Proof{Versions: []policy.Version{{At: u.Date}}}
		}
	}
	return Input{Config: c, Content: loaded, Evidence: evidence, Now: instant(t, "2026-10-02T10:30:00Z")}
}

func TestFindings(t *testing.T) {
	const good = "---\ntitle: API down\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T10:20:00Z\nimpact: All fails.\neta: unknown\n---\nWe look into the API.\n"
	quiet := strings.Replace(good, "P1", "P3", 1)
	for _, c := range []struct {
		name    string
		updates []string
		want    []string
	}{
		{"no problems", []string{good}, nil},
		{"no impact, no ETA", []string{"---\ntitle: x\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T10:20:00Z\n---\nWe look.\n"}, []string{
			"01.md:1:1 missing-eta: an open P0 without ETA", "01.md:1:1 missing-impact: an open P0 without impact"}},
		{"no impact, no ETA, P3", []string{"---\ntitle: x\nseverity: P3\nstatus: investigating\ndate: 2026-10-02T10:20:00Z\n---\nWe look.\n"}, []string{
			"01.md:1:1 eta-unsaid: an open P3 without ETA", "01.md:1:1 impact-unsaid: an open P3 without impact"}},
		{"resolved, and all is said", []string{strings.Replace(quiet, "impact: All fails.\n", "", 1), "---\nstatus: resolved\ndate: 2026-10-02T10:25:00Z\n---\nBack.\n"}, nil},
		{"no text", []string{strings.Replace(good, "We look into the API.", "", 1)}, []string{"01.md:1:1 says-nothing: the first update has no text"}},
		{"placeholders", []string{strings.NewReplacer("API down", `"[Brief description]"`, "All fails.", `"[What's affected]"`, "unknown", `"[Expected resolution time]"`, "the API", "[issue description]").Replace(good)}, []string{
			"01.md:1:1 placeholder: the template's [issue description] was not filled in", "01.md:2:8 placeholder: the template's [Brief description] was not filled in",
			"01.md:6:9 placeholder: the template's [What's affected] was not filled in", "01.md:7:6 placeholder: the template's [Expected resolution time] was not filled in"}},
		{"an ETA that has passed", []string{strings.Replace(good, "unknown", "2026-10-02T10:25:00Z", 1)}, []string{"01.md:7:6 eta-passed: the ETA of an open P1 passed 5 min ago"}},
		{"lowered in silence", []string{good, "---\nstatus: identified\nseverity: P3\ndate: 2026-10-02T10:25:00Z\n---\n"}, []string{"02.md:3:11 silent-lowering: the severity is lowered from P1 to P3 without a text"}},
		{"lowered with a word", []string{good, "---\nstatus: identified\nseverity: P3\ndate: 2026-10-02T10:25:00Z\n---\nOnly one.\n"}, nil},
		{"resolved with open parts", []string{good, "---\nstatus: resolved\ncomponents: {api: major_outage}\ndate: 2026-10-02T10:25:00Z\n---\nBack.\n"}, []string{"02.md:3:13 open-parts: resolved, but api is in major_outage"}},
		{"the status goes back", []string{good, "---\nstatus: monitoring\ndate: 2026-10-02T10:22:00Z\n---\nx\n", "---\nstatus: investigating\ndate: 2026-10-02T10:25:00Z\n---\nx\n"}, []string{
			"03.md:2:9 status-back: the status goes back from monitoring to investigating"}},
		{"names and dates", []string{quiet, "---\nstatus: monitoring\ndate: 2026-10-02T10:25:00Z\n---\nx\n", "---\nstatus: identified\ndate: 2026-10-02T10:22:00Z\n---\nx\n"}, []string{
			"02.md:3:7 unordered-dates: 02 is after 03 by date, but before it by name"}},
		{"a P1 of the future", []string{strings.Replace(good, "10:20:00Z", "10:40:00Z", 1)}, []string{"01.md:5:7 future-date: a P1 that is not public until 2026-10-02T10:40:00Z"}},
		{"a P3 of the future", []string{strings.Replace(quiet, "10:20:00Z", "10:40:00Z", 1)}, nil},
		{"security is a P0", []string{strings.Replace(quiet, "eta: unknown", "eta: unknown\nsecurity: incident\nescalated: {lead: 2026-10-02T10:21:00Z}", 1)}, []string{
			"01.md:8:11 security-severity: a security incident is a P0, but this is a P3"}},
		{"a missed deadline", []string{strings.Replace(good, "10:20:00Z", "09:45:00Z", 1)}, []string{
			"01.md:5:7 missed-deadline: next update: 15 min late, due at 2026-10-02 10:15 UTC; an open P1 is updated every 30 min, and 01 was public at 2026-10-02 09:45 UTC"}},
		{"a hold beyond the deadline", []string{strings.Replace(quiet, "eta: unknown", "eta: unknown\nhold: 2h", 1)}, []string{"01.md:8:7 long-hold: held beyond its deadline, so it is published at 2026-10-02T11:20:00Z"}},
		{"a P1's draft is nobody's business", []string{"---\ntitle: x\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T09:00:00Z\ndraft: true\n---\n"}, nil},
		{"a P0 that stays a draft", []string{"---\ntitle: x\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T10:24:00Z\ndraft: true\n---\n"}, []string{"01.md:6:8 late-draft: a P0 that is still a draft, 1 min after its deadline"}},
		{"a P0's draft, in time", []string{"---\ntitle: x\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T10:25:00Z\ndraft: true\n---\n"}, nil},
		{"a draft of a P0 that is resolved", []string{strings.Replace(good, "P1", "P0", 1), "---\nstatus: identified\ndate: 2026-10-02T10:21:00Z\ndraft: true\n---\nx\n", "---\nstatus: resolved\ndate: 2026-10-02T10:23:00Z\n---\nx\n"}, nil},
		{"an ETA that was over when it was written", []string{strings.Replace(good, "unknown", "2026-10-02T10:20:00Z", 1), "---\nstatus: resolved\ndate: 2026-10-02T10:25:00Z\n---\nx\n"}, []string{
			"01.md:7:6 past-eta: the ETA was over at the update's date, 2026-10-02T10:20:00Z"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said []string
			for _, f := range Check(input(t, c.updates...)) {
				said = append(said, strings.TrimPrefix(f.Position.String(), "content/incidents/a/")+" "+f.Kind.Code+": "+f.Message)
				if f.Hint == "" {
					t.Errorf("no hint: %s", f)
				}
			}
			if d := cmp.Diff(c.want, said); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestTimesThatCannotBeMeant checks what is not part of an incident.
func TestTimesThatCannotBeMeant(t *testing.T) {
	c, _, err := config.Parse("config.toml", []byte("title = \"x\"\n[security]\ncontact = [\"mailto:security@example.com\"]\nexpires = 2026-10-02\n"))
	if err != nil {
		t.Fatal(err)
	}
	window := "---\ntitle: x\nstatus: %s\ndate: 2026-10-02T10:%s:00Z\nstarts: 2026-10-02T09:00:00Z\nends: 2026-10-02T10:00:00Z\n---\n"
	site := fstest.MapFS{}
	for name, text := range map[string]string{
		"over": fmt.Sprintf(window, "scheduled", "00"), "recorded": fmt.Sprintf(window, "completed", "20"),
		"running": strings.Replace(fmt.Sprintf(window, "scheduled", "00"), "T10:00:00Z\nstarts", "T09:30:00Z\nstarts", 1),
	} {
		site["content/maintenance/"+name+"/01.md"] = &fstest.MapFile{Data: []byte(text)}
	}
	loaded, _ := content.Load(site, content.Options{Config: c})
	var said []string
	for _, f := range Check(Input{Config: c, Content: loaded, Now: instant(t, "2026-10-02T10:30:00Z")}) {
		said = append(said, f.Position.String()+" "+f.Kind.Code+": "+f.Message)
	}
	if d := cmp.Diff([]string{"config.toml:1:1 expired-security: security.txt expired on 2026-10-02",
		"content/maintenance/over/01.md:6:7 past-window: the window ended at 2026-10-02T10:00:00Z, before the update's date, 2026-10-02T10:00:00Z"}, said); d != "" {
		t.Error(d)
	}
}

func TestRemedies(t *testing.T) {
	for _, row := range policy.Table {
		if got := remedy(policy.Deadline{Rule: row.Rule}); got != row.Remedy {
			t.Errorf("%s: %s", row.Rule, got)
		}
	}
	if got := remedy(policy.Deadline{Rule: policy.Resolve, MetAt: time.Unix(1, 0)}); !strings.Contains(got, "waive: {resolve:") {
		t.Error(got)
	}
}
