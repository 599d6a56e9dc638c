package githubpages

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish"
)

// moved reports whether the branch has changed since it was read. GitHub answers 422 if an update
// is not a fast-forward, a ref already exists, or a ref is gone, and 409 while someone else is
// moving the branch.
func moved(err error) bool {
	code, said := status(err)
	return (code == http.StatusUnprocessableEntity || code == http.StatusConflict) && !guarded(said)
}

// guarded reports whether a rule that protects the branch caused the refusal.
func guarded(said string) bool {
	said = strings.ToLower(said)
	for _, words := range []string{"protected", "rule violation", "required status", "pull request"} {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

// explain returns an error of one line, with a hint if there is one.
func (b *Branch) explain(doing string, err error) error {
	var gaveUp *publish.GaveUpError
	var redirect *httpclient.RedirectError
	code, said := status(err)
	repository := b.options.Owner + "/" + b.options.Repository
	switch {
	case err == nil, diag.HintOf(err) != "":
		return err
	case errors.As(err, &gaveUp):
		return diag.Hinted(fmt.Errorf("%s: %w", doing, gaveUp), "see www.githubstatus.com, and publish again: it checks what is there and does the rest")
	case errors.As(err, &redirect):
		return diag.Hinted(fmt.Errorf("%s: GitHub's API: %w", doing, redirect), "the token is sent only to the host of --api or GITHUB_API_URL: check that it is GitHub's API")
	case code == 0:
		return fmt.Errorf("%s: %s", doing, b.weather.scrub(err))
	}
	failed := fmt.Errorf("%s: GitHub answered %d: %s", doing, code, said)
	switch {
	case code == http.StatusUnauthorized:
		return diag.Hinted(failed, "the token is not valid, or has expired: set GITHUB_TOKEN, or name a file that contains one with --token-file")
	case guarded(said):
		return diag.Hinted(failed, fmt.Sprintf("the branch %s is protected: allow this token to push to it, or publish to a separate branch", b.options.Branch))
	case code == http.StatusForbidden:
		return diag.Hinted(failed, fmt.Sprintf(`the token may not write to %s: in a workflow, write "permissions: contents: write"; for a fine-grained token, set Contents to "Read and write"`, repository))
	case code == http.StatusNotFound && b.options.Token == "":
		return diag.Hinted(failed, "set GITHUB_TOKEN, or name a file that contains a token with --token-file")
	case code == http.StatusNotFound:
		return diag.Hinted(failed, fmt.Sprintf("there is no repository %s, or the token may not see it", repository))
	case code == http.StatusRequestEntityTooLarge:
		return diag.Hinted(failed, "a file of the site is larger than GitHub accepts")
	}
	return failed
}
