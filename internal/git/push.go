package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// attempts is how many times a push is tried while others push at the same time.
const attempts = 10

// File is the file of the last commit.
type File struct {
	Path string
	// Another returns the name that the file must have beside the given files, which are all those
	// that others pushed below content/. It returns the same name if that is free. Nil means that
	// the file is not new and keeps its name.
	Another func(others []string) string
}

// Pushed is the result of a push.
type Pushed struct {
	Upstream
	Path   string // the file's name, which may have changed
	Along  int    // number of earlier commits that were pushed too
	Behind string // why this clone could not move to what was pushed; "" if it did
}

// Push pushes the branch of a tip to its upstream branch. If others pushed first, it puts the
// unpushed commits on top of theirs, without touching the work tree, and tries again. After a
// successful push it moves the clone to what was pushed, if the user's own changes allow that.
// Until then the clone does not change.
func (r *Repository) Push(ctx context.Context, from Tip, file File) (Pushed, error) {
	upstream, _, err := r.upstream(ctx, from.Branch)
	pushed := Pushed{Upstream: upstream, Path: file.Path, Along: from.Along}
	if err != nil {
		return pushed, err
	}
	head, tip := "", "" // known once a push was refused
	source := "refs/heads/" + upstream.Branch
	for try := 1; ; try++ {
		_, failure := r.git(ctx, nil, "push", "--porcelain", upstream.Remote, source+":"+upstream.Ref)
		if failure == nil {
			break
		}
		var refused *Error
		if !errors.As(failure, &refused) || try == attempts {
			return pushed, failure
		}
		if head == "" {
			if head, err = r.git(ctx, nil, "rev-parse", source); err != nil {
				return pushed, err
			}
			tip = head
		}
		if err := r.fetch(ctx, nil, upstream); err != nil {
			return pushed, fmt.Errorf("%w (%w)", ErrUnreachable, failure)
		}
		theirs, err := r.git(ctx, nil, "rev-parse", "FETCH_HEAD")
		if err == nil && theirs == tip { // the push succeeded and only the answer was lost
			break
		}
		switch {
		case err != nil:
			return pushed, err
		case r.ancestor(ctx, theirs, tip):
			if strings.Contains(refused.Output, "lock ref") || strings.Contains(refused.Output, "failed to update ref") {
				continue // another push was in progress at that moment
			}
			// Nobody pushed first, so the cause is a hook, a rule of the remote, or the connection.
			return pushed, failure
		}
		if tip, pushed.Path, err = r.onTop(ctx, theirs, head, file); err != nil {
			return pushed, err
		}
		source = tip
	}
	if tip != head {
		pushed.Behind = r.follow(ctx, upstream, head, tip)
	}
	return pushed, nil
}

func (r *Repository) fetch(ctx context.Context, env []string, u Upstream) error {
	_, err := r.git(ctx, env, "-c", "maintenance.auto=false", "-c", "gc.auto=0", "fetch", "--quiet", u.Remote, u.Ref)
	return err
}

func (r *Repository) ancestor(ctx context.Context, old, young string) bool {
	_, err := r.git(ctx, nil, "merge-base", "--is-ancestor", old, young)
	return err == nil
}

