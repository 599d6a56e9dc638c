package notify

import (
	"context"
	"fmt"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/render/message"
	"settler.io/crier/internal/site"
)

// Reminder is a message to a chat about an open incident, a multiple of the chat's interval after
// the last update that the chat was told of.
type Reminder struct {
	Recipient Recipient
	Message   message.Message
}

// Reminding reports whether an incident is open of which config.toml wants a chat reminded.
func Reminding(plan *site.Site) bool {
	for _, n := range plan.Config.Notify {
		for _, r := range plan.Facts().Incidents {
			state := r.Steps[len(r.Steps)-1].After
			if n.Remind > 0 && state.Status != incident.Resolved && (Recipient{Notify: n}).covers(state.Severity.String()) {
				return true
			}
		}
	}
	return false
}

// Remind posts the reminders that fell due after since, and returns when the next one falls due;
// zero if no incident is open. Nothing is noted: the times follow from when the chats were told of
// updates, so that it doesn't matter which job posts a reminder.
func (d Delivery) Remind(ctx context.Context, since time.Time) (results []Result, next time.Time, err error) {
	log, err := d.open(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	due, next := reminders(d.Site, d.Channels.Recipients, log.public(d.Site), log.announced, since, d.Now())
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, patience := newClient(d.Transport), d.patience()
	for _, r := range due {
		result := Result{Channel: r.Recipient.Name}
		if result.Err = r.Recipient.persist(limited, &patience, func() error { return r.Recipient.sendMessage(limited, client, r.Message) }); result.Err == nil {
			result.Told = []string{r.Message.ID}
		}
		results = append(results, result)
	}
	return results, next, nil
}

// reminders returns what chats are reminded of at an instant, and when the next reminder falls due.
func reminders(plan *site.Site, recipients []Recipient, public []Update, announced func(id, channel string) time.Time, since, now time.Time) (due []Reminder, next time.Time) {
	for _, r := range recipients {
		if r.Remind == 0 {
			continue
		}
		last := map[string]Update{} // of each incident, the newest update that the chat was told of
		told := map[string]time.Time{}
		for _, u := range public {
			if u.Kind != "incident" || !r.Wants(u) {
				continue
			}
			if at := announced(u.ID, r.Name); !at.IsZero() {
				last[u.Of], told[u.Of] = u, at
			}
		}
		for _, record := range plan.Facts().Incidents {
			u, ok := last[record.ID]
			state := record.Steps[len(record.Steps)-1].After
			if !ok || state.Status == incident.Resolved || !r.covers(state.Severity.String()) {
				continue
			}
			ticks := now.Sub(told[record.ID]) / r.Remind
			tick := told[record.ID].Add(ticks * r.Remind)
			if ticks > 0 && tick.After(since) {
				due = append(due, Reminder{r, reminder(plan, record, u, now)})
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
func reminder(plan *site.Site, r *site.Record, last Update, now time.Time) message.Message {
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
	m := last.Message("")
	m.ID += " (reminder)"
	m.Title, m.HTML, m.Text, m.URL = text, "", text, r.URL
	return m
}
