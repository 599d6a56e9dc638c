package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/notify"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/config"
)

// wait waits until the site's URL serves this build, and prints when it did.
func (p *publishing) wait(ctx context.Context) live.Result {
	if p.noWait {
		return live.Result{}
	}
	published := p.Now().In(p.site.Config.Zone).Format(time.TimeOnly)
	seen := p.rollout.Wait(ctx, func(after time.Duration) {
		p.Progress(fmt.Sprintf("published %s, not live after %s", published, after.Round(time.Second)))
	})
	p.Progress("")
	after := seen.After.Round(time.Second)
	switch {
	case p.format == "json":
	case seen.Newer:
		fmt.Fprintf(p.Stdout, "Live at %s after %s: a newer build, which another run published.\n", p.site.Config.BaseURL, after)
	case !seen.At.IsZero():
		fmt.Fprintf(p.Stdout, "Live at %s after %s.\n", p.site.Config.BaseURL, after)
	}
	return seen
}

// notify notifies the recipients of config.toml of the live updates that they have not received
// yet. It reports an error only as a warning, because the next run tries again.
func (p *publishing) notify(ctx context.Context, seen live.Result) {
	recipients := p.recipients()
	if d, ok := p.rollout.Delivery(recipients); ok && len(recipients) > 0 && !p.dryRun && p.rollout.Visible(ctx, seen) {
		p.deliver(ctx, d)
	}
}

// earliest returns the earlier of two times, of which a zero one counts as never.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// remind posts the reminders that fell due after since, and returns when the next one falls due. It
// reports an error only as a warning.
func (p *publishing) remind(ctx context.Context, seen live.Result, since time.Time) time.Time {
	if !p.rollout.Newest() || !notify.Reminding(p.rollout.Plan) {
		return time.Time{}
	}
	d, ok := p.rollout.Delivery(p.recipients())
	if !ok || !p.rollout.Visible(ctx, seen) {
		return time.Time{}
	}
	results, next, err := d.Remind(ctx, since)
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
			if hint := diag.HintOf(err); hint != "" {
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

// followFor is how long a run of --follow in a workflow takes at most: longer than every hold.
const followFor = 65 * time.Minute

// tellWorkflow sets the output "follow" of a workflow's step, so that a job that follows starts
// only if there is something to follow.
func (p *publishing) tellWorkflow() {
	if p.follow > 0 || p.dryRun || p.Getenv("GITHUB_OUTPUT") == "" {
		return
	}
	next := p.rollout.NextEdge()
	f, err := os.OpenFile(p.Getenv("GITHUB_OUTPUT"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = fmt.Fprintf(f, "follow=%t\n", !next.IsZero() && next.Before(p.now.Add(followFor)) || p.rollout.Newest() && notify.Reminding(p.rollout.Plan))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		fmt.Fprintf(p.Stderr, "warning: the workflow isn't told whether to follow: %v\n", err)
	}
}
