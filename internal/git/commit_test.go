package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// repository is a clone that has a site in one of its folders.
type repository struct {
	*testing.T
	dir string
}

func (r repository) git(args ...string) string {
	r.Helper()
	return testenv.Git(r, r.dir, args...)
}

func (r repository) write(name, text string) {
	r.Helper()
	testenv.Write(r, r.dir, name, text)
}

func (r repository) hook(name, script string) {
	r.Helper()
	r.write(".git/hooks/"+name, "#!/bin/sh\n"+script+"\n")
	if err := os.Chmod(filepath.Join(r.dir, ".git/hooks", name), 0o755); err != nil {
		r.Fatal(err)
	}
}

// open opens the repository from the site's folder.
func (r repository) open() *Repository {
	r.Helper()
	opened, err := Open(context.Background(), filepath.Join(r.dir, "site"))
	if err != nil {
		r.Fatal(err)
	}
	return opened
}

// push pushes the commit that is checked out.
func push(r *Repository, file File) (Pushed, error) {
	tip, err := r.Tip(context.Background())
	if err != nil {
		return Pushed{}, err
	}
	return r.Push(context.Background(), tip, file)
}

// clones creates n clones of one bare repository that has a single commit.
func clones(t *testing.T, n int) []repository {
	t.Helper()
	root := repository{t, t.TempDir()}
	testenv.InitBare(t, filepath.Join(root.dir, "remote.git"))
	root.git("clone", "-q", "remote.git", "clone0")
	first := repository{t, filepath.Join(root.dir, "clone0")}
	first.write("site/content/a/01-first.md", "first")
	first.write("site/other.md", "other\n")
	first.write("top.md", "top\n")
	testenv.Commit(t, first.dir, "first")
	first.git("push", "-q")
	all := []repository{first}
	for i := 1; i < n; i++ {
		clone := repository{t, filepath.Join(root.dir, fmt.Sprint("clone", i))}
		if err := os.CopyFS(clone.dir, os.DirFS(first.dir)); err != nil {
			t.Fatal(err)
		}
		all = append(all, clone)
	}
	return all
}

// another returns a function that picks a file name as updates do: the next free number in the
// folder.
func another(path string) func([]string) string {
	return func(others []string) string {
		dir, name := filepath.Split(path)
		number, rest, _ := strings.Cut(name, "-")
		highest := 0
		for _, other := range others {
			if beside, file := filepath.Split(other); beside == dir {
				n := 0
				fmt.Sscanf(file, "%02d", &n)
				highest = max(highest, n)
			}
		}
		own := 0
		fmt.Sscan(number, &own)
		if own > highest {
			return path
		}
		return fmt.Sprintf("%s%02d-%s", dir, highest+1, rest)
	}
}

