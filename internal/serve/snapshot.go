package serve

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/content"
)

// snapshot is one state of a site's files, with its builds at the instants that browsers look at.
type snapshot struct {
	loaded *loaded
	plans  *plans
	start  time.Time // --at; zero: none
	now    time.Time // the present, as the state was made

	mu   sync.Mutex
	made []snapshotBuild // oldest first
}

// snapshotBuild is a build in a view, which states its instant.
type snapshotBuild struct {
	view   View
	result build.Result
}

// maxBuilds is how many builds of a snapshot are kept; others are made again when they are needed.
const maxBuilds = 4

// plans are what the builds of one snapshot share with those of the next. One build is made at a
// time.
type plans struct {
	mu             sync.Mutex
	public, hidden published.Memory
}

// at makes a view state its instant; zero is the present.
func (s *snapshot) at(view View) View {
	if view.At.IsZero() && !view.Present {
		view.At = s.start
	}
	if view.Present {
		view.At = time.Time{}
	}
	view.Present = false
	return view
}

func (s *snapshot) result(view View) build.Result {
	view = s.at(view)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.made {
		if known.view == view {
			return known.result
		}
	}
	now := cmp.Or(view.At, s.now)
	memory := &s.plans.public
	if view.Hidden {
		memory = &s.plans.hidden
	}
	s.plans.mu.Lock()
	input := s.loaded.Input
	input.Now, input.Memory, input.Preview = now, memory, view.Hidden
	result := build.Build(input)
	s.plans.mu.Unlock()
	if len(s.made) >= maxBuilds {
		s.made = slices.Delete(s.made, 0, 1)
	}
	s.made = append(s.made, snapshotBuild{view, result})
	return result
}

func (s *snapshot) build(view View) Build {
	result := s.result(view)
	view = s.at(view)
	b := Build{Files: result.Files, Now: view.At, Live: view.At.IsZero(), Withheld: len(result.Site.Withheld())}
	if b.Live {
		b.Now = s.now
	}
	return b
}

// findings returns those of the files and of the build that the preview starts with.
func (s *snapshot) findings() []diag.Finding {
	return diag.Sort(slices.Concat(s.loaded.findings, s.result(View{}).Findings))
}

// How far the slider reaches: around an incident, and on other pages.
const (
	lifeMargin = 10 * time.Minute
	lifeDays   = 7 * 24 * time.Hour
)

// life returns the time span that a page's slider covers: that of its incident or maintenance,
// otherwise the last days.
func (s *snapshot) life(page string) Life {
	if updates := updatesOf(s.loaded.Content, page); len(updates) > 0 {
		var changes, all []time.Time
		for _, u := range incident.Sorted(updates) {
			changes = append(changes, u.Date)
			all = append(all, u.Date, u.Starts, u.Ends, u.Hold.Until, u.Date.Add(u.Hold.For))
		}
		all = slices.DeleteFunc(all, time.Time.IsZero)
		from, to := slices.MinFunc(all, time.Time.Compare), slices.MaxFunc(all, time.Time.Compare)
		return Life{From: from.Add(-lifeMargin), To: to.Add(lifeMargin), Changes: changes}
	}
	if s.start.IsZero() {
		return Life{From: s.now.Add(-lifeDays), To: s.now}
	}
	return Life{From: s.start.Add(-lifeDays), To: s.start.Add(lifeDays)}
}

// updatesOf returns the updates that a page in any language is about: ".../incidents/<id>/..." or
// ".../maintenance/<id>/...".
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

// due reports whether a build of the present has changed by itself since it was made.
func (s *snapshot) due(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.made {
		if next := known.result.NextChange; known.view.At.IsZero() && !next.IsZero() && !now.Before(next) {
			return true
		}
	}
	return false
}
