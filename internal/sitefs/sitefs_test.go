package sitefs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/sitefs"
)

// site makes a folder with these files, and gives it and its file system.
func site(t testing.TB, files map[string]string) (dir string, fsys fs.FS) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return dir, sitefs.New(root, dir, "content")
}

func TestFS(t *testing.T) {
	_, fsys := site(t, map[string]string{"content/pages/about.md": "about", "content/incidents/2026/a/01-investigating.md": "one"})
	if err := fstest.TestFS(fsys, "content/pages/about.md", "content/incidents/2026/a/01-investigating.md"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"../secret", "/etc/passwd", "content/../../x"} {
		if f, err := fsys.Open(name); err == nil {
			f.Close()
			t.Errorf("%s is opened", name)
		}
	}
}
