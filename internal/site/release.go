package site

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/status"
)

// published is what may be public at an instant, folded and in the order of the site.
type published struct {
	content     *content.Content
	incidents   []*story                // newest first
	maintenance []*story                // by start
	announced   []incident.Announcement // newest first
	withheld    map[string]string       // in a preview: the sources that may not be public, and why
	next        time.Time               // the next instant at which any of it is another
}

// release returns what may be public at the instant of the input, and reports the transitions that are worth a second look.
func release(input Input) (*published, []diag.Finding) {
	r := releaser{input.Config, input.Content, input.Now, input.Preview}
	withheld := map[string]string{}
	if input.Preview {
		r.content, withheld = revealed(input.Content)
	}
	incidents, maintenance := r.all(input.Memory)
	next := status.NextMidnight(input.Now, input.Config.Zone)
	stories := func(all []released) []*story {
		list := make([]*story, 0, len(all))
		for _, one := range all {
			next = sooner(next, one.next, input.Now)
			maps.Copy(withheld, one.withheld)
			if one.story != nil {
				list = append(list, one.story)
			}
		}
		return list
	}
	public := &published{content: r.content, incidents: stories(incidents), maintenance: stories(maintenance), withheld: withheld}
	findings := oddities(slices.Concat(public.incidents, public.maintenance))
	slices.SortFunc(public.incidents, func(a, b *story) int {
		return cmp.Or(b.begun.Compare(a.begun), strings.Compare(a.ID, b.ID), strings.Compare(a.Path, b.Path))
	})
	slices.SortFunc(public.maintenance, func(a, b *story) int {
		return cmp.Or(a.begun.Compare(b.begun), strings.Compare(a.ID, b.ID), strings.Compare(a.Path, b.Path))
	})
	for _, a := range r.content.Announcements {
		if a.Draft {
			continue
		}
		from := a.Date.Add(-r.config.Rules.Tolerance)
		next = sooner(sooner(next, from, r.now), a.Until, r.now)
		if !from.After(r.now) {
			public.announced = append(public.announced, a)
		}
	}
	slices.SortStableFunc(public.announced, func(a, b incident.Announcement) int { return b.Date.Compare(a.Date) })
	public.next = next
	return public, findings
}

// sooner returns the earlier of two instants that are after now; zero stands for none.
func sooner(next, t, now time.Time) time.Time {
	if t.After(now) && (next.IsZero() || t.Before(next)) {
		return t
	}
	return next
}

// releaser says what of an incident or maintenance may be public.
type releaser struct {
	config  *config.Config
	content *content.Content
	now     time.Time
	preview bool
}

// released is what may be public of an incident or maintenance.
type released struct {
	story    *story            // nil: nothing is public
	settled  bool              // time alone will not change it
	next     time.Time         // the next instant that changes it; zero: none
	withheld map[string]string // in a preview: its sources that may not be public, and why
}

// all releases incidents and maintenance, several at once, but those that a memory knows.
func (r releaser) all(m *Memory) (incidents, maintenance []released) {
	known := m.known(r.config)
	incidents, maintenance = make([]released, len(r.content.Incidents)), make([]released, len(r.content.Maintenance))
	parallel.For(len(incidents), 0, func(n int) {
		i := &r.content.Incidents[n]
		if s := known.story(incidentIdentity(i), r.now); s != nil {
			incidents[n] = released{story: s, settled: true}
			return
		}
		incidents[n] = r.incident(*i)
	})
	parallel.For(len(maintenance), 0, func(n int) {
		i := &r.content.Maintenance[n]
		if s := known.story(maintenanceIdentity(i), r.now); s != nil {
			maintenance[n] = released{story: s, settled: true}
			return
		}
		maintenance[n] = r.maintenance(*i)
	})
	m.keep(r, known, incidents, maintenance)
	return incidents, maintenance
}

func (r releaser) incident(i incident.Incident) released {
	public, one := r.public(r.config.Rules.Releases(i.Updates))
	if len(public) == 0 {
		return one
	}
	one.settled = one.settled && !unfinished(i.Postmortem)
	i.Updates = updatesOf(public, i.Updates)
	one.story = r.story(incident.Fold(i), public)
	return one
}

func (r releaser) maintenance(m incident.Maintenance) released {
	public, one := r.public(r.config.Rules.MaintenanceReleases(m.Updates))
	if len(public) == 0 {
		return one
	}
	m.Updates = updatesOf(public, m.Updates)
	whole := incident.FoldMaintenance(m)
	edge := func(t time.Time) {
		one.next = sooner(one.next, t, r.now)
		one.settled = one.settled && !t.After(r.now)
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
	one.story = r.story(whole.Until(r.now), public)
	return one
}

// public picks the releases to show; in a preview that is every one whose date has come, be it a draft or held. They are settled
// when all of them, and their translations, are public for good.
func (r releaser) public(releases []policy.Release) ([]policy.Release, released) {
	public, next := policy.Public(releases, r.now)
	one := released{next: next}
	one.settled = len(public) == len(releases) && !slices.ContainsFunc(public, func(r policy.Release) bool { return drafts(r.Update.Translations) })
	if !r.preview {
		return public, one
	}
	public, one.withheld = nil, map[string]string{}
	for _, release := range releases {
		if release.Update.Date.After(r.now.Add(r.config.Rules.Tolerance)) {
			one.next = sooner(one.next, release.Update.Date.Add(-r.config.Rules.Tolerance), r.now)
			continue
		}
		if drafts(release.Update.Translations) {
			own := *release.Update
			own.Translations = revealedTranslations(own.Translations, one.withheld)
			release.Update = &own
		}
		switch {
		case release.Reason == policy.Draft:
			release.Published = release.Update.Date
			withhold(one.withheld, draft, release.Update.Path, release.Update.Translations)
		case !release.Public(r.now):
			withhold(one.withheld, "held until "+release.At.In(r.config.Zone).Format("2006-01-02 15:04 MST"), release.Update.Path, release.Update.Translations)
		}
		public = append(public, release)
	}
	return public, one
}

// updatesOf returns the updates of the releases: the very same slice where that is all of them, as in most.
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

// oddities reports the transitions that are worth a second look.
func oddities(stories []*story) (findings []diag.Finding) {
	for _, s := range stories {
		for _, odd := range s.Odd {
			at := diag.File(s.Steps[odd.Step].Update.Path)
			switch {
			case odd.Oddity == incident.Reopening:
				findings = append(findings, diag.Reopened.New(at, "if it is another problem, give it an incident of its own", "reopens an incident that was resolved"))
			case odd.Oddity == incident.SecondEnd && !s.Planned:
				findings = append(findings, diag.ResolvedTwice.New(at, "a correction of the former update can be made in it, with amended:", "resolves an incident that is resolved"))
			default:
				findings = append(findings, diag.AfterCancelled.New(at, "if it is other work, give it a folder of its own", "follows the end of the maintenance"))
			}
		}
	}
	return findings
}
