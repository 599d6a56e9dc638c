package build_test

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/testsite/testenv"
)

// everything is a site with every kind of output. The second part of its configuration switches on
// the optional outputs.
const (
	everything = `title = "Example Status"
base_url = "https://status.example.com/"
languages = ["en", "de"]
[[components]]
id = "api"
aliases = ["/affected/api/"]
`
	conditional = `[feeds]
cstate = true
[publish]
cname = "status.example.com"
[security]
contact = ["mailto:security@example.com"]
expires = 2026-12-01
`
)

func everythingOf(config string) fstest.MapFS {
	site := fstest.MapFS{}
	for name, text := range map[string]string{
		"config.toml": config,
		"content/incidents/down/01-investigating.md":  "---\ntitle: API down\nseverity: P1\nstatus: investigating\ndate: 2025-10-02T10:00:00Z\ncomponents: [api]\nimpact: All.\neta: soon\n---\nWe look.\n",
		"content/incidents/down/02-resolved.md":       "---\nstatus: resolved\ndate: 2025-10-02T11:00:00Z\n---\nDone.\n",
		"content/incidents/again/01-investigating.md": "---\ntitle: API down again\nseverity: P3\nstatus: resolved\ndate: 2026-10-01T10:00:00Z\n---\nIt was.\n",
		"content/maintenance/disk/01-scheduled.md":    "---\ntitle: Disk\nstatus: scheduled\ndate: 2026-10-01T10:00:00Z\nstarts: 2026-10-03T10:00:00Z\nends: 2026-10-03T11:00:00Z\n---\nNew.\n",
		"content/announcements/region.md":             "---\ntitle: Region\ndate: 2026-10-01T10:00:00Z\n---\nMore.\n",
		"content/pages/about.md":                      "---\ntitle: About\n---\nWe.\n",
	} {
		site[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return site
}

// outputPaths returns the paths of a build with every feature on.
func outputPaths(t *testing.T) []string {
	t.Helper()
	files, findings, _ := compile(t, everythingOf(everything+conditional), instant(t, "2026-10-02T12:00:00Z"))
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	for _, want := range []string{"CNAME", ".well-known/security.txt", "index.xml", "affected/api/index.xml", "feed/2025-1.atom", "de/feed/2025-1.atom", "version.json", "_headers", ".nojekyll", "search/2026-10.json"} {
		if files[want] == "" && want != ".nojekyll" {
			t.Fatalf("a site with everything has no %s", want)
		}
	}
	return slices.Sorted(maps.Keys(files))
}

// TestNobodyTakesThePlaceOfAnOutput checks that no alias or page can replace an output. Aliases of
// incidents, pages and announcements, and pages themselves, claim the path of every output of a
// build with every feature on, in the same and in a different case. Whether the output is on or
// off, the result must be a mistake that names both, and the outputs must be the same as without
// the claim.
func TestNobodyTakesThePlaceOfAnOutput(t *testing.T) {
	testenv.SkipRace(t)
	now := instant(t, "2026-10-02T12:00:00Z")
	paths := outputPaths(t)
	for _, config := range []string{everything + conditional, everything} {
		plain, _, _ := compile(t, everythingOf(config), now)
		for _, spelled := range []func(string) string{strings.Clone, strings.ToUpper, strings.ToLower} {
			var aliases []string
			for _, name := range paths {
				aliases = append(aliases, fmt.Sprintf("%q", "/"+spelled(name)))
			}
			list := "aliases: [" + strings.Join(aliases, ", ") + "]\n"
			for file, text := range map[string]string{
				"content/incidents/new/01-resolved.md":  "---\ntitle: New\nseverity: P3\nstatus: resolved\ndate: 2027-10-01T10:00:00Z\n" + list + "---\nx\n",
				"content/maintenance/new/01-planned.md": "---\ntitle: New\nstatus: scheduled\ndate: 2025-10-01T10:00:00Z\nstarts: 2028-10-03T10:00:00Z\nends: 2028-10-03T11:00:00Z\n" + list + "---\nx\n",
				"content/announcements/new.md":          "---\ntitle: New\ndate: 2025-10-01T10:00:00Z\nuntil: 2025-10-02T10:00:00Z\n" + list + "---\nx\n",
				"content/pages/new.md":                  "---\ntitle: New\n" + list + "---\nx\n",
			} {
				site := everythingOf(config)
				site[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, "2027-10-01", "2026-09-30", 1))}
				files, findings, _ := compile(t, site, now)
				expectMistakes(t, file, paths, spelled, findings)
				for name := range files {
					if plain[name] == "" && strings.Contains(files[name], "http-equiv=\"refresh\"") {
						t.Errorf("%s: an alias came to %s", file, name)
					}
				}
				for name := range plain {
					if files[name] == "" && plain[name] != "" {
						t.Errorf("%s: %s is gone", file, name)
					}
				}
			}
		}
	}
}

