package newsite

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

var autumn = time.Date(2026, 10, 2, 12, 4, 0, 0, time.FixedZone("", 2*3600))

func options(title string, components ...Component) Options {
	return Options{Title: title, URL: "https://status.example.com/", Components: components, Action: "settler/crier@0057852bfaa89a56745cba8c7296529d2fc39830 # v0.1.0", Now: autumn}
}

// TestNewSiteHasNoFindings loads and checks a new site and expects no findings.
func TestNewSiteHasNoFindings(t *testing.T) {
	for _, o := range []Options{
		options("Example Status", Component{"api", "API"}),
		options(`It's "ours": #1 \ <b> 日本`, Component{"a.b-c_d", `Web: "site" # {x}`}, Component{"web", "- [x]"}),
		options("x", Component{"no", "no"}, Component{"1", "1"}, Component{"null", "null"}),
		options("x", Component{"null", "null"}),
	} {
		files := fstest.MapFS{}
		for _, file := range Files(o) {
			if files[file.Path] != nil {
				t.Errorf("%s comes twice", file.Path)
			}
			if file.Executable != (file.Path == ".githooks/pre-commit") || file.Sample != strings.Contains(file.Path, "2026-10-02-") {
				t.Errorf("%s: %v %v", file.Path, file.Executable, file.Sample)
			}
			if strings.Contains(string(file.Bytes), "<%") || strings.Contains(string(file.Bytes), "<no value>") {
				t.Errorf("%s: %s", file.Path, file.Bytes)
			}
			files[file.Path] = &fstest.MapFile{Data: file.Bytes}
		}
		c, findings, err := config.Parse("config.toml", files["config.toml"].Data)
		if err != nil || len(findings) > 0 || c.Title != o.Title || len(c.Components) != len(o.Components) {
			t.Fatal(c, findings, err)
		}
		for i, component := range o.Components {
			if c.Components[i].ID != component.ID || c.Components[i].Name != component.Name {
				t.Errorf("%+v became %+v", component, c.Components[i])
			}
		}
		found, findings := content.Load(files, content.Options{Config: c})
		findings = append(findings, check.Check(check.Input{Config: c, Content: found, Now: autumn})...)
		if len(findings) > 0 {
			t.Error(findings)
		}
		if len(found.Announcements) != 1 || len(found.Incidents) != 1 || !found.Incidents[0].Updates[0].Draft || len(found.Templates) < 5 {
			t.Errorf("%+v", found)
		}
		if update := found.Incidents[0].Updates[0]; !update.Date.Equal(autumn) || update.Components.List[0].Component != o.Components[0].ID {
			t.Errorf("%+v", update)
		}
		for _, template := range found.Templates {
			if !strings.HasPrefix(template.Source, "---\ndescription: ") {
				t.Errorf("%s says not what it is for", template.ID)
			}
		}
	}
}

// TestTemplatesOfANewSite checks that an update made from a template without changes has no
// findings.
func TestTemplatesOfANewSite(t *testing.T) {
	o := options("x", Component{"api", "API"})
	c, _, _ := config.Parse("config.toml", []byte("title = \"x\"\n[[components]]\nid = \"api\"\n"))
	for _, file := range Files(o) {
		name, ok := strings.CutPrefix(file.Path, "content/templates/")
		if !ok {
			continue
		}
		text := strings.Replace(string(file.Bytes), "# components", "components", 1)
		_, rest, _ := strings.Cut(text, "description: ")
		_, rest, _ = strings.Cut(rest, "\n")
		path := "content/incidents/a/01.md"
		found, findings := content.Load(fstest.MapFS{path: {Data: []byte("---\ndate: 2026-10-02T10:04:00Z\nacknowledged: 2026-10-02T10:04:00Z\n" + rest)}}, content.Options{Config: c})
		findings = append(findings, check.Check(check.Input{Config: c, Content: found, Now: autumn})...)
		for _, f := range findings {
			if f.Position.Path == path {
				t.Errorf("%s: %v", name, f)
			}
		}
	}
}

func TestComponents(t *testing.T) {
	for text, want := range map[string]Component{
		"API":              {"api", "API"},
		"Web site (new)":   {"web-site-new", "Web site (new)"},
		" web = Web site ": {"web", "Web site"},
		"web=":             {"web", "web"},
		"a=b=c":            {"a", "b=c"},
		"jp=日本":            {"jp", "日本"},
	} {
		if got, err := parseComponent(text); err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "日本", "=x", "--"} {
		if got, err := parseComponent(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestWhatPeopleType(t *testing.T) {
	good := func(o Options, err error) Options {
		if err != nil {
			t.Error(err)
		}
		return o
	}
	o := Example
	o.Now = autumn
	o = good(o.WithTitle("Acme Status"))
	o = good(o.WithURL("status.acme.com/"))
	o = good(o.WithComponents([]string{"Web site", " ", "jp=日本"}))
	if o.Title != "Acme Status" || o.URL != "https://status.acme.com/" || len(o.Components) != 2 || o.Components[0].ID != "web-site" {
		t.Errorf("%+v", o)
	}
	c, findings := o.Config()
	if len(findings) > 0 || c.Title != "Acme Status" || len(c.Components) != 2 {
		t.Errorf("%+v %v", c, findings)
	}
	bad := func(hint string, _ Options, err error) {
		if !diag.IsUsage(err) || !strings.HasPrefix(diag.HintOf(err), hint) {
			t.Errorf("%v; %s", err, diag.HintOf(err))
		}
	}
	for hint, do := range map[string]func() (Options, error){
		`write it like "https://status.example.com/"`: func() (Options, error) { return o.WithURL("ftp://status.acme.com") },
		`write the id too, such as api="日本"`:          func() (Options, error) { return o.WithComponents([]string{"日本"}) },
		"write its name, such as API":                 func() (Options, error) { return o.WithComponents(nil) },
	} {
		wrong, err := do()
		bad(hint, wrong, err)
	}
}

func TestIssueFiles(t *testing.T) {
	o := options("x", Component{"api", "API"})
	c, _ := o.Config()
	for _, file := range IssueFiles(o, c) {
		if !strings.Contains(string(file.Bytes), "API") && !strings.Contains(string(file.Bytes), o.Action) || strings.Contains(string(file.Bytes), "<%") {
			t.Errorf("%s:\n%s", file.Path, file.Bytes)
		}
	}
}
