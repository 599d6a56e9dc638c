package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// cacheFile returns the path of the manifest, in which a build records the state of its output.
func cacheFile(out string) string { return filepath.Join(out, ".crier", "manifest", "files") }

// kept returns the cache files that a build leaves in a site for the next build.
func kept(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(filepath.Join(dir, ".crier", "cache"), func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// settle makes the recorded state of the output take effect at once. Without it, files that changed
// just before the state was recorded are not trusted.
func settle(t *testing.T, out string) {
	t.Helper()
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(cacheFile(out), later, later); err != nil {
		t.Fatal(err)
	}
}

func writeSite(t *testing.T, dir string, files fstest.MapFS) {
	t.Helper()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
}

// linked returns a site in two languages, spanning months, whose texts link to each other.
func linked(seed uint64) fstest.MapFS {
	files := testsite.Random(seed, time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC))
	more := testsite.Generate(testsite.Options{Incidents: 25, Components: 3, Seed: seed, Years: 1, End: time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)})
	for name, f := range more {
		if name != "config.toml" {
			files[name] = f
		}
	}
	c := string(files["config.toml"].Data)
	files["config.toml"] = &fstest.MapFile{Data: []byte("languages = [\"en\", \"de\"]\n" + c)}
	return files
}

// TestTheCacheChangesNothing edits sites at random while time passes. It compares a folder that is
// rebuilt each time with one that is built from scratch, without a cache and on one processor.
func TestTheCacheChangesNothing(t *testing.T) {
	for _, seed := range testenv.Some(1, []uint64{0, 1}) {
		r := rand.New(rand.NewPCG(seed, 9))
		files := linked(seed)
		dir, outs := t.TempDir(), t.TempDir()
		writeSite(t, dir, files)
		now := time.Date(2026, 3, 29, 13, 0, 0, 0, time.UTC)
		kept := filepath.Join(outs, "kept")
		for step := range 8 {
			names := slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(n string) bool { return !strings.HasPrefix(n, "content/") })
			name := names[r.IntN(len(names))]
			text := string(files[name].Data)
			put := func(name, text string) {
				files[name] = &fstest.MapFile{Data: []byte(text)}
				testenv.Write(t, dir, name, text)
			}
			switch step % 7 {
			case 0:
				put(name, text+"\nMore, see [this](/incidents/trouble-0/) and [about](/about/).\n")
			case 1:
				delete(files, name)
				if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
					t.Fatal(err)
				}
			case 2:
				put(path.Join(path.Dir(name), fmt.Sprintf("9%d-more.md", step)), text)
			case 3:
				put(strings.TrimSuffix(name, ".md")+".de.md", "---\ntitle: Etwas\n---\nEin Text.\n")
			case 4:
				now = now.Add(time.Duration(r.IntN(40*24*60)) * time.Minute)
			case 5:
				put("config.toml", strings.Replace(string(files["config.toml"].Data), "Component 1", fmt.Sprintf("Part %d", step), 1))
			case 6:
				put(fmt.Sprintf("content/pages/more-%d.md", step), "---\ntitle: More\n---\nMore.\n")
			}
			build := func(out string, more ...string) {
				if status, _, stderr := run(t, dir, now, append([]string{"build", "--keep-going", "--out", out}, more...)...); status != 0 && status != exitMistakes {
					t.Fatal(stderr)
				}
			}
			build(kept)
			settle(t, kept)
			fresh := filepath.Join(outs, fmt.Sprint("fresh-", step))
			build(fresh, "--no-cache")
			want := filesOf(t, fresh)
			if d := cmp.Diff(want, filesOf(t, kept)); d != "" {
				t.Fatalf("seed %d, step %d, %s: %s", seed, step, name, d)
			}
			if step%4 == 0 {
				before := runtime.GOMAXPROCS(1)
				alone := filepath.Join(outs, fmt.Sprint("alone-", step))
				build(alone)
				runtime.GOMAXPROCS(before)
				if d := cmp.Diff(want, filesOf(t, alone)); d != "" {
					t.Fatalf("by one processor: %s", d)
				}
			}
		}
	}
}

