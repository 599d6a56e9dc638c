package git

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/testsite/testenv"
)

var origin = time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)

// historyRepository is a real git repository. Its clock advances by a minute with every command.
type historyRepository struct {
	t     *testing.T
	dir   string
	clock int
}

func newRepository(t *testing.T) *historyRepository {
	t.Helper()
	return &historyRepository{t: t, dir: testenv.Repository(t)}
}

// identity is the front matter of a file.
func identity(_ string, content []byte) string {
	front, _, _ := strings.Cut(strings.TrimPrefix(string(content), "---\n"), "---\n")
	return front
}

func (r *historyRepository) git(args ...string) string {
	r.t.Helper()
	r.clock++
	return testenv.GitAt(r.t, r.dir, origin.Add(time.Duration(r.clock)*time.Minute), args...)
}

func (r *historyRepository) write(name, text string) {
	r.t.Helper()
	testenv.Write(r.t, r.dir, name, text)
}

// commit commits all files and returns the minute of the commit.
func (r *historyRepository) commit(message string) int {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "-m", message)
	return r.clock
}

func (r *historyRepository) read(folder string) *History {
	r.t.Helper()
	h, err := Read(context.Background(), filepath.Join(r.dir, folder), nil, identity)
	if err != nil {
		r.t.Fatal(err)
	}
	return h
}

// when returns the minute at which a file was first seen, or why that is unknown.
func when(h *History, path string) string {
	t, ok := h.FirstSeen(path)
	if !ok {
		return h.Why(path)
	}
	return fmt.Sprint(int(t.Sub(origin) / time.Minute))
}

func (r *historyRepository) want(h *History, path string, want any) {
	r.t.Helper()
	if got := when(h, path); got != fmt.Sprint(want) {
		r.t.Errorf("%s: %s, want %v", path, got, want)
	}
}

const text = "---\ntitle: API down\nstatus: investigating\n---\nWe look into it, and will tell more within the hour.\n"

func TestAddedChangedRenamed(t *testing.T) {
	r := newRepository(t)
	r.write("content/a.md", text)
	a := r.commit("a")
	r.write("content/b.md", text+"b")
	b := r.commit("b")
	r.write("content/a.md", text+"changed")
	r.commit("change a")
	r.git("mv", "content/a.md", "content/new.md")
	r.commit("rename a")
	r.git("mv", "content/new.md", "content/newer.md")
	r.write("content/newer.md", text+"changed while renamed")
	r.commit("rename again")
	r.write("content/uncommitted.md", text)
	h := r.read(".")
	r.want(h, "content/newer.md", a)
	r.want(h, "content/b.md", b)
	r.want(h, "content/uncommitted.md", "the file is not committed yet")
	r.want(h, "content/a.md", "the file is not committed yet")
}

func TestNamesChangePlaces(t *testing.T) {
	r := newRepository(t)
	r.write("content/a.md", text+strings.Repeat("a\n", 50))
	a := r.commit("a")
	r.write("content/b.md", "b"+strings.Repeat("other words\n", 50))
	b := r.commit("b")
	r.git("mv", "content/a.md", "content/c.md")
	r.commit("a becomes c")
	r.git("mv", "content/b.md", "content/a.md")
	r.commit("b becomes a")
	h := r.read(".")
	r.want(h, "content/c.md", a)
	r.want(h, "content/a.md", b)
}

