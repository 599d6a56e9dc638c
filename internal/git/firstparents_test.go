package git

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

// keeper is a Keeper in memory that counts writes.
type keeper struct {
	contents map[string]string
	written  int
}

func (k *keeper) Read(name, key string) (string, bool) {
	content, ok := k.contents[name+"\x00"+key]
	return content, ok
}

func (k *keeper) Write(name, key string, content []byte) error {
	k.written++
	k.contents = map[string]string{name + "\x00" + key: string(content)}
	return nil
}

// same reads a history with a keeper and without, and reports any difference.
func (r *historyRepository) same(what, folder string, k *keeper) *History {
	r.t.Helper()
	want := r.read(folder)
	got, err := Read(context.Background(), filepath.Join(r.dir, folder), k, identity)
	if err != nil {
		r.t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		r.t.Fatalf("%s: got\n%+v\nwant\n%+v\nof\n%s", what, got, want, r.git("log", "--graph", "--oneline", "--name-status"))
	}
	return got
}

// change makes one random change to the site's files, of the kinds that people make.
func (r *historyRepository) change(random *rand.Rand, step int) {
	r.t.Helper()
	names, err := filepath.Glob(filepath.Join(r.dir, "site/content/*/*.md"))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := range names {
		names[i], _ = filepath.Rel(r.dir, names[i])
	}
	pick := func() string { return names[random.IntN(len(names))] }
	fresh := func() string { return fmt.Sprintf("site/content/%c/%d.md", 'a'+random.IntN(3), random.IntN(12)) }
	move := func(from, to string) {
		if from != to {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(r.dir, to)), 0o755); err != nil {
				r.t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(r.dir, from), filepath.Join(r.dir, to)); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	switch n := random.IntN(8); {
	case n < 2 || len(names) < 3:
		name := fresh()
		draft := ""
		if random.IntN(3) == 0 {
			draft = "draft: true\n"
		}
		r.write(name, "---\n"+draft+"---\n"+name+strings.Repeat(fmt.Sprintf("Words of %d.\n", step), 20))
	case n == 2:
		name := pick()
		raw, err := os.ReadFile(filepath.Join(r.dir, name))
		if err != nil {
			r.t.Fatal(err)
		}
		r.write(name, strings.Replace(string(raw), "draft: true\n", "", 1)+fmt.Sprintf("More %d.\n", step))
	case n == 3:
		if err := os.Remove(filepath.Join(r.dir, pick())); err != nil {
			r.t.Fatal(err)
		}
	case n == 4: // two files swap names, or one replaces another
		a, b := pick(), pick()
		move(a, "site/content/a/between.md")
		if _, err := os.Stat(filepath.Join(r.dir, b)); err == nil {
			move(b, a)
		}
		move("site/content/a/between.md", b)
	case n == 5:
		r.write("elsewhere.md", fmt.Sprint(step))
	default:
		move(pick(), fresh())
	}
}

// TestWhatIsKeptChangesNothing builds random real histories of commits, renames, deletions, drafts,
// merges and resets, and checks at many points that reading with a keeper returns the same as
// reading without.
func TestWhatIsKeptChangesNothing(t *testing.T) {
	seeds, steps := uint64(1), 20
	if testenv.Long() {
		seeds, steps = 3, 40
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 8))
		r := newRepository(t)
		k := &keeper{}
		r.write("site/content/a/0.md", text)
		r.commit("begin")
		for step := range steps {
			what := fmt.Sprintf("seed %d, step %d", seed, step)
			switch random.IntN(10) {
			case 0: // a branch that is merged; the history is read on both
				r.git("checkout", "-q", "-b", fmt.Sprint("side-", step))
				for range 1 + random.IntN(2) {
					r.change(random, step)
					r.git("add", "-A")
					r.git("commit", "-q", "--allow-empty", "-m", "beside")
				}
				if random.IntN(2) == 0 {
					r.same(what+", beside", "site", k)
				}
				r.git("checkout", "-q", "main")
				r.git("merge", "-q", "--no-ff", "-m", "merge", "-X", "theirs", fmt.Sprint("side-", step))
			case 1: // history is rewritten
				if random.IntN(2) == 0 {
					r.change(random, step)
					r.git("add", "-A")
					r.git("commit", "-q", "--amend", "--allow-empty", "-m", "amended")
				} else if r.git("rev-list", "--count", "--first-parent", "HEAD") > "2" {
					r.git("reset", "-q", "--hard", "HEAD~1")
				}
			default:
				r.change(random, step)
				r.git("add", "-A")
				r.git("commit", "-q", "--allow-empty", "-m", "more")
			}
			if random.IntN(3) > 0 {
				r.same(what, "site", k)
			}
		}
	}
}