func TestOnlyTheFileIsCommitted(t *testing.T) {
	c := clones(t, 1)[0]
	c.write("site/staged.md", "staged")
	c.write("site/other.md", "staged\n")
	c.git("add", ".")
	c.write("top.md", "unstaged\n")
	c.write("site/untracked.md", "untracked")
	before := c.git("status", "--porcelain")
	c.write("site/content/a/02-second.md", "second")
	if err := c.open().Commit(context.Background(), "[Identified] A\n\n# 1 is kept\n", "content/a/02-second.md"); err != nil {
		t.Fatal(err)
	}
	if got := c.git("show", "--name-status", "--format=%B"); got != "[Identified] A\n\n# 1 is kept\n\n\nA\tsite/content/a/02-second.md" {
		t.Errorf("%q", got)
	}
	if after := c.git("status", "--porcelain"); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

// TestAllPushesLand checks that the pushes of clones that push at the same time all succeed, each
// under its own file name, and that other changes in the clones survive.
func TestAllPushesLand(t *testing.T) {
	all := clones(t, 4)
	var group sync.WaitGroup
	names := make([]string, len(all))
	for i, c := range all {
		c.write("site/staged.md", fmt.Sprint("staged", i))
		c.git("add", "site/staged.md")
		c.write("top.md", fmt.Sprintf("unstaged %d\n", i))
		path := "content/a/02-second.md"
		c.write("site/"+path, fmt.Sprint("second of ", i))
		r := c.open()
		if err := r.Commit(context.Background(), fmt.Sprint("second of ", i), path); err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			pushed, err := push(r, File{path, another(path)})
			if err != nil {
				var failed *Error
				errors.As(err, &failed)
				t.Error(err, failed)
			}
			if pushed.Behind != "" || pushed.Along != 0 || pushed.Name() != "origin/main" {
				t.Errorf("%+v", pushed)
			}
			names[i] = pushed.Path
		})
	}
	group.Wait()
	all[0].git("fetch", "-q")
	for i, c := range all {
		if got := all[0].git("show", "origin/main:site/"+names[i]); got != fmt.Sprint("second of ", i) {
			t.Errorf("%s holds %q", names[i], got)
		}
		if raw, err := os.ReadFile(filepath.Join(c.dir, "site", names[i])); err != nil || string(raw) != fmt.Sprint("second of ", i) {
			t.Errorf("clone %d: %q, %v", i, raw, err)
		}
		if got := c.git("status", "--porcelain"); got != "A  site/staged.md\n M top.md" {
			t.Errorf("clone %d:\n%s", i, got)
		}
		if author := c.git("log", "-1", "--format=%an %s"); author != fmt.Sprint("Operator second of ", i) {
			t.Error(author)
		}
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "content/a/02-second.md content/a/03-second.md content/a/04-second.md content/a/05-second.md" {
		t.Error(got)
	}
}

// TestAPushWhoseAnswerGotLost covers a remote that accepts a push but ends the connection with an
// error.
func TestAPushWhoseAnswerGotLost(t *testing.T) {
	c := clones(t, 1)[0]
	c.git("config", "remote.origin.receivepack", `f() { git-receive-pack "$@"; exit 1; }; f`)
	const path = "content/a/02-b.md"
	c.write("site/"+path, "second")
	if err := c.open().Commit(context.Background(), "second", path); err != nil {
		t.Fatal(err)
	}
	if exec.Command("git", "-C", c.dir, "push", "-q", "--dry-run").Run() == nil {
		t.Skip("this git does not mind how the other side ends")
	}
	if _, err := push(c.open(), File{path, another(path)}); err != nil {
		t.Errorf("it is there, and the error says: %v", err)
	}
	if c.git("fetch", "-q"); c.git("rev-parse", "origin/main") != c.git("rev-parse", "HEAD") {
		t.Error("it is not there")
	}
}

// TestEarlierCommitsComeAlong checks that earlier unpushed commits are rebased and pushed too.
func TestEarlierCommitsComeAlong(t *testing.T) {
	all := clones(t, 2)
	write := func(c repository, path string) (Pushed, error) {
		t.Helper()
		c.write("site/"+path, c.dir)
		if err := c.open().Commit(context.Background(), "second", path); err != nil {
			t.Fatal(err)
		}
		return push(c.open(), File{path, another(path)})
	}
	if _, err := write(all[0], "content/a/02-b.md"); err != nil {
		t.Fatal(err)
	}
	all[1].write("top.md", "mine\n")
	all[1].git("commit", "-q", "-am", "mine")
	pushed, err := write(all[1], "content/a/02-c.md")
	if err != nil || pushed.Along != 1 || pushed.Path != "content/a/03-c.md" {
		t.Errorf("%+v %v", pushed, err)
	}
	if got := all[1].git("log", "--format=%s", "origin/main"); got != "second\nmine\nsecond\nfirst" {
		t.Error(got)
	}
	if got := all[1].git("status", "--porcelain", "--branch"); got != "## main...origin/main" {
		t.Error(got)
	}
	// Edits of the same lines are left for people to resolve.
	for _, c := range all {
		c.write("top.md", c.dir)
		c.git("commit", "-q", "-am", "edit")
	}
	if _, err := write(all[0], "content/a/04-d.md"); err != nil && !errors.Is(err, ErrConflict) {
		t.Error(err)
	}
	_, err = write(all[1], "content/a/05-e.md")
	if err == nil {
		_, err = write(all[0], "content/a/06-f.md")
	}
	if !errors.Is(err, ErrConflict) {
		t.Error(err)
	}
}

