package typed

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// cases returns an open P2, an open P0, a resolved incident, a draft and open maintenance.
func cases() []incident.Case {
	at := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	first := func(severity incident.Severity) incident.Update {
		return incident.Update{ID: "01-investigating", Title: "x", Severity: severity, Status: incident.Investigating, Date: at}
	}
	draft := first(incident.P1)
	draft.Draft = true
	resolved := incident.Update{ID: "02-resolved", Status: incident.Resolved, Date: at.Add(time.Hour)}
	return incident.Cases([]incident.Incident{
		{ID: "2026-10-02-api-slow", Updates: []incident.Update{first(incident.P2)}},
		{ID: "2026-10-02-web-down", Updates: []incident.Update{first(incident.P0)}},
		{ID: "2026-10-01-api-down", Updates: []incident.Update{first(incident.P1), resolved}},
		{ID: "2026-10-02-draft", Updates: []incident.Update{draft}},
	}, []incident.Maintenance{
		{ID: "2026-10-03-upgrade", Updates: []incident.Update{{ID: "01-scheduled", Status: incident.Scheduled, Date: at, Starts: at.Add(time.Hour), Ends: at.Add(2 * time.Hour)}}},
	}, at)
}

func TestCase(t *testing.T) {
	for part, want := range map[string]string{
		"2026-10-01-api-down": "2026-10-01-api-down",
		"web":                 "2026-10-02-web-down",
		"API":                 "2026-10-02-api-slow", // the only open one
		"api-down":            "2026-10-01-api-down",
		"draft":               "2026-10-02-draft",
		"upgrade":             "2026-10-03-upgrade",
	} {
		if c, err := Case(cases(), part); err != nil || c.ID != want {
			t.Errorf("%q: %s %v", part, c.ID, err)
		}
	}
	for part, want := range map[string][2]string{
		"2026-10-02":          {`"2026-10-02" matches 1. 2026-10-02-web-down (P0), 2. 2026-10-02-api-slow (P2)`, "write more of the name, such as 2026-10-02-web-down"},
		"2026-10-02-web-donw": {`there is no incident "2026-10-02-web-donw"`, `did you mean "2026-10-02-web-down"?`},
		"mail":                {`there is no incident "mail"`, "crier list shows all"},
	} {
		if c, err := Case(cases(), part); err == nil || err.Error() != want[0] || diag.HintOf(err) != want[1] || !diag.IsUsage(err) {
			t.Errorf("%q: %s %v %s", part, c.ID, err, diag.HintOf(err))
		}
	}
}

func TestOnlyCase(t *testing.T) {
	all := cases()
	for _, c := range []struct {
		cases   []incident.Case
		status  string
		want    string
		hint    string
		choices int
	}{
		{all, "", "", "name one: crier update 2026-10-02-web-down", 4},
		{all, "monitoring", "", "name one: crier update 2026-10-02-web-down monitoring", 4},
		{all, "in_progress", "2026-10-03-upgrade", "", 0},
		{all[1:2], "", all[1].ID, "", 0},
		{nil, "", "", "name one: crier update ID; crier list shows all", 0},
	} {
		got, choices, err := OnlyCase(c.cases, c.status, "update")
		if got.ID != c.want || diag.HintOf(err) != c.hint || len(choices) != c.choices {
			t.Errorf("%q: %s, %v, %q, %v", c.status, got.ID, incident.IDs(choices), diag.HintOf(err), err)
		}
		if len(choices) > 0 && choices[0].ID != "2026-10-02-web-down" {
			t.Errorf("%v: the worst comes first", incident.IDs(choices))
		}
	}
}

func TestCaseAndStatus(t *testing.T) {
	for _, c := range []struct {
		args             []string
		id, status, hint string
	}{
		{nil, "", "", ""},
		{[]string{"web", "Monitoring"}, "web", "Monitoring", ""},
		{[]string{"in-progress"}, "", "in_progress", ""},
		{[]string{"web"}, "web", "", ""},
		{[]string{"monitorng"}, "", "", `did you mean "monitoring"?`},
		{[]string{"mail"}, "", "", "crier list shows all"},
	} {
		id, status, err := CaseAndStatus(cases(), c.args)
		if id != c.id || status != c.status || diag.HintOf(err) != c.hint {
			t.Errorf("%q: %q %q %v", c.args, id, status, err)
		}
	}
}

