// Package published decides what may be public at an instant, folded and ordered, and when that
// changes next. It also says what belongs to each feed and each month. It takes configuration,
// content and the instant as arguments, reads no clock and no files, and knows neither URLs nor
// languages.
package published

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

type Input struct {
	Config  *config.Config
	Content *content.Content
	Now     time.Time
	Posted  *Posted
	Preview bool    // also show drafts and held updates, marked as such
	Memory  *Memory // shares incidents with the next snapshot; nil shares nothing
}

type Snapshot struct {
	Content       *content.Content        // in a preview, without its drafts' marks
	Incidents     []*Incident             // newest first
	Maintenance   []*Incident             // by start
	Announcements []incident.Announcement // newest first
	Withheld      map[string]string       // in a preview: the sources that may not be public, and why
	NextEdge      time.Time               // the next release, start or end; zero: none
	NextChange    time.Time               // the next instant at which any of this differs: NextEdge or midnight

	now       time.Time
	posted    *Posted
	tolerance time.Duration
}

// At returns what may be public at the instant of the input, and reports unusual transitions.
func At(input Input) (*Snapshot, []diag.Finding) {
	r := releaser{input.Config, input.Content, input.Now, input.Posted, input.Preview}
	withheld := map[string]string{}
	if input.Preview {
		r.content, withheld = withoutDrafts(input.Content)
	}
	incidents, maintenance := r.all(input.Memory)
	var next time.Time
	public := func(all []released) []*Incident {
		list := make([]*Incident, 0, len(all))
		for _, one := range all {
			next = sooner(next, one.next, input.Now)
			maps.Copy(withheld, one.withheld)
			if one.incident != nil {
				list = append(list, one.incident)
			}
		}
		return list
	}
	s := &Snapshot{Content: r.content, Incidents: public(incidents), Maintenance: public(maintenance), Withheld: withheld,
		now: input.Now, posted: input.Posted, tolerance: input.Config.Rules.Tolerance}
	findings := anomalies(s.All())
	slices.SortFunc(s.Incidents, func(a, b *Incident) int {
		return cmp.Or(b.Began.Compare(a.Began), strings.Compare(a.ID, b.ID), strings.Compare(a.Path, b.Path))
	})
	slices.SortFunc(s.Maintenance, func(a, b *Incident) int {
		return cmp.Or(a.Began.Compare(b.Began), strings.Compare(a.ID, b.ID), strings.Compare(a.Path, b.Path))
	})
	for _, a := range r.content.Announcements {
		if a.Draft {
			continue
		}
		from := a.Date.Add(-r.config.Rules.Tolerance)
		next = sooner(sooner(next, from, r.now), a.Until, r.now)
		if !from.After(r.now) {
			s.Announcements = append(s.Announcements, a)
			_, until := s.postedAt(&a)
			next = sooner(next, until, r.now)
		}
	}
	slices.SortStableFunc(s.Announcements, func(a, b incident.Announcement) int { return b.Date.Compare(a.Date) })
	s.NextEdge = next
	s.NextChange = sooner(next, status.NextDay(input.Now, input.Config.Zone), input.Now)
	return s, findings
}

// All lists incidents, then maintenance, each in the order of the snapshot.
func (s *Snapshot) All() []*Incident { return slices.Concat(s.Incidents, s.Maintenance) }

// FirstPublic is when the first update of all became public; zero without any.
func (s *Snapshot) FirstPublic() (first time.Time) {
	for _, i := range s.All() {
		if first.IsZero() || i.FirstPublic.Before(first) {
			first = i.FirstPublic
		}
	}
	return first
}

func (s *Snapshot) PostedAt(a *incident.Announcement) time.Time {
	at, _ := s.postedAt(a)
	return at
}

func (s *Snapshot) postedAt(a *incident.Announcement) (at, until time.Time) {
	return s.posted.at(Key{Kind: OfAnnouncement, ID: a.ID}, a.Date, a.Date, s.now, s.tolerance)
}

func (s *Snapshot) Board(c *config.Config, now time.Time) *status.Board {
	input := status.Input{Zone: c.Zone, Now: now, Weights: map[incident.Condition]float64{
		incident.DegradedPerformance: c.Uptime.DegradedPerformance,
		incident.PartialOutage:       c.Uptime.PartialOutage,
		incident.MajorOutage:         c.Uptime.MajorOutage,
	}}
	for _, component := range c.Components {
		input.Components = append(input.Components, status.Component{ID: component.ID, Start: component.StartDate})
	}
	input.Incidents = make([]incident.History, 0, len(s.Incidents))
	for _, i := range s.Incidents {
		input.Incidents = append(input.Incidents, i.History)
	}
	for _, m := range s.Maintenance {
		input.Maintenance = append(input.Maintenance, m.History)
	}
	return status.New(input)
}

