// Package gitcommit puts one file on the branch that is checked out, and that branch where others see it, with the git
// program: as people do it themselves, with their hooks, their signature and their identity. Whatever else is in the work tree
// or in the index stays as it is, and a failure leaves the file where it is.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"settler.io/crier/internal/git/redact"
)

// What stands in the way of a commit or a push, beside failures of git itself.
var (
	ErrNoGit        = errors.New("git is not installed")
	ErrNoRepository = errors.New("the site is in no git repository")
	ErrDetached     = errors.New("no branch is checked out")
	ErrNoRemote     = errors.New("the repository has no remote to push to")
	ErrNoUpstream   = errors.New("the branch is not connected to one of a remote")
	ErrConflict     = errors.New("others have changed the same lines meanwhile")
	ErrMerges       = errors.New("the branch has merges that are not pushed yet")
)

// Error is a git command that failed.
type Error struct {
	Command string // such as "git push"
	Output  string // what it, and its hooks, printed
	err     error
}

func (e *Error) Error() string { return e.Command + " failed" }

func (e *Error) Unwrap() error { return e.err }

// Repository is the repository that a folder lies in, seen from the folder: paths are relative to it, with slashes.
type Repository struct {
	folder string
	prefix string // from the top of the work tree to the folder: "" or "a/b/"
}

// Open finds the repository of a folder.
func Open(ctx context.Context, folder string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, ErrNoGit
	}
	r := &Repository{folder: folder}
	if inside, err := r.git(ctx, nil, "rev-parse", "--is-inside-work-tree"); err != nil || inside != "true" {
		var failed *Error
		if errors.As(err, &failed) && strings.Contains(failed.Output, "dubious ownership") {
			return nil, err
		}
		return nil, ErrNoRepository
	}
	prefix, err := r.git(ctx, nil, "rev-parse", "--show-prefix")
	r.prefix = prefix
	return r, err
}

// Commit commits one file, new or changed, and nothing else: what is staged stays staged, what is changed stays changed.
func (r *Repository) Commit(ctx context.Context, path, message string) error {
	if _, err := r.git(ctx, nil, "add", "--", path); err != nil {
		return err
	}
	_, err := r.run(ctx, strings.NewReader(message), nil, "commit", "--quiet", "--only", "--cleanup=whitespace", "--file=-", "--", path)
	return err
}

// Head gives the short name of the commit that is checked out.
func (r *Repository) Head(ctx context.Context) (string, error) {
	return r.git(ctx, nil, "rev-parse", "--short", "HEAD")
}

// Upstream is the branch of a remote that a branch is pushed to.
type Upstream struct {
	Branch string // the local one, such as "main"
	Remote string // such as "origin"
	Ref    string // the one of the remote, such as "refs/heads/main"
}

// Name returns "origin/main", without a password where the remote is a URL.
func (u Upstream) Name() string {
	return redact.Remote(u.Remote) + "/" + strings.TrimPrefix(u.Ref, "refs/heads/")
}

// Upstream says where the branch that is checked out is pushed to.
func (r *Repository) Upstream(ctx context.Context) (Upstream, error) {
	branch, err := r.git(ctx, nil, "symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil {
		return Upstream{}, ErrDetached
	}
	u := Upstream{Branch: branch}
	remotes, err := r.git(ctx, nil, "remote")
	switch {
	case err != nil:
		return u, err
	case remotes == "":
		return u, ErrNoRemote
	}
	u.Remote, _ = r.git(ctx, nil, "config", "--get", "branch."+branch+".remote")
	u.Ref, _ = r.git(ctx, nil, "config", "--get", "branch."+branch+".merge")
	if u.Remote == "" || u.Ref == "" || u.Remote == "." {
		u.Remote, _, _ = strings.Cut(remotes, "\n")
		return u, ErrNoUpstream
	}
	return u, nil
}

// git runs a command for what it prints.
func (r *Repository) git(ctx context.Context, env []string, args ...string) (string, error) {
	return r.run(ctx, nil, env, args...)
}

// run runs git in the folder. It is interrupted as by Ctrl-C, not killed, so that it takes its locks away with it.
func (r *Repository) run(ctx context.Context, stdin *strings.Reader, env []string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", r.folder, "--no-pager", "--literal-pathspecs"}, args...)...)
	c.Env = append(c.Environ(), env...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 5 * time.Second
	if stdin != nil {
		c.Stdin = stdin
	}
	var stdout, all bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &all
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return stdout.String(), &Error{Command: "git " + args[0], Output: redact.URLs(strings.TrimSpace(all.String() + stdout.String())), err: fmt.Errorf("git %s: %w", args[0], err)}
	}
	return strings.TrimRight(stdout.String(), "\n"), nil
}