func TestUpdateOf(t *testing.T) {
	resolved, err := Case(cases(), "api-down")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"": "02-resolved", "1": "01-investigating", "invest": "01-investigating", "02-resolved": "02-resolved", "3": "", "0": ""} {
		u, err := UpdateOf(resolved, name)
		if u.ID != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", name, u.ID, err)
		}
	}
}

func TestTemplate(t *testing.T) {
	c, _ := content.Load(fstest.MapFS{"content/templates/api-down.md": {Data: []byte("---\ntitle: API down\n---\n")}}, content.Options{Config: config.Default()})
	for id, hint := range map[string]string{"api-down": "", "api-down.md": "", "api-dwn": `did you mean "api-down"?`} {
		if got, err := Template(c, id); diag.HintOf(err) != hint || hint == "" && got.ID != "api-down" {
			t.Errorf("%q: %q %v", id, got.ID, err)
		}
	}
	if _, err := Template(&content.Content{}, "x"); diag.HintOf(err) != "content/templates is empty: leave out --template" {
		t.Error(err)
	}
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		args  []string
		id    string
		marks int
		hint  string
	}{
		{[]string{"acknowledged"}, "", 1, ""},
		{[]string{"web", "escalated=lead", "notified"}, "web", 2, ""},
		{[]string{"web", "notfied"}, "", 0, `did you mean "notified"?`},
		{[]string{"web"}, "", 0, "valid values: acknowledged, escalated=lead, escalated=cto, escalated=ceo, notified, meeting"},
	} {
		id, marks, err := Marks(c.args)
		if id != c.id || len(marks) != c.marks || diag.HintOf(err) != c.hint {
			t.Errorf("%q: %q %q %v", c.args, id, marks, err)
		}
	}
}

func TestFilter(t *testing.T) {
	c, _, _ := config.Parse("config.toml", []byte("title = \"x\"\n[[components]]\nid = \"api\"\nname = \"API\"\n[[components]]\nid = \"web\"\n"))
	filter := incident.Filter{Open: true}
	if err := (Filter{Severities: []string{"P0", "high"}, Components: []string{"API,web"}, Since: "2026-10-01"}).Parse(&filter, c); err != nil {
		t.Error(err)
	}
	want := incident.Filter{Open: true, Severities: []incident.Severity{incident.P0, incident.P1}, Components: []string{"api", "web"}, Since: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}
	if d := cmp.Diff(want, filter); d != "" {
		t.Error(d)
	}
	for _, wrong := range []Filter{{Severities: []string{"P9"}}, {Components: []string{"mail"}}, {Since: "x"}, {Until: "x"}} {
		if err := wrong.Parse(&filter, c); !diag.IsUsage(err) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

func TestOnlyWithoutPostmortem(t *testing.T) {
	shown := func(name string) string { return "site/" + name }
	all := cases()
	resolved, err := Case(all, "api-down")
	if err != nil {
		t.Fatal(err)
	}
	draft := resolved
	draft.ID, draft.Postmortem = "draft", &incident.Postmortem{Path: "a/postmortem.md", Draft: true}
	for _, c := range []struct {
		cases   []incident.Case
		want    string
		choices int
		hint    string
	}{
		{slices.Concat(all, []incident.Case{draft}), "2026-10-01-api-down", 0, ""},
		{slices.Concat(all, []incident.Case{resolved}), "", 2, "name one: crier postmortem 2026-10-01-api-down"},
		{[]incident.Case{draft}, "", 0, "edit the draft, then delete draft: true"},
		{nil, "", 0, "name one: crier postmortem ID; crier list shows all"},
	} {
		only, choices, err := OnlyWithoutPostmortem(c.cases, shown)
		if only.ID != c.want || len(choices) != c.choices || diag.HintOf(err) != c.hint {
			t.Errorf("%s %v %v", only.ID, incident.IDs(choices), err)
		}
	}
	if _, _, err := OnlyWithoutPostmortem([]incident.Case{draft}, shown); !strings.Contains(err.Error(), "site/a/postmortem.md") {
		t.Error(err)
	}
}
