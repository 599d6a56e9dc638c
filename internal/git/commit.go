// Package git runs git on the repository that a site is in. It commits one file and pushes its
// branch, leaving everything else in the work tree and the index as it is; a failed command leaves
// the file where it was. Commits and pushes use the author's own hooks, signature and identity. The
// package also reads from the history when files became part of the branch that is checked out;
// where git is missing, or there is no repository or no history, it reports why instead of
// guessing.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"settler.io/crier/internal/git/redact"
)

// Reasons why a commit or a push is not possible, besides failures of git itself.
var (
	ErrNoGit        = errors.New("git is not installed")
	ErrNoRepository = errors.New("the site is not in a git repository")
	ErrDetached     = errors.New("no branch is checked out")
	ErrNoRemote     = errors.New("the repository has no remote to push to")
	ErrNoUpstream   = errors.New("the branch has no upstream branch")
	ErrConflict     = errors.New("others have changed the same lines in the meantime")
	ErrMerges       = errors.New("the branch has merges that have not been pushed")
	ErrNoIdentity   = errors.New("git does not know your name and email address")
	ErrUnreachable  = errors.New("git cannot reach the remote")
)

// Error is a git command that failed.
type Error struct {
	Command string // such as "git push"
	Output  string // what git and its hooks printed
	err     error
}

func (e *Error) Error() string { return e.Command + " failed" }

func (e *Error) Unwrap() error { return e.err }

var dubious = regexp.MustCompile(`dubious ownership in repository at '(.*)'`)

// Trust returns the arguments of the git command that makes git trust a repository of another user,
// if err says that git does not. Otherwise it returns nil.
func Trust(err error) []string {
	if err == nil {
		return nil
	}
	text := err.Error()
	var failed *Error
	if errors.As(err, &failed) {
		text += failed.Output
	}
	if m := dubious.FindStringSubmatch(text); m != nil {
		return []string{"config", "--global", "--add", "safe.directory", m[1]}
	}
	return nil
}

// Repository is the git repository that contains a folder. Paths are relative to that folder and
// use slashes.
type Repository struct {
	folder string
	prefix string        // from the top of the work tree to the folder: "" or "a/b/"
	grace  time.Duration // how long a git that is interrupted may take to end
}

// Open finds the repository that contains a folder.
func Open(ctx context.Context, folder string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, ErrNoGit
	}
	r := &Repository{folder: folder, grace: 5 * time.Second}
	place, err := r.git(ctx, nil, "rev-parse", "--is-inside-work-tree", "--show-prefix")
	inside, prefix, _ := strings.Cut(place, "\n")
	switch {
	case Trust(err) != nil:
		return nil, err
	case err != nil || inside != "true":
		return nil, ErrNoRepository
	}
	r.prefix = prefix
	return r, nil
}

// Commit commits files, new or changed, and nothing else. Everything else that is staged or changed
// stays so.
func (r *Repository) Commit(ctx context.Context, message string, paths ...string) error {
	// --intent-to-add, so that a commit that fails leaves nothing staged.
	if _, err := r.git(ctx, nil, append([]string{"add", "--intent-to-add", "--"}, paths...)...); err != nil {
		return err
	}
	_, err := r.run(ctx, strings.NewReader(message), nil, append([]string{"commit", "--quiet", "--only", "--cleanup=whitespace", "--file=-", "--"}, paths...)...)
	if err != nil && ctx.Err() == nil {
		if _, unknown := r.git(ctx, nil, "var", "GIT_COMMITTER_IDENT"); unknown != nil {
			return ErrNoIdentity
		}
	}
	return err
}

// Uncommitted returns the files below a folder that are new or changed, by path, and whether each
// is staged.
func (r *Repository) Uncommitted(ctx context.Context, folder string) (staged map[string]bool, err error) {
	out, err := r.git(ctx, nil, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", folder)
	staged = map[string]bool{}
	for entry := range strings.SplitSeq(out, "\x00") {
		if len(entry) > 3 && entry[1] != 'D' {
			staged[strings.TrimPrefix(entry[3:], r.prefix)] = entry[0] != ' ' && entry[0] != '?'
		}
	}
	return staged, err
}

// Head returns the abbreviated hash of the commit that is checked out.
func (r *Repository) Head(ctx context.Context) (string, error) {
	return r.git(ctx, nil, "rev-parse", "--short", "HEAD")
}

// Upstream is the remote branch that a local branch is pushed to.
type Upstream struct {
	Branch string // the local one, such as "main"
	Remote string // such as "origin"
	Ref    string // the branch on the remote, such as "refs/heads/main"
}

// Name returns a name such as "origin/main". If the remote is a URL, its password is left out.
func (u Upstream) Name() string {
	return redact.Remote(u.Remote) + "/" + strings.TrimPrefix(u.Ref, "refs/heads/")
}

// Upstream returns the branch that the current branch is pushed to.
func (r *Repository) Upstream(ctx context.Context) (Upstream, error) {
	branch, err := r.git(ctx, nil, "symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil {
		return Upstream{}, ErrDetached
	}
	u := Upstream{Branch: branch}
	settings, _ := r.git(ctx, nil, "config", "-z", "--get-regexp", `^(remote|branch)\..*\.(url|remote|merge)$`)
	first := ""
	for setting := range strings.SplitSeq(settings, "\x00") {
		key, value, _ := strings.Cut(setting, "\n")
		switch remote, isURL := strings.CutSuffix(strings.TrimPrefix(key, "remote."), ".url"); {
		case key == "branch."+branch+".remote":
			u.Remote = value
		case key == "branch."+branch+".merge":
			u.Ref = value
		case isURL && first == "":
			first = remote
		}
	}
	switch {
	case first == "":
		return u, ErrNoRemote
	case u.Remote == "" || u.Ref == "" || u.Remote == ".":
		u.Remote = first
		return u, ErrNoUpstream
	}
	return u, nil
}

// git runs a git command and returns its output.
func (r *Repository) git(ctx context.Context, env []string, args ...string) (string, error) {
	return r.run(ctx, nil, env, args...)
}

// run runs git in the folder. On cancellation it interrupts git, as Ctrl-C does, so that git
// removes its lock files.
func (r *Repository) run(ctx context.Context, stdin *strings.Reader, env []string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", r.folder, "--no-pager", "--literal-pathspecs"}, args...)...)
	c.Env = append(c.Environ(), env...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = r.grace
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
