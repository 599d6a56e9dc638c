package serve

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"settler.io/crier/internal/testsite/testenv"
)

// tree creates files in a new folder.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range names {
		testenv.Write(t, folder, name, "first")
	}
	return folder
}

// replace replaces a file as careful editors do: it writes another file and renames it.
func replace(t *testing.T, folder, name, text string) {
	t.Helper()
	testenv.Write(t, folder, name+"~", text)
	if err := os.Rename(filepath.Join(folder, name+"~"), filepath.Join(folder, name)); err != nil {
		t.Fatal(err)
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func begin(t *testing.T, folder string, o Options) <-chan Batch {
	t.Helper()
	o.Sleep = wait
	batches, err := Watch(t.Context(), folder, o)
	if err != nil {
		t.Fatal(err)
	}
	return batches
}

// until receives batches until they have named all of the paths, and returns all paths named.
func until(t *testing.T, batches <-chan Batch, paths ...string) []string {
	t.Helper()
	named := map[string]bool{}
	deadline := time.After(20 * time.Second)
	for {
		missing := ""
		for _, path := range paths {
			if !named[path] {
				missing = path
			}
		}
		if missing == "" {
			var all []string
			for name := range named {
				all = append(all, name)
			}
			slices.Sort(all)
			return all
		}
		select {
		case batch := <-batches:
			for _, path := range batch.Paths {
				named[path] = true
			}
		case <-deadline:
			t.Fatalf("nobody told of %s; told of %d others", missing, len(named))
		}
	}
}

// hidden ignores what the preview ignores.
func hidden(path string) bool {
	return path == "public" || strings.HasPrefix(path, "public/") || strings.Contains("/"+path, "/.") || strings.HasSuffix(path, "~")
}

func TestEdits(t *testing.T) {
	folder := tree(t, "config.toml", "content/incidents/down/01-a.md", "content/incidents/down/02-b.md", "public/index.html", ".git/HEAD")
	batches := begin(t, folder, Options{Ignore: hidden})

	testenv.Write(t, folder, "content/incidents/down/01-a.md", "second")
	until(t, batches, "content/incidents/down/01-a.md")

	replace(t, folder, "content/incidents/down/02-b.md", "second")
	if told := until(t, batches, "content/incidents/down/02-b.md"); slices.Contains(told, "content/incidents/down/02-b.md~") {
		t.Error("an editor's own file was told of:", told)
	}
	replace(t, folder, "content/incidents/down/02-b.md", "third: the name leads to another file now, and is still watched")
	until(t, batches, "content/incidents/down/02-b.md")

	if err := os.Remove(filepath.Join(folder, "content/incidents/down/01-a.md")); err != nil {
		t.Fatal(err)
	}
	until(t, batches, "content/incidents/down/01-a.md")

	testenv.Write(t, folder, "public/index.html", "built")
	testenv.Write(t, folder, ".git/HEAD", "moved")
	testenv.Write(t, folder, "config.toml", "changed")
	if told := until(t, batches, "config.toml"); len(told) != 1 {
		t.Error("what is ignored was told of:", told)
	}
}

// TestFolders checks that new folders are watched, at any depth and however fast they fill, and
// that moved folders are reported only under their new names.
func TestFolders(t *testing.T) {
	folder := tree(t, "content/pages/about.md")
	batches := begin(t, folder, Options{})
	for n := range 20 {
		testenv.Write(t, folder, fmt.Sprintf("content/incidents/2026/2026-10-%02d-down/01-investigating.md", n+1), "first")
	}
	var want []string
	for n := range 20 {
		want = append(want, fmt.Sprintf("content/incidents/2026/2026-10-%02d-down/01-investigating.md", n+1))
	}
	until(t, batches, want...)
	testenv.Write(t, folder, "content/incidents/2026/2026-10-07-down/02-resolved.md", "later")
	until(t, batches, "content/incidents/2026/2026-10-07-down/02-resolved.md")

	if err := os.Rename(filepath.Join(folder, "content/incidents/2026"), filepath.Join(folder, "content/incidents/old")); err != nil {
		t.Fatal(err)
	}
	until(t, batches, "content/incidents/2026", "content/incidents/old/2026-10-07-down/02-resolved.md")
	testenv.Write(t, folder, "content/incidents/old/2026-10-07-down/02-resolved.md", "changed")
	if told := until(t, batches, "content/incidents/old/2026-10-07-down/02-resolved.md"); len(told) != 1 {
		t.Error(told)
	}
	if err := os.RemoveAll(filepath.Join(folder, "content/incidents/old")); err != nil {
		t.Fatal(err)
	}
	until(t, batches, "content/incidents/old")
}

// TestBurst checks that a git checkout of 500 files produces a few batches rather than 500.
func TestBurst(t *testing.T) {
	var names []string
	for n := range 500 {
		names = append(names, fmt.Sprintf("content/incidents/down-%03d/01-a.md", n))
	}
	folder := tree(t, names...)
	batches := begin(t, folder, Options{Quiet: 50 * time.Millisecond, Most: 10 * time.Second})
	for _, name := range names {
		replace(t, folder, name, "second")
	}
	count, told := 0, map[string]bool{}
	for len(told) < len(names) {
		select {
		case batch := <-batches:
			count++
			for _, path := range batch.Paths {
				if !strings.HasSuffix(path, "~") {
					told[path] = true
				}
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("told of %d of %d files", len(told), len(names))
		}
	}
	if count > 50 {
		t.Errorf("500 files came in %d batches", count)
	}
}

// TestConstantChange checks that a file that changes all the time does not delay the others.
func TestConstantChange(t *testing.T) {
	folder := tree(t, "content/a.md", "content/busy.md")
	batches := begin(t, folder, Options{Quiet: time.Hour, Most: 20 * time.Millisecond})
	testenv.Write(t, folder, "content/a.md", "second")
	until(t, batches, "content/a.md")
}

func TestBeside(t *testing.T) {
	folder, git := tree(t, "content/a.md"), tree(t, "HEAD")
	batches := begin(t, folder, Options{Beside: []string{git}})
	replace(t, git, "HEAD", "moved")
	select {
	case batch := <-batches:
		if !batch.Beside || len(batch.Paths) > 0 {
			t.Errorf("%+v", batch)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("nothing was told")
	}
}

// TestNoRoom checks that if the system can't watch any more folders, this is reported once and
// changes are still found.
func TestNoRoom(t *testing.T) {
	for _, limit := range []error{syscall.ENOSPC, syscall.EMFILE} {
		// Room for no folder, for too few of the existing ones, and for too few new ones.
		for _, room := range []int{0, 2, 4} {
			t.Run(fmt.Sprint(limit, room), func(t *testing.T) {
				folder := tree(t, "content/incidents/down/01-a.md")
				var said []string
				used := 0
				add := func(w *fsnotify.Watcher, name string) error {
					if used++; used > room {
						return os.NewSyscallError("inotify_add_watch", limit)
					}
					return w.Add(name)
				}
				batches, err := start(t.Context(), folder, Options{Sleep: wait, Poll: 5 * time.Millisecond, Say: func(why string) { said = append(said, why) }}, add)
				if err != nil {
					t.Fatal(err)
				}
				testenv.Write(t, folder, "content/incidents/up/01-a.md", "new")
				if room < 4 {
					until(t, batches, "content/incidents/up", "content/incidents/up/01-a.md")
				} else if batch := <-batches; !batch.All {
					t.Errorf("all may have changed, but %+v", batch)
				}
				testenv.Write(t, folder, "content/incidents/up/01-a.md", "changed again")
				until(t, batches, "content/incidents/up/01-a.md")
				os.RemoveAll(filepath.Join(folder, "content/incidents/down"))
				until(t, batches, "content/incidents/down", "content/incidents/down/01-a.md")
				if len(said) != 1 || !strings.Contains(said[0], "compared") {
					t.Errorf("it was said %q", said)
				}
			})
		}
	}
}

// TestASilentSystem covers file systems that send no notifications.
func TestASilentSystem(t *testing.T) {
	folder := tree(t, "content/a.md", "content/b.md")
	deaf := func(*fsnotify.Watcher, string) error { return nil }
	batches, err := start(t.Context(), folder, Options{Sleep: wait, Check: 5 * time.Millisecond}, deaf)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ { // the first comparison only records what exists
		testenv.Write(t, folder, "content/a.md", strings.Repeat("x", n+10))
		select {
		case batch := <-batches:
			if !slices.Equal(batch.Paths, []string{"content/a.md"}) {
				t.Errorf("%+v", batch)
			}
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestWatchEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	batches, err := Watch(ctx, tree(t, "content/a.md"), Options{Sleep: wait})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for range batches {
		t.Error("something was told")
	}
	if _, err := Watch(t.Context(), filepath.Join(t.TempDir(), "missing"), Options{Sleep: wait}); err == nil {
		t.Error("a folder that is missing is watched")
	}
}

// TestALinkedFolder checks that content may be a symbolic link to a folder elsewhere.
func TestALinkedFolder(t *testing.T) {
	folder, texts := t.TempDir(), tree(t, "incidents/down/01-a.md")
	if err := os.Symlink(texts, filepath.Join(folder, "content")); err != nil {
		t.Skip(err)
	}
	batches := begin(t, folder, Options{})
	testenv.Write(t, texts, "incidents/down/01-a.md", "second")
	until(t, batches, "content/incidents/down/01-a.md")
}