// TestADamagedCacheCountsForNothing checks that the output is correct whatever states of files the
// manifest lists.
func TestADamagedCacheCountsForNothing(t *testing.T) {
	testenv.SkipRace(t)
	dir := generated(t, 6)
	out := filepath.Join(dir, "public")
	run(t, dir, autumn, "build")
	want := filesOf(t, out)
	sound, err := os.ReadFile(cacheFile(out))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(out, "incidents", "*", "index.html"))
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages", err)
	}
	// spoil changes a file but keeps its size and time. Only an intact cache makes a build treat
	// such a file as unchanged.
	spoil := func(t *testing.T) {
		t.Helper()
		info, err := os.Stat(pages[0])
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(pages[0])
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)-2] ^= 1
		if err := os.WriteFile(pages[0], content, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(pages[0], info.ModTime(), info.ModTime()); err != nil {
			t.Fatal(err)
		}
	}
	other := generated(t, 6) // the same content with a different configuration
	settings := filepath.Join(other, "config.toml")
	raw, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, append([]byte("description = \"Another\"\n"), raw...), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, other, autumn, "build")
	foreign, err := os.ReadFile(cacheFile(filepath.Join(other, "public")))
	if err != nil {
		t.Fatal(err)
	}
	state := bytes.IndexByte(sound, '\t')
	for name, content := range map[string][]byte{
		"of another site":      foreign,
		"cut short":            sound[:len(sound)-10],
		"no checksum":          sound[:bytes.LastIndex(sound, []byte("sum "))],
		"one bit":              append(append(slices.Clone(sound[:state+2]), sound[state+2]^1), sound[state+3:]...),
		"one bit of the sum":   append(slices.Clone(sound[:len(sound)-2]), sound[len(sound)-2]^1, '\n'),
		"no states":            regexp.MustCompile(`\t.*`).ReplaceAll(sound, nil),
		"an earlier version's": []byte(strings.Replace(string(regexp.MustCompile(`\t.*|(?m)^sum .*\n`).ReplaceAll(sound, nil)), "manifest 2", "manifest 1", 1)),
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(cacheFile(out), content, 0o644); err != nil {
				t.Fatal(err)
			}
			settle(t, out)
			spoil(t)
			if status, _, stderr := run(t, dir, autumn, "build"); status != 0 {
				t.Fatal(stderr)
			}
			if d := cmp.Diff(want, filesOf(t, out)); d != "" {
				t.Error(d)
			}
		})
	}
	// An intact cache is trusted, so the cases above would fail if damage went unnoticed.
	// --no-cache ignores the cache.
	run(t, dir, autumn, "build")
	settle(t, out)
	spoil(t)
	run(t, dir, autumn, "build")
	if cmp.Equal(want, filesOf(t, out)) {
		t.Error("the cache spares nothing")
	}
	run(t, dir, autumn, "build", "--no-cache")
	if d := cmp.Diff(want, filesOf(t, out)); d != "" {
		t.Error(d)
	}
}

// TestABuildThatChangesNothingIsKnownAgain checks that nothing is read if the names, sizes and
// times of all files are unchanged, and that any change is noticed.
func TestABuildThatChangesNothingIsKnownAgain(t *testing.T) {
	dir := generated(t, 3)
	out := filepath.Join(dir, "public")
	var source string
	if err := filepath.WalkDir(filepath.Join(dir, "content"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if strings.HasSuffix(name, "04-resolved.md") {
			source = name
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	quiet(t, dir)
	build := func(now time.Time, more ...string) string {
		t.Helper()
		status, stdout, stderr := run(t, dir, now, append([]string{"build"}, more...)...)
		if status != 0 {
			t.Fatal(stderr)
		}
		return stdout
	}
	build(autumn)
	settle(t, out)
	first := build(autumn)
	if stamps, err := filepath.Glob(filepath.Join(dir, ".crier", "cache", "stamps", "*")); err != nil || len(stamps) != 1 {
		t.Fatal("no stamp", stamps, err)
	}
	text, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, "More.\n"...)
	again := build(autumn.Add(time.Minute))
	if _, said, _ := strings.Cut(first, "\n"); !strings.Contains(again, "nothing has changed") || !strings.HasSuffix(again, said) {
		t.Errorf("first %s, then %s", first, again)
	}
	build(autumn)
	settle(t, out)
	build(autumn)
	// Each of the following changes is noticed.
	page := filepath.Join(out, "history", "index.html")
	want := filesOf(t, out)
	if err := os.Remove(page); err != nil {
		t.Fatal(err)
	}
	if said := build(autumn); !strings.Contains(said, "1 created") {
		t.Errorf("a page that is gone: %s", said)
	}
	if d := cmp.Diff(want, filesOf(t, out)); d != "" {
		t.Error(d)
	}
	settle(t, out)
	build(autumn)
	if said := build(autumn.AddDate(0, 0, 1)); strings.Contains(said, "nothing has changed") {
		t.Errorf("after the next change: %s", said)
	}
	settle(t, out)
	build(autumn.AddDate(0, 0, 1))
	if err := os.WriteFile(source, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if said := build(autumn.AddDate(0, 0, 1)); !strings.Contains(said, " updated") {
		t.Errorf("a file that was written: %s", said)
	}
}
