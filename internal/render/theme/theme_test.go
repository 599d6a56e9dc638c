package theme

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/locale"
	source "settler.io/crier/internal/source/markdown"
	"settler.io/crier/themes"
)

// english is a set of words with only one language.
var english = map[string]*locale.Locale{"en": locale.English()}

func load(overlay fs.FS) (*Theme, []diag.Finding) {
	return Load(themes.Default(), overlay, "themes/mine", config.Brand{}, "", english, time.UTC)
}

func TestWords(t *testing.T) {
	th := &Theme{zone: time.UTC}
	funcs := th.functions(english["en"], config.Brand{})
	title := func(b site.Bar) string { return barTitle(b, time.UTC, english["en"]) }
	start := time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC)
	bar := site.Bar{Start: start, Worst: incident.MajorOutage, Events: []site.BarEvent{{Title: "API down", Worst: incident.MajorOutage, For: time.Hour}, {Title: "Slow", Worst: incident.DegradedPerformance}}}
	if got, want := title(bar), "2 October 2026: Major outage, API down (1 h); Degraded performance, Slow"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := funcs["badDays"].(func([]site.Bar) []site.Bar)([]site.Bar{{}, bar, {}}); len(got) != 1 {
		t.Error(got)
	}
	for _, c := range []struct {
		component site.Component
		want      string
	}{
		{site.Component{Name: "API"}, "API, last 90 days: no problems"},
		{site.Component{Name: "API", Uptime: "99.9", Bars: []site.Bar{bar}}, "API, last 90 days: 1 day with problems"},
		{site.Component{Name: "API", Bars: []site.Bar{bar, bar, {Worst: incident.UnderMaintenance}}}, "API, last 90 days: 2 days with problems"},
	} {
		if got := barsLabel(c.component, english["en"]); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestTextThatIsEscapedForMarkdown checks that it reads the same as Markdown, and that what can
// stand as it is does.
func TestTextThatIsEscapedForMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"a*b_[c](d) <e> #f": `a*b_\[c](d) \<e> #f`,
		"[eu-1] api_v2_users is slow (5 < 10, R&D): #42 ~ 3*4": "[eu-1] api_v2_users is slow (5 < 10, R&D): #42 ~ 3*4",
		"*all* _of_ `it`": "\\*all\\* \\_of\\_ \\`it\\`",
		`C:\temp\*`:       `C:\temp\\*`,
	} {
		if got := escapeMarkdown(text); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	converter, random := source.NewConverter(), rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var b strings.Builder
		b.WriteByte('a')
		for range random.IntN(12) {
			b.WriteByte("ab _*[]()<>`~#\\!&;/="[random.IntN(20)])
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		doc, _ := converter.Convert(source.Source{Text: "## [Investigating] " + escapeMarkdown(text), Heading: 2})
		if want := "[Investigating] " + text; doc.Text != want {
			t.Fatalf("%q became %q, and is read as %q", text, escapeMarkdown(text), doc.Text)
		}
	}
}

// TestEveryWorseConditionIsATallerBar checks that colour is not the only sign.
func TestEveryWorseConditionIsATallerBar(t *testing.T) {
	last := -1
	for c := incident.Condition(0); c <= incident.MajorOutage; c++ {
		if h := barHeight(c); h <= last || h > 32 {
			t.Errorf("%s is %d high", c, h)
		} else {
			last = h
		}
	}
}

func TestOverlay(t *testing.T) {
	overlay := fstest.MapFS{
		"404.html":         {Data: []byte(`{{define "main"}}<p>Nothing is here, {{asset "extra.txt"}}.</p>{{end}}`)},
		"assets/extra.txt": {Data: []byte("extra")},
		"assets/style.css": {Data: []byte("body{}")},
		"assets/.hidden":   {Data: []byte("x")},
	}
	th, findings := load(overlay)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	var b bytes.Buffer
	page := site.Page{Kind: site.KindNotFound, Path: "404.html", Site: &site.Meta{Title: "Example", Language: "en", Words: english["en"], BaseURL: "https://status.example.com/", Zone: time.UTC}}
	if err := th.Render(&b, page, false); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "Nothing is here, /assets/extra.") {
		t.Error(b.String())
	}
	names := map[string]string{}
	for _, a := range th.Assets {
		names[a.Path] = string(a.Content)
	}
	if len(th.Assets) < 2 || strings.Contains(strings.Join(keys(names), " "), "hidden") {
		t.Error(keys(names))
	}
	other, _ := load(nil)
	for _, a := range other.Assets {
		if _, same := names[a.Path]; same && strings.HasPrefix(a.Path, "assets/style.") {
			t.Error("another style has the same address")
		}
	}
}

func keys(m map[string]string) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return list
}

type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, "secret.css") || name == "404.html" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("permission denied")}
	}
	return u.MapFS.Open(name)
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	f, err := u.Open(name)
	if err != nil {
		return nil, err
	}
	f.Close()
	return u.MapFS.ReadFile(name)
}

