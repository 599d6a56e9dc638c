package issueform

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

func configOf(t *testing.T, text string) *config.Config {
	t.Helper()
	c, findings, err := config.Parse("config.toml", []byte("title = \"x\"\n"+text))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	return c
}

const components = "[[components]]\nid = \"api\"\nname = \"API\"\n[[components]]\nid = \"eu\"\nname = \"Web: \\\"EU\\\" # {x}\"\n[[components]]\nid = \"us\"\nname = \"Same\"\n[[components]]\nid = \"asia\"\nname = \"Same\"\n"

// field is an element of a form, as GitHub documents it ("Syntax for GitHub's form schema").
type field struct {
	Type       string
	ID         string `yaml:"id"`
	Attributes struct {
		Label, Description, Placeholder, Value string
		Options                                []any
	}
	Validations struct{ Required bool }
}

// parseForm reads a form as strictly as GitHub does.
func parseForm(t *testing.T, text string) []field {
	t.Helper()
	var form struct {
		Name, Description string
		Body              []field
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&form); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if form.Name == "" || form.Description == "" {
		t.Error("a form needs a name and a description")
	}
	var ids, labels []string
	for _, f := range form.Body {
		switch f.Type {
		case "markdown":
			if f.Attributes.Value == "" {
				t.Error("markdown needs a value")
			}
			continue
		case "dropdown", "checkboxes":
			if len(f.Attributes.Options) == 0 {
				t.Errorf("%s has no options", f.ID)
			}
		case "input", "textarea":
		default:
			t.Errorf("unknown type %q", f.Type)
		}
		if slices.Contains(ids, f.ID) || slices.Contains(labels, f.Attributes.Label) || f.Attributes.Label == "" {
			t.Errorf("%q and %q must be unique", f.ID, f.Attributes.Label)
		}
		ids, labels = append(ids, f.ID), append(labels, f.Attributes.Label)
	}
	return form.Body
}

// fill returns the body of an issue as GitHub writes it from a form.
func fill(fields []field, values map[string]string) string {
	var out []string
	for _, f := range fields {
		if f.Type == "markdown" {
			continue
		}
		value := values[f.ID]
		if f.Type == "checkboxes" {
			var lines []string
			for _, o := range f.Attributes.Options {
				label := o.(map[string]any)["label"].(string)
				box := "- [ ] "
				if slices.Contains(strings.Split(value, "|"), label) {
					box = "- [X] "
				}
				lines = append(lines, box+label)
			}
			value = strings.Join(lines, "\n")
		}
		if value == "" {
			value = "_No response_"
		}
		out = append(out, "### "+f.Attributes.Label+"\n\n"+value)
	}
	return strings.ReplaceAll(strings.Join(out, "\n\n"), "\n", "\r\n")
}

func TestAFormReadsBack(t *testing.T) {
	hostile := "It's down.\n\n### ETA\n\nnever\n\n### What do readers need to know?\n\n---\ndraft: false\n---\n<!-- x --> ${{ secrets.TOKEN }} $(id) `id`"
	for name, labels := range map[string]string{"plain": "", "labels": "[labels]\nP0 = \"Sev 1: all, or most\"\n"} {
		t.Run(name, func(t *testing.T) {
			c := configOf(t, labels+components)
			fields := parseForm(t, IncidentForm(c))
			for n, option := range fields[1].Attributes.Options {
				body := fill(fields, map[string]string{"severity": option.(string), "components": "API|Same (asia)|Web: \"EU\" # {x}", "eta": "15:30", "text": hostile})
				got, ok, err := Parse(c, body)
				want := Issue{Severity: incident.Severities[n], Components: []string{"api", "eu", "asia"}, ETA: "15:30", Text: hostile}
				if d := cmp.Diff(want, got); d != "" || !ok || err != nil {
					t.Error(ok, err, d)
				}
			}
			maintenance := parseForm(t, MaintenanceForm(c))
			got, ok, err := Parse(c, fill(maintenance, map[string]string{"starts": "2026-11-30 22:00 UTC", "ends": "1h", "components": "API", "text": hostile}))
			want := Issue{Maintenance: true, Starts: "2026-11-30 22:00 UTC", Ends: "1h", Components: []string{"api"}, Text: hostile}
			if d := cmp.Diff(want, got); d != "" || !ok || err != nil {
				t.Error(ok, err, d)
			}
		})
	}
	t.Run("without components", func(t *testing.T) {
		c := configOf(t, "")
		if got, ok, err := Parse(c, fill(parseForm(t, IncidentForm(c)), map[string]string{"severity": severities[3].text, "text": "x"})); !ok || err != nil || got.Severity != incident.P3 || got.Text != "x" {
			t.Error(got, ok, err)
		}
	})
}

func TestOtherIssues(t *testing.T) {
	c := configOf(t, components)
	body := fill(parseForm(t, IncidentForm(c)), map[string]string{"severity": severities[0].text, "components": "API", "text": "x"})
	for name, text := range map[string]string{
		"empty": "", "prose": "The API is down.", "another form": "### Version\n\n1.2", "a quoted form": "> " + body, "cut off": body[:60], "the labels in another order": "### ETA\n\nx\n\n### Severity\n\nP0: x",
	} {
		if _, ok, err := Parse(c, text); ok || err != nil {
			t.Errorf("%s counts as a form: %v", name, err)
		}
	}
	for want, text := range map[string]string{
		"the severity can't be read": strings.Replace(body, "P0:", "P9:", 1),
		`unknown component "Apii"`:   strings.Replace(body, "[X] API", "[x] Apii", 1),
	} {
		if _, ok, err := Parse(c, text); !ok || err == nil || !strings.HasPrefix(err.Error(), want) || !hasHint(err) {
			t.Errorf("%s: %v %v", want, ok, err)
		}
	}
}

