package app

import (
	"context"
	"fmt"
	"time"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/sitefs/clone"
)

// Load reads the site. Updates without a date that git does not know either are dated now. If the
// site cannot be read, Load prints the findings that say why.
func (a *App) Load(ctx context.Context, now time.Time) (*clone.Site, error) {
	s, err := a.load(ctx, clone.Options{Now: now})
	if err != nil && s != nil {
		a.PrintFindings(s.Shown(s.Findings, a.InWorkflow()))
	}
	return s, err
}

// LoadWithEvidence is like Load for callers that ask for the site's Evidence, too: it reads git's
// history and the content at the same time. It reuses what a cache, which may be nil, knows about
// the site, and returns the findings together with the error instead of printing them.
func (a *App) LoadWithEvidence(ctx context.Context, now time.Time, known *cache.Site) (*clone.Site, error) {
	return a.load(ctx, clone.Options{Now: now, Known: known, Evidence: true})
}

func (a *App) load(ctx context.Context, options clone.Options) (*clone.Site, error) {
	root, err := a.OpenSite()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	s, err := clone.Load(ctx, root, a.Folder(), options)
	if err != nil {
		return s, a.ConfigError(err, s.Findings)
	}
	a.Secrets.AddRemotes(s.Config.Publish.To...)
	switch {
	case s.Undated == nil:
	case !a.Lenient || ctx.Err() != nil:
		return nil, diag.Hinted(s.Undated, "run git status in the folder of the site: updates without a date get theirs from git")
	default:
		fmt.Fprintf(a.Stderr, "warning: the dates of updates without a date are not known: %v\n", s.Undated)
	}
	return s, nil
}

// ConfigError explains why config.toml cannot be used.
func (a *App) ConfigError(err error, findings []diag.Finding) error {
	if findings != nil {
		return Mistakes("config.toml cannot be read, so nothing was written")
	}
	return a.NoConfig(err)
}
