// Package git runs git on the repository that a site is in. It commits one file and pushes its
// branch, leaving everything else in the work tree and the index as it is; a failed command leaves
// the file where it was. Commits and pushes use the author's own hooks, signature and identity. The
// package also reads from the history when files became part of the branch that is checked out;
// where git is missing, or there is no repository or no history, it reports why instead of
// guessing.
package git

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	branch string        // that was checked out when the repository was opened; "" if none was
	config string        // the settings of remotes and branches; "" if they were not read yet
	grace  time.Duration // how long a git that is interrupted may take to end
}

// Open finds the repository that contains a folder.
func Open(ctx context.Context, folder string) (*Repository, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, ErrNoGit
	}
	r := &Repository{folder: folder, grace: 5 * time.Second}
	out, err := r.git(ctx, nil, "rev-parse", "--is-inside-work-tree", "--show-prefix", "--symbolic-full-name", "--verify", "--quiet", "HEAD")
	noCommit := exited(err, 1)
	inside, rest, _ := strings.Cut(out, "\n")
	prefix, head, _ := strings.Cut(rest, "\n")
	switch {
	case Trust(err) != nil:
		return nil, err
	case err != nil && !noCommit, inside != "true":
		return nil, ErrNoRepository
	}
	r.prefix = prefix
	if noCommit {
		r.branch, _ = r.git(ctx, nil, "symbolic-ref", "--quiet", "--short", "HEAD")
	} else if branch, ok := strings.CutPrefix(head, "refs/heads/"); ok {
		r.branch = branch
	}
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

// uncommitted returns the files below a folder that are new or changed, by path, and whether each
// is staged.
func (r *Repository) uncommitted(ctx context.Context, folder string) (staged map[string]bool, err error) {
	out, err := r.git(ctx, nil, "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", folder)
	staged = map[string]bool{}
	for entry := range strings.SplitSeq(out, "\x00") {
		if len(entry) > 3 && entry[1] != 'D' {
			staged[strings.TrimPrefix(entry[3:], r.prefix)] = entry[0] != ' ' && entry[0] != '?'
		}
	}
	return staged, err
}

// Tip is the commit that is checked out.
type Tip struct {
	Hash   string // abbreviated
	Branch string // "" if no branch is checked out
	Along  int    // number of commits before it that the upstream branch lacked when it was last fetched
}

// Tip returns the commit that is checked out.
func (r *Repository) Tip(ctx context.Context) (tip Tip, err error) {
	out, err := r.git(ctx, nil, "for-each-ref", "--points-at=HEAD", "--format=%(HEAD)%(refname:lstrip=2) %(objectname:short) %(upstream:track,nobracket)", "refs/heads")
	if err != nil {
		return tip, err
	}
	for line := range strings.SplitSeq(out, "\n") {
		if about, ok := strings.CutPrefix(line, "*"); ok {
			ahead := 0
			fmt.Sscanf(about, "%s %s ahead %d", &tip.Branch, &tip.Hash, &ahead)
			tip.Along = max(ahead-1, 0)
			return tip, nil
		}
	}
	tip.Hash, err = r.git(ctx, nil, "rev-parse", "--short", "HEAD")
	return tip, err
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

// upstream returns the branch that a local branch, "" for none, is pushed to, and the command for
// SSH that the repository names.
func (r *Repository) upstream(ctx context.Context, branch string) (u Upstream, ssh string, err error) {
	if branch == "" {
		return Upstream{}, "", ErrDetached
	}
	if r.config == "" {
		r.config, _ = r.git(ctx, nil, "config", "-z", "--get-regexp", `^(remote|branch)\..*\.(url|remote|merge)$|^core\.sshcommand$`)
	}
	u.Branch = branch
	first := ""
	for setting := range strings.SplitSeq(r.config, "\x00") {
		key, value, _ := strings.Cut(setting, "\n")
		switch remote, isURL := strings.CutSuffix(strings.TrimPrefix(key, "remote."), ".url"); {
		case key == "core.sshcommand":
			ssh = value
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
		return u, ssh, ErrNoRemote
	case u.Remote == "" || u.Ref == "" || u.Remote == ".":
		u.Remote = first
		return u, ssh, ErrNoUpstream
	}
	return u, ssh, nil
}

// Upstream returns the upstream branch of the current branch.
func (r *Repository) Upstream(ctx context.Context) (Upstream, error) {
	u, _, err := r.upstream(ctx, r.branch)
	return u, err
}

// git runs a git command and returns its output.
func (r *Repository) git(ctx context.Context, env []string, args ...string) (string, error) {
	return r.run(ctx, nil, env, args...)
}

// run runs git in the folder. On cancellation it interrupts git, as Ctrl-C does, so that git
// removes its lock files.
func (r *Repository) run(ctx context.Context, stdin io.Reader, env []string, args ...string) (string, error) {
	out, err := Command{Folder: r.folder, Options: []string{"--literal-pathspecs"}, Env: env, Stdin: stdin, grace: r.grace}.Run(ctx, args...)
	return strings.TrimRight(string(out), "\n"), err
}
