package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// attempts is how often a push is tried while others push at the same time.
const attempts = 10

// File is the file that the last commit brought.
type File struct {
	Path string
	// Another gives the name that the file has to have beside the files that others pushed meanwhile, all those below
	// content/; the same name where it is free. Nil: the file is not new, and keeps its name.
	Another func(others []string) string
}

// Pushed is what came of a push.
type Pushed struct {
	Upstream
	Path   string // the file's name, which may be another now
	Along  int    // earlier commits that were pushed too
	Behind string // why this clone could not follow what was pushed; "" when it did
}

// Push pushes the branch that is checked out, with the last commit, to where it belongs. Where others were faster, it puts
// the commits that are not pushed yet on top of theirs, outside of the work tree, and tries again; once they are pushed,
// the clone follows, as far as the user's own changes let it. Until then nothing of the clone is changed.
func (r *Repository) Push(ctx context.Context, file File) (Pushed, error) {
	upstream, err := r.Upstream(ctx)
	if err != nil {
		return Pushed{Upstream: upstream}, err
	}
	pushed := Pushed{Upstream: upstream, Path: file.Path}
	head, err := r.git(ctx, nil, "rev-parse", "HEAD")
	if err != nil {
		return pushed, err
	}
	tip, source := head, "refs/heads/"+upstream.Branch
	pushed.Along = r.count(ctx, "refs/remotes/"+upstream.Name()+"..HEAD~1")
	for try := 1; ; try++ {
		_, failure := r.git(ctx, nil, "push", "--porcelain", upstream.Remote, source+":"+upstream.Ref)
		if failure == nil {
			break
		}
		var refused *Error
		if !errors.As(failure, &refused) || try == attempts {
			return pushed, failure
		}
		theirs, err := r.fetch(ctx, upstream)
		if err == nil && theirs == tip { // it came there, and only the answer got lost
			break
		}
		switch {
		case err != nil:
			return pushed, failure // what kept the push from the remote keeps this from it too
		case r.ancestor(ctx, theirs, tip):
			if strings.Contains(refused.Output, "lock ref") || strings.Contains(refused.Output, "failed to update ref") {
				continue // another push was under way at the same instant
			}
			return pushed, failure // nobody was faster: it is a hook, a rule of the remote, or the way there
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

func (r *Repository) fetch(ctx context.Context, u Upstream) (string, error) {
	if _, err := r.git(ctx, nil, "-c", "maintenance.auto=false", "-c", "gc.auto=0", "fetch", "--quiet", u.Remote, u.Ref); err != nil {
		return "", err
	}
	return r.git(ctx, nil, "rev-parse", "FETCH_HEAD")
}

func (r *Repository) ancestor(ctx context.Context, old, young string) bool {
	_, err := r.git(ctx, nil, "merge-base", "--is-ancestor", old, young)
	return err == nil
}

// count counts commits; 0 where the range makes no sense, as before a first push.
func (r *Repository) count(ctx context.Context, revisions string) int {
	out, err := r.git(ctx, nil, "rev-list", "--count", revisions)
	n := 0
	if err == nil {
		fmt.Sscan(out, &n)
	}
	return n
}

// onTop makes the commits that theirs lacks anew, on top of theirs, and gives the last of them and the name of the file in
// it. It writes objects only.
func (r *Repository) onTop(ctx context.Context, theirs, head string, file File) (tip, path string, err error) {
	path = file.Path
	if r.count(ctx, theirs+".."+head) == 0 {
		return theirs, path, nil
	}
	if merges, err := r.git(ctx, nil, "rev-list", "--min-parents=2", theirs+".."+head); err != nil || merges != "" {
		return "", path, errors.Join(err, ErrMerges)
	}
	list, err := r.git(ctx, nil, "rev-list", "--reverse", theirs+".."+head)
	if err != nil {
		return "", path, err
	}
	tip = theirs
	for commit := range strings.FieldsSeq(list) {
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
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() == 1 {
				return "", path, ErrConflict
			}
			return "", path, err // such as a git older than 2.38
		}
		if before, err := r.git(ctx, nil, "rev-parse", tip+"^{tree}"); err != nil || tree == before {
			continue // they have it already
		}
		if tip, err = r.again(ctx, commit, tree, tip); err != nil {
			return "", path, err
		}
	}
	return tip, path, nil
}

// renamed makes a commit like another, in which a file has another name.
func (r *Repository) renamed(ctx context.Context, commit, from, to string) (string, error) {
	dir, err := os.MkdirTemp("", "crier-index")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(dir, "index")}
	entry, err := r.git(ctx, nil, "ls-tree", "--full-tree", commit, r.prefix+from) // "100644 blob HASH\tPATH"
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

// again makes a commit like another, its author and message, on another parent with another tree; signed, if commits are.
func (r *Repository) again(ctx context.Context, commit, tree, parent string) (string, error) {
	said, err := r.git(ctx, nil, "log", "-1", "--no-show-signature", "--date=raw", "--format=%an%x00%ae%x00%ad%x00%B", commit)
	parts := strings.SplitN(said, "\x00", 4)
	if err != nil || len(parts) < 4 {
		return "", errors.Join(err, fmt.Errorf("git log does not tell of %s", commit))
	}
	args := []string{"commit-tree", tree, "-F", "-"}
	if parent, err = r.git(ctx, nil, "rev-parse", "--verify", "--quiet", parent); err == nil { // a first commit has none
		args = append(args, "-p", parent)
	}
	if sign, _ := r.git(ctx, nil, "config", "--type=bool", "--get", "commit.gpgSign"); sign == "true" {
		args = append(args, "-S")
	}
	env := []string{"GIT_AUTHOR_NAME=" + parts[0], "GIT_AUTHOR_EMAIL=" + parts[1], "GIT_AUTHOR_DATE=" + parts[2]}
	return r.run(ctx, strings.NewReader(parts[3]), env, args...)
}

// follow moves the branch, the index and the work tree from a commit to another one, as switching branches does: what the
// user has changed or staged is kept, and where that is not possible nothing is moved; it then says why.
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
