package site

import (
	"strings"
	"testing"
)

func TestWhoGetsAPath(t *testing.T) {
	route := &Route{}
	of := func(path, source string) Output { return Output{Path: path, source: source, Route: route} }
	for _, c := range []struct {
		name     string
		list     []Output
		reserved []string
		gets     string
		finding  string
	}{
		{"each its own", []Output{of("a/index.html", "a.md"), of("b/index.html", "b.md")}, nil, "a/index.html b/index.html", ""},
		{"the first", []Output{of("a/index.html", "a.md"), of("a/index.html", "b.md"), of("c", "c.md")}, nil, "a/index.html c", "b.md: b.md needs the URL /a/, but a.md has /a/"},
		{"whatever the case", []Output{of("a/index.html", "a.md"), of("A/index.html", "b.md")}, nil, "a/index.html", "b.md: b.md needs the URL /A/, but a.md has /a/"},
		{"a folder", []Output{of("feed.rss", generated), of("Feed.rss/index.html", "a.md")}, nil, "feed.rss", "a.md: a.md needs the URL /Feed.rss/, but Crier uses /feed.rss itself"},
		{"a file that is a folder", []Output{of("a/b/index.html", "a.md"), of("a", "b.md")}, nil, "a/b/index.html", "b.md: b.md needs the URL /a, but a.md has /a/b/"},
		{"reserved", []Output{of("cname", "a.md")}, []string{"CNAME", "CNAME"}, "", "a.md: a.md needs the URL /cname, but Crier uses /CNAME itself"},
		{"the same source twice", []Output{of("a", "a.md"), of("a", "a.md")}, nil, "a", ""},
		{"a component", []Output{of("a", "a.md"), of("a", "config.toml (component x)")}, nil, "a", "config.toml: config.toml (component x) needs the URL /a, but a.md has /a"},
		{"not a path", []Output{of(".crier/x", "a.md")}, nil, "", `a.md: a.md needs a URL that no file can have: path ".crier/x" is in .crier`},
		{"an asset", []Output{of("assets/a:b.css", generated)}, nil, "", `assets/a:b.css: assets/a:b.css needs a URL that no file can have: path "assets/a:b.css" contains ':'`},
	} {
		list, numbered, findings := address(c.list, c.reserved)
		var paths []string
		for n, o := range list {
			paths = append(paths, o.Path)
			if i, ok := numbered.Number(o.Path); !ok || i != n {
				t.Errorf("%s: %s has the number %d, not %d", c.name, o.Path, i, n)
			}
		}
		if got := strings.Join(paths, " "); got != c.gets || messages(findings) != c.finding {
			t.Errorf("%s: outputs %q, want %q; findings %q, want %q", c.name, got, c.gets, messages(findings), c.finding)
		}
	}
}

func TestLinks(t *testing.T) {
	site, _ := Plan(input(t, "2026-10-02T12:00:00Z", nil))
	const from = "content/incidents/down/01-investigating.md"
	for destination, want := range map[string]string{
		"/about/":                           "about/index.html",
		"/about":                            "about/index.html",
		"/about/#who":                       "about/index.html#who",
		"/about/#nobody":                    "",
		"../new/":                           "incidents/new/index.html",
		"../../about/?x=1":                  "about/index.html",
		"../../pages/about.md":              "about/index.html",
		"../../pages/about.md#who":          "about/index.html#who",
		"02-resolved.md":                    "incidents/down/index.html#02-resolved",
		"../new/02-identified.md":           "", // a draft
		"#02-resolved":                      "incidents/down/index.html#02-resolved",
		"#cause":                            "incidents/down/index.html#01-investigating-cause",
		"#nothing":                          "",
		"/api/v2/summary.json":              "api/v2/summary.json",
		"/api/v2/incidents/unresolved.json": "api/v2/incidents/unresolved.json",
		"/maintenance.ics":                  "maintenance.ics",
		"/CNAME":                            "CNAME",
		"/issues/down/":                     "issues/down/index.html",
		"/nowhere/":                         "",
		"/ABOUT/":                           "",
	} {
		if got, ok := site.texts.Resolve(from, destination); ok != (want != "") || ok && string(got) != want {
			t.Errorf("%s leads to %q, %t; want %q", destination, got, ok, want)
		}
	}
	for to, want := range map[Ref]Ref{"about/index.html": "about/index.html", "maintenance.ics": "/maintenance.ics", "api/v2/summary.json": "/api/v2/summary.json", "https://example.com/": "https://example.com/"} {
		if got := site.texts.InLanguage("de/", to); got != want {
			t.Errorf("%s is %s in German, want %s", to, got, want)
		}
	}
}

func TestLinksThatLeadNowhereAreReported(t *testing.T) {
	_, findings := Plan(input(t, "2026-10-02T12:00:00Z", map[string]string{"pages/about.md": "title: About\n---\n[a](/nowhere/) [b](/badge.svg)\n",
		"incidents/new/02-identified.md": "status: identified\ndate: 2026-10-02T10:10:00Z\ndraft: true\n---\n[not public](/nowhere/)\n"}))
	if got, want := messages(findings), `content/pages/about.md: the link "/nowhere/" leads to no page of the site; its text is shown without it`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
