// Package notice keeps a notice on GitHub up to date: an issue that is open while there is something to say, or a comment on a
// pull request. It finds its own by a label and by a mark in the text, so that there is never a second one, and changes
// nothing when there is nothing new. It takes a client and the text; it decides nothing about what is said.
package githubissue

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-github/v60/github"
)

// Repository names a repository on GitHub.
type Repository struct{ Owner, Name string }

// ParseRepository reads "OWNER/NAME".
func ParseRepository(text string) (Repository, error) {
	owner, name, ok := strings.Cut(text, "/")
	if !ok || owner == "" || name == "" || strings.ContainsAny(text, " ?#") || strings.Contains(name, "/") {
		return Repository{}, fmt.Errorf("%q is no repository", text)
	}
	return Repository{owner, name}, nil
}

// String gives "OWNER/NAME".
func (r Repository) String() string { return r.Owner + "/" + r.Name }

// Change is what was done to a notice.
type Change string

// The changes.
const (
	Unchanged Change = "unchanged"
	Opened    Change = "opened"
	Updated   Change = "updated"
	Closed    Change = "closed"
)

// maxPages bounds how many pages of a list are read, of 100 entries each.
const maxPages = 20

// DeniedError tells that the token may not do what is needed.
type DeniedError struct {
	What       string // such as "read issues"
	Permission string // of the workflow, such as "issues: write"
	Err        error
}

func (e *DeniedError) Error() string { return "GitHub does not let this token " + e.What }
func (e *DeniedError) Unwrap() error { return e.Err }

// explain says which permission an answer of GitHub asks for. Neither tokens nor bodies of requests are in its words.
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
	return fmt.Errorf("cannot %s: %w", what, err)
}

// all reads a list page by page.
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
