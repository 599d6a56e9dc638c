// Package githubissue keeps an issue or a comment on GitHub up to date: an issue that is open while
// there is something to report, or a comment on a pull request. It recognizes its own by a label
// and by a mark in the text, so there is never a second one, and it changes nothing if nothing is
// new. The caller provides the client and the text.
package githubissue

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/httpclient"
)

type Repository struct{ Owner, Name string }

// ParseRepository reads "OWNER/NAME".
func ParseRepository(text string) (Repository, error) {
	owner, name, ok := strings.Cut(text, "/")
	if !ok || owner == "" || name == "" || strings.ContainsAny(text, " ?#") || strings.Contains(name, "/") {
		return Repository{}, fmt.Errorf("%q is not a repository", text)
	}
	return Repository{owner, name}, nil
}

// String returns "OWNER/NAME".
func (r Repository) String() string { return r.Owner + "/" + r.Name }

// PullRequest is a pull request of a repository.
type PullRequest struct {
	Repository
	Number int
}

// ParsePullRequest parses OWNER/NAME#NUMBER.
func ParsePullRequest(text string) (p PullRequest, err error) {
	name, digits, _ := strings.Cut(text, "#")
	if p.Repository, err = ParseRepository(name); err != nil {
		return p, err
	}
	if p.Number, err = strconv.Atoi(digits); err == nil && p.Number < 1 {
		err = fmt.Errorf("%d is not the number of a pull request", p.Number)
	}
	return p, err
}

func (p PullRequest) String() string { return fmt.Sprintf("%s#%d", p.Repository, p.Number) }

// Change is what was done to an issue or comment.
type Change string

const (
	Unchanged Change = "unchanged"
	Opened    Change = "opened"
	Updated   Change = "updated"
	Closed    Change = "closed"
)

// maxPages is the maximum number of pages of a list that are read, of 100 entries each.
const maxPages = 20

// DeniedError reports that the token lacks a permission.
type DeniedError struct {
	What       string // such as "read issues"
	Permission string // the workflow permission that is needed, such as "issues: write"
	Err        error
}

func (e *DeniedError) Error() string { return "GitHub does not let this token " + e.What }
func (e *DeniedError) Unwrap() error { return e.Err }

func (e *DeniedError) Hint() string {
	return "give the job of the workflow \"permissions: " + e.Permission + "\"; a pull request from a fork never has it"
}

// explain turns an error from GitHub into one that names the missing permission, with a hint. The
// result contains no token and no request body.
func explain(err error, what, permission string) error {
	if err == nil {
		return nil
	}
	var answer *github.ErrorResponse
	if errors.As(err, &answer) && answer.Response != nil {
		switch answer.Response.StatusCode {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
			return &DeniedError{what, permission, err}
		}
		return fmt.Errorf("GitHub answered %s when asked to %s: %s", answer.Response.Status, what, answer.Message)
	}
	err = fmt.Errorf("cannot %s: %w", what, err)
	if errors.As(err, new(*httpclient.RedirectError)) {
		return diag.Hinted(err, "the token is sent only to the host of --api or GITHUB_API_URL: check that it is that of the API")
	}
	return err
}

// all reads all pages of a list.
func all[T any](ctx context.Context, page func(github.ListOptions) ([]T, *github.Response, error)) ([]T, error) {
	var list []T
	options := github.ListOptions{PerPage: 100}
	for range maxPages {
		some, response, err := page(options)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
		if response.NextPage == 0 {
			return list, nil
		}
		options.Page = response.NextPage
	}
	return list, ctx.Err()
}
