// Package publish decides what a publish does: what a target, such as a branch or a folder, must
// change to show a build; which of two builds is newer; and what the publish record then contains.
// It takes the state of the target and the build, and returns a Plan, which the target carries out.
// The package is pure: it uses no disk, network or git, and time is an argument.
package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish/record"
)

// Build is the build to publish.
type Build struct {
	Files map[string]fileset.Hash // every file by its path
	// Content returns the content of a file. It may be called more than once for a file.
	Content func(path string) ([]byte, error)
	Order   func(path string) fileset.Order // for targets that write one file at a time
	Updates []Update                        // all updates that the build shows
	// Partial means that it is unknown which updates the build shows. Updates is empty.
	Partial bool
	Source  Source
	Version string // the version in version.json
}

type Update struct {
	record.Key
	Posted   time.Time // see record.Entry
	Severity incident.Severity
	Security bool // of a security incident: logs and messages never name it
}

// Head is the state of a target.
type Head struct {
	Commit string // identifies the state, such as a commit hash; "" if nothing is published yet
	Root   string // hash of the commit's tree, if it is a commit
	Source Source // of the build that it shows; zero if unknown
	Tree   Tree   // every file, including files that Crier did not write
	// Ours means that the tree lists only files that Crier wrote, because the target keeps its own
	// manifest.
	Ours bool
	// Read returns the content of a file of the tree.
	Read func(ctx context.Context, path string) ([]byte, error)

	contents map[string][]byte // of the files that were read
	read     [][]byte          // those that are not known locally
}

// Target is a place to publish to. Its state can be read, and Move changes it completely or not at
// all.
type Target interface {
	// Head reads the state. The build helps targets that can't list everything: files with the same
	// hash need not be listed.
	Head(ctx context.Context, build *Build) (*Head, error)
	// Move brings the target from the head to the plan. It returns ErrMoved if someone else has
	// changed the target since the head was read.
	Move(ctx context.Context, head *Head, plan *Plan) error
	// ReadLog returns the delivery log, or "" if there is none. It is a small text beside the site:
	// no reader sees it and no build is triggered by it.
	ReadLog(ctx context.Context) (string, error)
	// WriteLog replaces the delivery log.
	WriteLog(ctx context.Context, text string) error
}

// ErrMoved reports that someone else changed the target after it was read.
var ErrMoved = errors.New("someone else published at the same time")

// LocalBlobs reads those of the blobs that are known without asking a target.
type LocalBlobs func(ctx context.Context, hashes []string, each func(hash string, content []byte)) error

type Options struct {
	Force    bool     // publish whatever the target shows
	Ancestor Ancestry // compares revisions
	// Rebuild returns the build for what the target's record says; nil: the build doesn't follow
	// from it.
	Rebuild  func(*record.Record) (*Build, error)
	Local    LocalBlobs // nil: none are known
	Patience *Patience
	DryRun   bool
	// Receipts returns the delivery log of earlier runs, to be added to the record.
	// It is not called for urgent updates, to save time.
	Receipts func(ctx context.Context) []record.Entry
	// Limit returns how long to retry, by the worst severity that becomes public. Severity zero
	// means that only pages change.
	Limit func(worst incident.Severity) time.Duration
}

// Run publishes a build to a target. If someone else changes the target in the meantime, it reads
// the target again and makes a new plan, so the newest build wins. The returned plan is what was
// done, or with DryRun what would be done. The error is an *OlderError if a newer build is already
// published.
func Run(ctx context.Context, place Target, build *Build, options Options) (*Plan, error) {
	var tried *Plan
	for attempt := 0; ; attempt++ {
		head, err := place.Head(ctx, build)
		if err != nil {
			return nil, err
		}
		if err := Newer(ctx, head.Source, build.Source, options); err != nil {
			return nil, err
		}
		if options.Rebuild != nil {
			known, err := head.record(ctx, options.Local)
			if err != nil {
				return nil, err
			}
			if build, err = options.Rebuild(known); err != nil {
				return nil, err
			}
		}
		plan, err := Make(ctx, head, build, options)
		if err != nil {
			return nil, err
		}
		// The earlier attempt succeeded and only the answer was lost.
		if tried != nil && plan.Nothing() && head.Source.same(build.Source) {
			tried.Commit = head.Commit
			return tried, nil
		}
		options.Patience.Limit = options.Limit(plan.Worst())
		if options.DryRun || plan.Nothing() {
			return plan, nil
		}
		if options.Receipts != nil && !plan.Worst().Urgent() {
			plan.received = options.Receipts(ctx)
		}
		err = place.Move(ctx, head, plan)
		if !errors.Is(err, ErrMoved) {
			return plan, err
		}
		tried = plan
		if waited := options.Patience.Again(ctx, attempt, 0, err.Error()+": reading the target again"); waited != nil {
			return nil, waited
		}
	}
}

// Patience limits how long a run retries, and reports each retry.
type Patience struct {
	Now   func() time.Time
	Wait  func(ctx context.Context, d time.Duration) error
	Tell  func(line string)
	Began time.Time
	Limit time.Duration // after Began
}

// Longest is the longest pause between two attempts, unless the other side asks for a longer one.
const Longest = 30 * time.Second

// GaveUpError reports that retrying took too long.
type GaveUpError struct {
	Why   string
	After time.Duration
	Until time.Time // when it may work again, if the other side said so; else zero
}

func (e *GaveUpError) Error() string {
	return fmt.Sprintf("%s; gave up after %s", e.Why, e.After.Round(time.Second))
}

// Again waits before the next attempt. The pause grows with each attempt and is at least as long as
// the other side asked for. If the time limit would be exceeded, it returns a *GaveUpError instead.
func (p *Patience) Again(ctx context.Context, attempt int, asked time.Duration, why string) error {
	pause := max(min(time.Second/2<<min(attempt, 10), Longest), asked)
	now := p.Now()
	if now.Add(pause).After(p.Began.Add(p.Limit)) {
		gaveUp := &GaveUpError{Why: why, After: now.Sub(p.Began)}
		if asked > 0 {
			gaveUp.Until = now.Add(asked)
		}
		return gaveUp
	}
	p.Tell(fmt.Sprintf("%s; next attempt in %s", why, pause.Round(time.Millisecond)))
	return p.Wait(ctx, pause)
}
