package githubpages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish"
)

// Current returns the source of the build that the branch has now.
func (b *Branch) Current(ctx context.Context) (publish.Source, error) {
	var branch github.Branch
	err := b.get(ctx, "branches/"+url.PathEscape(b.options.Branch), &branch)
	return publish.ParseSource(branch.GetCommit().GetCommit().GetMessage()), err
}

// Deployment returns the state of GitHub Pages for the branch (docs.github.com/rest/pages). It
// returns an error for problems that need action: Pages is not enabled, shows another branch, or
// failed to build.
func (b *Branch) Deployment(ctx context.Context) (string, error) {
	settings := fmt.Sprintf("github.com/%s/%s/settings/pages", b.options.Owner, b.options.Repository)
	var pages github.Pages
	err := b.get(ctx, "pages", &pages)
	if code, _ := status(err); code == http.StatusNotFound {
		return "", diag.Hinted(errors.New("published, but GitHub Pages is not enabled for this repository"),
			fmt.Sprintf("choose the branch %s at %s, or use --no-wait", b.options.Branch, settings))
	}
	// The token may lack access, so the state is unknown.
	if err != nil {
		return "", nil
	}
	if branch := pages.GetSource().GetBranch(); pages.GetBuildType() != "workflow" && branch != "" && branch != b.options.Branch {
		return "", diag.Hinted(fmt.Errorf("published, but GitHub Pages shows the branch %s", branch),
			fmt.Sprintf("choose the branch %s at %s", b.options.Branch, settings))
	}
	var build github.PagesBuild
	if b.get(ctx, "pages/builds/latest", &build) != nil {
		return "", nil
	}
	if build.GetStatus() == "errored" {
		return "", diag.Hinted(fmt.Errorf("published, but GitHub Pages could not build it: %s", build.GetError().GetMessage()),
			"see the workflow \"pages build and deployment\" of the repository, and run it again")
	}
	return fmt.Sprintf("GitHub Pages says: %s", build.GetStatus()), nil
}
