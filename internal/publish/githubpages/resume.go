package githubpages

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish"
)

// unfinished returns the ref that keeps an unfinished upload. It is outside refs/heads, so that
// nothing is built or served from it.
func (b *Branch) unfinished() string { return "refs/crier/upload/" + b.options.Branch }

// resume continues an upload that another run started.
func (u *upload) resume(ctx context.Context, build *publish.Build) error {
	b := u.branch
	var ref github.Reference
	err := b.get(ctx, "git/ref/crier/upload/"+b.options.Branch, &ref)
	// There is none, or the repository is empty.
	if code, _ := status(err); code == http.StatusNotFound || code == http.StatusConflict {
		return nil
	}
	if err != nil {
		return err
	}
	u.saved = true
	var commit github.Commit
	if err := b.get(ctx, "git/commits/"+ref.GetObject().GetSHA(), &commit); err != nil {
		return err
	}
	there, err := b.list(ctx, commit.GetTree().GetSHA(), build)
	if err != nil {
		return err
	}
	b.patience.Tell("resuming an unfinished upload")
	u.tree, u.now = commit.GetTree().GetSHA(), there
	return nil
}

// save keeps the last tree for another run.
func (u *upload) save(ctx context.Context) error {
	b := u.branch
	commit, err := b.commit(ctx, u.tree, "Keep an unfinished upload\n", b.patience.Now(), nil)
	if err != nil {
		return err
	}
	ref := &github.Reference{Ref: github.String(b.unfinished()), Object: &github.GitObject{SHA: &commit}}
	if !u.saved {
		_, _, err = b.client.Git.CreateRef(ctx, b.options.Owner, b.options.Repository, ref)
		// Another run has saved one.
		if code, _ := status(err); code == http.StatusUnprocessableEntity {
			u.saved = true
		} else if err != nil {
			return err
		}
	}
	if u.saved {
		_, _, err = b.client.Git.UpdateRef(ctx, b.options.Owner, b.options.Repository, ref, true)
	}
	u.saved = true
	return err
}

// keep adds a hint to an error that ended an upload early and from which another run can continue.
func (u *upload) keep(err error) error {
	var gaveUp *publish.GaveUpError
	if errors.As(err, &gaveUp) && u.saved {
		return diag.Hinted(err, "publish again later: it resumes where it stopped")
	}
	return err
}

// forget deletes the ref of the unfinished upload after the branch has moved. If that fails, the
// ref does no harm.
func (b *Branch) forget(ctx context.Context, u *upload) error {
	if u.saved {
		if _, err := b.client.Git.DeleteRef(ctx, b.options.Owner, b.options.Repository, b.unfinished()); err != nil {
			code, said := status(err)
			b.patience.Tell(publish.Line("the ref of the unfinished upload could not be deleted: %d %s", code, said))
		}
	}
	return nil
}
