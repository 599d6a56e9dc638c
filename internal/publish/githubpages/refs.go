package githubpages

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/publish"
)

// readRef returns the commit of a ref; nil if there is none.
func (b *Branch) readRef(ctx context.Context, name string) (*github.Commit, error) {
	var ref github.Reference
	err := b.get(ctx, "git/ref/"+strings.TrimPrefix(name, "refs/"), &ref)
	// There is none, or the repository is empty.
	if code, _ := status(err); code == http.StatusNotFound || code == http.StatusConflict {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var commit github.Commit
	return &commit, b.get(ctx, "git/commits/"+ref.GetObject().GetSHA(), &commit)
}

// setRef makes a ref point to a commit, wherever it was before. exists says whether it is known to
// exist, which it then is.
func (b *Branch) setRef(ctx context.Context, name, commit string, exists *bool) error {
	ref := &github.Reference{Ref: &name, Object: &github.GitObject{SHA: &commit}}
	if !*exists {
		_, _, err := b.client.Git.CreateRef(ctx, b.options.Owner, b.options.Repository, ref)
		// 422 means that another run has created it.
		if code, _ := status(err); code != http.StatusUnprocessableEntity {
			*exists = err == nil
			return err
		}
		*exists = true
	}
	_, _, err := b.client.Git.UpdateRef(ctx, b.options.Owner, b.options.Repository, ref, true)
	return err
}

// deleteRef deletes a ref. If that fails, the ref does no harm, so that is only reported.
func (b *Branch) deleteRef(ctx context.Context, what, name string) {
	_, err := b.client.Git.DeleteRef(ctx, b.options.Owner, b.options.Repository, name)
	if code, said := status(err); err != nil && code != http.StatusNotFound && code != http.StatusUnprocessableEntity {
		b.patience.Tell(publish.Line("%s could not be deleted: %d %s", what, code, said))
	}
}
