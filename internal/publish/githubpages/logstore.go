package githubpages

import (
	"context"
	"net/http"

	"github.com/google/go-github/v60/github"
)

// notebook returns the ref of a commit whose message is the delivery log. Nothing is built or
// served from it.
func (b *Branch) notebook() string { return "refs/crier/receipts/" + b.options.Branch }

// ReadLog returns the delivery log; see publish.Target.
func (b *Branch) ReadLog(ctx context.Context) (string, error) {
	var ref github.Reference
	err := b.get(ctx, "git/ref/crier/receipts/"+b.options.Branch, &ref)
	if code, _ := status(err); code == http.StatusNotFound || code == http.StatusConflict {
		return "", nil
	}
	if err != nil {
		return "", b.explain("reading the delivery log", err)
	}
	var commit github.Commit
	if err := b.get(ctx, "git/commits/"+ref.GetObject().GetSHA(), &commit); err != nil {
		return "", b.explain("reading the delivery log", err)
	}
	b.noted = true
	return commit.GetMessage(), nil
}

// WriteLog replaces the delivery log. The commit needs a tree, so it has the one that was published
// last.
func (b *Branch) WriteLog(ctx context.Context, text string) error {
	if b.tree == "" {
		return nil
	}
	commit, err := b.commit(ctx, b.tree, text, b.patience.Now(), nil)
	if err != nil {
		return b.explain("writing the delivery log", err)
	}
	ref := &github.Reference{Ref: github.String(b.notebook()), Object: &github.GitObject{SHA: &commit}}
	if !b.noted {
		_, _, err = b.client.Git.CreateRef(ctx, b.options.Owner, b.options.Repository, ref)
		b.noted = true
		// 422 means that the ref already exists.
		if code, _ := status(err); code != http.StatusUnprocessableEntity {
			return b.explain("writing the delivery log", err)
		}
	}
	_, _, err = b.client.Git.UpdateRef(ctx, b.options.Owner, b.options.Repository, ref, true)
	return b.explain("writing the delivery log", err)
}
