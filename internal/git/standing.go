package git

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

// Standing is the state of a site's sources in git.
type Standing struct {
	Revision string   // hash of the commit that is checked out; "" if there is none
	Dirty    []string // paths below the folder
	Unpushed int      // number of commits that no remote-tracking branch has; 0 if there are no such branches
}

// Stand asks git for the state of a folder. Only changes to the given paths count as dirty.
func Stand(ctx context.Context, folder string, paths ...string) (Standing, error) {
	var s Standing
	out, err := Run(ctx, folder, "rev-parse", "--show-prefix", "--remotes", "--verify", "--quiet", "HEAD^{commit}")
	if exited(err, 1) || errors.Is(err, exec.ErrNotFound) || err != nil && strings.Contains(err.Error(), "not a git repository") {
		return s, nil // there is no commit, no git or no repository
	}
	if err != nil {
		return s, err // the repository may belong to another user
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	prefix, remotes := lines[0], lines[1:len(lines)-1]
	s.Revision = lines[len(lines)-1]
	changed, err := Run(ctx, folder, append([]string{"status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--"}, paths...)...)
	if err != nil {
		return s, err
	}
	for entry := range strings.SplitSeq(strings.TrimSuffix(string(changed), "\x00"), "\x00") {
		if len(entry) > 3 {
			s.Dirty = append(s.Dirty, strings.TrimPrefix(entry[3:], prefix))
		}
	}
	if len(remotes) == 0 || slices.Contains(remotes, s.Revision) {
		return s, nil
	}
	unpushed, err := Run(ctx, folder, "rev-list", "--count", "HEAD", "--not", "--remotes")
	if err == nil {
		_, err = fmt.Sscan(string(unpushed), &s.Unpushed)
	}
	return s, err
}

// Ancestor reports whether one commit is an ancestor of another. It returns an error if this clone
// can't tell, because one of the commits is missing or the history is shallow.
func Ancestor(ctx context.Context, folder, older, newer string) (bool, error) {
	_, err := Run(ctx, folder, "merge-base", "--is-ancestor", older, newer)
	if err == nil {
		return true, nil
	}
	if !exited(err, 1) {
		return false, err
	}
	shallow, err := Run(ctx, folder, "rev-parse", "--is-shallow-repository")
	if err == nil && strings.TrimSpace(string(shallow)) == "true" {
		return false, fmt.Errorf("this clone is shallow")
	}
	return false, err
}