func TestDeletedAndCreatedAgain(t *testing.T) {
	r := newRepository(t)
	r.write("content/a.md", text)
	r.write("content/b.md", text)
	first := r.commit("both")
	r.git("rm", "-q", "content/a.md", "content/b.md")
	gone := r.commit("away")
	r.write("content/a.md", text+"again, with other words")
	r.write("content/b.md", text)
	again := r.commit("again")
	h := r.read(".")
	r.want(h, "content/a.md", again)
	r.want(h, "content/b.md", first)
	if got, want := fmt.Sprint(r.versions(h, "content/b.md")), fmt.Sprint([]string{at(first, text), at(gone, ""), at(again, text)}); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// at describes a version.
func at(minute int, content string) string { return fmt.Sprintf("%d %q", minute, content) }

// sums returns the hashes of what files hold now.
func sums(h *History, paths ...string) map[string]fileset.Hash {
	sums := map[string]fileset.Hash{}
	for _, path := range paths {
		raw, _ := os.ReadFile(filepath.Join(h.folder, path)) // one that is missing counts as empty
		sums[path] = fileset.Sum(raw)
	}
	return sums
}

// versions describes the versions of a file.
func (r *historyRepository) versions(h *History, path string) (all []string) {
	r.t.Helper()
	found, err := Versions(context.Background(), h, sums(h, path), func(_ string, content []byte) string { return string(content) })
	if err != nil {
		r.t.Fatal(err)
	}
	for _, v := range found[path] {
		value := v.Value
		if v.Present {
			value = "as it is"
		}
		all = append(all, at(int(v.At.Sub(origin)/time.Minute), value))
	}
	return all
}

// update returns the text of a file of which only the front matter says which update it is.
func update(front, body string) string { return "---\n" + front + "\n---\n" + body }

// TestTheSiteMoves moves a site from the repository's root into a folder and changes files at the
// same time. Two of them have the same content.
func TestTheSiteMoves(t *testing.T) {
	r := newRepository(t)
	r.write("content/incidents/a/1.md", text)
	a := r.commit("a")
	r.write("content/incidents/b/1.md", text)
	r.write("content/incidents/b/2.md", update("resolved", "Fixed."))
	b := r.commit("b")
	r.git("mv", "content", "status")
	r.git("mv", "status", "content")
	if err := os.Mkdir(filepath.Join(r.dir, "status"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("mv", "content", "status/content")
	r.write("status/content/incidents/b/2.md", update("resolved", "It is fixed, and these are other words."))
	moved := r.commit("move")
	h := r.read("status")
	r.want(h, "content/incidents/a/1.md", a)
	r.want(h, "content/incidents/b/1.md", b)
	r.want(h, "content/incidents/b/2.md", b)
	if got := r.versions(h, "content/incidents/b/1.md"); len(got) != 1 || got[0] != at(b, "as it is") {
		t.Error(got)
	}
	if got := r.versions(h, "content/incidents/b/2.md"); len(got) != 2 || got[1] != at(moved, update("resolved", "It is fixed, and these are other words.")) {
		t.Error(got)
	}
}

// TestOnlyTheSameUpdateIsFollowed renames files and changes which updates they are, and replaces
// one file by another of similar words.
func TestOnlyTheSameUpdateIsFollowed(t *testing.T) {
	r := newRepository(t)
	long := strings.Repeat("We look into it, and will tell more within the hour.\n", 20)
	r.write("content/a.md", update("one", long))
	r.write("content/b.md", update("two", long))
	first := r.commit("a and b")
	r.git("mv", "content/a.md", "content/c.md")
	r.write("content/c.md", update("one", "All other words."))
	r.git("mv", "content/b.md", "content/d.md")
	r.write("content/d.md", update("three", long))
	second := r.commit("c and d")
	h := r.read(".")
	r.want(h, "content/c.md", first)
	r.want(h, "content/d.md", second)
}

// TestOneIsInserted inserts an update before two others, which get new numbers, in one commit; then
// two files swap their names; then one is copied and the original changed.
func TestOneIsInserted(t *testing.T) {
	r := newRepository(t)
	one, two, three := update("one", "1"), update("two", "2"), update("three", "3")
	r.write("content/1.md", one)
	first := r.commit("one")
	r.write("content/2.md", three)
	third := r.commit("three")
	r.write("content/2.md", two)
	r.write("content/3.md", three)
	second := r.commit("two, in between")
	h := r.read(".")
	r.want(h, "content/1.md", first)
	r.want(h, "content/2.md", second)
	r.want(h, "content/3.md", third)

	r.write("content/1.md", three)
	r.write("content/3.md", one)
	r.commit("swapped")
	h = r.read(".")
	r.want(h, "content/1.md", third)
	r.want(h, "content/3.md", first)

	r.write("content/1.md", three+" More words.")
	r.write("content/4.md", three)
	copied := r.commit("a copy")
	h = r.read(".")
	r.want(h, "content/1.md", third)
	r.want(h, "content/4.md", copied)
}

// TestTimeNeverRunsBackwards commits with a clock that is an hour behind. The commit before it
// touches no content.
func TestTimeNeverRunsBackwards(t *testing.T) {
	r := newRepository(t)
	r.clock = 100
	r.write("code.txt", "x")
	ahead := r.commit("code")
	r.clock = 40
	r.write("content/a.md", text)
	r.commit("a")
	r.want(r.read("."), "content/a.md", ahead)
	r.clock = 200
	r.write("content/b.md", text)
	r.want(r.read("."), "content/b.md", "the file is not committed yet")
	b := r.commit("b")
	r.want(r.read("."), "content/b.md", b)
}

// TestMerged checks that a file counts from the merge that brought it to the branch, not from its
// own commit.
func TestMerged(t *testing.T) {
	r := newRepository(t)
	r.write("content/a.md", text)
	a := r.commit("a")
	r.git("checkout", "-q", "-b", "side")
	r.write("content/b.md", text+"b")
	r.commit("b")
	r.git("checkout", "-q", "main")
	r.write("content/c.md", text+"c")
	c := r.commit("c")
	r.git("merge", "-q", "--no-ff", "-m", "merge", "side")
	merged := r.clock
	h := r.read(".")
	r.want(h, "content/a.md", a)
	r.want(h, "content/b.md", merged)
	r.want(h, "content/c.md", c)
}

func TestShallow(t *testing.T) {
	r := newRepository(t)
	r.write("content/a.md", text)
	r.commit("a")
	r.write("content/b.md", text+"b")
	b := r.commit("b")
	clone := &historyRepository{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--depth", "2", "file://"+r.dir, clone.dir)
	r.want(clone.read("."), "content/b.md", b)
	if why := when(clone.read("."), "content/a.md"); !strings.Contains(why, "this clone is shallow") || !strings.Contains(why, "--unshallow") {
		t.Error(why)
	}
	clone.git("fetch", "-q", "--unshallow")
	if why := when(clone.read("."), "content/a.md"); strings.Contains(why, "shallow") {
		t.Error(why)
	}
}

func TestASiteInAFolderOfItsRepository(t *testing.T) {
	r := newRepository(t)
	r.write("status/content/a.md", text)
	r.write("content/other.md", text)
	a := r.commit("a")
	h := r.read("status")
	r.want(h, "content/a.md", a)
	r.want(h, "content/other.md", "the file is not committed yet")
}

func TestOddNames(t *testing.T) {
	r := newRepository(t)
	names := []string{"content/with space.md", "content/ünïcode 🚨.md", "content/new\nline.md", "content/\"quoted\".md", "content/R100.md", "content/-dash.md"}
	for _, name := range names {
		r.write(name, text)
	}
	all := r.commit("all")
	h := r.read(".")
	for _, name := range names {
		r.want(h, name, all)
	}
}

// TestTheUsersSettingsDoNotMatter sets options that are known to break programs that parse git's
// output.
func TestTheUsersSettingsDoNotMatter(t *testing.T) {
	r := newRepository(t)
	for key, value := range map[string]string{
		"log.showSignature": "true", "diff.renames": "false", "core.quotePath": "true", "color.ui": "always", "log.decorate": "full", "format.pretty": "full",
		"diff.noprefix": "true", "log.follow": "true", "core.pager": "false", "diff.relative": "false", "log.date": "relative", "log.showRoot": "false",
	} {
		r.git("config", key, value)
	}
	r.write("content/ä.md", text)
	a := r.commit("a")
	r.git("mv", "content/ä.md", "content/ö.md")
	r.commit("rename")
	r.want(r.read("."), "content/ö.md", a)
}

func TestNothingToKnow(t *testing.T) {
	r := newRepository(t)
	r.want(r.read("."), "content/a.md", "the file is not committed yet")
	r.write("other.md", text)
	r.commit("nothing in content")
	r.want(r.read("."), "content/a.md", "the file is not committed yet")

	h, err := Read(context.Background(), t.TempDir(), nil, identity)
	if err != nil {
		t.Fatal(err)
	}
	r.want(h, "content/a.md", "this is not a git repository")

	t.Setenv("PATH", t.TempDir())
	h, err = Read(context.Background(), r.dir, nil, identity)
	if err != nil {
		t.Fatal(err)
	}
	r.want(h, "content/a.md", "git is not installed")
}

func TestABrokenRepositoryIsAnError(t *testing.T) {
	r := newRepository(t)
	r.write("content/a.md", text)
	r.commit("a")
	r.write("content/b.md", text)
	r.commit("b")
	objects := filepath.Join(r.dir, ".git", "objects")
	tree := r.git("rev-parse", "HEAD~1^{tree}")
	if err := os.Remove(filepath.Join(objects, tree[:2], tree[2:])); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(context.Background(), r.dir, nil, identity); err == nil || !strings.HasPrefix(err.Error(), "git says: ") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, r.dir, nil, identity); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestARepositoryThatGitRefuses(t *testing.T) {
	r := newRepository(t)
	r.write(".git/config", "[core\n")
	if why := when(r.read("."), "content/a.md"); !strings.HasPrefix(why, "git says: ") {
		t.Error(why)
	}
}

func TestFirst(t *testing.T) {
	r := newRepository(t)
	may := func(content []byte) bool { return !strings.Contains(string(content), "draft: true") }
	r.write("content/a.md", text)
	a := r.commit("a")
	r.write("content/b.md", "draft: true\n"+text)
	r.commit("a draft")
	r.write("content/a.md", text+"changed")
	r.commit("change a")
	r.write("content/b.md", text)
	b := r.commit("released")
	r.git("mv", "content/b.md", "content/c.md")
	r.commit("renamed")
	r.write("content/d.md", "draft: true\n"+text)
	r.commit("another draft")
	r.write("content/d.md", text) // published, but not committed
	r.write("content/e.md", text)
	paths := []string{"content/a.md", "content/c.md", "content/d.md", "content/e.md", "content/none.md"}
	h := r.read(".")
	published, err := h.First(context.Background(), sums(h, paths...), may)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for name, at := range published {
		got[name] = int(at.Sub(origin) / time.Minute)
	}
	if len(got) != 2 || got["content/a.md"] != a || got["content/c.md"] != b {
		t.Errorf("%v, want a at %d and c at %d", got, a, b)
	}

	// A truncated history proves nothing about the files of its oldest commit.
	clone := &historyRepository{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--depth", "1", "file://"+r.dir, clone.dir)
	h = clone.read(".")
	published, err = h.First(context.Background(), sums(h, paths...), may)
	if err != nil || len(published) != 0 {
		t.Error(published, err)
	}
}

func TestChanges(t *testing.T) {
	r := newRepository(t)
	r.write("site/content/a.md", text)
	r.write("site/content/b.md", text)
	r.write("site/content/gone.md", text)
	r.write("other.md", text)
	r.commit("all")
	r.git("checkout", "-q", "-b", "side")
	r.git("mv", "site/content/gone.md", "site/content/moved.md")
	r.write("site/content/a.md", text+"changed")
	r.write("other.md", text+"changed")
	r.commit("side")
	r.write("site/content/b.md", text+"not committed")
	r.write("site/content/new.md", text)
	r.git("checkout", "-q", "main", "--", "other.md")
	base, err := MergeBase(context.Background(), r.dir, "main")
	if err != nil {
		t.Fatal(err)
	}
	changes, err := Changes(context.Background(), filepath.Join(r.dir, "site"), base)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]check.Change{"content/a.md": check.Edited, "content/b.md": check.Edited, "content/new.md": check.Added, "content/gone.md": check.Removed, "content/moved.md": check.Added}
	if !maps.Equal(changes, want) {
		t.Error(changes)
	}
	if _, err := MergeBase(context.Background(), r.dir, "nowhere"); err == nil {
		t.Error("a revision that is not there is found")
	}
}
