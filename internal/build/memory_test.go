package build_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/render/theme"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// remembering builds one site repeatedly, with memories.
type remembering struct {
	config  *config.Config
	theme   *theme.Theme
	words   map[string]*locale.Locale
	content content.Memory
	builds  published.Memory
	preview published.Memory
}

func newRemembering(t testing.TB, files fs.FS) *remembering {
	t.Helper()
	r := &remembering{}
	var err error
	if r.config, _, err = build.LoadConfig(files); err != nil {
		t.Fatal(err)
	}
	r.theme, r.words, _ = build.LoadTheme(files, r.config)
	return r
}

// build returns the files of a build. changed lists what may have changed; nil means anything.
func (r *remembering) build(files fs.FS, changed []string, now time.Time) build.Result {
	return r.look(r.load(files, changed), now, false)
}

func (r *remembering) load(files fs.FS, changed []string) *content.Content {
	loaded, _ := content.Load(files, content.Options{Config: r.config, Memory: &r.content, Changed: changed})
	return loaded
}

func (r *remembering) look(loaded *content.Content, now time.Time, preview bool) build.Result {
	memory := &r.builds
	if preview {
		memory = &r.preview
	}
	return build.Build(build.Input{Theme: r.theme, Input: site.Input{Config: r.config, Content: loaded, Words: r.words, Now: now, Memory: memory, Preview: preview}})
}

func texts(t testing.TB, result build.Result) map[string]string {
	t.Helper()
	return testsite.Files(t, result.Files)
}

// TestMemoriesChangeNothing edits sites at random while time passes, and builds them both for the
// public and as a preview. Builds with and without memories must be equal.
func TestMemoriesChangeNothing(t *testing.T) {
	end := instant(t, "2026-03-29T12:00:00Z")
	for seed := range seeds(12) {
		r := rand.New(rand.NewPCG(seed, 8))
		files := testsite.Random(seed, end)
		kept := newRemembering(t, files)
		now := end.Add(-48 * time.Hour)
		for step := range 16 {
			var changed []string
			if r.IntN(8) == 0 {
				now = now.Add(time.Duration(r.IntN(40*60)-20*60) * time.Minute)
				changed = []string{}
			}
			for range r.IntN(3) {
				changed = append(changed, change(files, r, step)...)
			}
			if r.IntN(8) == 0 {
				changed = nil
			}
			preview := r.IntN(3) == 0
			result := kept.look(kept.load(files, changed), now, preview)
			fresh := newRemembering(t, files)
			loaded := fresh.load(files, nil)
			want := build.Build(build.Input{Theme: fresh.theme, Input: site.Input{Config: fresh.config, Content: loaded, Words: fresh.words, Now: now, Preview: preview}})
			if d := cmp.Diff(texts(t, want), texts(t, result)); d != "" {
				t.Fatalf("seed %d, step %d, preview %t, %q: %s", seed, step, preview, changed, d)
			}
			if d := cmp.Diff(want.Findings, result.Findings); d != "" || !want.NextChange.Equal(result.NextChange) {
				t.Fatalf("seed %d, step %d, %q: %s, next change %s and %s", seed, step, changed, d, want.NextChange, result.NextChange)
			}
			if d := cmp.Diff(want.Site.Public(), result.Site.Public()); d != "" {
				t.Fatalf("seed %d, step %d, %q: shown %s", seed, step, changed, d)
			}
			if d := cmp.Diff([][]string{want.Site.OpenIncidents, want.Site.OpenMaintenance}, [][]string{result.Site.OpenIncidents, result.Site.OpenMaintenance}); d != "" {
				t.Fatalf("seed %d, step %d, %q: open %s", seed, step, changed, d)
			}
			for _, f := range result.Files.Files() {
				if found, ok := result.Files.Lookup(f.Path); !ok || found.Path != f.Path {
					t.Fatalf("seed %d, step %d, %q: %s is not found", seed, step, changed, f.Path)
				}
			}
		}
	}
}

