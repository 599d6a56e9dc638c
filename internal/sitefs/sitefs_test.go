package sitefs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/testsite/testenv"
)

// site creates a folder with these files, and returns its path and its file system.
func site(t testing.TB, files map[string]string) (dir string, fsys fs.FS) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		testenv.Write(t, dir, name, text)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return dir, sitefs.New(root, dir, "content", nil)
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

// TestLinksOutOfTheSite checks that symbolic links outside the content folder can lead to files in
// the site, but not out of it.
func TestLinksOutOfTheSite(t *testing.T) {
	dir, fsys := site(t, map[string]string{"content/a.md": "a", "themes/own/page.html": "a page", "inside": "inside"})
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"config.toml": filepath.Join(outside, "secret"), "themes/far": outside, "near": "inside", "themes/nothing": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"config.toml": "", "themes/far/secret": "", "themes/own/page.html": "a page", "near": "inside"} {
		got, err := fs.ReadFile(fsys, name)
		if string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if info, err := fs.Lstat(fsys, "themes/nothing"); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("themes/nothing: %v, %v", info, err)
	}
	if entries, err := fs.ReadDir(fsys, "themes/far"); err == nil {
		t.Errorf("themes/far is listed: %v", entries)
	}
	if info, err := fs.Stat(fsys, "themes/far/secret"); err == nil {
		t.Errorf("themes/far/secret is looked at: %v", info)
	}
}
