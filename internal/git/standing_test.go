package git

import (
	"path/filepath"
	"slices"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

func TestStand(t *testing.T) {
	dir := t.TempDir()
	if s, err := Stand(t.Context(), dir, "content"); err != nil || s.Revision != "" {
		t.Errorf("no repository: %+v %v", s, err)
	}
	write := func(name, text string) { testenv.Write(t, dir, name, text) }
	run := func(args ...string) string { return testenv.Git(t, dir, args...) }
	testenv.Init(t, dir)
	write("content/a.md", "a")
	run("add", "-A")
	run("commit", "--quiet", "-m", "One")
	first := run("rev-parse", "HEAD")
	write("notes.txt", "of no concern")
	if s, err := Stand(t.Context(), dir, "content"); err != nil || s.Revision != first || len(s.Dirty) != 0 || s.Unpushed != 0 {
		t.Errorf("clean: %+v %v", s, err)
	}
	write("content/a.md", "changed")
	write("content/ä b.md", "new")
	if s, err := Stand(t.Context(), dir, "content"); err != nil || !slices.Equal(s.Dirty, []string{"content/a.md", "content/ä b.md"}) {
		t.Errorf("dirty: %+v %v", s, err)
	}
	if s, err := Stand(t.Context(), dir+"/content", "."); err != nil || !slices.Equal(s.Dirty, []string{"a.md", "ä b.md"}) {
		t.Errorf("dirty, below the top: %+v %v", s, err)
	}
	run("update-ref", "refs/remotes/origin/main", first)
	run("add", "-A")
	run("commit", "--quiet", "-m", "Two")
	second := run("rev-parse", "HEAD")
	if s, err := Stand(t.Context(), dir, "content"); err != nil || s.Unpushed != 1 {
		t.Errorf("unpushed: %+v %v", s, err)
	}
	run("update-ref", "refs/remotes/origin/main", second)
	if s, err := Stand(t.Context(), dir, "content"); err != nil || s.Unpushed != 0 {
		t.Errorf("pushed: %+v %v", s, err)
	}

	if yes, err := Ancestor(t.Context(), dir, first, second); !yes || err != nil {
		t.Error(yes, err)
	}
	if yes, err := Ancestor(t.Context(), dir, second, first); yes || err != nil {
		t.Error(yes, err)
	}
	if _, err := Ancestor(t.Context(), dir, "0123456789012345678901234567890123456789", second); err == nil {
		t.Error("an unknown commit is known")
	}
	shallow := t.TempDir()
	testenv.Git(t, shallow, "clone", "--quiet", "--depth=1", "file://"+filepath.ToSlash(dir), ".")
	if _, err := Ancestor(t.Context(), shallow, first, second); err == nil {
		t.Error("a shallow clone knows its past")
	}
}
