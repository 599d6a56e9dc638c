package site

import (
	"cmp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/status"
)

// story is an incident or maintenance as far as it is public. What it holds follows from its own files, the configuration and
// the instant alone, and never changes, so that it can be shared by several plans: see Memory.
type story struct {
	incident.History
	ref, markdown Ref
	first, last   time.Time // when the first step became public, and the last
	over          bool      // see incident.History.Over
	changed       time.Time // when an update last came or was amended, or the post-mortem
	aliases       []string
	components    []string // all that were ever affected
	moved         []moved
	items         []item    // of each step, newest first
	linked        []string  // the sources whose texts have links within the site
	begun         time.Time // see began
	month         time.Time // the start of the month of that, in the page's zone
}

// moved is when the condition of a component last changed.
type moved struct {
	component string
	at        time.Time
}

// release lets through what may be public and folds it.
func (p *planner) release() {
	p.next(status.NextMidnight(p.Now, p.Config.Zone))
	p.memory = p.Memory.begin(p.Config)
	kept := &p.memory.incidents
	first := p.firstStories()
	for n, i := range p.Content.Incidents {
		k := identity{path: i.Path, updates: &i.Updates[0], count: len(i.Updates), postmortem: i.Postmortem}
		s := kept.recall(i.ID, k, p.Now)
		if s == nil {
			var settled bool
			if first != nil {
				s, settled = first[n].story, first[n].settled
			} else {
				s, settled = p.releaseIncident(i)
			}
			if s == nil {
				continue
			}
			if settled {
				kept.keep(k, p.Now, s)
			} else {
				p.incidents = append(p.incidents, s)
			}
		}
		p.odd(s)
	}
	planned := &p.memory.maintenance
	for _, m := range p.Content.Maintenance {
		k := identity{path: m.Path, updates: &m.Updates[0], count: len(m.Updates)}
		s := planned.recall(m.ID, k, p.Now)
		if s == nil {
			var settled bool
			if s, settled = p.releaseMaintenance(m); s == nil {
				continue
			}
			if settled {
				planned.keep(k, p.Now, s)
			} else {
				p.maintenance = append(p.maintenance, s)
			}
		}
		p.odd(s)
	}
	p.open = slices.Concat(p.incidents, p.maintenance)
	p.incidents = kept.end(p.incidents, func(a, b *story) int {
		return cmp.Or(b.begun.Compare(a.begun), strings.Compare(a.ID, b.ID), strings.Compare(a.Path, b.Path))
	})
	p.maintenance = planned.end(p.maintenance, func(a, b *story) int {
		return cmp.Or(a.begun.Compare(b.begun), strings.Compare(a.ID, b.ID), strings.Compare(a.Path, b.Path))
	})
	for _, a := range p.Content.Announcements {
		if a.Draft {
			continue
		}
		from := a.Date.Add(-p.Config.Rules.Tolerance)
		p.next(from)
		p.next(a.Until)
		if !from.After(p.Now) {
			p.announced = append(p.announced, a)
		}
	}
	slices.SortStableFunc(p.announced, func(a, b incident.Announcement) int { return b.Date.Compare(a.Date) })
}

// firstStory is what releaseIncident gave.
type firstStory struct {
	story   *story
	settled bool
}

// firstStories makes the stories of all incidents, several at once. It gives none where a memory may know most of them, and in a preview, which
// notes what it shows while it makes them.
func (p *planner) firstStories() []firstStory {
	if p.Memory != nil || p.Preview {
		return nil
	}
	stories := make([]firstStory, len(p.Content.Incidents))
	var lock sync.Mutex
	inParallel(len(stories), func(from, to int) {
		own := *p // with an instant of its own at which something changes next
		own.site = &Site{}
		for i := from; i < to; i++ {
			stories[i].story, stories[i].settled = own.releaseIncident(p.Content.Incidents[i])
		}
		lock.Lock()
		defer lock.Unlock()
		p.next(own.site.NextChange)
	})
	return stories
}

// inParallel calls f for parts of the numbers below n, for several at once.
func inParallel(n int, f func(from, to int)) {
	const chunk = 64
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+chunk-1)/chunk) {
		group.Go(func() {
			for from := int(next.Add(chunk) - chunk); from < n; from = int(next.Add(chunk) - chunk) {
				f(from, min(from+chunk, n))
			}
		})
	}
	group.Wait()
}

// releaseIncident gives the story of an incident, nil when nothing of it is public. It is settled when time alone will not
// change it.
func (p *planner) releaseIncident(i incident.Incident) (s *story, settled bool) {
	public, settled := p.public(p.Config.Rules.Releases(i.Updates))
	if len(public) == 0 {
		return nil, false
	}
	i.Updates = updatesOf(public, i.Updates)
	return p.story(incident.Fold(i), public), settled && !unfinished(i.Postmortem)
}

func (p *planner) releaseMaintenance(m incident.Maintenance) (s *story, settled bool) {
	public, settled := p.public(p.Config.Rules.MaintenanceReleases(m.Updates))
	if len(public) == 0 {
		return nil, false
	}
	m.Updates = updatesOf(public, m.Updates)
	whole := incident.FoldMaintenance(m)
	edge := func(t time.Time) {
		p.next(t)
		settled = settled && !t.After(p.Now)
	}
	for _, step := range whole.Steps {
		if step.Clock() { // updates count from their release on
			edge(step.Update.Date)
		}
	}
	for _, span := range whole.Spans {
		edge(span.From)
		edge(span.To)
	}
	return p.story(whole.Until(p.Now), public), settled
}

