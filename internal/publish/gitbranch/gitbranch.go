// Package gitbranch publishes to a branch on any git host by running git. It fetches the last
// commit of the branch without its files, commits the differences, and pushes; the push fails if
// someone else has pushed. It uses a bare repository in a folder of its own, and changes no work
// tree and none of the user's repositories.
package gitbranch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/git/redact"
	"settler.io/crier/internal/publish"
)

// Branch is a branch of a repository that git can reach. It implements publish.Target.
type Branch struct {
	// Remote is a URL, a path, or the name of a remote of the site's repository.
	Remote   string
	Branch   string
	Site     string // the site's folder
	Work     string // an empty folder for the duration of the run
	Patience *publish.Patience

	address string // the URL of Remote; "" until known
	root    string // tree of the commit that was read; "" if none
}

// Head fetches the last commit of the branch and lists its files.
func (b *Branch) Head(ctx context.Context, _ *publish.Build) (*publish.Head, error) {
	if b.address == "" {
		if err := b.prepare(ctx); err != nil {
			return nil, err
		}
	}
	found, err := b.fetch(ctx, "--filter=blob:none", "refs/heads/"+b.Branch)
	switch {
	case err != nil:
		return nil, b.explain("reading the branch", err)
	case !found:
		return &publish.Head{Tree: publish.Tree{}}, b.creatable(ctx)
	}
	about, err := b.git(ctx, nil, "log", "-1", "--no-show-signature", "--format=%H%n%T%n%B", "FETCH_HEAD")
	if err != nil {
		return nil, err
	}
	lines := strings.SplitN(string(about), "\n", 3)
	b.root = lines[1]
	head := &publish.Head{Commit: lines[0], Root: lines[1]}
	list, err := b.git(ctx, nil, "ls-tree", "-r", "-z", head.Commit)
	if err != nil {
		return nil, err
	}
	if head.Tree, err = publish.ParseTree(list); err != nil {
		return nil, err
	}
	head.Read = func(ctx context.Context, path string) ([]byte, error) {
		content, err := b.again(ctx, "cat-file", "blob", head.Tree[path].Hash.String())
		if err != nil {
			return nil, b.explain("reading "+path, err)
		}
		return content, nil
	}
	return head, head.ReadSource(ctx, lines[2])
}

// fetch fetches the last commit of a ref as FETCH_HEAD, without what the filter leaves out. It
// reports whether there is such a ref.
func (b *Branch) fetch(ctx context.Context, filter, ref string) (found bool, err error) {
	_, err = b.again(ctx, "fetch", "--quiet", "--depth=1", "--no-tags", filter, "origin", ref)
	var failed *failure
	if errors.As(err, &failed) && failed.mentions("couldn't find remote ref") {
		return false, nil
	}
	return err == nil, err
}

// creatable returns an error if the branch, which does not exist, can never be created.
func (b *Branch) creatable(ctx context.Context) error {
	first, _, _ := strings.Cut(b.Branch, "/")
	listed, err := b.again(ctx, "ls-remote", "origin", "refs/heads/"+first+"*")
	if err != nil {
		return b.explain("reading the branches", err)
	}
	return publish.Creatable(b.Branch, strings.Fields(string(listed)))
}

// prepare creates the repository of the run and looks up the URL of the remote.
func (b *Branch) prepare(ctx context.Context) error {
	b.address = b.Remote
	if out, err := git.Run(ctx, b.Site, "remote", "get-url", "--", b.Remote); err == nil {
		b.address = strings.TrimSpace(string(out))
	}
	if strings.HasPrefix(b.address, "-") {
		return diag.Hinted(fmt.Errorf("%q is not the URL of a repository", redact.Remote(b.address)), "write it like git:https://git.example.com/status.git#pages")
	}
	if _, err := b.git(ctx, nil, "init", "--quiet", "--bare"); err != nil {
		return err
	}
	_, err := b.git(ctx, nil, "remote", "add", "--", "origin", b.address)
	return err
}