// expectMistakes expects one mistake for the alias of each path. It must name the file and the
// path.
func expectMistakes(t *testing.T, file string, paths []string, spelled func(string) string, findings []diag.Finding) {
	t.Helper()
	var said []string
	for _, f := range findings {
		if f.Kind.Code == diag.URLCollision.Code {
			said = append(said, f.Message)
			if f.Position.Path != file || f.Kind.Class != diag.Mistake {
				t.Errorf("%s: the finding is at %s", file, f.Position)
			}
		}
	}
	for _, name := range paths {
		// It exists already.
		if file == "content/announcements/new.md" && spelled(name) == "index.html" {
			continue
		}
		wanted := "/" + spelled(name)
		if !strings.HasSuffix(wanted, ".html") {
			wanted += "/"
		}
		wanted = strings.TrimSuffix(wanted, "index.html")
		there := "/" + strings.TrimSuffix(name, "index.html")
		if !slices.ContainsFunc(said, func(message string) bool {
			return strings.HasPrefix(message, file+" needs the URL "+wanted+", but ") && strings.Contains(message+" ", there+" ")
		}) {
			t.Errorf("%s: nothing is said of %s, which would be in the place of %s", file, wanted, name)
		}
	}
}

// TestAPageTakesNoOutput checks pages named like each output.
func TestAPageTakesNoOutput(t *testing.T) {
	now := instant(t, "2026-10-02T12:00:00Z")
	site := everythingOf(everything)
	want := 0
	for _, name := range outputPaths(t) {
		name = strings.TrimSuffix(name, "/index.html")
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || path.Base(name) == "about" || strings.HasPrefix(name, "affected/") && !strings.HasSuffix(name, ".xml") {
			continue
		}
		site["content/pages/"+name+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: x\n---\nx\n")}
		want++
	}
	files, findings, _ := compile(t, site, now)
	plain, _, _ := compile(t, everythingOf(everything), now)
	for name := range plain {
		if files[name] == "" && plain[name] != "" {
			t.Errorf("%s is gone", name)
		}
	}
	got := map[string]bool{}
	for _, f := range findings {
		if f.Kind.Code == diag.URLCollision.Code {
			got[f.Position.Path] = true
		}
	}
	for file := range site {
		if _, isNew := everythingOf(everything)[file]; !isNew && !got[file] {
			t.Errorf("nothing is said of %s", file)
		}
	}
	if want < 50 {
		t.Errorf("only %d pages", want)
	}
}

// TestAPathThatNoFileCanHave checks paths that Crier or git reserve, and paths that file systems
// don't allow.
func TestAPathThatNoFileCanHave(t *testing.T) {
	site := everythingOf(everything)
	site["content/pages/new.md"] = &fstest.MapFile{Data: []byte("---\ntitle: New\naliases: [/.crier/x, /.Crier/manifest/a.html, /.git/config]\n---\nx\n")}
	input, _ := load(t, site, instant(t, "2026-10-02T12:00:00Z"))
	result := build.Build(input)
	count := 0
	for _, f := range result.Findings {
		if f.Kind.Code == diag.URLCollision.Code && f.Position.Path == "content/pages/new.md" && strings.Contains(f.Message, "content/pages/new.md needs a URL that no file can have") {
			count++
		}
	}
	if count != 3 {
		t.Error(result.Findings)
	}
	for _, f := range result.Files.Files() {
		if fileset.ValidPath(f.Path) != nil {
			t.Error(f.Path)
		}
	}
}

// TestEveryOutputCanBeLinkedTo checks that links to any file of the site work, in every language.
func TestEveryOutputCanBeLinkedTo(t *testing.T) {
	now := instant(t, "2026-10-02T12:00:00Z")
	var text strings.Builder
	paths := outputPaths(t)
	for _, name := range paths {
		fmt.Fprintf(&text, "- [go](/%s)\n", name)
	}
	site := everythingOf(everything + conditional)
	site["content/pages/about.md"] = &fstest.MapFile{Data: []byte("---\ntitle: About\n---\n" + text.String())}
	files, findings, _ := compile(t, site, now)
	for _, f := range findings {
		t.Error(f)
	}
	if n := strings.Count(files["about/index.html"], `">go</a>`); n != len(paths) || !strings.Contains(files["about/index.html"], `href="../api/v2/summary.json"`) || !strings.Contains(files["de/about/index.html"], `href="../../api/v2/summary.json"`) {
		t.Errorf("%d links of %d", n, len(paths))
	}
	checkLinks(t, files)
}
