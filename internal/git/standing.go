package git

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Standing is the state of a site's sources in git.
type Standing struct {
	Revision string   // hash of the commit that is checked out; "" if there is none
	Why      string   // why there is none
	Dirty    []string // paths below the folder
	Unpushed int      // number of commits that no remote-tracking branch has; 0 if there are no such branches
}

// Stand asks git for the state of a folder. Only changes to the given paths count as dirty.
func Stand(ctx context.Context, folder string, paths ...string) (Standing, error) {
	var s Standing
	if _, err := exec.LookPath("git"); err != nil {
		s.Why = "git is not installed"
		return s, nil
	}
	top, err := git(ctx, folder, "rev-parse", "--show-prefix", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil {
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		var exit *exec.ExitError
		// The repository may belong to another user.
		if !strings.Contains(err.Error(), "not a git repository") && !errors.As(err, &exit) {
			return s, err
		}
		s.Why = "the site is not in a git repository with a commit"
		return s, nil
	}
	prefix, head, _ := strings.Cut(string(top), "\n")
	s.Revision = strings.TrimSpace(head)
	changed, err := git(ctx, folder, append([]string{"status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--"}, paths...)...)
	if err != nil {
		return s, err
	}
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(changed), "\x00"), "\x00") {
		if len(entry) > 3 {
			s.Dirty = append(s.Dirty, strings.TrimPrefix(entry[3:], prefix))
		}
	}
	remote, err := git(ctx, folder, "for-each-ref", "--count=1", "refs/remotes")
	if err != nil || len(remote) == 0 {
		return s, err
	}
	unpushed, err := git(ctx, folder, "rev-list", "--count", "HEAD", "--not", "--remotes")
	if err == nil {
		_, err = fmt.Sscan(string(unpushed), &s.Unpushed)
	}
	return s, err
}

// Ancestor reports whether one commit is an ancestor of another. It returns an error if this clone
// can't tell, because one of the commits is missing or the history is shallow.
func Ancestor(ctx context.Context, folder, older, newer string) (bool, error) {
	_, err := git(ctx, folder, "merge-base", "--is-ancestor", older, newer)
	if err == nil {
		return true, nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		return false, err
	}
	shallow, err := git(ctx, folder, "rev-parse", "--is-shallow-repository")
	if err == nil && strings.TrimSpace(string(shallow)) == "true" {
		return false, fmt.Errorf("this clone is shallow")
	}
	return false, err
}
