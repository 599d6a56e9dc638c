package cli

import (
	"slices"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/serve"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/content"
)

// looks are the builds of one state of a site at the instants that browsers look at.
type looks struct {
	loaded *loaded
	plans  *plans
	start  time.Time // --at; zero: none
	now    time.Time // the present, as the state was made

	mu   sync.Mutex
	made []look // oldest first
}

// look is a build in a view, which says its instant.
type look struct {
	view   serve.View
	result build.Result
}

// keptLooks is how many builds of a state are kept; more are made again when they are looked at again.
const keptLooks = 4

func newLooks(l *loaded, p *plans, start, now time.Time) *looks {
	return &looks{loaded: l, plans: p, start: start, now: now}
}

// plans are what the builds of one state of a site share with those of the next. One build is made at a time.
type plans struct {
	mu             sync.Mutex
	public, hidden site.Memory
}

// at makes a view say its instant: zero is the present.
func (l *looks) at(view serve.View) serve.View {
	if view.At.IsZero() && !view.Present {
		view.At = l.start
	}
	if view.Present {
		view.At = time.Time{}
	}
	view.Present = false
	return view
}

func (l *looks) result(view serve.View) build.Result {
	view = l.at(view)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, known := range l.made {
		if known.view == view {
			return known.result
		}
	}
	now := view.At
	if now.IsZero() {
		now = l.now
	}
	memory := &l.plans.public
	if view.Hidden {
		memory = &l.plans.hidden
	}
	l.plans.mu.Lock()
	result := build.Build(build.Input{Config: l.loaded.config, Content: l.loaded.content, Theme: l.loaded.theme, Words: l.loaded.words,
		Now: now, Memory: memory, Preview: view.Hidden})
	l.plans.mu.Unlock()
	if len(l.made) >= keptLooks {
		l.made = slices.Delete(l.made, 0, 1)
	}
	l.made = append(l.made, look{view, result})
	return result
}

// build gives the site as a view shows it.
func (l *looks) build(view serve.View) serve.Build {
	result := l.result(view)
	view = l.at(view)
	b := serve.Build{Files: result.Files, Now: view.At, Live: view.At.IsZero(), Withheld: len(result.Site.Withheld())}
	if b.Live {
		b.Now = l.now
	}
	return b
}

// findings are those of the state and of its build as the preview was started.
func (l *looks) findings() []diag.Finding {
	return diag.Sort(slices.Concat(l.loaded.findings, l.result(serve.View{}).Findings))
}

// The slider's reach: around an incident, and on pages that are about none.
const (
	lifeMargin = 10 * time.Minute
	lifeDays   = 7 * 24 * time.Hour
)

// life gives the time to look at from a page: the life of its incident or maintenance, else the last days.
func (l *looks) life(page string) serve.Life {
	if updates := updatesOf(l.loaded.content, page); len(updates) > 0 {
		var life serve.Life
		reach := func(t time.Time) {
			if t.IsZero() {
				return
			}
			if life.From.IsZero() || t.Before(life.From) {
				life.From = t
			}
			if t.After(life.To) {
				life.To = t
			}
		}
		for _, u := range incident.Sorted(updates) {
			life.Changes = append(life.Changes, u.Date)
			for _, t := range []time.Time{u.Date, u.Starts, u.Ends, u.Hold.Until} {
				reach(t)
			}
			if u.Hold.For > 0 {
				reach(u.Date.Add(u.Hold.For))
			}
		}
		life.From, life.To = life.From.Add(-lifeMargin), life.To.Add(lifeMargin)
		return life
	}
	if l.start.IsZero() {
		return serve.Life{From: l.now.Add(-lifeDays), To: l.now}
	}
	return serve.Life{From: l.start.Add(-lifeDays), To: l.start.Add(lifeDays)}
}

// updatesOf finds the updates that a page is about, in whatever language: ".../incidents/<id>/..." or ".../maintenance/<id>/...".
func updatesOf(c *content.Content, page string) []incident.Update {
	parts := strings.Split(page, "/")
	for n, part := range parts[:len(parts)-1] {
		switch part {
		case "incidents":
			if i, ok := slices.BinarySearchFunc(c.Incidents, parts[n+1], func(i incident.Incident, id string) int { return strings.Compare(i.ID, id) }); ok {
				return c.Incidents[i].Updates
			}
		case "maintenance":
			if i, ok := slices.BinarySearchFunc(c.Maintenance, parts[n+1], func(m incident.Maintenance, id string) int { return strings.Compare(m.ID, id) }); ok {
				return c.Maintenance[i].Updates
			}
		}
	}
	return nil
}

// due reports whether something that is looked at in the present has changed by itself.
func (l *looks) due(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, known := range l.made {
		if next := known.result.NextChange; known.view.At.IsZero() && !next.IsZero() && !now.Before(next) {
			return true
		}
	}
	return false
}
