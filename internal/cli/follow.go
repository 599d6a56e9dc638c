package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/notify"
)

// earliest returns the earlier of two times, of which a zero one counts as never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// newest reports whether this run has the newest content, as far as its targets know.
func (p *publishing) newest() bool {
	return p != nil && p.plan != nil && !slices.ContainsFunc(p.results, func(r published) bool { return errors.As(r.err, new(*publish.OlderError)) })
}

// nextEdge returns when the site that was published next changes by itself, apart from midnight. It
// is zero if that is not known, and if a newer commit has been published.
func (p *publishing) nextEdge() time.Time {
	if !p.newest() {
		return time.Time{}
	}
	return p.plan.NextEdge
}

// superseded reports whether a target that this run has published to shows another commit now.
func (p *publishing) superseded(ctx context.Context) bool {
	return slices.ContainsFunc(p.results, func(r published) bool {
		place, ok := r.log.Place.(live.Deployer)
		if !ok || r.err != nil {
			return false
		}
		now, err := place.Current(ctx)
		return err == nil && !now.IsZero() && now.Revision != p.build.Source.Revision
	})
}

// followFor is how long a run of --follow in a workflow takes at most: longer than every hold.
const followFor = 65 * time.Minute

// tellWorkflow sets the output "follow" of a workflow's step, so that a job that follows starts
// only if there is something to follow.
func (p *publishing) tellWorkflow() {
	if p == nil || p.follow > 0 || p.dryRun || p.Getenv("GITHUB_OUTPUT") == "" {
		return
	}
	next := p.nextEdge()
	f, err := os.OpenFile(p.Getenv("GITHUB_OUTPUT"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = fmt.Fprintf(f, "follow=%t\n", !next.IsZero() && next.Before(p.now.Add(followFor)) || p.newest() && notify.Reminding(p.plan))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		fmt.Fprintf(p.Stderr, "warning: the workflow isn't told whether to follow: %v\n", err)
	}
}
