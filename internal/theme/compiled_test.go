package theme

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/sitegen"
	"settler.io/crier/themes"
)

// TestCompiledPagesAreThePages renders sites with html/template alone too. The built-in theme needs no help of it.
func TestCompiledPagesAreThePages(t *testing.T) {
	generated := sitegen.Generate(sitegen.Options{Incidents: 60, Seed: 3})
	some := fstest.MapFS{}
	for name, f := range generated {
		some[name] = f
	}
	some["config.toml"] = &fstest.MapFile{Data: append([]byte("languages = [\"de\", \"ar\", \"en\"]\n"), generated["config.toml"].Data...)}
	for name, fsys := range map[string]fs.FS{"one language": generated, "several": some, "the site of the repository": os.DirFS("../..")} {
		raw, err := fs.ReadFile(fsys, "config.toml")
		if err != nil {
			t.Fatal(err)
		}
		c, findings, err := config.Parse("config.toml", raw)
		if err != nil {
			t.Fatal(err, findings)
		}
		words := map[string]*locale.Locale{}
		for _, code := range c.Languages {
			words[code], _ = locale.Load(code, nil, "")
		}
		loaded, _ := content.Load(fsys, content.Options{Config: c})
		th, _ := Load(themes.Default(), nil, "", Brand(c.Brand), words, c.Zone)
		planned, _ := site.Plan(site.Input{Config: c, Content: loaded, Words: words, Now: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)})
		kinds := map[string]int{}
		for i := range planned.Outputs {
			output := &planned.Outputs[i]
			if _, ok := output.View.(site.PageView); !ok || output.Markdown() {
				continue
			}
			page := planned.Page(output)
			kinds[fmt.Sprint(page.Site.Language, page.Kind)]++
			template := th.pages[page.Site.Language][page.Kind]
			compiled := template.compiled()
			if compiled == nil {
				t.Fatalf("%s: pages of the kind %s are not compiled", name, page.Kind)
			}
			var want strings.Builder
			if err := template.html.Execute(&want, &page); err != nil {
				t.Fatal(err)
			}
			got, ok := compiled.Append(nil, &page)
			if !ok || string(got) != want.String() {
				t.Fatalf("%s: %s: %v\ngot\n%s\nwant\n%s", name, page.Path, ok, got, want.String())
			}
		}
		if len(kinds) < 6*len(c.Languages) {
			t.Errorf("%s: only %v", name, kinds)
		}
	}
}

// TestThemesThatNeedHelp renders what only html/template knows.
func TestThemesThatNeedHelp(t *testing.T) {
	th, findings := load(fstest.MapFS{"404.html": {Data: []byte(`{{define "main"}}{{range $k, $v := 3}}{{end}}{{printf "%d %s" 5 .View.Overview}}{{end}}`)},
		"history.html": {Data: []byte(`{{define "main"}}{{range 3}}{{.}}{{end}} {{len .View.Years | printf "%03d"}}{{end}}`)}})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	page := site.Page{Kind: site.KindHistory, Path: "history/index.html", Site: &site.Meta{Title: "Example", Language: "en", Words: english["en"], BaseURL: "https://status.example.com/", Zone: time.UTC}, View: site.History{}}
	var b strings.Builder
	if err := th.Render(&b, page, false); err != nil || !strings.Contains(b.String(), "012 000") {
		t.Errorf("%v: %s", err, b.String())
	}
	page.Kind = site.KindNotFound
	if err := th.Render(&b, page, false); err == nil || !strings.Contains(err.Error(), `404.html`) {
		t.Errorf("the mistake in 404.html: %v", err)
	}
}