// sooner returns the earlier of two instants that are after now; zero stands for none.
func sooner(next, t, now time.Time) time.Time {
	if t.After(now) && (next.IsZero() || t.Before(next)) {
		return t
	}
	return next
}

// releaser decides what of an incident or maintenance may be public.
type releaser struct {
	config  *config.Config
	content *content.Content
	now     time.Time
	posted  *Posted
	preview bool
}

// released is what may be public of an incident or maintenance.
type released struct {
	first    *incident.Update  // of the content
	since    time.Time         // when this was decided
	incident *Incident         // nil: nothing is public
	settled  bool              // time alone will not change it
	next     time.Time         // the next instant that changes it; zero: none
	withheld map[string]string // in a preview: its sources that may not be public, and why
}

// all releases incidents and maintenance, several at once, and takes those that the memory holds
// from there.
func (r releaser) all(m *Memory) (incidents, maintenance []released) {
	known := m.known(r)
	each := func(count int, first func(n int) *incident.Update, release func(n int) released) []released {
		all := make([]released, count)
		parallel.For(count, 0, func(n int) {
			one, ok := known[first(n)]
			if !ok || r.now.Before(one.since) {
				one = release(n)
				one.first, one.since = first(n), r.now
			}
			all[n] = one
		})
		return all
	}
	c := r.content
	incidents = each(len(c.Incidents), func(n int) *incident.Update { return &c.Incidents[n].Updates[0] }, func(n int) released { return r.incident(c.Incidents[n]) })
	maintenance = each(len(c.Maintenance), func(n int) *incident.Update { return &c.Maintenance[n].Updates[0] }, func(n int) released { return r.maintenance(c.Maintenance[n]) })
	m.keep(r, slices.Concat(incidents, maintenance))
	return incidents, maintenance
}

func (r releaser) incident(i incident.Incident) released {
	public, one := r.public(r.config.Rules.Releases(i.Updates))
	if len(public) == 0 {
		return one
	}
	one.settled = one.settled && !hasDraft(i.Postmortem)
	i.Updates = updatesOf(public, i.Updates)
	r.publish(&one, incident.Fold(i), public)
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
		if step.Clock() { // the release of other updates is an edge already
			edge(step.Update.Date)
		}
	}
	for _, span := range whole.Spans {
		edge(span.From)
		edge(span.To)
	}
	r.publish(&one, whole.Until(r.now), public)
	return one
}

// public picks the releases to show. A preview shows every one whose date has passed, including
// drafts and held ones. They are settled when all of them, and their translations, are public for
// good.
func (r releaser) public(releases []policy.Release) ([]policy.Release, released) {
	public, next := policy.Public(releases, r.now)
	one := released{next: next}
	one.settled = len(public) == len(releases) && !slices.ContainsFunc(public, func(r policy.Release) bool { return anyDraft(r.Update.Translations) })
	if !r.preview {
		return public, one
	}
	public, one.withheld = nil, map[string]string{}
	for _, release := range releases {
		if release.Update.Date.After(r.now.Add(r.config.Rules.Tolerance)) {
			one.next = sooner(one.next, release.Update.Date.Add(-r.config.Rules.Tolerance), r.now)
			continue
		}
		if anyDraft(release.Update.Translations) {
			own := *release.Update
			own.Translations = translationsWithoutDrafts(own.Translations, one.withheld)
			release.Update = &own
		}
		switch {
		case release.Reason == policy.Draft:
			release.Published = release.Update.Date
			withhold(one.withheld, draft, release.Update.Path, release.Update.Translations)
		case !release.Public(r.now):
			until := release.At.In(r.config.Zone).Format("2006-01-02 15:04 MST")
			withhold(one.withheld, "held until "+until, release.Update.Path, release.Update.Translations)
		}
		public = append(public, release)
	}
	return public, one
}

// updatesOf returns the updates of the releases: the same slice where that is all of them, as in
// most.
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

// anomalies reports unusual transitions, such as an incident that reopens.
func anomalies(all []*Incident) (findings []diag.Finding) {
	for _, i := range all {
		for _, odd := range i.Anomalies {
			at := diag.File(i.Steps[odd.Step].Update.Path)
			switch {
			case odd.Kind == incident.Reopening:
				findings = append(findings, diag.Reopened.New(at, "if it is another problem, open another incident", "reopens a resolved incident"))
			case odd.Kind == incident.SecondEnd && !i.Planned:
				findings = append(findings, diag.ResolvedTwice.New(at, "to correct the earlier update, edit it and write amended:", "resolves a resolved incident"))
			default:
				findings = append(findings, diag.AfterCancelled.New(at, "if it is other work, create another maintenance", "an update after the end of the maintenance"))
			}
		}
	}
	return findings
}
