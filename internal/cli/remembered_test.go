package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/testsite/testenv"
)

// quiet waits until every file of a site's content is old enough for its size and times to identify
// its content.
func quiet(t *testing.T, dir string) {
	t.Helper()
	testenv.Await(t, func() string { return "the files are still too young" }, func() bool { return sitefs.List(dir, "content", time.Now()).Sum() != "" })
}

// knownOf opens the cache of a site as a build does.
func knownOf(t *testing.T, dir string) *cache.Site {
	t.Helper()
	known := cache.OpenSite(dir, time.Now, true)
	t.Cleanup(known.Close)
	if known.Inputs == "" {
		t.Fatal("nothing can be remembered")
	}
	return known
}

func cacheOf(t *testing.T, dir string) *cache.Cache {
	t.Helper()
	c, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// replaceKept replaces a word in all cached files of a site and keeps their checksums valid. It
// returns the number of files that contained the word.
func replaceKept(t *testing.T, dir, key, word, other string) (held int) {
	t.Helper()
	c := cacheOf(t, dir)
	for _, name := range kept(t, dir) {
		name, err := filepath.Rel(filepath.Join(dir, ".crier", "cache"), name)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		if text, ok := c.Read(name, key); ok && strings.Contains(text, word) {
			held++
			if err := c.Write(name, key, []byte(strings.ReplaceAll(text, word, other))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return held
}

// stamped returns a site that was built into public, and the path of its stamp. The stamp is
// altered to record another state than the build had.
func stamped(t *testing.T) (dir, stamp string) {
	t.Helper()
	dir = generated(t, 6)
	quiet(t, dir)
	run(t, dir, autumn, "build")
	settle(t, filepath.Join(dir, "public"))
	run(t, dir, autumn, "build")
	if replaceKept(t, dir, knownOf(t, dir).Inputs, "All Systems", "No Systems") != 1 {
		t.Fatal("there is no stamp")
	}
	names, err := filepath.Glob(filepath.Join(dir, ".crier", "cache", "stamps", "*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	return dir, names[0]
}

// TestAStampIsBelieved checks that builds use the stamp, so that the test below would detect the
// use of a damaged one.
func TestAStampIsBelieved(t *testing.T) {
	dir, _ := stamped(t)
	if _, said, _ := run(t, dir, autumn, "build"); !strings.Contains(said, "No Systems") {
		t.Errorf("the stamp is not believed: %s", said)
	}
	if _, said, _ := run(t, dir, autumn, "build", "--no-cache"); !strings.Contains(said, "All Systems") {
		t.Errorf("--no-cache asks the stamp: %s", said)
	}
}

// TestADamagedStampCountsForNothing checks that a build is correct whatever is in the site's cache.
func TestADamagedStampCountsForNothing(t *testing.T) {
	testenv.SkipRace(t)
	dir, stamp := stamped(t)
	want := filesOf(t, filepath.Join(dir, "public"))
	sound, err := os.ReadFile(stamp)
	if err != nil {
		t.Fatal(err)
	}
	build := func(t *testing.T) {
		t.Helper()
		status, said, stderr := run(t, dir, autumn, "build")
		if status != 0 || !strings.Contains(said, "All Systems") {
			t.Errorf("status %d: %s%s", status, said, stderr)
		}
		if d := cmp.Diff(want, filesOf(t, filepath.Join(dir, "public"))); d != "" {
			t.Error(d)
		}
	}
	for what, damage := range map[string]func(content []byte) error{
		"empty":     func([]byte) error { return os.WriteFile(stamp, nil, 0o644) },
		"cut short": func(content []byte) error { return os.WriteFile(stamp, content[:len(content)/2], 0o644) },
		"one bit": func(content []byte) error {
			content[len(content)-1] ^= 1
			return os.WriteFile(stamp, content, 0o644)
		},
		"not ours": func([]byte) error { return os.WriteFile(stamp, []byte("words\n"), 0o644) },
		"another's sum": func(content []byte) error {
			return os.WriteFile(stamp, append(content[:40], make([]byte, 60)...), 0o644)
		},
		"removed": func([]byte) error { return os.Remove(stamp) },
		"of another key": func([]byte) error {
			c := cacheOf(t, dir)
			text, ok := c.Read("stamps/"+filepath.Base(stamp), knownOf(t, dir).Inputs)
			if !ok {
				t.Error("there is no stamp")
			}
			return c.Write("stamps/"+filepath.Base(stamp), "another", []byte(text))
		},
	} {
		t.Run(what, func(t *testing.T) {
			if err := os.WriteFile(stamp, sound, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := damage(slices.Clone(sound)); err != nil {
				t.Fatal(err)
			}
			build(t)
		})
	}
	// The same holds if the whole folder is missing or cannot be created.
	if err := os.RemoveAll(filepath.Join(dir, ".crier")); err != nil {
		t.Fatal(err)
	}
	build(t)
	if err := os.RemoveAll(filepath.Join(dir, ".crier")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".crier"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	build(t)
}

// TestWhatIsKeptIsNotForOthers checks that no output contains cached data, which includes drafts,
// and that git ignores the cache.
func TestWhatIsKeptIsNotForOthers(t *testing.T) {
	dir := generated(t, 3)
	testenv.Write(t, dir, "content/incidents/2026/2026-09-30-secret-word/01-investigating.md", "---\ntitle: A secret word\nseverity: P1\nstatus: investigating\ndate: 2026-09-30T10:00:00Z\ndraft: true\n---\nNothing.\n")
	quiet(t, dir)
	run(t, dir, autumn, "build")
	settle(t, filepath.Join(dir, "public"))
	run(t, dir, autumn, "build")
	all := func(below string) (held []string) {
		err := filepath.WalkDir(filepath.Join(dir, below), func(name string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			content, err := os.ReadFile(name)
			if strings.Contains(strings.ToLower(string(content)), "secret") || strings.Contains(string(content), "2026-10-02T00:00") {
				held = append(held, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	if held := all("public"); held != nil {
		t.Errorf("%s hold what is not public", held)
	}
	if all(".crier") == nil {
		t.Error("nothing is kept, so this shows nothing")
	}
	if ignore, err := os.ReadFile(filepath.Join(dir, ".crier", ".gitignore")); err != nil || !strings.HasSuffix(string(ignore), "\n*\n") {
		t.Errorf("git sees what is kept: %q %v", ignore, err)
	}
}

// TestADryRunKeepsNothing checks that build --dry-run creates no files, not even in the cache.
func TestADryRunKeepsNothing(t *testing.T) {
	dir := generated(t, 3)
	for range 2 {
		if status, _, stderr := run(t, dir, autumn, "build", "--dry-run"); status != 0 {
			t.Fatal(stderr)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() != "config.toml" && entry.Name() != "content" {
			t.Errorf("%s is made", entry.Name())
		}
	}
}

// TestAnEditThatLooksLikeNoneIsSeen checks that an edit that keeps the size and the modification
// time is detected, on systems that report the time of a file's last change.
func TestAnEditThatLooksLikeNoneIsSeen(t *testing.T) {
	dir := generated(t, 3)
	files, err := filepath.Glob(filepath.Join(dir, "content", "incidents", "*", "*", "*", "04-resolved.md"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	quiet(t, dir)
	run(t, dir, autumn, "build")
	settle(t, filepath.Join(dir, "public"))
	run(t, dir, autumn, "build")
	info, err := os.Stat(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if look, ok := sitefs.LookOf(info); !ok || look.Changed == 0 {
		t.Skip("this system does not say when a file was touched")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	copy(text[len(text)-4:], "xyz\n")
	if err := os.WriteFile(files[0], text, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(files[0], info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	quiet(t, dir)
	run(t, dir, autumn, "build")
	run(t, dir, autumn, "build", "--out", "fresh", "--no-cache")
	if d := cmp.Diff(filesOf(t, filepath.Join(dir, "fresh")), filesOf(t, filepath.Join(dir, "public"))); d != "" {
		t.Error(d)
	}
}
