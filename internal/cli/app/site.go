package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/recordsource"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

type Site struct {
	build.Input
	Findings []diag.Finding

	DatedNow bool   // git did not know a date, so an update is dated now
	History  string // git state; "" if git was not asked or if it may change unnoticed

	history func() (*git.History, error) // reads git's history of the site's files, once
}

// Evidence returns what git proves about the site's files.
func (s *Site) Evidence(ctx context.Context) (policy.Evidence, error) {
	history, err := s.history()
	if err != nil {
		return nil, diag.Hinted(err, "run git status in the folder of the site: git proves when updates were posted")
	}
	return recordsource.FromGit(ctx, history, s.Config, s.Content)
}

func (s *Site) Build(now time.Time) build.Result {
	input := s.Input
	input.Now = now
	return build.Build(input)
}

// Shown returns the findings to print where anyone may read them, or all.
func (s *Site) Shown(findings []diag.Finding, public bool) []diag.Finding {
	if public && s.Content != nil {
		findings, _ = s.Content.WithoutSecrets(findings)
	}
	return findings
}

// Cases lists the site's incidents and maintenance, open ones first.
func (s *Site) Cases(now time.Time) []incident.Case {
	return incident.Cases(s.Content.Incidents, s.Content.Maintenance, now)
}

// Load reads the site. Updates without a date that git does not know either are dated now. If the
// site cannot be read, Load prints the findings that say why.
func (a *App) Load(ctx context.Context, now time.Time) (*Site, error) {
	s, err := a.load(ctx, now, nil, false)
	if err != nil && s != nil {
		a.PrintFindings(s.Shown(s.Findings, a.InWorkflow()))
	}
	return s, err
}

// LoadWithEvidence is like Load for callers that ask for the site's Evidence, too: it reads git's
// history and the content at the same time. It reuses what a cache, which may be nil, knows about
// the site, and returns the findings together with the error instead of printing them.
func (a *App) LoadWithEvidence(ctx context.Context, now time.Time, known *cache.Site) (*Site, error) {
	return a.load(ctx, now, known, true)
}

func (a *App) load(ctx context.Context, now time.Time, known *cache.Site, evidence bool) (*Site, error) {
	root, err := a.OpenSite()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	s := &Site{}
	s.history = sync.OnceValues(func() (history *git.History, err error) {
		history, s.History, err = known.History(ctx, a.Folder())
		return history, err
	})
	var group sync.WaitGroup
	defer group.Wait()
	listing := known.TakeListing()
	if evidence {
		group.Go(func() { s.history() }) // Evidence returns its error
	}
	var gitError error
	options := content.Options{Dates: func(undated map[string]fileset.Hash) content.Dates {
		history, err := s.history()
		if err != nil {
			gitError = err
			return content.Dates{Now: now.Truncate(time.Second), Why: func(string) string { return "git failed" }}
		}
		dates := content.Dates{Known: map[string]time.Time{}, Now: now.Truncate(time.Second), New: history.New, Why: history.Why}
		first, err := history.First(ctx, undated, content.Undated)
		if err != nil {
			gitError = err
		}
		for path := range undated {
			if t, ok := first[path]; ok {
				dates.Known[path] = t
			} else if t, ok := history.FirstSeen(path); ok { // drafts
				dates.Known[path] = t
			} else {
				s.DatedNow = true
			}
		}
		return dates
	}}
	s.Input, s.Findings, err = build.Load(sitefs.New(root, a.Folder(), "content", listing), options)
	if err != nil {
		return s, a.ConfigError(err, s.Findings)
	}
	a.Secrets.AddRemotes(s.Config.Publish.To...)
	if gitError != nil && (!a.Lenient || ctx.Err() != nil) {
		return nil, diag.Hinted(gitError, "run git status in the folder of the site: updates without a date get theirs from git")
	}
	if gitError != nil {
		fmt.Fprintf(a.Stderr, "warning: the dates of updates without a date are not known: %v\n", gitError)
	}
	return s, nil
}

func (a *App) OpenSite() (*os.Root, error) {
	root, err := os.OpenRoot(a.Folder())
	if err != nil {
		return nil, diag.Hinted(fmt.Errorf("cannot open the site: %w", err), "name the folder that contains config.toml with --site")
	}
	return root, nil
}

// ConfigError explains why config.toml cannot be used.
func (a *App) ConfigError(err error, findings []diag.Finding) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return diag.Hinted(fmt.Errorf("there is no config.toml in %s", a.Folder()), "name the site's folder with --site or CRIER_SITE, or create a site: crier init")
	case findings == nil:
		return diag.Hinted(fmt.Errorf("cannot read config.toml: %w", err), "it must be a file that you may read: "+permit(a.Shown("config.toml")))
	}
	return Mistakes("config.toml cannot be read, so nothing was written")
}

// Config reads config.toml for completion. It ignores errors and uses defaults instead.
func (a *App) Config() *config.Config {
	raw, err := regularfile.ReadPath(filepath.Join(a.Folder(), "config.toml"), regularfile.Text)
	if err != nil {
		return config.Default()
	}
	c, _, _ := config.Parse("config.toml", raw)
	return c
}

// Recent reads content for completion, quickly and ignoring errors. It reads only the incidents and
// maintenance that sitefs.Recent selects for part, which is part of an id.
func (a *App) Recent(part string) *content.Content {
	root, err := os.OpenRoot(a.Folder())
	if err != nil {
		return &content.Content{}
	}
	defer root.Close()
	recent := sitefs.Recent(sitefs.New(root, a.Folder(), "content", nil), part)
	found, _ := content.Load(recent, content.Options{Config: a.Config(), Workers: 1, FrontMatterOnly: true, Dates: content.AllDated(a.Now())})
	return found
}

func (a *App) RecentCases(part string) []incident.Case {
	c := a.Recent(part)
	return incident.Cases(c.Incidents, c.Maintenance, a.Now())
}