func TestWhatIsBrokenFallsBack(t *testing.T) {
	overlay := unreadable{fstest.MapFS{
		"404.html":          {Data: []byte("x")},
		"overview.html":     {Data: []byte("line\n{{end}}")},
		"incident.html":     {Data: []byte("{{define \"main\"}}\n\n{{.View.Nothing | nope}}{{end}}")},
		"assets/secret.css": {Data: []byte("x")},
	}}
	th, findings := load(overlay)
	var said []string
	for _, f := range findings {
		if f.Kind != diag.BadTemplate || f.Hint == "" {
			t.Errorf("%+v", f)
		}
		said = append(said, f.Position.String()+" "+f.Message)
	}
	for _, want := range []string{
		"themes/mine/404.html:1:1 open 404.html: permission denied",
		"themes/mine/assets/secret.css:1:1 cannot be read: permission denied",
		`themes/mine/incident.html:3:1 function "nope" not defined`,
		"themes/mine/overview.html:2:1 unexpected {{end}}",
	} {
		if !strings.Contains(strings.Join(said, "\n"), want) {
			t.Errorf("no %q among\n%s", want, strings.Join(said, "\n"))
		}
	}
	var b bytes.Buffer
	page := site.Page{Kind: site.KindNotFound, Path: "404.html", Site: &site.Meta{Title: "Example", Language: "en", Words: english["en"], BaseURL: "https://status.example.com/", Zone: time.UTC}}
	if err := th.Render(&b, page, false); err != nil || !strings.Contains(b.String(), "<h1>") {
		t.Error(err, b.String())
	}
	page = site.Page{Kind: site.KindIncident, Path: "x", Site: page.Site, View: 7}
	if err := th.Render(&b, page, false); err == nil || !strings.HasPrefix(err.Error(), "rendering x: ") {
		t.Error(err)
	}
}

// TestFormerTemplatesNameTheirSuccessors overrides and calls what earlier versions of the built-in
// theme had.
func TestFormerTemplatesNameTheirSuccessors(t *testing.T) {
	page := `{{define "main"}}<h1>{{.View.Title}}</h1>`
	for _, c := range []struct{ file, text, want string }{
		{"partials.html", "\n{{define \"brief\"}}mine{{end}}", `themes/mine/partials.html:2:19: nothing calls the template "brief" any more, hint: the function incidents renders it now; see docs/themes.md`},
		{"page.html", page + "\n{{template \"ending\" .View}}{{end}}", `themes/mine/page.html:2:12: there is no template "ending", hint: the function incidents renders it now; see docs/themes.md`},
		{"page.html", page + "{{linked .}}{{end}}", `themes/mine/page.html:1:1: function "linked" not defined, hint: the function meta renders it now; see docs/themes.md`},
		{"page.html", page + "{{nothing}}{{end}}", `themes/mine/page.html:1:1: function "nothing" not defined, hint: docs/themes.md lists what a template can use`},
		{"page.html", page + "{{template \"brief\"}}{{end}}{{define \"brief\"}}{{end}}", ""},
	} {
		overlay := fstest.MapFS{c.file: {Data: []byte(c.text)}}
		if c.file == "partials.html" {
			builtin, _ := fs.ReadFile(themes.Default(), c.file)
			overlay[c.file].Data = append([]byte(c.text), builtin...)
		}
		_, findings := load(overlay)
		var got []string
		for _, f := range findings {
			got = append(got, f.Position.String()+": "+f.Message+", hint: "+f.Hint)
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.text, strings.Join(got, "\n"), c.want)
		}
	}
	for name, successor := range successors {
		if _, ok := (&Theme{zone: time.UTC}).functions(english["en"], config.Brand{})[successor]; !ok {
			t.Errorf("%s is said to be the function %s, which there is not", name, successor)
		}
	}
}

// TestAMistakeInATemplateNamesItsFile renders a page whose template fails when it is executed.
func TestAMistakeInATemplateNamesItsFile(t *testing.T) {
	th, findings := load(fstest.MapFS{"404.html": {Data: []byte(`{{define "main"}}<p>{{.View.Nothing}}</p>{{end}}`)}})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	page := site.Page{Kind: site.KindNotFound, Path: "404.html", Site: &site.Meta{Title: "Example", Language: "en", Words: english["en"], BaseURL: "https://status.example.com/", Zone: time.UTC}}
	if err := th.Render(&bytes.Buffer{}, page, false); err == nil || !strings.Contains(err.Error(), "404.html:1:") {
		t.Errorf("the error does not name 404.html and its line: %v", err)
	}
}

// TestSharedLinksHoldForEveryPage renders pages of one kind, some in folders that the navigation
// links to and some not.
func TestSharedLinksHoldForEveryPage(t *testing.T) {
	th, _ := load(nil)
	meta := &site.Meta{Title: "Example", Language: "en", Words: english["en"], BaseURL: "https://status.example.com/", Zone: time.UTC,
		Navigation: []site.Link{{Text: "Status", Target: "index.html"}, {Text: "Feed", Target: "components/api/feed.rss"}, {Text: "Web", Target: "components/web/index.html"}}}
	for _, c := range []struct{ path, feed, web string }{
		{"components/db/index.html", "../api/feed.rss", `../web/index.html"`},
		{"components/api/index.html", "feed.rss", `../web/index.html"`},
		{"components/web/index.html", "../api/feed.rss", `index.html" aria-current="page"`},
		{"components/queue/index.html", "../api/feed.rss", `../web/index.html"`},
	} {
		var b strings.Builder
		if err := th.Render(&b, site.Page{Kind: site.KindComponent, Path: c.path, Site: meta, View: &site.ComponentPage{}}, false); err != nil {
			t.Fatal(err)
		}
		if want := `<li><a href="` + c.feed + `">Feed</a></li><li><a href="` + c.web + `>Web</a></li>`; !strings.Contains(b.String(), want) {
			t.Errorf("%s: no %s in\n%s", c.path, want, b.String())
		}
	}
}