// change edits a site in one of many ways, and returns the paths that it changed.
func change(files fstest.MapFS, r *rand.Rand, step int) []string {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(n string) bool { return !strings.HasPrefix(n, "content/") })
	name := names[r.IntN(len(names))]
	text := string(files[name].Data)
	write := func(name, text string) []string {
		files[name] = &fstest.MapFile{Data: []byte(text)}
		return []string{name}
	}
	folder := path.Dir(name)
	beside := slices.DeleteFunc(names, func(n string) bool { return path.Dir(n) != folder })
	copyTo := func(to string) (changed []string) {
		for _, n := range beside {
			changed = append(changed, write(path.Join(to, path.Base(n)), string(files[n].Data))...)
		}
		return changed
	}
	switch r.IntN(12) {
	case 0:
		return write(name, text+"\nMore, see [this](/incidents/trouble-0/) and [that](#more).\n")
	case 1:
		return write(name, strings.Replace(text, "status:", "draft: true\nstatus:", 1))
	case 2:
		if len(names) > 1 {
			delete(files, name)
			return []string{name}
		}
	case 3:
		return write(path.Join(folder, fmt.Sprintf("9%d-more.md", step)), strings.Replace(text, "status:", fmt.Sprintf("impact: As before %d.\nstatus:", step), 1))
	case 4: // another incident that began at the same instant
		return copyTo(path.Join(path.Dir(folder), fmt.Sprintf("copy-%d", step)))
	case 5: // another name
		changed := copyTo(path.Join(path.Dir(folder), fmt.Sprintf("moved-%d", step)))
		for _, n := range beside {
			delete(files, n)
		}
		return append(changed, beside...)
	case 6:
		if len(beside) < len(names) {
			for _, n := range beside {
				delete(files, n)
			}
			return beside
		}
	case 7:
		severities := []string{"P0", "P1", "P2", "P3"}
		return write(name, strings.Replace(text, "severity: "+severities[r.IntN(4)], "severity: "+severities[r.IntN(4)], 1))
	case 8: // a URL that may be taken
		return write(name, strings.Replace(text, "status:", fmt.Sprintf("aliases: [/old/%d/, /index.xml, /feed.rss, /about/]\nstatus:", r.IntN(3)), 1))
	case 9:
		return write(fmt.Sprintf("content/pages/%s.md", []string{"about", "history", "terms"}[r.IntN(3)]), fmt.Sprintf("---\ntitle: About %d\ndraft: %t\naliases: [/old/%d/]\n---\nSee [that](/history/).\n", step, r.IntN(3) == 0, r.IntN(3)))
	case 10:
		return write("content/announcements/news.md", fmt.Sprintf("---\ntitle: News %d\ndate: 2026-03-2%dT10:00:00Z\naliases: [/old/%d/]\n---\nNews.\n", step, 6+r.IntN(3), r.IntN(3)))
	default: // an hour later or earlier: it may now begin before another
		hour := r.IntN(24)
		return write(name, strings.Replace(text, fmt.Sprintf("T%02d:", hour), fmt.Sprintf("T%02d:", (hour+1)%24), 1))
	}
	return nil
}

// BenchmarkEdit edits one update among 10,000 incidents and renders the page that shows it, as
// `crier serve` does.
func BenchmarkEdit(b *testing.B) {
	dir := b.TempDir()
	for name, f := range testsite.Generate(testsite.Options{Incidents: 10000, Seed: 1}) {
		testenv.Write(b, dir, name, string(f.Data))
	}
	benchmarkEdit(b, dir)
}

func benchmarkEdit(b *testing.B, dir string) {
	files := os.DirFS(dir)
	var name string
	fs.WalkDir(files, "content/incidents/2024", func(n string, _ fs.DirEntry, _ error) error {
		if strings.HasSuffix(n, "02-identified.md") {
			name = n
		}
		return nil
	})
	original, err := fs.ReadFile(files, name)
	if err != nil {
		b.Fatal(err)
	}
	now := instant(b, "2026-10-01T12:00:00Z")
	kept := newRemembering(b, files)
	kept.build(files, nil, now)
	page := "incidents/" + path.Base(path.Dir(name)) + "/index.html"
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		if err := os.WriteFile(filepath.Join(dir, name), fmt.Appendf(original, "\nEdit %d.\n", n), 0o644); err != nil {
			b.Fatal(err)
		}
		result := kept.build(files, []string{name}, now)
		f, _ := result.Files.Lookup(page)
		var out bytes.Buffer
		if err := f.Write(&out); err != nil || !strings.Contains(out.String(), fmt.Sprintf("Edit %d.", n)) {
			b.Fatal("the page does not show the edit", err)
		}
	}
}
