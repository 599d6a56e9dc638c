package git

import (
	"context"
	"slices"
	"strings"
)

// Head returns the absolute path of the repository's git directory and the hash of the commit that
// is checked out. Both are empty without a repository; the commit is also empty if there is none
// yet.
func Head(ctx context.Context, folder string) (repository, commit string) {
	out, _ := Run(ctx, folder, "rev-parse", "--absolute-git-dir", "--verify", "--quiet", "HEAD")
	repository, commit, _ = strings.Cut(strings.TrimSuffix(string(out), "\n"), "\n")
	return repository, commit
}

// Editor returns the editor that git uses in a folder, as a shell command; "" if git can't tell.
func Editor(ctx context.Context, folder string) string {
	out, _ := Run(ctx, folder, "var", "GIT_EDITOR")
	return strings.TrimSpace(string(out))
}

// CheckedOut reports whether a branch of a remote, a name or a URL, is the one that is checked out
// in a folder.
func CheckedOut(ctx context.Context, folder, remote, branch string) bool {
	head, err := Run(ctx, folder, "symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil || strings.TrimSpace(string(head)) != branch {
		return false
	}
	remotes, err := Run(ctx, folder, "remote", "--verbose")
	return err == nil && slices.Contains(strings.Fields(string(remotes)), remote)
}