// TestACloneThatCannotFollow checks that a local edit of a file that others changed does not block
// the push.
func TestACloneThatCannotFollow(t *testing.T) {
	all := clones(t, 2)
	all[0].write("top.md", "theirs\n")
	all[0].git("commit", "-q", "-am", "theirs")
	all[0].git("push", "-q")
	c := all[1]
	c.write("top.md", "being edited\n")
	path := "content/a/02-b.md"
	c.write("site/"+path, "b")
	if err := c.open().Commit(context.Background(), "b", path); err != nil {
		t.Fatal(err)
	}
	pushed, err := push(c.open(), File{path, another(path)})
	if err != nil || !strings.Contains(pushed.Behind, "top.md") {
		t.Errorf("%+v %v", pushed, err)
	}
	if got := c.git("log", "--format=%s", "origin/main"); got != "b\ntheirs\nfirst" {
		t.Error(got)
	}
	if raw, _ := os.ReadFile(filepath.Join(c.dir, "top.md")); string(raw) != "being edited\n" {
		t.Errorf("%q", raw)
	}
}

// TestSignatures checks that rebased commits are signed if commits are.
func TestSignatures(t *testing.T) {
	all := clones(t, 2)
	signer := filepath.Join(all[0].dir, "..", "signer")
	script := "#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\nprintf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n'\n"
	if err := os.WriteFile(signer, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	path := "content/a/02-b.md"
	for i, c := range all {
		c.git("config", "commit.gpgSign", "true")
		c.git("config", "gpg.program", signer)
		c.write("site/"+path, fmt.Sprint(i))
		r := c.open()
		if err := r.Commit(context.Background(), "b", path); err != nil {
			t.Fatal(err)
		}
		if _, err := push(r, File{path, another(path)}); err != nil {
			t.Fatal(err)
		}
		if raw := c.git("cat-file", "commit", "origin/main"); !strings.Contains(raw, "gpgsig -----BEGIN PGP SIGNATURE-----") {
			t.Errorf("clone %d pushed\n%s", i, raw)
		}
	}
}

func TestFailures(t *testing.T) {
	c := clones(t, 1)[0]
	path := "content/a/02-b.md"
	c.write("site/"+path, "b")
	ctx := context.Background()
	output := func(err error) string {
		var failed *Error
		if !errors.As(err, &failed) {
			t.Fatalf("%v is not of git", err)
		}
		return failed.Output
	}
	c.hook("pre-commit", "echo no commits today; exit 1")
	if err := c.open().Commit(ctx, "b", path); output(err) != "no commits today" {
		t.Error(output(err))
	}
	c.hook("pre-commit", "exit 0")
	if err := c.open().Commit(ctx, "b", path); err != nil {
		t.Fatal(err)
	}
	c.hook("pre-push", "echo no pushes today >&2; exit 1")
	if _, err := push(c.open(), File{path, another(path)}); !strings.HasPrefix(output(err), "no pushes today") {
		t.Error(output(err))
	}
	c.git("checkout", "-q", "--detach")
	if _, err := push(c.open(), File{Path: path}); !errors.Is(err, ErrDetached) {
		t.Error(err)
	}
	c.git("checkout", "-q", "main")
	c.git("branch", "--unset-upstream")
	if _, err := push(c.open(), File{Path: path}); !errors.Is(err, ErrNoUpstream) {
		t.Error(err)
	}
	c.git("remote", "remove", "origin")
	if _, err := push(c.open(), File{Path: path}); !errors.Is(err, ErrNoRemote) {
		t.Error(err)
	}
	if _, err := Open(ctx, t.TempDir()); !errors.Is(err, ErrNoRepository) {
		t.Error(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Open(ctx, c.dir); !errors.Is(err, ErrNoGit) {
		t.Error(err)
	}
}
