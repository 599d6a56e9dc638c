package compose_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

var autumn = time.Date(2026, 10, 2, 12, 4, 0, 0, time.FixedZone("", 2*3600))

func options(title string, components ...compose.Component) compose.SiteOptions {
	return compose.SiteOptions{Title: title, URL: "https://status.example.com/", Components: components, Action: "settler/crier@0057852bfaa89a56745cba8c7296529d2fc39830 # v0.1.0", Now: autumn}
}

// TestNewSiteHasNoFindings loads and checks a new site and expects no findings.
func TestNewSiteHasNoFindings(t *testing.T) {
	for _, o := range []compose.SiteOptions{
		options("Example Status", compose.Component{"api", "API"}),
		options(`It's "ours": #1 \ <b> 日本`, compose.Component{"a.b-c_d", `Web: "site" # {x}`}, compose.Component{"web", "- [x]"}),
		options("x", compose.Component{"no", "no"}, compose.Component{"1", "1"}, compose.Component{"null", "null"}),
		options("x", compose.Component{"null", "null"}),
	} {
		files := fstest.MapFS{}
		for _, file := range compose.NewSite(o) {
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
	o := options("x", compose.Component{"api", "API"})
	c, _, _ := config.Parse("config.toml", []byte("title = \"x\"\n[[components]]\nid = \"api\"\n"))
	for _, file := range compose.NewSite(o) {
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

func TestParseComponent(t *testing.T) {
	for text, want := range map[string]compose.Component{
		"API":              {"api", "API"},
		"Web site (new)":   {"web-site-new", "Web site (new)"},
		" web = Web site ": {"web", "Web site"},
		"web=":             {"web", "web"},
		"a=b=c":            {"a", "b=c"},
		"jp=日本":            {"jp", "日本"},
	} {
		if got, err := compose.ParseComponent(text); err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "日本", "=x", "--"} {
		if got, err := compose.ParseComponent(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
