//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPipesAreNotRead puts a pipe, and a link to one, where content belongs. Reading either would
// block forever.
func TestPipesAreNotRead(t *testing.T) {
	dir := generated(t, 2)
	pipe := filepath.Join(dir, "content", "pages", "pipe.md")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skip("no named pipes here:", err)
	}
	for _, name := range []string{"link.md", "more.md"} {
		if err := os.Symlink("pipe.md", filepath.Join(dir, "content", "pages", name)); err != nil {
			t.Fatal(err)
		}
	}
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) }) // after the cleanup of the server, which may block
	go func() {                        // unblocks a command that reads the pipe, and fails the test
		wait := time.Minute
		for {
			select {
			case <-ended:
				return
			case <-time.After(wait):
			}
			if f, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
				t.Error("something reads a pipe")
				f.Close()
			}
			wait = 100 * time.Millisecond
		}
	}()
	for range 2 { // the second run uses what the first one cached
		status, _, stderr := run(t, dir, autumn, "build", "--keep-going")
		for _, name := range []string{"pipe.md", "link.md", "more.md"} {
			if want := "content/pages/" + name + ":1:1: mistake: a pipe, a socket or a device [unreadable-file]\n  hint: replace it with a regular file\n"; status != exitMistakes || !strings.Contains(stderr, want) {
				t.Errorf("%d %s", status, stderr)
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "content", "incidents", "*", "*", "*", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal("no incident", err)
	}
	folder := filepath.Dir(files[0])
	if err := os.Symlink(pipe, filepath.Join(folder, "99.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../../../pages/pipe.md", filepath.Join(folder, "98.md")); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := run(t, dir, autumn, "update", filepath.Base(folder), "monitoring", "-m", "x"); status != 0 {
		t.Error(status, stderr)
	}
	if status, _, stderr := run(t, dir, autumn, "amend", filepath.Base(folder), "-m", "y"); status != 0 {
		t.Error(status, stderr)
	}
	if status, stdout, _ := run(t, dir, autumn, "__complete", "show", filepath.Base(folder)[:4]); status != 0 || !strings.Contains(stdout, filepath.Base(folder)) {
		t.Error(status, stdout)
	}
	s := serving(t, dir) // the preview shows the lines around a mistake
	s.wait(s.err, "5 mistakes")
}
