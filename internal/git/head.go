package git

import (
	"context"
	"os/exec"
	"slices"
	"strings"
)

// Head returns the absolute path of the repository's git directory and the hash of the commit that
// is checked out. Both are empty without a repository; the commit is also empty if there is none
// yet.
func Head(ctx context.Context, folder string) (repository, commit string) {
	out, err := git(ctx, folder, "rev-parse", "--absolute-git-dir")
	if err != nil {
		return "", ""
	}
	repository = strings.TrimSuffix(string(out), "\n")
	if out, err = git(ctx, folder, "rev-parse", "--verify", "--quiet", "HEAD"); err == nil {
		commit = strings.TrimSpace(string(out))
	}
	return repository, commit
}

// Editor returns the editor that git uses in a folder, as a shell command; "" if git can't tell.
func Editor(ctx context.Context, folder string) string {
	out, err := exec.CommandContext(ctx, "git", "-C", folder, "var", "GIT_EDITOR").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// CheckedOut reports whether a branch of a remote, a name or a URL, is the one that is checked out
// in a folder.
func CheckedOut(ctx context.Context, folder, remote, branch string) bool {
	head, err := git(ctx, folder, "symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil || strings.TrimSpace(string(head)) != branch {
		return false
	}
	remotes, err := git(ctx, folder, "remote", "--verbose")
	return err == nil && slices.Contains(strings.Fields(string(remotes)), remote)
}
