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
)

// quiet waits until no file of a site's content changed so shortly ago that its look says nothing.
func quiet(t *testing.T, dir string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); sitefs.List(dir, "content", time.Now()).Sum() == ""; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the files never settle")
		}
	}
}

// knownOf gives what a build of a site begins with.
func knownOf(t *testing.T, dir string) *remembered {
	t.Helper()
	a := &app{System: System{Dir: dir, Now: time.Now}, site: "."}
	known := a.remember(true)
	t.Cleanup(known.close)
	if known.files == nil {
		t.Fatal("nothing can be remembered")
	}
	return known
}

// replaceKept changes a word in all that is kept of a site, as no damage would: with a good checksum. It gives how many files held it.
func replaceKept(t *testing.T, dir, key, word, other string) (held int) {
	t.Helper()
	known := knownOf(t, dir)
	for _, name := range kept(t, dir) {
		name, err := filepath.Rel(filepath.Join(dir, ".crier", "cache"), name)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		if text, ok := known.cache.Read(name, key); ok && strings.Contains(text, word) {
			held++
			if err := known.cache.Write(name, key, []byte(strings.ReplaceAll(text, word, other))); err != nil {
				t.Fatal(err)
			}
		}
	}
	return held
}

// contentKeyOf gives the key that a site's files are kept under.
func contentKeyOf(t *testing.T, dir string) string {
	t.Helper()
	s, _, ok := (&app{System: System{Dir: dir}, site: "."}).settings()
	if !ok {
		t.Fatal("no settings")
	}
	return s.contentKey(programSum(nil, time.Now()))
}

// TestKeptFilesAreBelieved shows that what is kept counts, by changing it: whatever the tests below do to it would be seen.
func TestKeptFilesAreBelieved(t *testing.T) {
	dir := generated(t, 6)
	quiet(t, dir)
	build := func(out string, more ...string) map[string]string {
		t.Helper()
		if status, _, stderr := run(t, dir, autumn, append([]string{"build", "--out", out}, more...)...); status != 0 {
			t.Fatal(stderr)
		}
		return filesOf(t, filepath.Join(dir, out))
	}
	want := build("first")
	if replaceKept(t, dir, contentKeyOf(t, dir), "currently", "certainly") == 0 {
		t.Fatal("nothing is kept")
	}
	if d := cmp.Diff(want, build("second")); d == "" {
		t.Error("what is kept is not believed")
	}
	if d := cmp.Diff(want, build("third", "--no-cache")); d != "" {
		t.Error("--no-cache asks what is kept:", d)
	}
	// A stamp is one of what is kept; here it says that another state came of the build.
	quiet(t, dir)
	for _, name := range kept(t, dir) {
		os.Remove(name)
	}
	build("fourth")
	settle(t, filepath.Join(dir, "fourth"))
	build("fourth")
	if replaceKept(t, dir, knownOf(t, dir).inputs, "All Systems", "No Systems") != 1 {
		t.Fatal("there is no stamp")
	}
	if _, said, _ := run(t, dir, autumn, "build", "--out", "fourth"); !strings.Contains(said, "No Systems") {
		t.Errorf("the stamp is not believed: %s", said)
	}
}

// TestDamagedFilesOfASiteCountForNothing: whatever lies in the cache of a site, it comes out right.
func TestDamagedFilesOfASiteCountForNothing(t *testing.T) {
	dir := generated(t, 6)
	quiet(t, dir)
	build := func(dir, out string) {
		t.Helper()
		if status, _, stderr := run(t, dir, autumn, "build", "--out", out, "--keep-going"); status != 0 {
			t.Fatal(stderr)
		}
	}
	build(dir, "first")
	want := filesOf(t, filepath.Join(dir, "first"))
	sound := map[string][]byte{}
	for _, name := range kept(t, dir) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sound[name] = content
	}
	other := generated(t, 6) // the same content, which another configuration reads otherwise
	settings := filepath.Join(other, "config.toml")
	raw, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, []byte(strings.ReplaceAll(string(raw), `id = "component-`, `id = "part-`)), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, other, autumn, "build", "--keep-going")
	for what, damage := range map[string]func(name string, content []byte) []byte{
		"empty":     func(string, []byte) []byte { return []byte{} },
		"cut short": func(_ string, content []byte) []byte { return content[:len(content)/2] },
		"one bit": func(_ string, content []byte) []byte {
			content = slices.Clone(content)
			content[len(content)-1] ^= 1
			return content
		},
		"not ours":      func(string, []byte) []byte { return []byte("words\n") },
		"another's sum": func(_ string, content []byte) []byte { return append(slices.Clone(content[:40]), make([]byte, 60)...) },
		"removed":       func(string, []byte) []byte { return nil },
		"of another site": func(name string, _ []byte) []byte {
			rel, err := filepath.Rel(dir, name)
			if err != nil {
				t.Fatal(err)
			}
			content, _ := os.ReadFile(filepath.Join(other, rel))
			return content
		},
	} {
		t.Run(what, func(t *testing.T) {
			for name, content := range sound {
				if damaged := damage(name, content); damaged == nil {
					os.Remove(name)
				} else if err := os.WriteFile(name, damaged, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			build(dir, "again")
			if d := cmp.Diff(want, filesOf(t, filepath.Join(dir, "again"))); d != "" {
				t.Error(d)
			}
			os.RemoveAll(filepath.Join(dir, "again"))
		})
	}
	// So it is with a whole folder that is gone, or that cannot be made.
	if err := os.RemoveAll(filepath.Join(dir, ".crier")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".crier"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	build(dir, "again")
	if d := cmp.Diff(want, filesOf(t, filepath.Join(dir, "again"))); d != "" {
		t.Error(d)
	}
}

// TestWhatIsKeptIsNotForOthers: no output holds what is kept of a site, which knows of drafts, and git does not see it.
func TestWhatIsKeptIsNotForOthers(t *testing.T) {
	dir := generated(t, 3)
	draft := filepath.Join(dir, "content", "incidents", "2026", "2026-09-30-secret-word", "01-investigating.md")
	if err := os.MkdirAll(filepath.Dir(draft), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(draft, []byte("---\ntitle: A secret word\nseverity: P1\nstatus: investigating\ndate: 2026-09-30T10:00:00Z\ndraft: true\n---\nNothing.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
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

// TestADryRunKeepsNothing: it says that it writes nothing, and so it is.
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

// TestAnEditThatLooksLikeNoneIsSeen where the system says when a file was last touched: the size and the time that programs set are what they were.
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
	if look, ok := cache.LookOf(info); !ok || look.Changed == 0 {
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
