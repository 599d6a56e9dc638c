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

// Delivery tells channels what a place shows and they have not been told, and notes in the delivery
// log of the place what they took.
type Delivery struct {
	Site      *site.Site // as it is published
	Build     *publish.Build
	Plan      *publish.Plan // of the publish to the place
	Log       *publish.DeliveryLog
	Channels  Channels
	Transport http.RoundTripper // of requests; nil: the usual one
	Now       func() time.Time
	Wait      func(ctx context.Context, d time.Duration) error // between attempts
}

// Run tells the channels of the updates that the record of the place has as public and that neither
// the record nor the log has as announced. The error is for what kept them from being told, or the
// log from being written.
func (d Delivery) Run(ctx context.Context) ([]Result, error) {
	if _, ok := d.Log.Place.(publish.LogStore); !ok {
		return nil, publish.ErrNoLog
	}
	keys := map[string]record.Key{} // by feed id
	for _, u := range Updates(d.Site, nil) {
		keys[u.ID] = record.Key{Kind: record.Kind(u.Kind), ID: u.Of, Update: u.Name}
	}
	known, err := publish.Recorded(ctx, d.Log.Place, d.Build, slices.Collect(maps.Values(keys)))
	if err != nil {
		return nil, err
	}
	noted := map[record.Key]record.Entry{}
	for _, e := range d.Plan.Left(slices.Clone(d.Log.Entries(ctx))) {
		noted[e.Key] = e
	}
	news := Updates(d.Site, func(id string) (time.Time, bool) {
		at, knowledge := known.Knows(keys[id], time.Time{})
		return at, knowledge == record.Exactly // what the first publish brought may be the history of years
	})
	news = slices.DeleteFunc(news, func(u Update) bool {
		_, recorded := known.Lookup(keys[u.ID])
		return !recorded
	})
	told := func(id, channel string) bool {
		e, _ := known.Lookup(keys[id])
		return !e.Announced[channel].IsZero() || !noted[keys[id]].Announced[channel].IsZero()
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	changed := false
	patience := publish.Patience{Now: d.Now, Wait: d.Wait, Tell: func(string) {}, Began: d.Now(), Limit: timeout}
	results := Announce(limited, d.Transport, d.Channels, news, told, patience)
	for _, result := range results {
		for _, id := range result.Told {
			e, there := noted[keys[id]]
			if !there {
				e, _ = known.Lookup(keys[id])
			}
			e.Receive(record.Entry{Announced: map[string]time.Time{result.Channel: d.Now().UTC().Truncate(time.Second)}})
			noted[keys[id]], changed = e, true
		}
	}
	if !changed {
		return results, nil
	}
	entries := slices.SortedFunc(maps.Values(noted), func(a, b record.Entry) int { return a.Key.Compare(b.Key) })
	if err := d.Log.Replace(ctx, entries); err != nil {
		return results, fmt.Errorf("it could not be kept what they were told: %w", err)
	}
	return results, nil
}
