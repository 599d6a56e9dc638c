package cli

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"settler.io/crier/internal/announce"
	"settler.io/crier/internal/gitlog"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/record"
)

// announceFor bounds how long a run tells others what is live.
const announceFor = time.Minute

// announce tells the hub and the webhooks of config.toml what is live and what they have not been told, and notes in the record what
// they took. What fails is told, fails nothing, and is tried again by the next run.
func (p *publishing) announce(ctx context.Context, seen live) {
	channels := p.channels()
	if len(channels.Names()) == 0 || p.plan == nil || p.flags.dryRun || !p.shown(ctx, seen) {
		return
	}
	keys := map[string]record.Key{} // by feed id
	for _, u := range announce.Updates(p.plan, nil) {
		keys[u.ID] = record.Key{Kind: record.Kind(u.Kind), ID: u.Of, Update: u.Name}
	}
	for _, r := range p.results {
		if r.err != nil {
			continue
		}
		if err := p.announceBy(ctx, r, channels, keys, seen); err != nil {
			fmt.Fprintf(p.Stderr, "warning: others could not be told what is live: %v; the next run tries again\n", err)
		}
		return // one place remembers for all: they show the same
	}
}

// announceBy announces what the record of a place has as public and not as announced.
func (p *publishing) announceBy(ctx context.Context, r published, channels announce.Channels, keys map[string]record.Key, seen live) error {
	known, err := publish.Recorded(ctx, r.place, p.build, slices.Collect(maps.Values(keys)))
	if err != nil {
		return err
	}
	news := announce.Updates(p.plan, func(id string) (time.Time, bool) {
		at, knowledge := known.Knows(keys[id], time.Time{})
		return at, knowledge == record.Exactly // what the first publish brought may be the history of years
	})
	news = slices.DeleteFunc(news, func(u announce.Update) bool {
		_, recorded := known.Lookup(keys[u.ID])
		return !recorded
	})
	told := func(id, channel string) bool {
		e, _ := known.Lookup(keys[id])
		return !e.Announced[channel].IsZero()
	}
	limited, cancel := context.WithTimeout(ctx, announceFor)
	defer cancel()
	marks := map[record.Key]record.Mark{}
	for _, result := range announce.Announce(limited, &http.Client{Transport: p.Transport}, channels, news, told, p.Now()) {
		if result.Err != nil {
			fmt.Fprintf(p.Stderr, "warning: %s was not told of %s: %v; the next run tries again\n", result.Channel, count(result.Waiting, "update"), result.Err)
		}
		if len(result.Told) > 0 && p.flags.format != "json" {
			fmt.Fprintf(p.Stdout, "Told %s of %s.\n", result.Channel, count(len(result.Told), "update"))
		}
		for _, id := range result.Told {
			m := marks[keys[id]]
			if m.Announced == nil {
				m = record.Mark{Live: seen.at, Announced: map[string]time.Time{}}
			}
			m.Announced[result.Channel] = p.Now()
			marks[keys[id]] = m
		}
	}
	if len(marks) == 0 {
		return nil
	}
	marked := *p.build
	marked.Marks = marks
	if _, err := publish.Run(ctx, r.place, &marked, p.options(r.patience)); err != nil {
		return fmt.Errorf("it could not be noted what they were told: %w", err)
	}
	return nil
}

// channels gives those who are to be told. A webhook whose secret is missing is left out, with a warning.
func (p *publishing) channels() announce.Channels {
	c := announce.Channels{Hub: p.loaded.config.Feeds.Hub}
	for _, w := range p.loaded.config.Webhooks {
		secret := p.getenv(w.SecretEnv)
		if secret == "" {
			fmt.Fprintf(p.Stderr, "warning: the webhook %s is told nothing: %s is not set\n  hint: set it to the secret that signs what is sent; in a workflow take it from secrets\n", w.Name, w.SecretEnv)
			continue
		}
		c.Webhooks = append(c.Webhooks, announce.Webhook{Name: w.Name, URL: w.URL, Secret: secret})
	}
	return c
}

// shown reports whether readers see this build: this run saw it, or it is there now.
func (p *publishing) shown(ctx context.Context, seen live) bool {
	if !seen.at.IsZero() {
		return true
	}
	address := p.loaded.config.BaseURL
	if seen.err != nil || p.build.Version == "" || address == "http://localhost/" {
		return false
	}
	client := &http.Client{Transport: p.Transport, Timeout: pollOne}
	return serves(ctx, client, address+versionFile) == p.build.Version
}

// options are what a run decides by.
func (p *publishing) options(patience *publish.Patience) publish.Options {
	return publish.Options{
		Force: p.flags.force, Patience: patience, DryRun: p.flags.dryRun, Limit: limit,
		Ancestor: func(ctx context.Context, older, newer string) (bool, error) {
			return gitlog.Ancestor(ctx, p.path(p.site), older, newer)
		},
	}
}
