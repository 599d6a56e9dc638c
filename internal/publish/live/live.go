// Package live waits until the URL of a site serves a build.
package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish"
)

// How often the site's URL is asked, and for how long.
const (
	interval       = 2 * time.Second
	limit          = 10 * time.Minute
	requestTimeout = 10 * time.Second
	askAfter       = 15 // polls after which the place is asked what keeps the build from being served
)

// Deployer is a place that publishes in a second step, after it has been moved.
type Deployer interface {
	// Current returns the source of the build that the place holds now.
	Current(ctx context.Context) (publish.Source, error)
	// Deployment describes the state of the deployment. An error is for what does not pass by
	// itself.
	Deployment(ctx context.Context) (string, error)
}

// Site is a site's URL and the build that it should serve.
type Site struct {
	URL       string // of the site, with a slash at its end
	Version   string // of the build
	Place     publish.Target
	Transport http.RoundTripper // of requests; nil: the usual one

	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
	// Progress is called after each poll that does not see the build yet; it may be nil.
	Progress func(after time.Duration)
}

// Result says when a build was served.
type Result struct {
	At    time.Time     // zero: it was not seen, or a newer build was
	Newer bool          // the URL serves a newer build, which another run published
	After time.Duration // of waiting
	Err   error
}

// Wait asks the site's URL until it serves the build, for at most ten minutes. Its error has a
// hint where there is something to do about it.
func (s Site) Wait(ctx context.Context) Result {
	address := s.URL + publish.VersionFile
	client := s.client()
	begin := s.Now()
	state := ""
	for polls := 1; ; polls++ {
		served, err := version(ctx, client, address)
		now := s.Now()
		if served == s.Version {
			return Result{At: now, After: now.Sub(begin)}
		}
		var redirect *httpclient.RedirectError
		if errors.As(err, &redirect) && polls >= askAfter { // it stays so
			return Result{Err: diag.Hinted(fmt.Errorf("published, but %s redirects to another host, %s", address, redirect.To), "set base_url in config.toml to the URL at which this target is served")}
		}
		if place, ok := s.Place.(Deployer); ok && polls%askAfter == 0 {
			if current, err := place.Current(ctx); err == nil && served != "" && current.Version == served && current.Version != s.Version {
				return Result{Newer: true, After: now.Sub(begin)}
			}
			var err error
			if state, err = place.Deployment(ctx); err != nil {
				return Result{Err: err}
			}
		}
		if now.Sub(begin) >= limit {
			why := "nothing readable"
			if served != "" {
				why = "another build"
			}
			if state != "" {
				why += "; " + state
			}
			return Result{Err: diag.Hinted(fmt.Errorf("published, but after %s %s still serves %s", limit, address, why), "check that base_url in config.toml is the URL at which this target is served")}
		}
		if err := s.pause(ctx, begin); err != nil {
			return Result{Err: err}
		}
	}
}

// WaitFor asks a page of the site until it contains a text, for at most ten minutes.
func (s Site) WaitFor(ctx context.Context, page, text string) Result {
	client, begin := s.client(), s.Now()
	for {
		content, _ := httpclient.Get(ctx, client, s.URL+page)
		now := s.Now()
		switch {
		case bytes.Contains(content, []byte(text)):
			return Result{At: now, After: now.Sub(begin)}
		case now.Sub(begin) >= limit:
			return Result{Err: diag.Hinted(fmt.Errorf("NOT PUBLIC YET: pushed, but after %s %s does not show it", limit, s.URL+page), "see whether the workflow that publishes the site ran, or run crier publish")}
		}
		if err := s.pause(ctx, begin); err != nil {
			return Result{Err: err}
		}
	}
}

// pause reports the progress and waits until the next poll.
func (s Site) pause(ctx context.Context, begin time.Time) error {
	if s.Progress != nil {
		s.Progress(s.Now().Sub(begin))
	}
	return s.Sleep(ctx, interval)
}

// Serves asks once whether the site's URL serves the build.
func (s Site) Serves(ctx context.Context) bool {
	served, _ := version(ctx, s.client(), s.URL+publish.VersionFile)
	return served == s.Version
}

// client makes a client that reads the site as readers do.
func (s Site) client() *http.Client {
	const largestPage = 16 << 20
	return httpclient.New(httpclient.Options{Transport: s.Transport, Timeout: requestTimeout, MaxBody: largestPage})
}

// version returns the version that a URL serves, or "".
func version(ctx context.Context, client *http.Client, address string) (string, error) {
	content, err := httpclient.Get(ctx, client, address)
	return publish.VersionOf(content), err
}
