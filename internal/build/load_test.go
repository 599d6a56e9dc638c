package build_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/source/content"
)

// TestLoadReplacesWhatItCannotRead breaks one file of a site at a time. Only config.toml makes a
// build impossible.
func TestLoadReplacesWhatItCannotRead(t *testing.T) {
	const settings = "title = \"T\"\nbase_url = \"https://status.example.com/\"\n"
	for name, test := range map[string]struct {
		files    map[string]string
		findings []string
		fails    bool
	}{
		"a site with its own theme": {
			files: map[string]string{"config.toml": settings + "theme = \"own\"\n", "themes/own/footer.html": "ours"},
		},
		"no config.toml": {
			files: map[string]string{"content/pages/about.md": "---\ntitle: About\n---\n"},
			fails: true,
		},
		"config.toml is not TOML": {
			files:    map[string]string{"config.toml": "title = T\n"},
			findings: []string{"config.toml:1:9: "},
			fails:    true,
		},
		"no such theme": {
			files:    map[string]string{"config.toml": settings + "theme = \"other\"\n"},
			findings: []string{`config.toml:3:9: there is no theme "other"`},
		},
		"the theme is a file": {
			files:    map[string]string{"config.toml": settings + "theme = \"other\"\n", "themes/other": "text"},
			findings: []string{"themes/other:1:1: cannot use the theme: not a folder"},
		},
		"the theme is a broken link": {
			files:    map[string]string{"config.toml": settings, "themes/default@": "nowhere"},
			findings: []string{"themes/default:1:1: cannot use the theme: themes/default is a broken link"},
		},
		"a template that cannot be parsed": {
			files:    map[string]string{"config.toml": settings, "themes/default/incident.html": "{{"},
			findings: []string{"themes/default/incident.html:1:1: unclosed action"},
		},
		"a language file that cannot be read": {
			files:    map[string]string{"config.toml": settings, "themes/default/languages/en.toml/folder": ""},
			findings: []string{"themes/default/languages/en.toml:1:1: "},
		},
		"a language file that is not TOML": {
			files:    map[string]string{"config.toml": settings, "themes/default/languages/en.toml": "?"},
			findings: []string{"themes/default/languages/en.toml:1:1: "},
		},
		"an update that cannot be understood": {
			files:    map[string]string{"config.toml": settings, "content/incidents/a/01.md": "text"},
			findings: []string{"content/incidents/a/01.md:1:1: no front matter"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			site := fstest.MapFS{}
			for path, text := range test.files {
				name, link := strings.CutSuffix(path, "@")
				site[name] = &fstest.MapFile{Data: []byte(text)}
				if link {
					site[name].Mode = fs.ModeSymlink
				}
			}
			input, findings, err := build.Load(site, content.Options{})
			if (err != nil) != test.fails {
				t.Fatal("error:", err)
			}
			if missing := test.files["config.toml"] == ""; errors.Is(err, fs.ErrNotExist) != missing {
				t.Errorf("error: %v", err)
			}
			if len(findings) != len(test.findings) {
				t.Fatalf("findings: %v", findings)
			}
			for n, want := range test.findings {
				if !strings.HasPrefix(findings[n].String(), want) {
					t.Errorf("finding %d: %s", n, findings[n])
				}
			}
			if err != nil {
				return
			}
			input.Now = instant(t, "2026-10-02T10:30:00Z")
			for _, input := range []build.Input{input, input.WithBuiltinTheme()} {
				overview, ok := build.Build(input).Files.Lookup("index.html")
				if !ok {
					t.Fatal("no overview")
				}
				var b strings.Builder
				if err := overview.Write(&b); err != nil || !strings.Contains(b.String(), "All Systems Operational") {
					t.Errorf("%v: %s", err, b.String())
				}
			}
		})
	}
}
