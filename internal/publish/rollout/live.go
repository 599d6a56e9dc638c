package rollout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/notify"
)

// liveSite returns what the site's URL should serve. If ok is false, the site can't be polled.
func (r *Rollout) liveSite() (s live.Site, ok bool) {
	s = live.Site{URL: r.Config.BaseURL, Version: r.Build.Version, Transport: r.Reach.Transport, Now: r.Now, Sleep: r.Sleep}
	return s, s.Version != "" && s.URL != "http://localhost/"
}

// served returns the target that the site's URL shows: the first one that was changed, or nil if
// none was.
func (r *Rollout) served() *Result {
	at := slices.IndexFunc(r.Results, func(result *Result) bool { return result.Err == nil && !result.Plan.Nothing() })
	if at < 0 {
		return nil
	}
	return r.Results[at]
}

// Wait waits until the site's URL serves the build, if a target was changed and the site has a URL.
// It calls progress after each poll.
func (r *Rollout) Wait(ctx context.Context, progress func(after time.Duration)) live.Result {
	shown := r.served()
	s, ok := r.liveSite()
	if shown == nil || !ok || r.DryRun {
		return live.Result{}
	}
	s.Place, s.Progress = shown.log.Place, progress
	return s.Wait(ctx)
}

// NoteLive notes in the delivery log of the target that the site's URL shows when the updates of
// this run were seen live.
func (r *Rollout) NoteLive(ctx context.Context, at time.Time) {
	shown := r.served()
	if shown == nil || at.IsZero() {
		return
	}
	if err := shown.log.AddLive(ctx, shown.Plan, at); err != nil {
		r.Warn(fmt.Sprintf("%s: warning: the time at which it was seen live was not recorded: %v", shown.Target.Text, err))
	}
}

// Visible reports whether readers see this build: either this run saw it live, or it is live now.
func (r *Rollout) Visible(ctx context.Context, seen live.Result) bool {
	if !seen.At.IsZero() {
		return true
	}
	s, ok := r.liveSite()
	return ok && seen.Err == nil && s.Serves(ctx)
}

// Delivery returns what recipients are told of the first target without an error. All targets show
// the same, so its delivery log is enough. ok is false if every target failed or the build has no
// plan.
func (r *Rollout) Delivery(recipients []notify.Recipient) (d notify.Delivery, ok bool) {
	at := slices.IndexFunc(r.Results, func(result *Result) bool { return result.Err == nil })
	if at < 0 || r.Plan == nil {
		return d, false
	}
	return notify.Delivery{
		Site: r.Plan, Build: r.Build, Plan: r.Results[at].Plan, Log: r.Results[at].log,
		Recipients: recipients, Transport: r.Reach.Transport, Now: r.Now, Wait: r.Sleep,
	}, true
}

// Newest reports whether this run has the newest content, as far as its targets know.
func (r *Rollout) Newest() bool {
	return r.Plan != nil && !slices.ContainsFunc(r.Results, (*Result).Older)
}

// NextEdge returns when the site that was published next changes by itself, apart from midnight. It
// is zero if that isn't known, and if a newer commit has been published.
func (r *Rollout) NextEdge() time.Time {
	if !r.Newest() {
		return time.Time{}
	}
	return r.Plan.NextEdge
}

// Superseded reports whether a target that this run has published to shows another commit now.
func (r *Rollout) Superseded(ctx context.Context) bool {
	return slices.ContainsFunc(r.Results, func(result *Result) bool {
		place, ok := result.log.Place.(live.Deployer)
		if !ok || result.Err != nil {
			return false
		}
		now, err := place.Current(ctx)
		return err == nil && !now.IsZero() && now.Revision != r.Build.Source.Revision
	})
}
