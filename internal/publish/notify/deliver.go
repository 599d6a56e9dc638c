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

// timeout bounds how long a run tells others what is live.
const timeout = time.Minute

// Delivery tells channels what a target shows and they have not been told, and notes in the
// target's delivery log what they took.
type Delivery struct {
	Site      *site.Site // as it is published
	Build     *publish.Build
	Plan      *publish.Plan // of the publish to the target; nil if there was none
	Log       *publish.DeliveryLog
	Channels  Channels
	Transport http.RoundTripper // of requests; nil: the usual one
	Now       func() time.Time
	Wait      func(ctx context.Context, d time.Duration) error // between attempts
}

// Run tells the channels of the updates that the target's record has as public and that neither the
// record nor the log has as announced. The error is for what kept them from being told, or the log
// from being written.
func (d Delivery) Run(ctx context.Context) ([]Result, error) {
	log, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	told := func(id, channel string) bool { return !log.announced(id, channel).IsZero() }
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	results := Announce(limited, d.Transport, d.Channels, log.public(d.Site), told, d.patience())
	changed := false
	for _, result := range results {
		for _, id := range result.Told {
			log.note(id, result.Channel, d.Now())
			changed = true
		}
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
	keys  map[string]record.Key // by feed id
	known *record.Record
	noted map[record.Key]record.Entry // of the delivery log
}

func (d Delivery) open(ctx context.Context) (ledger, error) {
	l := ledger{keys: map[string]record.Key{}, noted: map[record.Key]record.Entry{}}
	for _, u := range Updates(d.Site, nil) {
		l.keys[u.ID] = record.Key{Kind: record.Kind(u.Kind), ID: u.Of, Update: u.Name}
	}
	var err error
	if l.known, err = publish.Recorded(ctx, d.Log.Place, d.Build, slices.Collect(maps.Values(l.keys))); err != nil {
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
	news := Updates(plan, func(id string) (time.Time, bool) {
		at, knowledge := l.known.Knows(l.keys[id], time.Time{})
		return at, knowledge == record.Exactly // what the first publish brought may be the history of years
	})
	return slices.DeleteFunc(news, func(u Update) bool {
		_, recorded := l.known.Lookup(l.keys[u.ID])
		return !recorded
	})
}

// announced returns when a channel was told of an update; zero if it was not.
func (l ledger) announced(id, channel string) time.Time {
	e, _ := l.known.Lookup(l.keys[id])
	if at := e.Announced[channel]; !at.IsZero() {
		return at
	}
	return l.noted[l.keys[id]].Announced[channel]
}

func (l ledger) note(id, channel string, at time.Time) {
	e, there := l.noted[l.keys[id]]
	if !there {
		e, _ = l.known.Lookup(l.keys[id])
	}
	e.Receive(record.Entry{Announced: map[string]time.Time{channel: at.UTC().Truncate(time.Second)}})
	l.noted[l.keys[id]] = e
}
