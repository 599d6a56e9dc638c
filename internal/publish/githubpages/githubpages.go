// Package githubpages publishes to a branch of a GitHub repository through GitHub's API. It uploads
// only the files that differ, moves the branch in one step that fails if someone else has moved it,
// and retries transient failures. It reads no clock and no environment; Options has both. No error
// and no message contains the token.
//
// GitHub's behavior is documented in docs.github.com/rest/git (trees, commits, refs, blobs),
// rest/branches, rest/pages, and rest/using-the-rest-api/rate-limits-for-the-rest-api.
package githubpages

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/go-github/v60/github"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish"
)

// maxAnswer is the maximum size of a response in bytes. GitHub returns blobs of up to 100 MB, in
// base64.
const maxAnswer = 160 << 20

type Options struct {
	Owner, Repository, Branch string
	API                       string // root of the API; "" for github.com
	Token                     string
	Transport                 http.RoundTripper // nil for the default
	Timeout                   time.Duration     // of one request; 0: one minute
	Patience                  *publish.Patience
	// LocalTree returns a tree that is known without asking GitHub, by its hash, or nil.
	LocalTree func(ctx context.Context, hash string) publish.Tree
}

// Branch is a branch of a repository on GitHub. It implements publish.Target.
type Branch struct {
	options  Options
	client   *github.Client
	weather  *retryTransport
	patience *publish.Patience
	tree     string      // hash of the tree that the branch had when it was read, or was moved to
	noted    bool        // the ref of the delivery log exists
	known    sync.Map    // trees by request, and contents of blobs by fileset.Hash
	ahead    chan answer // see Ahead
}

// New returns a branch. It makes no requests.
func New(options Options) (*Branch, error) {
	if options.Timeout == 0 {
		options.Timeout = time.Minute
	}
	var lock sync.Mutex
	tell := options.Patience.Tell
	options.Patience.Tell = func(line string) { // requests run side by side
		lock.Lock()
		defer lock.Unlock()
		tell(line)
	}
	w := &retryTransport{options: options}
	client, err := httpclient.GitHub(options.API, httpclient.Options{
		Transport: options.Transport, Wrap: w.wrap, Timeout: options.Timeout, MaxBody: maxAnswer, Token: options.Token,
	})
	if err != nil {
		return nil, diag.Hinted(err, "write it like https://github.example.com/api/v3")
	}
	return &Branch{options: options, client: client, weather: w, patience: options.Patience}, nil
}

// get requests a path below the repository and decodes the response.
func (b *Branch) get(ctx context.Context, path string, into any) error {
	request, err := b.client.NewRequest("GET", "repos/"+b.options.Owner+"/"+b.options.Repository+"/"+path, nil)
	if err != nil {
		return err
	}
	_, err = b.client.Do(ctx, request, into)
	return err
}

// status returns the HTTP status and GitHub's message for an error response, or 0 and "" for any
// other error.
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
