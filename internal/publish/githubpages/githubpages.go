// Package githubpages publishes to a branch of a GitHub repository through GitHub's API: it uploads only what differs, moves the
// branch in one step that fails when somebody else moved it, and tries again what weather can do to requests. It reads no clock and
// no environment; both come with Options. The token is in no error and no line it tells.
//
// The sources of what it expects of GitHub: docs.github.com/rest/git (trees, commits, refs, blobs), rest/branches, rest/pages, and
// rest/using-the-rest-api/rate-limits-for-the-rest-api.
package githubpages

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish"
)

// maxAnswer is the size of an answer that is read: GitHub gives blobs of up to 100 MB, in base64.
const maxAnswer = 160 << 20

// Options say where to publish, and how.
type Options struct {
	Owner, Repository, Branch string
	API                       string // root of the API; "" for github.com's
	Token                     string
	Transport                 http.RoundTripper // nil for the usual one
	Timeout                   time.Duration     // of one request; 0: a minute
	Patience                  *publish.Patience
}

// Branch is a branch of a repository at GitHub. It is a publish.Place.
type Branch struct {
	options  Options
	client   *github.Client
	weather  *weather
	patience *publish.Patience
	tree     string // of the commit that the branch was read at, or moved to
	noted    bool   // there is a ref of receipts
}

// New gives the branch. Nothing is asked yet.
func New(options Options) (*Branch, error) {
	if options.Timeout == 0 {
		options.Timeout = time.Minute
	}
	w := newWeather(options)
	client, err := httpclient.GitHub(options.API, httpclient.Options{
		Transport: options.Transport, Wrap: w.wrap, Timeout: options.Timeout, MaxBody: maxAnswer, Token: options.Token,
	})
	if err != nil {
		return nil, publish.Advise(err, "write it like https://github.example.com/api/v3")
	}
	return &Branch{options: options, client: client, weather: w, patience: options.Patience}, nil
}

// get asks for a value at a path below the repository.
func (b *Branch) get(ctx context.Context, path string, into any) error {
	request, err := b.client.NewRequest("GET", "repos/"+b.options.Owner+"/"+b.options.Repository+"/"+path, nil)
	if err != nil {
		return err
	}
	_, err = b.client.Do(ctx, request, into)
	return err
}

// status gives the status of the response that an error is about, and what GitHub said in it; 0 for other errors.
func status(err error) (int, string) {
	var response *github.ErrorResponse
	if !errors.As(err, &response) || response.Response == nil {
		return 0, ""
	}
	said := []string{response.Message}
	for _, e := range response.Errors {
		said = append(said, e.Message)
	}
	return response.Response.StatusCode, strings.TrimSpace(strings.Join(said, " "))
}
