package githubpages

import (
	"context"
	"errors"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish"
)

// unfinished returns the ref that keeps an unfinished upload. It is outside refs/heads, so that
// nothing is built or served from it.
func (b *Branch) unfinished() string { return "refs/crier/upload/" + b.options.Branch }

// resume continues an upload that another run started.
func (u *upload) resume(ctx context.Context, build *publish.Build) error {
	b := u.branch
	commit, err := b.readRef(ctx, b.unfinished())
	if commit == nil || err != nil {
		return err
	}
	u.saved = true
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
	return b.setRef(ctx, b.unfinished(), commit, &u.saved)
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
func (b *Branch) forget(ctx context.Context, u *upload) {
	if u.saved {
		b.deleteRef(ctx, "the ref of the unfinished upload", b.unfinished())
	}
}
