package gitbranch

import (
	"context"
	"strings"
)

// notebook returns the ref of a commit whose message is the delivery log. Nothing is served from
// it.
func (b *Branch) notebook() string { return "refs/crier/receipts/" + b.Branch }

// ReadLog returns the delivery log; see publish.Target.
func (b *Branch) ReadLog(ctx context.Context) (string, error) {
	listed, err := b.again(ctx, "ls-remote", "origin", b.notebook())
	if commit, _, _ := strings.Cut(string(listed), "\t"); err != nil || commit == "" {
		return "", err
	}
	if _, err := b.again(ctx, "fetch", "--quiet", "--depth=1", "--no-tags", "--filter=tree:0", "origin", "+"+b.notebook()+":refs/crier/receipts"); err != nil {
		return "", b.explain("reading the delivery log", err)
	}
	text, err := b.git(ctx, nil, "log", "-1", "--no-show-signature", "--format=%B", "refs/crier/receipts")
	return string(text), err
}

// WriteLog replaces the delivery log. The commit needs a tree, so it has the one that was published
// last, by this run or an earlier one.
func (b *Branch) WriteLog(ctx context.Context, text string) error {
	tree := "refs/crier/publish^{tree}"
	if _, err := b.git(ctx, nil, "rev-parse", "--verify", "--quiet", tree); err != nil {
		tree = b.root
	}
	if tree == "" {
		return nil
	}
	commit, err := b.git(ctx, strings.NewReader(text), "-c", "user.name=Crier", "-c", "user.email=crier@localhost", "commit-tree", tree)
	if err != nil {
		return err
	}
	_, err = b.again(ctx, "push", "--quiet", "--no-verify", "origin", "+"+strings.TrimSpace(string(commit))+":"+b.notebook())
	return b.explain("writing the delivery log", err)
}
