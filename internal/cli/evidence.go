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
	history, err := cache.History(ctx, a.path(a.site))
	if err != nil {
		return l, input, err
	}
	byGit, err := recordsource.FromGit(ctx, history, l.config, l.content)
	if err != nil {
		return l, input, err
	}
	found, err := a.published(ctx, l.config, source)
	if err != nil {
		return l, input, err
	}
	input.Evidence = recordsource.Evidence(l.content, l.config.Rules, found.Record, found.Until, byGit)
	return l, input, nil
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