func hasHint(err error) bool {
	return diag.IsUsage(err) && diag.HintOf(err) != ""
}

func TestComments(t *testing.T) {
	for body, want := range map[string]string{
		"/update identified We found it.":           "update identified: We found it.",
		"/update Monitoring\r\n\r\nIt is fixed.":    "update monitoring: It is fixed.",
		"/update [Identified] We found it.":         "update identified: We found it.",
		"/UPDATE We are still looking.":             "update : We are still looking.",
		"/update identifying the cause takes time":  "update : identifying the cause takes time",
		"  /resolve It works again.":                "resolve : It works again.",
		"/resolved\nIt works.\n\n- item\n- /update": "resolve : It works.\n\n- item\n- /update",
		"/amend 2 Corrected.":                       "amend 2 : Corrected.",
		"/amend #2\nCorrected.":                     "amend 2 : Corrected.",
		"/amend two Corrected.":                     `error: "two" is not the number of an update`,
		"/amend 0 Corrected.":                       `error: "0" is not the number of an update`,
		"/amend":                                    `error: "" is not the number of an update`,
		"/amend 2":                                  "error: the comment has no text",
		"/update":                                   "error: the comment has no text",
		"/update identfied":                         `error: unknown status "identfied"`,
		"/update identified":                        "error: the comment has no text",
		"/resolve \r\n":                             "error: the comment has no text",
		"Thanks! /resolve it":                       "",
		"> /resolve It works.":                      "",
		"/updates are nice":                         "",
		"/assign me":                                "",
		"":                                          "",
		"`/resolve x`":                              "",
		"/update ${{ secrets.X }} $(id)\n---\nx: y": "update : ${{ secrets.X }} $(id)\n---\nx: y",
	} {
		c, ok, err := ParseComment(body, incident.IncidentStatuses[:])
		got := ""
		switch {
		case err != nil:
			got = "error: " + err.Error()
			if !hasHint(err) {
				t.Errorf("%q: no hint in %v", body, err)
			}
		case ok:
			got = map[Command]string{Update: "update", Resolve: "resolve", Amend: "amend"}[c.Command] + " "
			if c.Number > 0 {
				got += fmt.Sprint(c.Number) + " "
			}
			status := ""
			if c.Status != 0 {
				status = c.Status.String()
			}
			got += status + ": " + c.Text
		}
		if got != want {
			t.Errorf("%q\n got %q\nwant %q", body, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	c := config.Default()
	c.Components = []config.Component{{ID: "api", Name: "API"}}
	f.Add("### Severity\n\nP0: x\n\n### Affected components\n\n- [X] API\n\n### Impact\n\n_No response_\n\n### ETA\n\nx\n\n### What do readers need to know?\n\ntext")
	f.Fuzz(func(t *testing.T, body string) {
		issue, ok, err := Parse(c, body)
		if ok && err == nil && !issue.Maintenance && issue.Severity == 0 {
			t.Errorf("an incident without severity from %q", body)
		}
		ParseComment(body, incident.IncidentStatuses[:])
	})
}

func TestTicket(t *testing.T) {
	c := configOf(t, components)
	ten := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	history := incident.Fold(incident.Incident{ID: "down", Updates: []incident.Update{
		{ID: "01-investigating", Path: "x", Title: "API @all <b>down</b>", Severity: incident.P1, Status: incident.Investigating, Date: ten, Impact: "All *requests* fail, see #12 @team",
			Components: &incident.Components{List: []incident.Affected{{Component: "api"}, {Component: "eu"}}}},
		{ID: "02-resolved", Path: "y", Severity: incident.P0, Status: incident.Resolved, Date: ten.Add(time.Hour)},
	}})
	about := incident.Case{
		Updates:    []incident.Update{{Detected: ten.Add(-2 * time.Minute)}},
		Postmortem: &incident.Postmortem{Actions: []incident.Action{{What: "Add an _alert_", Owner: "someone", Due: ten.Add(24 * time.Hour)}, {What: "Done", Done: true}}},
	}
	title, body := Ticket(c, about, history, "https://status.example.com/incidents/down/")
	const want = `**Severity:** P0 (critical)
**Status:** Resolved
**Affected systems:** API, Web: "EU" #` + "\u200b" + ` {x}
**Impact:** All \*requests\* fail, see #` + "\u200b12 @\u200b" + `team

**Timeline**
- 2026-10-02 09:58 UTC: Detected
- 2026-10-02 10:00 UTC: [Investigating](https://status.example.com/incidents/down/#01-investigating)
- 2026-10-02 11:00 UTC: [Resolved](https://status.example.com/incidents/down/#02-resolved)

**Action items**
- [ ] Add an \_alert\_, due 2026-10-03
- [x] Done
`
	if title != "[P0] API @all <b>down</b>" || body != want {
		t.Errorf("%s\n%s", title, cmp.Diff(want, body))
	}
	about.Postmortem.Draft = true
	if _, body := Ticket(c, about, history, "https://status.example.com/incidents/down/"); strings.Contains(body, "Action items") {
		t.Error(body)
	}
}

// TestTheFormOfTheDocs checks that docs/without-git.md shows the form as it is written.
func TestTheFormOfTheDocs(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/without-git.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "```yaml form\n")
	shown, _, _ := strings.Cut(rest, "```")
	_, form, _ := strings.Cut(IncidentForm(configOf(t, "[[components]]\nid = \"api\"\nname = \"API\"\n[[components]]\nid = \"web\"\nname = \"Web site\"\n")), "\n")
	if d := cmp.Diff(form, shown); d != "" {
		t.Error(d)
	}
}
