package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/testsite/testenv"
)

// set returns a file set from path -> content. The index and the feeds are entries, files in
// assets/ are assets.
func set(t testing.TB, files map[string]string) *fileset.Set {
	t.Helper()
	s := &fileset.Set{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		order := fileset.Page
		switch {
		case strings.HasPrefix(name, "assets/"):
			order = fileset.Asset
		case name == "index.html" || path.Ext(name) == ".rss":
			order = fileset.Entry
		}
		content := files[name]
		if err := s.Add(fileset.File{Path: name, Order: order, Write: func(w io.Writer) error { _, err := io.WriteString(w, content); return err }}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// visible returns what a reader of the folder sees: all files except Crier's own.
func visible(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		if entry.IsDir() {
			if rel == fileset.Private {
				return fs.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(name)
		files[filepath.ToSlash(rel)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t testing.TB, dir string, files map[string]string) Summary {
	t.Helper()
	summary, err := Write(t.Context(), dir, set(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(files, visible(t, dir)); d != "" {
		t.Fatalf("the folder is not the set: %s", d)
	}
	return summary
}

var small = map[string]string{"index.html": "one", "a/index.html": "two", "a/b/c.txt": "three", "assets/style.css": "four"}

func TestOnlyDifferencesAreWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	if s := write(t, dir, small); fileset.Count(s.Changes, fileset.Create) != 4 || s.Files != 4 {
		t.Errorf("first run: %+v", s)
	}
	times := map[string]time.Time{}
	for name := range small {
		old := time.Unix(1000000000, 0)
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
		times[name] = old
	}
	if s := write(t, dir, small); len(s.Changes) != 0 || s.Unchanged != 4 {
		t.Errorf("second run: %+v", s)
	}
	for name, want := range times {
		if info, _ := os.Stat(filepath.Join(dir, name)); !info.ModTime().Equal(want) {
			t.Errorf("%s was touched", name)
		}
	}
	changed := maps.Clone(small)
	changed["index.html"] = "ONE"
	delete(changed, "a/b/c.txt")
	changed["new/index.html"] = "five"
	s := write(t, dir, changed)
	want := []string{"a/b/c.txt delete", "index.html update", "new/index.html create"}
	var got []string
	for _, c := range s.Changes {
		got = append(got, c.Path+" "+string(c.Action))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := os.Stat(filepath.Join(dir, "a/b")); err == nil {
		t.Error("an empty folder stayed")
	}
}

func TestPlanTouchesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	s, err := Plan(t.Context(), dir, set(t, small))
	if err != nil || fileset.Count(s.Changes, fileset.Create) != 4 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
	write(t, dir, small)
	s, err = Plan(t.Context(), dir, set(t, map[string]string{"index.html": "other"}))
	if err != nil || fileset.Count(s.Changes, fileset.Update) != 1 || fileset.Count(s.Changes, fileset.Delete) != 3 {
		t.Errorf("%+v, %v", s, err)
	}
	if d := cmp.Diff(small, visible(t, dir)); d != "" {
		t.Error(d)
	}
}

func TestWhatWasEditedByHandIsRepaired(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, small)
	os.WriteFile(filepath.Join(dir, "index.html"), []byte("!!!"), 0o644)
	os.Remove(filepath.Join(dir, "a/index.html"))
	write(t, dir, small)
	os.RemoveAll(filepath.Join(dir, "a"))
	write(t, dir, small)
}

// TestFoldersThatSomebodyTookAway checks that deleted folders are created again, while other files
// are added and deleted in them.
func TestFoldersThatSomebodyTookAway(t *testing.T) {
	files := map[string]string{"index.html": "one", "a/b/1/index.html": "1", "a/b/1/more.html": "m", "a/b/2/index.html": "2", "a/c/index.html": "3", "d/index.html": "4"}
	for _, away := range []string{"a", "a/b", "a/b/1", "a/c", "d"} {
		for _, more := range []string{"a/new/index.html", "a/b/new/index.html", "a/b/1/new/index.html", "a/b/new/x/y/index.html", "d/0.html", "e/index.html"} {
			dir := t.TempDir()
			write(t, dir, files)
			if err := os.RemoveAll(filepath.Join(dir, away)); err != nil {
				t.Fatal(err)
			}
			changed := maps.Clone(files)
			changed[more] = "new"
			delete(changed, "a/b/2/index.html")
			write(t, dir, changed)
			if err := os.RemoveAll(filepath.Join(dir, away)); err != nil {
				t.Fatal(err)
			}
			write(t, dir, files)
		}
	}
}

// TestTheManifestIsWhatIsThere checks that after every run the manifest is as if the folder had
// been written at once, whatever it listed before.
func TestTheManifestIsWhatIsThere(t *testing.T) {
	times := regexp.MustCompile(`(?m) [0-9]+$|^sum .*`)
	manifest := func(dir string) map[string]string {
		t.Helper()
		files := map[string]string{}
		names, err := filepath.Glob(filepath.Join(dir, ".crier/manifest/*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			files[filepath.Base(name)] = times.ReplaceAllString(readFile(t, name), "")
		}
		return files
	}
	fresh := t.TempDir()
	write(t, fresh, small)
	want := manifest(fresh)
	// As earlier versions wrote it.
	sharded := func(dir, shards string) {
		if err := os.RemoveAll(filepath.Join(dir, ".crier/manifest")); err != nil {
			t.Fatal(err)
		}
		for shard := range strings.FieldsSeq(shards) {
			text := "crier manifest 1\n"
			for _, name := range slices.Sorted(maps.Keys(small)) {
				if top, _, below := strings.Cut(name, "/"); below && shard == "in-"+top || !below && shard == "root" {
					text += fileset.Sum([]byte(small[name])).String() + "  " + name + "\n"
				}
			}
			if err := errors.Join(os.MkdirAll(filepath.Join(dir, ".crier/manifest"), 0o755), os.WriteFile(filepath.Join(dir, ".crier/manifest", shard), []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for what, damage := range map[string]func(dir, file string){
		"nothing":       func(dir, file string) {},
		"an empty file": func(dir, file string) { os.WriteFile(file, nil, 0o644) },
		"a line less": func(dir, file string) {
			os.WriteFile(file, []byte(strings.Replace(readFile(t, file), "a/index.html", "a/index", 1)), 0o644)
		},
		"cut off":              func(dir, file string) { os.Truncate(file, 100) },
		"another name":         func(dir, file string) { os.Rename(file, filepath.Join(filepath.Dir(file), "other")) },
		"an earlier version":   func(dir, file string) { sharded(dir, "root in-a in-assets") },
		"a part of it missing": func(dir, file string) { sharded(dir, "root in-assets") },
		"a file more": func(dir, file string) {
			more := maps.Clone(small)
			more["a/more.html"], more["b/more.html"] = "more", "more"
			write(t, dir, more)
		},
		"a file less": func(dir, file string) {
			less := maps.Clone(small)
			delete(less, "a/index.html")
			write(t, dir, less)
		},
		"another file": func(dir, file string) {
			other := maps.Clone(small)
			other["a/index.html"] = "other"
			write(t, dir, other)
		},
	} {
		dir := t.TempDir()
		write(t, dir, small)
		damage(dir, filepath.Join(dir, ".crier/manifest/files"))
		write(t, dir, small)
		if d := cmp.Diff(want, manifest(dir)); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
}

// TestFilesOfAnEarlierVersionAreOurs checks that a folder with the manifest of an earlier version
// is brought up to date, and that files that only that manifest lists are deleted.
func TestFilesOfAnEarlierVersionAreOurs(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"index.html": "one", "incidents/a/index.html": "a", ".crier/manifest/root": "crier manifest 1\n" + fileset.Sum([]byte("one")).String() + "  index.html\n",
		".crier/manifest/incidents-0f": "crier manifest 1\n" + fileset.Sum([]byte("a")).String() + "  incidents/a/index.html\n",
	} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if s := write(t, dir, map[string]string{"index.html": "two"}); fileset.Count(s.Changes, fileset.Update) != 1 || fileset.Count(s.Changes, fileset.Delete) != 1 {
		t.Errorf("%+v", s.Changes)
	}
}

func TestForeignFilesAreSafe(t *testing.T) {
	foreign := t.TempDir()
	os.WriteFile(filepath.Join(foreign, "mine.txt"), []byte("mine"), 0o644)
	var refused *ForeignError
	if _, err := Write(t.Context(), foreign, set(t, small)); !errors.As(err, &refused) || refused.Path != "" {
		t.Errorf("a foreign folder: %v", err)
	}
	if d := cmp.Diff(map[string]string{"mine.txt": "mine"}, visible(t, foreign)); d != "" {
		t.Error(d)
	}
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, ".git"), 0o755) // a work tree
	write(t, dir, small)
	os.WriteFile(filepath.Join(dir, "mine.txt"), []byte("mine"), 0o644)
	one := map[string]string{"index.html": "one"}
	if _, err := Write(t.Context(), dir, set(t, one)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"index.html": "one", "mine.txt": "mine"}, visible(t, dir)); d != "" {
		t.Error(d)
	}
	if _, err := Write(t.Context(), dir, set(t, map[string]string{"index.html": "two", "mine.txt": "other"})); !errors.As(err, &refused) || refused.Path != "mine.txt" {
		t.Errorf("a foreign file in the way: %v", err)
	}
	if d := cmp.Diff(map[string]string{"index.html": "one", "mine.txt": "mine"}, visible(t, dir)); d != "" {
		t.Error(d)
	}
	if _, err := Write(t.Context(), dir, set(t, map[string]string{"index.html": "two", "mine.txt": "mine"})); err != nil {
		t.Errorf("an equal foreign file is adopted: %v", err)
	}
}

func TestLinksOutOfTheFolderAreNotFollowed(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	write(t, dir, map[string]string{"index.html": "one"})
	if err := os.Symlink(outside, filepath.Join(dir, "a")); err != nil {
		t.Skip("no symbolic links here")
	}
	if _, err := Write(t.Context(), dir, set(t, small)); err == nil {
		t.Error("wrote through a link")
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Errorf("wrote %v outside", entries)
	}
	if d := cmp.Diff("one", readFile(t, filepath.Join(dir, "index.html"))); d != "" {
		t.Error(d)
	}
}

func readFile(t *testing.T, name string) string {
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestAFailedRunChangesNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, small)
	broken := set(t, map[string]string{"index.html": "other", "z.html": "z"})
	broken.Add(fileset.File{Path: "bad.html", Write: func(io.Writer) error { return errors.New("no such field") }})
	if _, err := Write(t.Context(), dir, broken); err == nil || !strings.Contains(err.Error(), "bad.html") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Write(ctx, dir, set(t, map[string]string{"index.html": "other"})); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if d := cmp.Diff(small, visible(t, dir)); d != "" {
		t.Error(d)
	}
	if entries, _ := os.ReadDir(filepath.Join(dir, ".crier/tmp")); len(entries) > 0 {
		t.Errorf("temporary files stayed: %v", entries)
	}
}

func TestFilesBecomeFoldersAndBack(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"index.html": "i", "about": "file"})
	write(t, dir, map[string]string{"index.html": "i", "about/index.html": "folder"})
	write(t, dir, map[string]string{"index.html": "i", "about": "file"})
}

// locked returns a folder that was written to, and is locked until unlock is called.
func locked(t *testing.T) (dir string, unlock func()) {
	t.Helper()
	dir = t.TempDir()
	write(t, dir, small)
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	if unlock, err = lock(root); err != nil {
		t.Fatal(err)
	}
	return dir, unlock
}

func TestTwoRunsDoNotMix(t *testing.T) {
	dir, unlock := locked(t)
	if _, err := Write(t.Context(), dir, set(t, small)); !errors.Is(err, ErrBusy) {
		t.Errorf("error %v", err)
	}
	unlock()
	write(t, dir, small)
}

// linked returns a site whose pages link to each other and to an asset, and are linked to from an
// index and a feed.
func linked(generation, pages int) map[string]string {
	files := map[string]string{}
	style := fmt.Sprintf("assets/style.%d.css", generation)
	files[style] = fmt.Sprintf("/* %d */", generation)
	var index, feed strings.Builder
	first := generation * pages / 3 // a third is deleted, a third is added
	for i := first; i < first+pages; i++ {
		name := fmt.Sprintf("incidents/i%d/index.html", i)
		next := first + (i-first+1)%pages
		body := fmt.Sprintf(`<link href="../../%s"><a href="../i%d/index.html">next</a><a href="../../months/m%d.html">month</a><a href="../../index.html">home</a>`, style, next, i/10)
		files[name] = body
		files[fmt.Sprintf("months/m%d.html", i/10)] += fmt.Sprintf(`<a href="../%s">i</a>`, name)
		fmt.Fprintf(&index, `<a href="%s">i</a>`, name)
		fmt.Fprintf(&feed, `<a href="%s">i</a>`, name)
	}
	files["index.html"] = fmt.Sprintf(`<link href="%s">`, style) + index.String()
	files["feed.rss"] = feed.String()
	return files
}

var hrefs = regexp.MustCompile(`href="([^"]*)"`)

// checkReachable follows every link from the index, the feed, and the remaining pages of the former
// site.
func checkReachable(t *testing.T, dir string, former map[string]string) {
	t.Helper()
	files := visible(t, dir)
	queue := []string{}
	for _, name := range []string{"index.html", "feed.rss"} {
		if _, ok := files[name]; ok {
			queue = append(queue, name)
		}
	}
	for name := range former {
		if _, ok := files[name]; ok {
			queue = append(queue, name)
		}
	}
	seen := map[string]bool{}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		for _, m := range hrefs.FindAllStringSubmatch(files[name], -1) {
			target := path.Join(path.Dir(name), m[1])
			if _, ok := files[target]; !ok {
				t.Fatalf("%s links to %s, which is missing", name, target)
			}
			queue = append(queue, target)
		}
	}
}

// TestStoppedAfterAnyStep stops a run after each visible step in turn.
func TestStoppedAfterAnyStep(t *testing.T) {
	type stop struct{}
	before, after := linked(0, 30), linked(1, 30)
	for k := 1; ; k++ {
		dir := testenv.MemoryDir(t)
		write(t, dir, before)
		stopped := func() (stopped bool) {
			defer func() {
				if r := recover(); r != nil {
					if _, ok := r.(stop); !ok {
						panic(r)
					}
					stopped = true
				}
			}()
			steps := 0
			writeStepwise(t, dir, after, func() {
				if steps++; steps == k {
					panic(stop{})
				}
			})
			return false
		}()
		checkReachable(t, dir, before)
		write(t, dir, after) // the next run repairs the folder
		if !stopped {
			if k < 50 {
				t.Fatalf("only %d steps were seen", k)
			}
			return
		}
	}
}

// writeStepwise is Write with a function that is called after every visible step and may panic.
func writeStepwise(t *testing.T, dir string, files map[string]string, after func()) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	w := &writer{dir: dir, files: set(t, files), root: root}
	if err := w.readOurs(); err != nil {
		t.Fatal(err)
	}
	if err := w.stage(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Use one goroutine, so that the panic arrives here.
	w.after = after
	w.serial = true
	if err := w.commit(); err != nil {
		t.Fatal(err)
	}
}

const killPages = 1000

// TestMain lets the test binary act as the writer that TestKilledAtAnyInstant kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CRIER_TEST_WRITE"); dir != "" {
		generation, _ := strconv.Atoi(os.Getenv("CRIER_TEST_GENERATION"))
		var t testing.T
		if _, err := Write(context.Background(), dir, set(&t, linked(generation, killPages))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestKilledAtAnyInstant kills (with SIGKILL) a run that writes 1,000 pages, at 50 random instants,
// or at 10 without CRIER_LONG.
func TestKilledAtAnyInstant(t *testing.T) {
	testenv.SkipRace(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	start := func(dir string, generation int) *exec.Cmd {
		c := exec.Command(self)
		c.Env = append(os.Environ(), "CRIER_TEST_WRITE="+dir, "CRIER_TEST_GENERATION="+strconv.Itoa(generation))
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	dir := testenv.MemoryDir(t)
	begin := time.Now()
	if err := start(dir, 0).Wait(); err != nil {
		t.Fatal(err)
	}
	whole := time.Since(begin)
	random := rand.New(rand.NewPCG(1, 2))
	killed, generations := 0, 10
	if testenv.Long() {
		generations = 50
	}
	for generation := 1; generation <= generations; generation++ {
		former := linked(generation-1, killPages)
		c := start(dir, generation)
		timer := time.AfterFunc(time.Duration(random.Int64N(int64(whole*3/2))), func() { c.Process.Kill() })
		if err := c.Wait(); err != nil {
			killed++
		}
		timer.Stop()
		checkReachable(t, dir, former)
		if err := start(dir, generation).Wait(); err != nil {
			t.Fatal(err)
		}
		if generation%10 == 0 {
			if d := cmp.Diff(linked(generation, killPages), visible(t, dir)); d != "" {
				t.Fatalf("the next run did not repair: %s", d)
			}
		}
	}
	if killed < generations/5 {
		t.Errorf("only %d of %d runs were killed", killed, generations)
	}
}

// BenchmarkWrite writes 1,000 incidents to new folders. BenchmarkPlainLoop writes the same bytes to
// the same number of files in a plain loop. Nothing is deleted in between, because that slows file
// systems down.
func BenchmarkWrite(b *testing.B) {
	files := set(b, linked(0, 3000))
	base := b.TempDir()
	n := 0
	for b.Loop() {
		n++
		if _, err := Write(b.Context(), filepath.Join(base, strconv.Itoa(n)), files); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlainLoop(b *testing.B) {
	files := linked(0, 3000)
	base := b.TempDir()
	n := 0
	for b.Loop() {
		n++
		for name, content := range files {
			testenv.Write(b, filepath.Join(base, strconv.Itoa(n)), name, content)
		}
	}
}

// TestUntouchedSeesWhatTimesHide changes a file right after a build and gives it its size and time
// back, as two changes within one step of a file system's clock would.
func TestUntouchedSeesWhatTimesHide(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	built, err := Write(t.Context(), dir, set(t, map[string]string{"index.html": "old", "a/index.html": "page"}))
	if err != nil {
		t.Fatal(err)
	}
	if state, ok := Untouched(dir); !ok || state == "" || state != built.State {
		t.Fatalf("after the build: %q %v, not %q", state, ok, built.State)
	}
	name := filepath.Join(dir, "index.html")
	info, err := os.Stat(name)
	if err == nil {
		err = os.WriteFile(name, []byte("new"), 0o644)
	}
	if err == nil {
		err = os.Chtimes(name, info.ModTime(), info.ModTime())
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := Untouched(dir); ok {
		t.Error("a changed file counts as untouched")
	}
}
