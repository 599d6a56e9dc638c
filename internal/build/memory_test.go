package build_test

import (
	"bytes"
	"errors"
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
	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/sitegen"
	"settler.io/crier/internal/theme"
	"settler.io/crier/themes"
)

// remembering builds one site again and again, with memories.
type remembering struct {
	config  *config.Config
	theme   *theme.Theme
	words   map[string]*locale.Locale
	content content.Memory
	builds  build.Memory
}

func newRemembering(t testing.TB, files fs.FS) *remembering {
	t.Helper()
	raw, err := fs.ReadFile(files, "config.toml")
	if err != nil {
		t.Fatal(err)
	}
	r := &remembering{words: map[string]*locale.Locale{"en": locale.English()}}
	if r.config, _, err = config.Parse("config.toml", raw); err != nil {
		t.Fatal(err)
	}
	r.theme, _ = theme.Load(themes.Default(), nil, "", theme.Brand{}, r.words, r.config.Zone)
	return r
}

// build gives the files, told what may have changed; nil: anything.
func (r *remembering) build(files fs.FS, changed []string, now time.Time) build.Result {
	loaded, _ := content.Load(files, content.Options{Config: r.config, Memory: &r.content, Changed: changed})
	return build.Build(build.Input{Config: r.config, Content: loaded, Theme: r.theme, Words: r.words, Now: now, Memory: &r.builds})
}

func texts(t testing.TB, result build.Result) map[string]string {
	t.Helper()
	files := map[string]string{}
	if err := result.Files.Produce(func(f fileset.File, content []byte) error {
		files[f.Path] = string(content)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return files
}

// TestMemoriesChangeNothing edits sites by chance while time passes, and compares what builds with memories give with what
// builds without them give.
func TestMemoriesChangeNothing(t *testing.T) {
	end := instant(t, "2026-03-29T12:00:00Z")
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 8))
		files := sitegen.Random(seed, end)
		kept := newRemembering(t, files)
		now := end.Add(-48 * time.Hour)
		for step := range 12 {
			names := slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(n string) bool { return !strings.HasPrefix(n, "content/") })
			name := names[r.IntN(len(names))]
			text := string(files[name].Data)
			changed := []string{name}
			switch r.IntN(6) {
			case 0:
				files[name] = &fstest.MapFile{Data: []byte(text + "\nMore, see [this](/incidents/trouble-0/) and [that](#more).\n")}
			case 1:
				files[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, "status:", "draft: true\nstatus:", 1))}
			case 2:
				if len(names) > 1 {
					delete(files, name)
				}
			case 3:
				added := path.Join(path.Dir(name), fmt.Sprintf("9%d-more.md", step))
				files[added] = &fstest.MapFile{Data: []byte(strings.Replace(text, "status:", fmt.Sprintf("impact: As before %d.\nstatus:", step), 1))}
				changed = []string{added}
			case 4:
				now = now.Add(time.Duration(r.IntN(20*60)) * time.Minute)
				changed = []string{}
			case 5:
				now = now.Add(-time.Duration(r.IntN(20*60)) * time.Minute)
				changed = nil
			}
			result := kept.build(files, changed, now)
			fresh := newRemembering(t, files)
			want := fresh.build(files, nil, now)
			if d := cmp.Diff(texts(t, want), texts(t, result)); d != "" {
				t.Fatalf("seed %d, step %d, %q: %s", seed, step, changed, d)
			}
			if d := cmp.Diff(want.Findings, result.Findings); d != "" || !want.NextChange.Equal(result.NextChange) {
				t.Fatalf("seed %d, step %d, %q: %s, next change %s and %s", seed, step, changed, d, want.NextChange, result.NextChange)
			}
		}
	}
}

// BenchmarkEdit edits one update of 10,000 incidents and renders the page that shows it, as `crier serve` does.
func BenchmarkEdit(b *testing.B) {
	dir := b.TempDir()
	for name, f := range sitegen.Generate(sitegen.Options{Incidents: 10000, Seed: 1}) {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, f.Data, 0o644)); err != nil {
			b.Fatal(err)
		}
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