// TestOnlyNewerCommitsAreRead checks that git is asked only for what isn't stored. It stores
// something that git never printed.
func TestOnlyNewerCommitsAreRead(t *testing.T) {
	r := newRepository(t)
	k := &keeper{}
	r.write("content/a.md", text)
	r.commit("a")
	r.same("first", ".", k)
	for at, content := range k.contents {
		k.contents[at] = strings.ReplaceAll(content, "content/a.md", "content/z.md")
	}
	r.write("content/b.md", text+"b")
	b := r.commit("b")
	for range 2 { // the first run reads the newer commits, the second none
		h, err := Read(context.Background(), r.dir, k, identity)
		if err != nil {
			t.Fatal(err)
		}
		r.want(h, "content/b.md", b)
		if _, ok := h.FirstSeen("content/z.md"); !ok {
			t.Error("all is read again")
		}
	}
	if k.written != 2 {
		t.Errorf("written %d times", k.written)
	}
	// If the stored commit was not on the line, the whole log is read. Here, that commit came in
	// with a merge.
	r.git("checkout", "-q", "-b", "side", "HEAD~1")
	r.write("content/c.md", text+"c")
	r.commit("c")
	r.same("beside", ".", k)
	r.git("checkout", "-q", "main")
	r.git("merge", "-q", "--no-ff", "-m", "merge", "side")
	r.same("merged", ".", k)
}

// TestAnotherHistoryOfTheSameCommits checks that whatever changes how git reports the same commits
// is part of the key.
func TestAnotherHistoryOfTheSameCommits(t *testing.T) {
	r := newRepository(t)
	r.write("content/a.md", text)
	r.write("site/content/a.md", text)
	r.commit("a")
	r.write("content/b.md", text+"b")
	r.commit("b")
	r.write("content/c.md", text+"c")
	r.commit("c")
	clone := &historyRepository{t: t, dir: filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "-q", "--depth", "2", "file://"+r.dir, clone.dir)
	k := &keeper{}
	if h := clone.same("shallow", ".", k); !h.files["content/b.md"].hidden {
		t.Error("the clone is not shallow")
	}
	clone.git("fetch", "-q", "--unshallow")
	if h := clone.same("whole", ".", k); h.files["content/b.md"].hidden {
		t.Error("the clone is shallow")
	}
	clone.same("another folder", "site", k)
	clone.same("back", ".", k)
	commits := strings.Fields(clone.git("rev-list", "HEAD"))
	clone.git("replace", "--graft", commits[1]) // the history now begins at this commit
	clone.same("grafted", ".", k)
	clone.git("replace", "-d", commits[1])
	clone.same("back again", ".", k)
}

// TestState checks that the state is the same exactly as long as the history is.
func TestState(t *testing.T) {
	r := newRepository(t)
	state := func() string {
		t.Helper()
		state, index := State(context.Background(), r.dir)
		if _, err := os.Stat(index); state != none && err != nil {
			t.Errorf("no index: %v", err)
		}
		return state
	}
	if got := state(); got != none {
		t.Errorf("without a commit: %q", got)
	}
	if got, _ := State(context.Background(), t.TempDir()); got != none {
		t.Errorf("without a repository: %q", got)
	}
	r.write("content/a.md", text)
	r.commit("a")
	states := []string{state()}
	if states[0] == "" || state() != states[0] {
		t.Errorf("%q, then %q", states[0], state())
	}
	r.git("commit", "-q", "--allow-empty", "-m", "more")
	if slices.Contains(states, state()) {
		t.Error("another commit is not seen")
	}
}
