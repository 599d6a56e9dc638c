package git

import (
	"bytes"
	"context"
	"path"
	"strings"

	"settler.io/crier/internal/source/check"
)

// MergeBase returns the commit at which a revision and HEAD parted.
func MergeBase(ctx context.Context, folder, revision string) (commit string, err error) {
	out, err := Run(ctx, folder, "merge-base", revision, "HEAD")
	return strings.TrimSpace(string(out)), err
}

// Changes returns how the site's files differ from a commit, by path relative to the folder.
// Uncommitted and untracked files count. A renamed file is reported as one removed and one added.
func Changes(ctx context.Context, folder, commit string) (map[string]check.Change, error) {
	diff, err := Run(ctx, folder, "diff", "--name-status", "--no-renames", "-z", "--relative", commit, "--")
	if err != nil {
		return nil, err
	}
	untracked, err := Run(ctx, folder, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	changes := map[string]check.Change{}
	fields := bytes.Split(diff, []byte{0})
	for i := 0; i+1 < len(fields); i += 2 {
		change := check.Edited
		switch string(fields[i]) {
		case "A":
			change = check.Added
		case "D":
			change = check.Removed
		}
		changes[path.Clean(string(fields[i+1]))] = change
	}
	for name := range bytes.SplitSeq(untracked, []byte{0}) {
		if len(name) > 0 {
			changes[path.Clean(string(name))] = check.Added
		}
	}
	return changes, nil
}
