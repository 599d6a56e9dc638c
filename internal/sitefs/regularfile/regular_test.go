package regularfile

import (
	"bytes"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func root(t *testing.T) (dir string, root *os.Root) {
	t.Helper()
	dir = t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return dir, root
}

func TestRead(t *testing.T) {
	dir, root := root(t)
	for _, size := range []int{0, 1, 511, 512, 513, 100_000} {
		want := bytes.Repeat([]byte("x"), size)
		if err := os.WriteFile(filepath.Join(dir, "file"), want, 0o644); err != nil {
			t.Fatal(err)
		}
		for limit, fits := range map[int64]bool{int64(size): true, int64(size) + 1: true, int64(size) - 1: false} {
			for what, read := range map[string]func() ([]byte, error){
				"Read":     func() ([]byte, error) { return Read(root, "file", limit) },
				"ReadPath": func() ([]byte, error) { return ReadPath(filepath.Join(dir, "file"), limit) },
				"FS":       func() ([]byte, error) { return fs.ReadFile(FS(root, limit), "file") },
			} {
				got, err := read()
				var large *TooLargeError
				if fits && (err != nil || !bytes.Equal(got, want)) || !fits && (!errors.As(err, &large) || got != nil) {
					t.Errorf("%s of %d bytes, at most %d: %d bytes, %v", what, size, limit, len(got), err)
				}
			}
		}
	}
}

func TestAFileThatSaysItIsEmpty(t *testing.T) {
	const name = "/proc/self/status"
	if info, err := os.Stat(name); err != nil || info.Size() > 0 {
		t.Skip("there is no such file")
	}
	if got, err := ReadPath(name, Text); err != nil || !strings.HasPrefix(string(got), "Name:") {
		t.Errorf("%q %v", got, err)
	}
	var large *TooLargeError
	if _, err := ReadPath(name, 100); !errors.As(err, &large) {
		t.Errorf("more than 100 bytes are read: %v", err)
	}
}

func TestFS(t *testing.T) {
	dir, root := root(t)
	if err := os.CopyFS(dir, fstest.MapFS{"a/b.txt": {Data: []byte("b")}, "c.txt": {Data: []byte("c")}}); err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(FS(root, Text), "a/b.txt", "c.txt"); err != nil {
		t.Error(err)
	}
}

// TestNothingElseIsOpened checks that files that are not regular, and files outside the root, are
// errors.
func TestNothingElseIsOpened(t *testing.T) {
	dir, root := root(t)
	makePipe(t, filepath.Join(dir, "pipe"))
	listener, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"to-pipe": "pipe", "out": outside, "null": os.DevNull} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"pipe": "a pipe", "to-pipe": "a pipe", "socket": "a socket", "folder": "a folder", "out": "escapes", "none": "no such file"} {
		for what, try := range map[string]func() error{
			"Read":  func() error { _, err := Read(root, name, Text); return err },
			"FS":    func() error { _, err := fs.ReadFile(FS(root, Text), name); return err },
			"Write": func() error { return Write(root, name, []byte("x"), 0o644) },
		} {
			if what == "Write" && (name == "none" || name == "folder") {
				continue
			}
			if err := try(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s of %s: %v, want %q", what, name, err, want)
			}
		}
	}
	if _, err := ReadPath(filepath.Join(dir, "null"), Text); err == nil || !strings.Contains(err.Error(), "a device") {
		t.Errorf("a device: %v", err)
	}
	if got, err := os.ReadFile(outside); err != nil || string(got) != "secret" {
		t.Errorf("%q %v", got, err)
	}
}

// TestAPipeInPlaceOfAFile checks that opening does not block on a pipe that replaced the file after
// its name was inspected.
func TestAPipeInPlaceOfAFile(t *testing.T) {
	dir, root := root(t)
	file, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	makePipe(t, pipe)
	_, _, err := open("pipe", func(string) (fs.FileInfo, error) { return os.Stat(file) }, root.OpenFile)
	if err == nil || !strings.Contains(err.Error(), "a pipe") {
		t.Error(err)
	}
}

func TestWrite(t *testing.T) {
	dir, root := root(t)
	for _, content := range []string{"a long text", "short", ""} {
		if err := Write(root, "file", []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(got) != content {
			t.Errorf("%q %v, want %q", got, err, content)
		}
	}
}
