package githubpages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/publish"
)

// fresh is the maximum time between the instant in a commit and the move of the branch. After that,
// both are made again.
const fresh = 5 * time.Second

// The author of the commits, which need one because they carry the instant.
const (
	authorName  = "Crier"
	authorEmail = "crier@localhost"
)

// Move uploads the differences and moves the branch.
func (b *Branch) Move(ctx context.Context, head *publish.Head, plan *publish.Plan) error {
	up, err := b.upload(ctx, head, plan)
	if err != nil {
		return b.explain("uploading", err)
	}
	for attempt := 0; ; attempt++ {
		at := b.patience.Now()
		commit, err := b.seal(ctx, head, plan, up, at)
		if err != nil {
			return b.explain("making the commit", err)
		}
		err = nil
		if b.patience.Now().Sub(at) <= fresh || attempt > 2 {
			err = b.point(once(ctx), head, commit)
			if err == nil {
				plan.Commit = commit
				b.forget(ctx, up)
				return nil
			}
		}
		var transient *transientError
		switch {
		case err == nil: // it took too long
		case errors.As(err, &transient):
			if err := b.patience.Again(ctx, attempt, transient.asked, transient.why); err != nil {
				return err
			}
		case moved(err):
			return publish.ErrMoved
		default:
			return b.explain("moving the branch", err)
		}
	}
}

// seal adds Crier's own files to the upload and creates a commit of both.
func (b *Branch) seal(ctx context.Context, head *publish.Head, plan *publish.Plan, up *upload, at time.Time) (string, error) {
	notes, err := plan.Notes(ctx, at)
	if err != nil {
		return "", err
	}
	tree, err := up.finish(ctx, notes)
	if err != nil {
		return "", err
	}
	b.tree = tree
	var parents []*github.Commit
	if head.Commit != "" {
		parents = append(parents, &github.Commit{SHA: &head.Commit})
	}
	return b.commit(ctx, tree, plan.Message(), at, parents)
}

func (b *Branch) commit(ctx context.Context, tree, message string, at time.Time, parents []*github.Commit) (string, error) {
	name, email := authorName, authorEmail
	date := github.Timestamp{Time: at.UTC().Truncate(time.Second)}
	made, _, err := b.client.Git.CreateCommit(ctx, b.options.Owner, b.options.Repository, &github.Commit{
		Author: &github.CommitAuthor{Name: &name, Email: &email, Date: &date}, Message: &message, Tree: &github.Tree{SHA: &tree}, Parents: parents,
	}, nil)
	if err != nil {
		return "", err
	}
	return made.GetSHA(), nil
}

// point moves the branch to a commit, or creates it. It fails if the branch is no longer where it
// was.
func (b *Branch) point(ctx context.Context, head *publish.Head, commit string) error {
	ref := &github.Reference{Ref: github.String("refs/heads/" + b.options.Branch), Object: &github.GitObject{SHA: &commit}}
	var err error
	if head.Commit == "" {
		_, _, err = b.client.Git.CreateRef(ctx, b.options.Owner, b.options.Repository, ref)
	} else {
		_, _, err = b.client.Git.UpdateRef(ctx, b.options.Owner, b.options.Repository, ref, false)
	}
	return err
}

// begin creates the first commit of an empty repository, without which GitHub accepts nothing. The
// commit is on a branch that is deleted immediately.
func (b *Branch) begin(ctx context.Context) error {
	branch := "crier-begin"
	_, _, err := b.client.Repositories.CreateFile(ctx, b.options.Owner, b.options.Repository, "begin", &github.RepositoryContentFileOptions{
		Message: github.String("Begin"), Content: []byte{}, Branch: &branch,
	})
	switch code, _ := status(err); code {
	// Someone else has created one in the meantime.
	case http.StatusConflict, http.StatusUnprocessableEntity, http.StatusNotFound:
	default:
		if err != nil {
			return fmt.Errorf("creating the first commit of the empty repository: %w", err)
		}
	}
	b.deleteRef(ctx, "the branch "+branch, "refs/heads/"+branch)
	return ctx.Err()
}
