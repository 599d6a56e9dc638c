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
	found, err := b.fetch(ctx, "--filter=tree:0", b.notebook())
	if !found || err != nil {
		return "", b.explain("reading the delivery log", err)
	}
	text, err := b.git(ctx, nil, "log", "-1", "--no-show-signature", "--format=%B", "FETCH_HEAD")
	return string(text), err
}

// WriteLog replaces the delivery log. The commit needs a tree, so it has the one that was published
// last, by this run or an earlier one.
func (b *Branch) WriteLog(ctx context.Context, text string) error {
	if b.root == "" {
		return nil
	}
	commit, err := b.git(ctx, strings.NewReader(text), "-c", "user.name=Crier", "-c", "user.email=crier@localhost", "commit-tree", b.root)
	if err != nil {
		return err
	}
	_, err = b.again(ctx, "push", "--quiet", "--no-verify", "origin", "+"+strings.TrimSpace(string(commit))+":"+b.notebook())
	return b.explain("writing the delivery log", err)
}
