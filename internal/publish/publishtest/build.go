package publishtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
)

// Clock is a clock that advances only by waiting.
type Clock struct {
	mutex sync.Mutex
	now   time.Time
}

// NewClock returns a clock set to an instant.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

func (c *Clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

// Wait advances the clock and returns immediately.
func (c *Clock) Wait(ctx context.Context, d time.Duration) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// Patience returns the patience of a run by this clock. It passes messages to tell.
func (c *Clock) Patience(tell func(string)) *publish.Patience {
	return &publish.Patience{Now: c.Now, Wait: c.Wait, Tell: tell, Began: c.Now(), Limit: time.Hour}
}

// Start is the time of the first build in the tests.
var Start = time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)

// Revision returns the hash of the n-th commit on a branch. Branches are numbered and unrelated.
func Revision(branch, n int) string { return fmt.Sprintf("%02d%038d", branch, n) }

// Ancestor compares Revisions. On the same branch, the lower one is an ancestor of the higher one.
func Ancestor(_ context.Context, older, newer string) (bool, error) {
	if strings.HasPrefix(older, "99") || strings.HasPrefix(newer, "99") {
		return false, errors.New("no such commit here")
	}
	return older[:2] == newer[:2] && older < newer, nil
}

// Build returns a build of files that shows updates, each in the form "incident/update".
func Build(revision string, at time.Time, files map[string]string, updates ...string) *publish.Build {
	b := &publish.Build{Files: map[string]fileset.Hash{}, Source: publish.Source{Revision: revision, Instant: at}}
	b.Content = func(name string) ([]byte, error) { return []byte(files[name]), nil }
	b.Order = func(name string) fileset.Order {
		if name == "version.json" {
			return fileset.Seal
		}
		return fileset.Page
	}
	for name, content := range files {
		b.Files[name] = fileset.Sum([]byte(content))
	}
	for _, text := range updates {
		id, update, _ := strings.Cut(text, "/")
		b.Updates = append(b.Updates, publish.Update{Key: record.Key{Kind: record.Incident, ID: id, Update: update}, Severity: incident.P2})
	}
	return b
}

// Options returns the options of a run.
func Options(patience *publish.Patience) publish.Options {
	return publish.Options{Patience: patience, Ancestor: Ancestor, Limit: func(incident.Severity) time.Duration { return time.Hour }}
}

// Record parses the record in a set of files. It returns an error if an update is in it twice.
func Record(files map[string]string) (*record.Record, error) {
	own := map[string][]byte{}
	lines := map[string]string{}
	for name, content := range files {
		below, ok := strings.CutPrefix(name, record.Dir+"/")
		if !ok {
			continue
		}
		own[below] = []byte(content)
		if !record.IsFile(below) {
			continue
		}
		for line := range strings.SplitSeq(content, "\n") {
			if about, _, found := strings.Cut(line, `,"public"`); found {
				if other, twice := lines[about]; twice {
					return nil, fmt.Errorf("%s is in %s and in %s", about, other, name)
				}
				lines[about] = name
			}
		}
	}
	return record.Parse(own)
}