// onTop recreates the commits that theirs lacks on top of theirs. It returns the last of them and
// the path that the file has in it. It writes only objects.
func (r *Repository) onTop(ctx context.Context, theirs, head string, file File) (tip, path string, err error) {
	tip, path = theirs, file.Path
	list, err := r.git(ctx, nil, "rev-list", "--reverse", "--parents", theirs+".."+head)
	if err != nil {
		return "", path, err
	}
	var commits []string
	for line := range strings.Lines(list) {
		hashes := strings.Fields(line) // of the commit and its parents
		if len(hashes) > 2 {
			return "", path, ErrMerges
		}
		commits = append(commits, hashes[0])
	}
	for _, commit := range commits {
		ours := commit
		if commit == head && file.Another != nil {
			others, err := r.git(ctx, nil, "ls-tree", "-r", "-z", "--name-only", tip, "content/")
			if err != nil {
				return "", path, err
			}
			if path = file.Another(strings.FieldsFunc(others, func(c rune) bool { return c == 0 })); path != file.Path {
				if ours, err = r.renamed(ctx, commit, file.Path, path); err != nil {
					return "", path, err
				}
			}
		}
		tree, err := r.git(ctx, nil, "merge-tree", "--write-tree", ours, theirs)
		if err != nil {
			if exited(err, 1) {
				return "", path, ErrConflict
			}
			return "", path, err // such as a git older than 2.38
		}
		if before, err := r.git(ctx, nil, "rev-parse", tip+"^{tree}"); err != nil || tree == before {
			continue // theirs has this change already
		}
		if tip, err = r.again(ctx, commit, tree, tip); err != nil {
			return "", path, err
		}
	}
	return tip, path, nil
}

// renamed returns a copy of a commit in which one file has another name.
func (r *Repository) renamed(ctx context.Context, commit, from, to string) (string, error) {
	dir, err := os.MkdirTemp("", "crier-index")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index")}
	// The output is "100644 blob HASH\tPATH".
	entry, err := r.git(ctx, nil, "ls-tree", "--full-tree", commit, r.prefix+from)
	fields := strings.Fields(entry)
	if err != nil || len(fields) < 3 {
		return "", errors.Join(err, fmt.Errorf("%s is not in the last commit", from))
	}
	for _, step := range [][]string{
		{"read-tree", commit},
		{"update-index", "--add", "--cacheinfo", fields[0] + "," + fields[2] + "," + r.prefix + to},
		{"update-index", "--force-remove", "--", from},
	} {
		if _, err := r.git(ctx, index, step...); err != nil {
			return "", err
		}
	}
	tree, err := r.git(ctx, index, "write-tree")
	if err != nil {
		return "", err
	}
	return r.again(ctx, commit, tree, commit+"^")
}

// again copies a commit's author and message to a new commit with another parent and tree. The copy
// is signed if commits are.
func (r *Repository) again(ctx context.Context, commit, tree, parent string) (string, error) {
	said, err := r.git(ctx, nil, "log", "-1", "--no-show-signature", "--date=raw", "--format=%an%x00%ae%x00%ad%x00%B", commit)
	parts := strings.SplitN(said, "\x00", 4)
	if err != nil || len(parts) < 4 {
		return "", errors.Join(err, fmt.Errorf("git log does not know %s", commit))
	}
	args := []string{"commit-tree", tree, "-F", "-"}
	// The first commit has no parent.
	if parent, err = r.git(ctx, nil, "rev-parse", "--verify", "--quiet", parent); err == nil {
		args = append(args, "-p", parent)
	}
	if sign, _ := r.git(ctx, nil, "config", "--type=bool", "--get", "commit.gpgSign"); sign == "true" {
		args = append(args, "-S")
	}
	env := []string{"GIT_AUTHOR_NAME=" + parts[0], "GIT_AUTHOR_EMAIL=" + parts[1], "GIT_AUTHOR_DATE=" + parts[2]}
	return r.run(ctx, strings.NewReader(parts[3]), env, args...)
}

// follow moves the branch, the index and the work tree from one commit to another, as switching
// branches does. It keeps what the user has changed or staged; if that is not possible it moves
// nothing and returns why.
func (r *Repository) follow(ctx context.Context, u Upstream, from, to string) string {
	r.git(ctx, nil, "update-index", "-q", "--refresh")
	_, err := r.git(ctx, nil, "read-tree", "-m", "-u", from, to)
	if err == nil {
		_, err = r.git(ctx, nil, "update-ref", "-m", "crier: on top of "+u.Name(), "refs/heads/"+u.Branch, to, from)
	}
	var failed *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &failed) && failed.Output != "":
		line, _, _ := strings.Cut(failed.Output, "\n")
		return strings.TrimPrefix(line, "error: ")
	}
	return err.Error()
}