// Move pushes a commit of the differences on top of the head.
func (b *Branch) Move(ctx context.Context, head *publish.Head, plan *publish.Plan) error {
	for attempt := 0; ; attempt++ {
		commit, tree, err := b.commit(ctx, head, plan, b.Patience.Now())
		if err != nil {
			return fmt.Errorf("making the commit: %w", err)
		}
		ref := "refs/heads/" + b.Branch
		_, err = b.git(ctx, nil, "push", "--porcelain", "--quiet", "--no-verify", "--force-with-lease="+ref+":"+head.Commit, "origin", commit+":"+ref)
		if err == nil {
			plan.Commit, b.root = commit, tree
			return nil
		}
		var failed *failure
		if !errors.As(err, &failed) || ctx.Err() != nil {
			return err
		}
		switch {
		case failed.mentions("stale info", "fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref", "reference already exists", "incorrect old value"):
			return publish.ErrMoved
		case failed.temporary():
			if err := b.Patience.Again(ctx, attempt, 0, "pushing failed: "+failed.line()); err != nil {
				return err
			}
		default:
			return b.explain("pushing", err)
		}
	}
}

// commit creates a commit with git fast-import and returns its hash and that of its tree.
func (b *Branch) commit(ctx context.Context, head *publish.Head, plan *publish.Plan, at time.Time) (commit, tree string, err error) {
	notes, err := plan.Notes(ctx, at)
	if err != nil {
		return "", "", err
	}
	const ref = "refs/crier/publish"
	var stream bytes.Buffer
	message := plan.Message()
	fmt.Fprintf(&stream, "commit %s\ncommitter Crier <crier@localhost> %d +0000\ndata %d\n%s\n", ref, at.Unix(), len(message), message)
	if head.Commit != "" {
		fmt.Fprintf(&stream, "from %s\n", head.Commit)
	}
	changes := append(append([]publish.Change{}, plan.Changes...), notes...)
	for _, c := range changes {
		if c.Action == fileset.Delete {
			fmt.Fprintf(&stream, "D %s\n", c.Path)
		}
	}
	for n, c := range changes {
		if c.Action == fileset.Delete {
			continue
		}
		content := c.Content
		if n < len(plan.Changes) {
			if content, err = plan.Build.Content(c.Path); err != nil {
				return "", "", err
			}
		}
		fmt.Fprintf(&stream, "M 100644 inline %s\ndata %d\n", c.Path, len(content))
		stream.Write(content)
		stream.WriteByte('\n')
	}
	stream.WriteString("\ndone\n")
	if _, err := b.git(ctx, &stream, "fast-import", "--quiet", "--force", "--done", "--date-format=raw"); err != nil {
		return "", "", err
	}
	out, err := b.git(ctx, nil, "rev-parse", ref, ref+"^{tree}")
	if err != nil {
		return "", "", err
	}
	names := strings.Fields(string(out))
	if meant := head.Tree.Apply(changes).Hash(); meant != names[1] {
		return "", "", fmt.Errorf("git made the tree %s instead of %s", names[1], meant)
	}
	return names[0], names[1], nil
}

// again runs git, and retries transient failures.
func (b *Branch) again(ctx context.Context, args ...string) ([]byte, error) {
	for attempt := 0; ; attempt++ {
		out, err := b.git(ctx, nil, args...)
		var failed *failure
		if err == nil || ctx.Err() != nil || !errors.As(err, &failed) || !failed.temporary() {
			return out, err
		}
		if err := b.Patience.Again(ctx, attempt, 0, "git failed: "+failed.line()); err != nil {
			return nil, err
		}
	}
}

// git runs git in the repository of the run.
func (b *Branch) git(ctx context.Context, stdin io.Reader, args ...string) ([]byte, error) {
	run := git.Command{
		Folder: b.Site, Options: []string{"--git-dir", b.Work, "-c", "gc.auto=0", "-c", "maintenance.auto=false"},
		Env: git.Quiet(), Stdin: stdin, Secrets: redact.Secrets(b.address),
	}
	out, err := run.Run(ctx, args...)
	var failed *git.Error
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, diag.Hinted(errors.New("git is not installed"), "install git, or publish to a folder (dir:PATH)")
	case errors.As(err, &failed):
		return nil, &failure{failed.Output}
	}
	return out, err
}
