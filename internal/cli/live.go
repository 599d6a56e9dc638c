package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish"
)

// live is whether the site's own address serves a build.
type live struct {
	at  time.Time // zero: not seen, or not asked for
	err error
}

func (l live) stamp() string {
	if l.at.IsZero() {
		return ""
	}
	return l.at.UTC().Format(time.RFC3339)
}

// How often the site's address is asked, and for how long.
const (
	pollEvery = 2 * time.Second
	pollFor   = 10 * time.Minute
	pollOne   = 10 * time.Second // for one answer
	askAfter  = 15               // polls after which the place is asked what stands in the way
)

// watched are places that know more of why a build is not live yet.
type watched interface {
	// Current gives the source of the build that the place shows now.
	Current(ctx context.Context) (publish.Source, error)
	// Deployment says how bringing it to readers stands; the error is for what will not pass by itself.
	Deployment(ctx context.Context) (string, error)
}

// wait polls the site's address until it serves this build.
func (p *publishing) wait(ctx context.Context) live {
	shown := p.shown()
	address := p.loaded.config.BaseURL
	if shown == nil || p.flags.noWait || p.flags.dryRun || p.build.Version == "" || address == "http://localhost/" {
		return live{}
	}
	address += publish.VersionFile
	client := p.pages()
	begin := p.Now()
	stands := ""
	for polls := 1; ; polls++ {
		served, err := serves(ctx, client, address)
		now := p.Now()
		if served == p.build.Version {
			if p.flags.format != "json" {
				fmt.Fprintf(p.Stdout, "Live at %s after %s.\n", p.loaded.config.BaseURL, now.Sub(begin).Round(time.Second))
			}
			return live{at: now}
		}
		var redirect *httpclient.RedirectError
		if errors.As(err, &redirect) && polls >= askAfter { // it stays so
			return live{err: hinted{fmt.Errorf("published, but %s leads to another host, %s", address, redirect.To), "set base_url in config.toml to where readers see this target"}}
		}
		if place, ok := shown.place.(watched); ok && polls%askAfter == 0 {
			if current, err := place.Current(ctx); err == nil && served != "" && current.Version == served && current.Version != p.build.Version {
				if p.flags.format != "json" {
					fmt.Fprintf(p.Stdout, "Live at %s after %s: a newer build, which another run published.\n", p.loaded.config.BaseURL, now.Sub(begin).Round(time.Second))
				}
				return live{}
			}
			var err error
			if stands, err = place.Deployment(ctx); err != nil {
				return live{err: advised(err)}
			}
		}
		if now.Sub(begin) >= pollFor {
			why := "nothing that can be read"
			if served != "" {
				why = "another build"
			}
			if stands != "" {
				why += "; " + stands
			}
			return live{err: hinted{fmt.Errorf("published, but after %s %s still serves %s", pollFor, address, why), "see that base_url in config.toml is where this target is shown"}}
		}
		if err := p.sleep(ctx, pollEvery); err != nil {
			return live{err: err}
		}
	}
}

// pages makes a client that reads the site as readers do.
func (a *app) pages() *http.Client {
	return httpclient.New(httpclient.Options{Transport: a.Transport, Timeout: pollOne})
}

// serves returns the version that a URL serves; "" for none. No cache in between is asked to answer.
func serves(ctx context.Context, client *http.Client, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set("Cache-Control", "no-cache")
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, 1<<12))
	if err != nil || response.StatusCode != http.StatusOK {
		return "", err
	}
	return publish.VersionOf(content), nil
}

// advised gives an error with its hint as the command line shows it.
func advised(err error) error {
	if hint := hintOf(err); hint != "" {
		return hinted{err, hint}
	}
	return err
}
