package cache

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func open(t testing.TB) (c *Cache, site string) {
	t.Helper()
	site = t.TempDir()
	c, err := Open(site)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, site
}

func TestWhatIsKeptUnderAKey(t *testing.T) {
	c, site := open(t)
	if _, err := os.Stat(filepath.Join(site, Dir)); err == nil {
		t.Error("a folder is made before something is kept")
	}
	for _, content := range []string{"", "some words", strings.Repeat("x", 100_000)} {
		if err := c.Write("a/b", "key", []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, ok := c.Read("a/b", "key"); !ok || got != content {
			t.Errorf("%q %v, want %q", got, ok, content)
		}
	}
	for _, name := range []string{"a/c", "a", "b", "../../config.toml"} {
		if got, ok := c.Read(name, "key"); ok {
			t.Errorf("%s holds %q", name, got)
		}
	}
	for _, key := range []string{"", "ke", "keys", "another"} {
		if got, ok := c.Read("a/b", key); ok {
			t.Errorf("another key gives %q", got)
		}
	}
	if err := c.Write("../../../x", "key", nil); err == nil {
		t.Error("something is written out of the site")
	}
	ignored, err := os.ReadFile(filepath.Join(site, Dir, ".gitignore"))
	if err != nil || !strings.HasSuffix(string(ignored), "\n*\n") {
		t.Errorf("%q %v", ignored, err)
	}
}

func TestAReadOnlyCacheIsOnlyRead(t *testing.T) {
	c, _ := open(t)
	if err := c.Write("a", "key", []byte("words")); err != nil {
		t.Fatal(err)
	}
	c.ReadOnly = true
	if err := c.Write("a", "key", []byte("others")); err != nil {
		t.Fatal(err)
	}
	c.Prune(".", 0)
	if got, ok := c.Read("a", "key"); !ok || got != "words" {
		t.Errorf("%q %v", got, ok)
	}
}

func TestADamagedFileIsNone(t *testing.T) {
	c, site := open(t)
	if err := c.Write("a", "key", []byte("words")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(site, Dir, "cache", "a")
	sound, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for at := range sound {
		damaged := slices.Clone(sound)
		damaged[at] ^= 1
		for _, content := range [][]byte{damaged, sound[:at]} {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, ok := c.Read("a", "key"); ok {
				t.Fatalf("%d bytes, changed at %d, give %q", len(content), at, got)
			}
		}
	}
}

func TestNoCacheKeepsNothing(t *testing.T) {
	var c *Cache
	if err := c.Write("a", "key", []byte("words")); err != nil {
		t.Error(err)
	}
	if _, ok := c.Read("a", "key"); ok {
		t.Error("something is kept")
	}
	c.Prune("a", 1)
	c.Close()
	if _, err := Open(filepath.Join(t.TempDir(), "no", "site")); err == nil {
		t.Error("a site that is not there has a cache")
	}
}

func TestPruneKeepsTheNewest(t *testing.T) {
	c, site := open(t)
	c.Prune("stamps", 2)
	begin := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	for i := range 5 {
		name := fmt.Sprintf("stamps/%d", i)
		if err := c.Write(name, "key", nil); err != nil {
			t.Fatal(err)
		}
		at := begin.Add(time.Duration(i*7%5) * time.Minute) // minutes 0, 2, 4, 1, 3
		if err := os.Chtimes(filepath.Join(site, Dir, "cache", name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	c.Prune("stamps", 2)
	left, err := fs.Glob(os.DirFS(filepath.Join(site, Dir, "cache")), "stamps/*")
	if err != nil || !slices.Equal(left, []string{"stamps/2", "stamps/4"}) {
		t.Error(left, err)
	}
}
