// Package clone reads a site together with what git knows of it in this clone: when its updates
// were posted, and what has changed since a revision. It reads no clock.
package clone

import (
	"context"
	"os"
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
	"settler.io/crier/internal/source/content"
)

// Site is a site that was read.
type Site struct {
	build.Input
	Findings []diag.Finding

	Undated  error  // why git could not be asked for the dates of updates without a date
	DatedNow bool   // git did not know a date, so an update is dated now
	History  string // git state; "" if git was not asked or if it may change unnoticed

	history func() (*git.History, error) // reads git's history of the site's files, once
}

// Options say how a site is read.
type Options struct {
	Now      time.Time   // the date of updates without a date that git does not know either
	Known    *cache.Site // what is known of the site from earlier runs; may be nil
	Evidence bool        // Evidence will be called: read git's history and the content at the same time
}

// Load reads the site in a folder, which root has open. It returns the site with its findings even
// if it also returns an error, which is that of build.Load.
func Load(ctx context.Context, root *os.Root, folder string, options Options) (*Site, error) {
	s := &Site{}
	s.history = sync.OnceValues(func() (history *git.History, err error) {
		history, s.History, err = options.Known.History(ctx, folder)
		return history, err
	})
	var group sync.WaitGroup
	defer group.Wait()
	listing := options.Known.TakeListing()
	if options.Evidence {
		group.Go(func() { s.history() }) // Evidence returns its error
	}
	var err error
	dates := func(undated map[string]fileset.Hash) content.Dates {
		return s.dates(ctx, undated, options.Now.Truncate(time.Second))
	}
	s.Input, s.Findings, err = build.Load(sitefs.New(root, folder, "content", listing), content.Options{Dates: dates})
	return s, err
}

// dates returns the dates of updates that state none.
func (s *Site) dates(ctx context.Context, undated map[string]fileset.Hash, now time.Time) content.Dates {
	history, err := s.history()
	if err != nil {
		s.Undated = err
		return content.Dates{Now: now, Why: func(string) string { return "git failed" }}
	}
	dates := content.Dates{Known: map[string]time.Time{}, Now: now, New: history.New, Why: history.Why}
	first, err := history.First(ctx, undated, content.Undated)
	if err != nil {
		s.Undated = err
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
