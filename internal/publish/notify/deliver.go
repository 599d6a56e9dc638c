package notify

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/site"
)

// Delivery tells recipients what a target shows and they have not been told, and notes in the
// target's delivery log what they took.
type Delivery struct {
	Site       *site.Site // as it is published
	Build      *publish.Build
	Plan       *publish.Plan // of the publish to the target; nil if there was none
	Log        *publish.DeliveryLog
	Recipients []Recipient
	Transport  http.RoundTripper // of requests; nil: the usual one
	Now        func() time.Time
	Wait       func(ctx context.Context, d time.Duration) error // between attempts
}

// Run tells the recipients of the updates that the target's record has as public and that neither
// the record nor the log has as settled. The error is for what kept them from being told, or the
// log from being written.
func (d Delivery) Run(ctx context.Context) ([]Result, error) {
	log, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	results := announce(limited, d.Transport, d.Recipients, log.public(d.Site), log.settled, d.patience())
	changed := false
	for _, result := range results {
		now := map[string]time.Time{result.Channel: d.Now().UTC().Truncate(time.Second)}
		for _, u := range result.Told {
			log.note(u, record.Entry{Announced: now})
		}
		for _, u := range result.Refused {
			log.note(u, record.Entry{Refused: now})
		}
		changed = changed || len(result.Told) > 0
	}
	if !changed {
		return results, nil
	}
	entries := slices.SortedFunc(maps.Values(log.noted), func(a, b record.Entry) int { return a.Key.Compare(b.Key) })
	if err := d.Log.Replace(ctx, entries); err != nil {
		return results, fmt.Errorf("what they were told could not be saved: %w", err)
	}
	return results, nil
}

func (d Delivery) patience() publish.Patience {
	return publish.Patience{Now: d.Now, Wait: d.Wait, Tell: func(string) {}, Began: d.Now(), Limit: timeout}
}

// ledger says what is public at a target and who was told of it.
type ledger struct {
	known *record.Record
	noted map[record.Key]record.Entry // of the delivery log
}

func (d Delivery) open(ctx context.Context) (ledger, error) {
	l := ledger{noted: map[record.Key]record.Entry{}}
	var err error
	if l.known, err = publish.Recorded(ctx, d.Log.Place, d.Build); err != nil {
		return l, err
	}
	entries := slices.Clone(d.Log.Entries(ctx))
	if d.Plan != nil {
		entries = d.Plan.Left(entries)
	}
	for _, e := range entries {
		l.noted[e.Key] = e
	}
	return l, nil
}

// public returns the updates that the record has as public, oldest first.
func (l ledger) public(plan *site.Site) []Update {
	news := Updates(plan, func(key record.Key) (time.Time, bool) {
		at, knowledge := l.known.Knows(key, time.Time{})
		return at, knowledge == record.Exactly // what the first publish brought may be the history of years
	})
	return slices.DeleteFunc(news, func(u Update) bool {
		_, recorded := l.known.Lookup(u.Key)
		return !recorded
	})
}

// entry returns what the record and the log say about an update.
func (l ledger) entry(u Update) record.Entry {
	e, _ := l.known.Lookup(u.Key)
	e.Receive(l.noted[u.Key])
	return e
}

// told returns when a recipient accepted an update; zero if it has not.
func (l ledger) told(u Update, channel string) time.Time { return l.entry(u).Announced[channel] }

// settled reports whether a recipient accepted an update, or refused it for good.
func (l ledger) settled(u Update, channel string) bool {
	e := l.entry(u)
	return !e.Announced[channel].IsZero() || !e.Refused[channel].IsZero()
}

func (l ledger) note(u Update, what record.Entry) {
	e := l.entry(u)
	e.Receive(what)
	l.noted[u.Key] = e
}
