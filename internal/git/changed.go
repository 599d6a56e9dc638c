package git

import (
	"bytes"
	"context"
	"path"
	"strings"
)

// Change is how a file differs from an earlier version of the site.
type Change string

const (
	Added   Change = "added"
	Edited  Change = "edited"
	Removed Change = "removed"
)

// Changes returns how the site's files differ from the merge base of a revision and HEAD, by path
// relative to the folder. Uncommitted and untracked files count. A renamed file is reported as one
// removed and one added.
func Changes(ctx context.Context, folder, revision string) (map[string]Change, error) {
	base, err := git(ctx, folder, "merge-base", revision, "HEAD")
	if err != nil {
		return nil, err
	}
	diff, err := git(ctx, folder, "diff", "--name-status", "--no-renames", "-z", "--relative", strings.TrimSpace(string(base)), "--")
	if err != nil {
		return nil, err
	}
	untracked, err := git(ctx, folder, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	changes := map[string]Change{}
	fields := bytes.Split(diff, []byte{0})
	for i := 0; i+1 < len(fields); i += 2 {
		change := Edited
		switch string(fields[i]) {
		case "A":
			change = Added
		case "D":
			change = Removed
		}
		changes[path.Clean(string(fields[i+1]))] = change
	}
	for name := range bytes.SplitSeq(untracked, []byte{0}) {
		if len(name) > 0 {
			changes[path.Clean(string(name))] = Added
		}
	}
	return changes, nil
}
