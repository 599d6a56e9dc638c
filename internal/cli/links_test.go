package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestLinksOutOfTheSiteAreNotFollowed puts symbolic links where content belongs.
func TestLinksOutOfTheSiteAreNotFollowed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need rights on Windows")
	}
	dir, outside := generated(t, 2), t.TempDir()
	page := "---\ntitle: Secret\n---\nThe password is secret.\n"
	if err := os.WriteFile(filepath.Join(outside, "secret.md"), []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	link(filepath.Join(outside, "secret.md"), "content/pages/file.md")
	link(outside, "content/pages/folder")
	link("about.md", "content/pages/inside.md")
	status, _, stderr := run(t, dir, autumn, "build", "--keep-going")
	if status != exitMistakes || !strings.Contains(stderr, "content/pages/file.md:1:1: mistake: ") || !strings.Contains(stderr, "[unreadable-file]") {
		t.Errorf("%d %s", status, stderr)
	}
	for name, content := range filesOf(t, filepath.Join(dir, "public")) {
		if strings.Contains(content, "The password") {
			t.Errorf("%s shows what lies outside of the site", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "public", "inside", "index.html")); err != nil {
		t.Error("a link within the site is not followed:", err)
	}

	// The whole content folder is a symbolic link to a folder outside the site.
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "config.toml"), []byte("title = \"x\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(outside, "pages"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(outside, "secret.md"), filepath.Join(outside, "pages", "secret.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(other, "content")); err != nil {
		t.Fatal(err)
	}
	if _, _, stderr := run(t, other, autumn, "build", "--keep-going"); !strings.HasPrefix(stderr, "content:1:1: mistake: ") {
		t.Error(stderr)
	}
	if _, err := os.Stat(filepath.Join(other, "public", "secret", "index.html")); err == nil {
		t.Error("content outside of the site is built")
	}
}
