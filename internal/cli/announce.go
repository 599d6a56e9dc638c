package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/notify"
	"settler.io/crier/internal/publish/record"
)

// announceFor bounds how long a run tells others what is live.
const announceFor = time.Minute

// announce tells the hub and the webhooks of config.toml what is live and what they have not been told, and keeps what
// they took. What fails is told, fails nothing, and is tried again by the next run.
func (p *publishing) announce(ctx context.Context, seen live) {
	channels := p.channels()
	if len(channels.Names()) == 0 || p.plan == nil || p.flags.dryRun || !p.visible(ctx, seen) {
		return
	}
	keys := map[string]record.Key{} // by feed id
	for _, u := range notify.Updates(p.plan, nil) {
		keys[u.ID] = record.Key{Kind: record.Kind(u.Kind), ID: u.Of, Update: u.Name}
	}
	for n := range p.results {
		r := &p.results[n]
		if r.err != nil {
			continue
		}
		if err := p.announceBy(ctx, r, channels, keys); err != nil {
			fmt.Fprintf(p.Stderr, "warning: others could not be told what is live: %v; the next run tries again\n", err)
		}
		return // one place remembers for all: they show the same
	}
}

// announceBy announces what the record of a place has as public, and neither the record nor the notebook as announced, and keeps
// in the notebook what was taken.
func (p *publishing) announceBy(ctx context.Context, r *published, channels notify.Channels, keys map[string]record.Key) error {
	notebook, ok := r.place.(publish.Notebook)
	if !ok {
		return errors.New("this place keeps nothing")
	}
	known, err := publish.Recorded(ctx, r.place, p.build, slices.Collect(maps.Values(keys)))
	if err != nil {
		return err
	}
	kept := r.plan.Left(slices.Clone(p.receipts(r)(ctx)))
	noted := map[record.Key]record.Entry{}
	for _, e := range kept {
		noted[e.Key] = e
	}
	news := notify.Updates(p.plan, func(id string) (time.Time, bool) {
		at, knowledge := known.Knows(keys[id], time.Time{})
		return at, knowledge == record.Exactly // what the first publish brought may be the history of years
	})
	news = slices.DeleteFunc(news, func(u notify.Update) bool {
		_, recorded := known.Lookup(keys[u.ID])
		return !recorded
	})
	told := func(id, channel string) bool {
		e, _ := known.Lookup(keys[id])
		return !e.Announced[channel].IsZero() || !noted[keys[id]].Announced[channel].IsZero()
	}
	limited, cancel := context.WithTimeout(ctx, announceFor)
	defer cancel()
	changed := false
	for _, result := range notify.Announce(limited, p.Transport, channels, news, told, p.Now()) {
		if result.Err != nil {
			fmt.Fprintf(p.Stderr, "warning: %s was not told of %s: %v; the next run tries again\n", result.Channel, count(result.Waiting, "update"), result.Err)
		}
		if len(result.Told) > 0 && p.flags.format != "json" {
			fmt.Fprintf(p.Stdout, "Told %s of %s.\n", result.Channel, count(len(result.Told), "update"))
		}
		for _, id := range result.Told {
			e, there := noted[keys[id]]
			if !there {
				e, _ = known.Lookup(keys[id])
			}
			e.Receive(record.Entry{Announced: map[string]time.Time{result.Channel: p.Now().UTC().Truncate(time.Second)}})
			noted[keys[id]], changed = e, true
		}
	}
	if !changed {
		return nil
	}
	r.notes = slices.SortedFunc(maps.Values(noted), func(a, b record.Entry) int { return a.Key.Compare(b.Key) })
	if err := notebook.Note(ctx, publish.EncodeReceipts(r.notes)); err != nil {
		return fmt.Errorf("it could not be kept what they were told: %w", err)
	}
	return nil
}

// channels gives those who are to be told. A webhook whose secret is missing is left out, with a warning.
func (p *publishing) channels() notify.Channels {
	c := notify.Channels{Hub: p.loaded.config.Feeds.Hub}
	for _, w := range p.loaded.config.Webhooks {
		secret := p.getenv(w.SecretEnv)
		if secret == "" {
			fmt.Fprintf(p.Stderr, "warning: the webhook %s is told nothing: %s is not set\n  hint: set it to the secret that signs what is sent; in a workflow take it from secrets\n", w.Name, w.SecretEnv)
			continue
		}
		p.secrets.add(secret)
		c.Webhooks = append(c.Webhooks, notify.Webhook{Name: w.Name, URL: w.URL, Secret: secret})
	}
	return c
}

// visible reports whether readers see this build: this run saw it, or it is there now.
func (p *publishing) visible(ctx context.Context, seen live) bool {
	if !seen.at.IsZero() {
		return true
	}
	address := p.loaded.config.BaseURL
	if seen.err != nil || p.build.Version == "" || address == "http://localhost/" {
		return false
	}
	served, _ := serves(ctx, p.pages(), address+publish.VersionFile)
	return served == p.build.Version
}
