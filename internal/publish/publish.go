// Package publish decides what a publish does: what a place, such as a branch or a folder, has to change to show a build, which of
// two builds is the newer one, and what the publish record then says. It takes the state of the place and the build, and gives a
// Plan; the places themselves do the rest. It touches no disk, no network and no git, and reads no clock: both are arguments.
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

// Build is what a run wants to publish.
type Build struct {
	Files   map[string]fileset.Hash           // every file by its path
	Content func(path string) ([]byte, error) // of a file; may be called more than once
	Order   func(path string) fileset.Order   // for places where files come one by one
	Updates []Update                          // all that the build shows
	Partial bool                              // nobody knows which updates it shows: Updates is empty
	Source  Source                            //
	Version string                            // what version.json says
}

// Update is an update that a build shows.
type Update struct {
	record.Key
	Severity incident.Severity
	Security bool // of a security incident: no log and no message names it
}

// Head is the state of a place.
type Head struct {
	Commit string // what names the state, such as a commit; "" where nothing is yet
	Root   string // the hash of its tree, where it is a commit
	Source Source // of the build that it shows; zero: none of ours
	Tree   Tree   // every file there, ours and others'
	// Ours says that the tree lists our files only, since the place keeps a manifest of its own.
	Ours bool
	// Read gives the content of a file of the tree.
	Read func(ctx context.Context, path string) ([]byte, error)
}

// Place is where a site is published: it says how it stands, and moves to what a plan says, whole or not at all.
type Place interface {
	// Head reads the state. The build helps those that cannot list everything: what has the same hash need not be listed.
	Head(ctx context.Context, build *Build) (*Head, error)
	// Move brings the place from the head to the plan. It gives ErrMoved when somebody else has moved it since.
	Move(ctx context.Context, head *Head, plan *Plan) error
}

// ErrMoved tells that somebody else moved a place between reading it and moving it.
var ErrMoved = errors.New("somebody else published at the same time")

// Options are what a run decides by.
type Options struct {
	Force    bool     // publish whatever is there
	Ancestor Ancestry // of revisions
	Patience *Patience
	DryRun   bool
	// Receipts gives what former runs saw of what they published, for the record; see Notebook. It is not asked for where that would
	// cost time: when something urgent becomes public.
	Receipts func(ctx context.Context) []record.Entry
	// Limit gives the time for which to try again, by the worst severity of what is published; zero severity: only pages.
	Limit func(worst incident.Severity) time.Duration
}

// Run brings a build to a place. When somebody else moves it meanwhile, it reads anew and decides again: the newest build wins. The
// plan says what was done, or with DryRun would be. The error is an *OlderError where a newer build is there already.
func Run(ctx context.Context, place Place, build *Build, options Options) (*Plan, error) {
	var tried *Plan
	for attempt := 0; ; attempt++ {
		head, err := place.Head(ctx, build)
		if err != nil {
			return nil, err
		}
		if err := Newer(ctx, head.Source, build.Source, options); err != nil {
			return nil, err
		}
		plan, err := Make(ctx, head, build, options)
		if err != nil {
			return nil, err
		}
		if tried != nil && plan.Nothing() && head.Source.same(build.Source) { // the answer alone was lost
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
		if waited := options.Patience.Again(ctx, attempt, 0, err.Error()+": reading anew"); waited != nil {
			return nil, waited
		}
	}
}

// Patience says how long a run tries again, and tells why it does.
type Patience struct {
	Now   func() time.Time
	Wait  func(ctx context.Context, d time.Duration) error
	Tell  func(line string)
	Began time.Time
	Limit time.Duration // after Began
}

// Longest is the longest time between two attempts that nobody asked for.
const Longest = 30 * time.Second

// GaveUpError tells that something was tried until the time was over.
type GaveUpError struct {
	Why   string
	After time.Duration
	Until time.Time // when it may work again, if the other side said so
}

func (e *GaveUpError) Error() string {
	return fmt.Sprintf("%s; gave up after %s", e.Why, e.After.Round(time.Second))
}

// Again waits before the next attempt: longer each time, and at least as long as the other side asks for. It gives an error
// instead when the time is over by then.
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
