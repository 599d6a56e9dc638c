package cache

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
)

var now = time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)

// site is files of which nobody but the test knows the looks.
type site struct {
	t     *testing.T
	cache *Cache
	dir   string
	files fstest.MapFS
	looks map[string]Look
}

func newSite(t *testing.T) *site {
	c, dir := open(t)
	s := &site{t: t, cache: c, dir: dir, files: fstest.MapFS{}, looks: map[string]Look{}}
	for i := range 30 {
		s.put(fmt.Sprintf("content/pages/part-%d/page.md", i), fmt.Sprint("Words ", i), now.Add(-time.Hour))
	}
	return s
}

func (s *site) put(name, text string, at time.Time) {
	s.files[name] = &fstest.MapFile{Data: []byte("---\ntitle: Page\n---\n" + text + "\n")}
	s.looks[name] = Look{Size: int64(len(text)), Modified: at.UnixNano(), Inode: uint64(len(s.looks))}
}

// load reads the site with what is kept, and gives which files were opened.
func (s *site) load(key string) (opened []string) {
	s.t.Helper()
	c, _, err := config.Parse("config.toml", []byte("title = \"T\"\nbase_url = \"https://status.example.com/\"\n"))
	if err != nil {
		s.t.Fatal(err)
	}
	files := s.cache.Files(key, func(name string) (Look, bool) { look, ok := s.looks[name]; return look, ok }, now)
	counted := counted{s.files, &opened}
	got, _ := content.Load(counted, content.Options{Config: c, Store: files, Workers: 1, Sums: true})
	want, _ := content.Load(s.files, content.Options{Config: c, Sums: true})
	for name, document := range want.Documents {
		if got.Documents[name] == nil || got.Documents[name].Text != document.Text || got.Sums[name] != want.Sums[name] {
			s.t.Errorf("%s holds %+v, want %+v", name, got.Documents[name], document)
		}
	}
	if len(got.Documents) != len(want.Documents) {
		s.t.Errorf("%d documents, want %d", len(got.Documents), len(want.Documents))
	}
	if err := files.Save(); err != nil {
		s.t.Fatal(err)
	}
	return opened
}

type counted struct {
	fstest.MapFS
	opened *[]string
}

func (c counted) Open(name string) (fs.File, error) {
	if filepath.Ext(name) == ".md" {
		*c.opened = append(*c.opened, name)
	}
	return c.MapFS.Open(name)
}

// written gives the times of the files of the cache, by name.
func (s *site) written() map[string]time.Time {
	s.t.Helper()
	times := map[string]time.Time{}
	names, err := filepath.Glob(filepath.Join(s.dir, Dir, "cache", "content", "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			s.t.Fatal(err)
		}
		times[name] = info.ModTime()
	}
	return times
}

func (s *site) age() {
	for name := range s.written() {
		old := now.Add(-time.Hour)
		if err := os.Chtimes(name, old, old); err != nil {
			s.t.Fatal(err)
		}
	}
}

// anew gives how many files of the cache were written since it was aged.
func (s *site) anew() (n int) {
	for _, at := range s.written() {
		if !at.Equal(now.Add(-time.Hour)) {
			n++
		}
	}
	return n
}

func TestFilesThatLookTheSameAreNotRead(t *testing.T) {
	s := newSite(t)
	if opened := s.load("key"); len(opened) != 30 {
		t.Fatalf("%d files are read at first", len(opened))
	}
	s.age()
	want := func(what string, files, parts int, opened []string) {
		t.Helper()
		if len(opened) != files || s.anew() != parts {
			t.Errorf("%s: %d files are read and %d parts written, want %d and %d", what, len(opened), s.anew(), files, parts)
		}
		s.age()
	}
	want("nothing changed", 0, 0, s.load("key"))
	s.put("content/pages/part-3/page.md", "other", now.Add(-time.Minute))
	want("one is another", 1, 1, s.load("key"))
	want("and stays so", 0, 0, s.load("key"))
	s.put("content/pages/part-3/more.md", "more", now.Add(-time.Minute))
	want("one more", 1, 1, s.load("key"))
	delete(s.files, "content/pages/part-3/more.md")
	want("one less", 0, 1, s.load("key"))
	s.looks["content/pages/part-4/page.md"] = Look{Size: 7, Modified: now.Add(-time.Hour).UnixNano(), Inode: 99}
	want("one that looks otherwise and is the same", 1, 1, s.load("key"))
	want("and is known by its new look", 0, 0, s.load("key"))
	s.put("content/pages/part-5/page.md", "fresh", now.Add(-time.Millisecond))
	want("one that changed a moment ago", 1, 1, s.load("key"))
	want("is read again", 1, 1, s.load("key"))
	if opened := s.load("another key"); len(opened) != 30 {
		t.Errorf("another key: %d files are read", len(opened))
	}
}

// FuzzPart reads what is no part of the cache: it holds nothing then, and does no harm.
func FuzzPart(f *testing.F) {
	s := &shard{fresh: map[string]entry{"a": {name: "a", look: Look{1, 2, 3, 4}, sum: [32]byte{5}, text: "words"}, "b": {name: "b"}}}
	f.Add(string(s.append(nil)))
	f.Fuzz(func(t *testing.T, text string) {
		kept := parse(text)
		for i := range kept {
			kept[i].used = true
		}
		again := parse(string((&shard{kept: kept}).append(nil)))
		if len(kept) != len(again) {
			t.Fatalf("%v becomes %v", kept, again)
		}
		for i, e := range kept {
			if a := again[i]; a.name != e.name || a.look != e.look || a.sum != e.sum || a.text != e.text {
				t.Errorf("%+v becomes %+v", e, a)
			}
		}
	})
}