// drafts reports whether one of the translations is a draft, which a preview would show.
func drafts(translations map[string]incident.Translation) bool {
	for _, t := range translations {
		if t.Draft {
			return true
		}
	}
	return false
}

// unfinished reports whether a post-mortem, or a translation of it, is a draft.
func unfinished(p *incident.Postmortem) bool { return p != nil && (p.Draft || drafts(p.Translations)) }

// story makes the story of a history from the releases of its updates, which are in the order of its steps.
func (p *planner) story(h incident.History, public []policy.Release) *story {
	s := &story{History: h, items: make([]item, len(h.Steps))}
	s.ref = Ref(s.section() + "/" + s.ID + "/index.html")
	s.markdown = Ref(strings.TrimSuffix(string(s.ref), "html") + "md")
	s.components, s.over = h.Components(), h.Over()
	if s.begun = s.First(); s.Planned {
		s.begun = s.State().Starts
	}
	s.month = p.monthStart(s.begun)
	for n := range h.Steps {
		step := &s.Steps[n]
		at := step.Update.Date
		if !step.Clock() {
			at = public[0].Published
			s.aliases = append(s.aliases, public[0].Update.Aliases...)
			public = public[1:]
		}
		s.last = later(s.last, at)
		if n == 0 || at.Before(s.first) {
			s.first = at
		}
		s.changed = later(s.changed, later(at, step.Update.Amended))
		s.items[len(s.items)-1-n] = item{at: at, size: p.sizeOf(step.Update.Path), year: int32(at.In(p.Config.Zone).Year()), story: s, step: int32(n)}
		s.move(step, at)
		p.link(s, step.Update.Path, step.Update.Translations)
	}
	if s.publicPostmortem() {
		p.link(s, s.Postmortem.Path, s.Postmortem.Translations)
		s.changed = later(s.changed, s.documented())
	}
	return s
}

// move notes which conditions a step changed.
func (s *story) move(step *incident.Step, at time.Time) {
	var room [8]incident.Move
	for _, move := range step.AppendMoves(room[:0]) {
		if move.Before == move.After {
			continue
		}
		i := slices.IndexFunc(s.moved, func(m moved) bool { return m.component == move.Component })
		if i < 0 {
			s.moved = append(s.moved, moved{move.Component, at})
		} else {
			s.moved[i].at = later(s.moved[i].at, at)
		}
	}
}

// began is when an incident began or the window of maintenance starts.
func (s *story) began() time.Time { return s.begun }

// publishedAt is when a step became public.
func (s *story) publishedAt(n int) time.Time { return s.items[len(s.items)-1-n].at }

// link notes the texts of a source that have links within the site.
func (p *planner) link(s *story, source string, translations map[string]incident.Translation) {
	p.eachText(source, translations, func(text string) {
		if len(p.Content.Documents[text].Links()) > 0 {
			s.linked = append(s.linked, text)
		}
	})
}

// eachText calls f for a source and its translations, those that have a text.
func (p *planner) eachText(source string, translations map[string]incident.Translation, f func(source string)) {
	if p.Content.Documents[source] != nil {
		f(source)
	}
	for _, t := range translations {
		if p.Content.Documents[t.Path] != nil {
			f(t.Path)
		}
	}
}

func (s *story) section() string {
	if s.Planned {
		return "maintenance"
	}
	return "incidents"
}

func (s *story) publicPostmortem() bool {
	return s.Postmortem != nil && s.Postmortem.Public && !s.Postmortem.Draft
}

// documented is the date of the post-mortem, never before the end of the incident.
func (s *story) documented() time.Time { return later(s.Postmortem.Date, s.End()) }

// updatesOf gives the updates that the releases let out: the very same slice where that is all of them, as in most.
func updatesOf(releases []policy.Release, all []incident.Update) []incident.Update {
	for i := range releases {
		if len(releases) != len(all) || releases[i].Update != &all[i] {
			updates := make([]incident.Update, len(releases))
			for i := range releases {
				updates[i] = *releases[i].Update
			}
			return updates
		}
	}
	return all
}

// odd reports the transitions that are worth a second look.
func (p *planner) odd(s *story) {
	for _, odd := range s.Odd {
		at := diag.File(s.Steps[odd.Step].Update.Path)
		switch {
		case odd.Oddity == incident.Reopening:
			p.findings = append(p.findings, diag.Reopened.New(at, "if it is another problem, give it an incident of its own", "reopens an incident that was resolved"))
		case odd.Oddity == incident.SecondEnd && !s.Planned:
			p.findings = append(p.findings, diag.ResolvedTwice.New(at, "a correction of the former update can be made in it, with amended:", "resolves an incident that is resolved"))
		default:
			p.findings = append(p.findings, diag.AfterCancelled.New(at, "if it is other work, give it a folder of its own", "follows the end of the maintenance"))
		}
	}
}
