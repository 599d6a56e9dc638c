package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
)

// reminder is a message to a chat about an open incident, a multiple of the chat's interval after
// the last update that the chat was told of.
type reminder struct {
	recipient Recipient
	update    Update
}

// Reminding reports whether an incident is open of which config.toml wants a chat reminded.
func Reminding(plan *site.Site) bool {
	return slices.ContainsFunc(plan.Config.Notify, func(n config.Notify) bool { return len(reminding(plan, n)) > 0 })
}

// reminding returns the open incidents of which a chat is reminded.
func reminding(plan *site.Site, n config.Notify) (open []*site.Record) {
	for _, r := range plan.Facts().Incidents {
		if state := r.State(); n.Remind > 0 && state.Status != incident.Resolved && (Recipient{Notify: n}).covers(state.Severity) {
			open = append(open, r)
		}
	}
	return open
}

// Remind posts the reminders that fell due after since, and returns when the next one falls due;
// zero if no incident is open. Nothing is noted: the times follow from when the chats were told of
// updates, so that it doesn't matter which job posts a reminder.
func (d Delivery) Remind(ctx context.Context, since time.Time) (results []Result, next time.Time, err error) {
	log, err := d.open(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	due, next := reminders(d.Site, d.Recipients, log.public(d.Site), log.told, since, d.Now())
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, patience := newClient(d.Transport), d.patience()
	for _, r := range due {
		results = append(results, Result{Channel: r.recipient.Name, Err: r.recipient.persist(limited, client, &patience, r.update)})
	}
	return results, next, nil
}

// reminders returns what chats are reminded of at an instant, and when the next reminder falls due.
func reminders(plan *site.Site, recipients []Recipient, public []Update, told func(u Update, channel string) time.Time, since, now time.Time) (due []reminder, next time.Time) {
	for _, r := range recipients {
		for _, open := range reminding(plan, r.Notify) {
			var last Update // the newest one that the chat was told of
			for _, u := range public {
				if u.Kind == record.Incident && u.ID == open.ID && !told(u, r.Name).IsZero() {
					last = u
				}
			}
			if last.FeedID == "" {
				continue
			}
			began := told(last, r.Name)
			ticks := now.Sub(began) / r.Remind
			tick := began.Add(ticks * r.Remind)
			if ticks > 0 && tick.After(since) {
				due = append(due, reminder{r, last.reminder(plan, open, now)})
			}
			if following := tick.Add(r.Remind); next.IsZero() || following.Before(next) {
				next = following
			}
		}
	}
	return due, next
}

// reminder returns a message such as "P0 API down: open for 45 min, last update 10:12 UTC, next due
// 10:34 UTC".
func (u Update) reminder(plan *site.Site, r *site.Record, now time.Time) Update {
	step := r.Steps[len(r.Steps)-1]
	clock := func(t time.Time) string { return t.In(plan.Config.Zone).Format("15:04 MST") }
	text := fmt.Sprintf("%s %s: open for %s, last update %s", step.After.Severity, step.After.Title, policy.Words(now.Sub(r.Steps[0].Update.Date)), clock(step.Update.Date))
	if every := plan.Config.Rules.UpdateEvery[step.After.Severity]; every > 0 {
		due := step.Update.Date.Add(every)
		if due.Before(now) {
			text += ", next overdue since " + clock(due)
		} else {
			text += ", next due " + clock(due)
		}
	}
	m := u.message("")
	m.ID, m.Title, m.URL, m.HTML = u.FeedID+" (reminder)", text, r.URL, ""
	u.message = func(string) message.Message { return m }
	return u
}
