package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/httpclient"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/publish/recordsource"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// recordTimeout is the time limit for reading a publish record.
const recordTimeout = time.Minute

func recordFlag(command *cobra.Command, to *string) {
	command.Flags().StringVar(to, "record", "", "read the publish record, the best evidence, from this `source`: "+recordsource.Forms+"; otherwise what this clone knows of it")
}

// rules loads a site and the evidence for checking its rules: the publish record from source, and
// git.
func (a *app) rules(ctx context.Context, now time.Time, source string) (*loaded, check.Input, error) {
	l, err := a.load(ctx, now)
	if err != nil {
		return l, check.Input{}, err
	}
	input := check.Input{Config: l.config, Content: l.content, Now: now}
	committed, err := a.committed(ctx, l.content)
	if err != nil {
		return l, input, err
	}
	found, err := a.published(ctx, l.config, source)
	if err != nil {
		return l, input, err
	}
	input.Evidence = recordsource.Evidence(l.content, found.Record, found.Until, committed)
	return l, input, nil
}

// committed returns when each update and post-mortem was first on the branch in a publishable form,
// by path, according to git.
func (a *app) committed(ctx context.Context, c *content.Content) (map[string]time.Time, error) {
	history, err := cache.History(ctx, a.path(a.site))
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, i := range c.Incidents {
		for _, u := range i.Updates {
			if !u.Draft {
				paths = append(paths, u.Path)
			}
		}
		if i.Postmortem != nil && !i.Postmortem.Draft {
			paths = append(paths, i.Postmortem.Path)
		}
	}
	return history.Published(ctx, paths, content.Publishable)
}

// published reads the publish record from the source named by a flag. If the flag is empty, it uses
// the source known from this clone.
func (a *app) published(ctx context.Context, c *config.Config, flag string) (recordsource.Found, error) {
	site := a.path(a.site)
	source := recordsource.Known(ctx, c.Publish.To, site)
	if flag != "" {
		a.secrets.addRemotes(flag)
		var err error
		if source, err = recordsource.Parse(flag); err != nil {
			return recordsource.Found{}, usageError{fmt.Errorf("--record: %w", err), "write " + recordsource.Forms + ", such as --record git:origin#gh-pages"}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	found, err := recordsource.Read(ctx, httpclient.New(httpclient.Options{Transport: a.Transport, Timeout: recordTimeout, MaxBody: record.MaxFileSize + 1}), source, site)
	switch {
	case err != nil:
		return found, hinted{err, "look whether it can be reached, or judge by git alone with --record none"}
	case found.Broken != nil:
		for line := range strings.Lines(found.Broken.Error()) {
			fmt.Fprintf(a.Stderr, "warning: %s\n", strings.TrimSpace(line))
		}
		fmt.Fprintf(a.Stderr, "  hint: judged by the %s in it that can be read, and by git for the others; the next crier publish repairs the record\n", count(found.Record.Len(), "update"))
	case found.None && source.Kind != recordsource.None:
		fmt.Fprintf(a.Stderr, "note: there is no publish record in %s yet; git alone is the evidence\n", source)
	}
	return found, nil
}
