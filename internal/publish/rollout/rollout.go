// Package rollout publishes a site to its targets, waits until it is live, and prepares what
// recipients are told.
package rollout

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/githubpages"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/publish/recordsource"
	"settler.io/crier/internal/publish/target"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
)

// Rollout is one run that publishes a site: Open its targets, Prepare the build, Publish to each
// target, Wait until it is live, and NoteLive.
type Rollout struct {
	Config        *config.Config
	Targets       []target.Location // the record of the first one decides when updates were posted
	Reach         target.Options    // how they are reached
	Force, DryRun bool
	// Make builds the site, or reads an earlier build of it, which has no plan.
	Make    func(source publish.Source, posted *published.Posted) (*publish.Build, *site.Site, error)
	Rebuild bool // make the build again if the first target's record is another one than expected

	Instant time.Time // for which the site is published; with DryRun, maybe not now
	Now     func() time.Time
	Sleep   func(ctx context.Context, d time.Duration) error
	Warn    func(line string) // prints what doesn't stop the run

	Build   *publish.Build
	Plan    *site.Site // of the build; nil if it has none
	Results []*Result

	source publish.Source
	posted *published.Posted // with which the build was made
}

// Result is what came of publishing to one target.
type Result struct {
	Target target.Location
	Plan   *publish.Plan
	Err    error
	Took   time.Duration

	log      *publish.DeliveryLog
	patience *publish.Patience
}

// Older reports whether the target has a newer build, and therefore was left as it is.
func (r *Result) Older() bool { return errors.As(r.Err, new(*publish.OlderError)) }

// filesPerIncident is about how many files a site has for each of its incidents.
const filesPerIncident = 3

// Open opens the targets. work is a folder for temporary files; incidents is how many the site has.
func (r *Rollout) Open(ctx context.Context, work string, incidents int) {
	for n, l := range r.Targets {
		result := &Result{Target: l, patience: &publish.Patience{
			Now: r.Now, Wait: r.Sleep, Began: r.Now(), Limit: publish.RetryLimit(incident.P0),
			Tell: func(line string) { r.Warn(l.Text + ": " + line) },
		}}
		reach := r.Reach
		reach.Work, reach.Patience = filepath.Join(work, strconv.Itoa(n)), result.patience
		result.log = &publish.DeliveryLog{Warn: func(err error) { r.Warn(fmt.Sprintf("%s: warning: %v", l.Text, err)) }}
		result.log.Place, result.Err = target.New(ctx, l, reach)
		if branch, ok := result.log.Place.(*githubpages.Branch); ok && result.Err == nil {
			branch.Ahead(ctx, filesPerIncident*incidents)
		}
		r.Results = append(r.Results, result)
	}
}

// Prepare makes the build for the record that is known without asking anybody. source is what it is
// made from.
func (r *Rollout) Prepare(ctx context.Context, source publish.Source) error {
	r.source = source
	var first []string
	if len(r.Targets) > 0 {
		first = []string{r.Targets[0].Text}
	}
	return r.makeFor(recordsource.Known(ctx, first, r.Reach.Site).Record(ctx, r.Reach.Site))
}

// makeFor makes the build for a record, unless that would make the same again. This run posts the
// updates that the record lacks.
func (r *Rollout) makeFor(known *record.Record) (err error) {
	posted := recordsource.Posted(r.Config.Rules, known, r.Instant)
	if r.Build != nil && posted.Equal(r.posted) {
		return nil
	}
	r.posted = posted
	r.Build, r.Plan, err = r.Make(r.source, posted)
	return err
}

// Publish publishes to one of the targets that were opened. An error doesn't prevent publishing to
// the others.
func (r *Rollout) Publish(ctx context.Context, n int) *Result {
	result, begin := r.Results[n], r.Now()
	defer func() { result.Took = r.Now().Sub(begin) }()
	if result.Err != nil {
		return result
	}
	options := publish.Options{
		Force: r.Force, DryRun: r.DryRun, Receipts: result.log.Entries, Patience: result.patience, Limit: publish.RetryLimit,
		Ancestor: func(ctx context.Context, older, newer string) (bool, error) {
			return git.Ancestor(ctx, r.Reach.Site, older, newer)
		},
		Local: r.localBlobs,
	}
	if n == 0 && r.Rebuild {
		options.Rebuild = func(known *record.Record) (*publish.Build, error) {
			err := r.makeFor(known)
			return r.Build, err
		}
	}
	result.Plan, result.Err = publish.Run(ctx, result.log.Place, r.Build, options)
	if n == 0 && result.Err == nil && !r.DryRun {
		r.keepRecord(result.Plan.Record())
	}
	return result
}

// localBlobs reads blobs that this clone has, such as those of a branch that was fetched.
func (r *Rollout) localBlobs(ctx context.Context, hashes []string, each func(string, []byte)) error {
	missing := map[string]bool{}
	for _, hash := range hashes {
		missing[hash] = true
	}
	err := git.Blobs(ctx, r.Reach.Site, hashes, func(hash string, content []byte) {
		delete(missing, hash)
		each(hash, content)
	})
	if c, failed := cache.Open(r.Reach.Site); failed == nil {
		defer c.Close()
		for hash := range missing {
			if content, ok := c.Read("record/"+hash, hash); ok {
				each(hash, []byte(content))
			}
		}
	}
	return err
}

// keepRecord keeps the files of the record that this run wrote or read, for localBlobs.
func (r *Rollout) keepRecord(files [][]byte) {
	c, err := cache.Open(r.Reach.Site)
	if err != nil || len(files) == 0 {
		return
	}
	defer c.Close()
	for _, content := range files {
		hash := fileset.Sum(content).String()
		c.Write("record/"+hash, hash, content)
	}
	const most = 100
	c.Prune("record", most)
}
