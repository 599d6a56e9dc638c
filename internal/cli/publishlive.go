package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/notify"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/config"
)

// served returns the target that the site's URL shows: the first one that was published to, or nil
// if there is none.
func (p *publishing) served() *published {
	for n := range p.results {
		if r := &p.results[n]; r.err == nil && !r.plan.Nothing() {
			return r
		}
	}
	return nil
}

// liveSite returns what the site's URL should serve. If ok is false, the site cannot be polled.
func (p *publishing) liveSite() (s live.Site, ok bool) {
	s = live.Site{URL: p.site.Config.BaseURL, Version: p.build.Version, Transport: p.Transport, Now: p.Now, Sleep: p.Wait}
	return s, s.Version != "" && s.URL != "http://localhost/"
}

// wait waits until the site's URL serves this build.
func (p *publishing) wait(ctx context.Context) live.Result {
	shown := p.served()
	s, ok := p.liveSite()
	if shown == nil || !ok || p.noWait || p.dryRun {
		return live.Result{}
	}
	s.Place = shown.log.Place
	published := p.Now().In(p.site.Config.Zone).Format(time.TimeOnly)
	s.Progress = func(after time.Duration) {
		p.Progress(fmt.Sprintf("published %s, not live after %s", published, after.Round(time.Second)))
	}
	seen := s.Wait(ctx)
	p.Progress("")
	if p.format != "json" {
		after := seen.After.Round(time.Second)
		switch {
		case seen.Newer:
			fmt.Fprintf(p.Stdout, "Live at %s after %s: a newer build, which another run published.\n", s.URL, after)
		case !seen.At.IsZero():
			fmt.Fprintf(p.Stdout, "Live at %s after %s.\n", s.URL, after)
		}
	}
	return seen
}

// note records when the updates of this run were seen live, at the target that the site's URL
// shows. It reports an error only as a warning.
func (p *publishing) note(ctx context.Context, seen live.Result) {
	r := p.served()
	if r == nil || seen.At.IsZero() {
		return
	}
	if err := r.log.AddLive(ctx, r.plan, seen.At); err != nil {
		fmt.Fprintf(p.Stderr, "%s: warning: the time at which it was seen live was not recorded: %v\n", r.target.Text, err)
	}
}

// notify notifies the recipients of config.toml of the live updates that they have not received
// yet. It reports an error only as a warning, because the next run tries again.
func (p *publishing) notify(ctx context.Context, seen live.Result) {
	r, recipients := p.reached(), p.recipients()
	if r != nil && len(recipients) > 0 && p.plan != nil && !p.dryRun && p.visible(ctx, seen) {
		p.deliver(ctx, p.delivery(r.log, r.plan, recipients))
	}
}

// reached returns the first target that was published to; nil if there is none. All targets show
// the same, so its delivery log is enough.
func (p *publishing) reached() *published {
	at := slices.IndexFunc(p.results, func(r published) bool { return r.err == nil })
	if at < 0 {
		return nil
	}
	return &p.results[at]
}

// remind posts the reminders that fell due after since, and returns when the next one falls due. It
// reports an error only as a warning.
func (p *publishing) remind(ctx context.Context, seen live.Result, since time.Time) time.Time {
	r := p.reached()
	if r == nil || !p.newest() || !notify.Reminding(p.plan) || !p.visible(ctx, seen) {
		return time.Time{}
	}
	results, next, err := p.delivery(r.log, r.plan, p.recipients()).Remind(ctx, since)
	for _, result := range results {
		if result.Err != nil {
			fmt.Fprintf(p.Stderr, "warning: %s was not reminded: %v\n", result.Channel, result.Err)
		}
	}
	if err != nil {
		fmt.Fprintf(p.Stderr, "warning: chats could not be reminded: %v\n", err)
	}
	return next
}

// deliver prints who was notified. It reports whether all were.
func (p *publishing) deliver(ctx context.Context, d notify.Delivery) bool {
	results, err := d.Run(ctx)
	done := err == nil
	for _, result := range results {
		switch {
		case result.Err == nil:
		case result.Waiting > 0:
			fmt.Fprintf(p.Stderr, "warning: %s was not notified of %s: %v; the next run tries again\n", result.Channel, report.Count(result.Waiting, "update"), result.Err)
		case len(result.Refused) == 0: // by some addresses
			fmt.Fprintf(p.Stderr, "warning: %s was not notified completely: %v\n", result.Channel, result.Err)
		}
		if len(result.Refused) > 0 {
			fmt.Fprintf(p.Stderr, "warning: %s refused %s and accepted a later one: %v; it is not sent again\n", result.Channel, report.Count(len(result.Refused), "update"), result.Err)
		}
		if len(result.Told) > 0 && p.format != "json" {
			fmt.Fprintf(p.Stdout, "Notified %s of %s%s.\n", result.Channel, report.Count(len(result.Told), "update"), p.lateness(result.Told))
		}
		done = done && result.Err == nil
	}
	if err != nil {
		fmt.Fprintf(p.Stderr, "warning: others could not be notified of what is live: %v; the next run tries again\n", err)
	}
	return done
}

func (p *publishing) delivery(log *publish.DeliveryLog, plan *publish.Plan, recipients []notify.Recipient) notify.Delivery {
	return notify.Delivery{Site: p.plan, Build: p.build, Plan: plan, Log: log, Recipients: recipients, Transport: p.Transport, Now: p.Now, Wait: p.Wait}
}

// lateness says how long after their dates someone was notified of updates.
func (p *publishing) lateness(told []notify.Update) string {
	var most time.Duration
	for _, u := range told {
		most = max(most, p.Now().Sub(u.Date))
	}
	switch {
	case most < time.Second:
		return ""
	case len(told) == 1:
		return ", " + policy.Words(most) + " after its date"
	}
	return ", at most " + policy.Words(most) + " after their dates"
}

// recipients returns the hub and the recipients to notify. It omits one whose variables are not
// set, with a warning.
func (p *publishing) recipients() (list []notify.Recipient) {
	if p.noNotify {
		return nil
	}
	if hub := p.site.Config.Feeds.Hub; hub != "" {
		list = append(list, notify.Hub(hub))
	}
	for _, n := range p.site.Config.Notify {
		r, err := p.resolve(n)
		if err != nil {
			fmt.Fprintf(p.Stderr, "warning: %s is not notified: %v\n", n.Name, err)
			if hint := publish.HintOf(err); hint != "" {
				fmt.Fprintf(p.Stderr, "  hint: %s\n", hint)
			}
			continue
		}
		list = append(list, r)
	}
	return list
}

// resolve reads the variables of an entry of [[notify]]. From then on, no output shows them.
func (p *publishing) resolve(n config.Notify) (notify.Recipient, error) {
	r, secrets, err := notify.Resolve(n, p.Getenv)
	p.Secrets.Add(secrets...)
	return r, err
}

// visible reports whether readers see this build: either this run saw it live, or it is live now.
func (p *publishing) visible(ctx context.Context, seen live.Result) bool {
	if !seen.At.IsZero() {
		return true
	}
	s, ok := p.liveSite()
	return ok && seen.Err == nil && s.Serves(ctx)
}
