package git

import (
	"context"
	"strings"
)

// Head gives the folder in which git keeps what is checked out, and the commit that is. Both are empty where there is no
// repository, the commit also where there is none yet.
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
