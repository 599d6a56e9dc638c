package site

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/status"
)

type Facts struct {
	Meta        *Meta
	Host        string // of permanent ids
	Now         time.Time
	State       status.Overall
	Changed     time.Time // when anything last changed; the Unix epoch if nothing has
	Incidents   []*Record // newest first
	Maintenance []*Record // by start, oldest first

	Parts func() Parts // computed once; it may be called from any goroutine
}

type Parts struct {
	Groups     []Group         // in the order of config.toml; those without one are in a group without a name
	Components []FactComponent // in the order of config.toml
}

// FactComponent is a component with what programs need to know of it.
type FactComponent struct {
	Component
	Code             string    // its id in the API
	StartDate        time.Time // of config.toml; zero: none
	Created, Changed time.Time // its start date, or else the site's first update; its condition's last change
	Months           []MonthUptime
}

type Record struct {
	*incident.History
	URL        string
	Code       string            // its id in the API
	Postmortem *RecordPostmortem // nil unless public

	site     *Site
	incident *published.Incident
}

// Created is when the first of its steps was posted.
func (r *Record) Created() time.Time { return r.incident.FirstPublic }

// Published is when a step was posted.
func (r *Record) Published(step int) time.Time { return r.incident.PublishedAt(step) }

// FeedID is the id of a step in the feeds, a tag URI (RFC 4151). It never changes.
func (r *Record) FeedID(step int) string {
	return r.site.tag(r.incident.Kind(), r.ID, r.Steps[step].Update.ID)
}

func (r *Record) Text(step int) string { return r.site.plainText(r.incident, step, r.site.Meta) }

// Entry is a step as feeds of a language show it. An unknown language means the site's own.
func (r *Record) Entry(step int, language string) Entry {
	return r.site.entry(&published.Item{At: r.Published(step), Incident: r.incident, Step: int32(step)}, r.site.metaOf(language))
}

// metaOf returns what the pages of a language share. An unknown language means the site's own.
func (p *Site) metaOf(language string) *Meta {
	for _, m := range p.metas {
		if m.Language == language {
			return m
		}
	}
	return p.Meta
}

type RecordPostmortem struct {
	Date time.Time // never before the end of the incident
	Text string
	Code string // id of its update in the API
}

func (p *Site) Facts() *Facts { return p.facts() }

func (p *Site) newFacts() *Facts {
	f := &Facts{Meta: p.Meta, Host: p.Config.Feeds.Host, Now: p.Now, State: p.board().Overall(), Changed: time.Unix(0, 0)}
	first := p.public.FirstPublic()
	moved := map[string]time.Time{} // component -> when its condition last changed
	f.Incidents, f.Maintenance = make([]*Record, 0, len(p.public.Incidents)), make([]*Record, 0, len(p.public.Maintenance))
	for _, s := range p.public.All() {
		r := p.record(s)
		if s.Planned {
			f.Maintenance = append(f.Maintenance, r)
		} else {
			f.Incidents = append(f.Incidents, r)
		}
		f.Changed = incident.Later(f.Changed, s.Changed)
		for _, m := range s.ConditionChanges {
			moved[m.Component] = incident.Later(moved[m.Component], m.At)
		}
	}
	newest := func(a, b *Record) int { return cmp.Compare(b.incident.Began.Unix(), a.incident.Began.Unix()) }
	if !slices.IsSortedFunc(f.Incidents, newest) { // snapshots also order within a second
		slices.SortStableFunc(f.Incidents, newest)
	}
	first = cmp.Or(first, f.Changed)
	f.Parts = sync.OnceValue(func() Parts { return p.parts(first, moved) })
	return f
}

func (p *Site) Record(v APIView) *Record { return p.record(v.incident) }

func (p *Site) record(s *published.Incident) *Record {
	r := &Record{History: &s.History, URL: p.Meta.URL(refOf(s)), Code: codeOf(s), site: p, incident: s}
	if s.HasPostmortem() {
		code := r.UpdateCode(strings.TrimSuffix("postmortem-"+s.Postmortem.Code, "-"))
		r.Postmortem = &RecordPostmortem{s.PostmortemDate(), p.text(s.Postmortem.Path), code}
	}
	return r
}

// parts returns the components; first is when the site's first update became public.
func (p *Site) parts(first time.Time, moved map[string]time.Time) Parts {
	parts := Parts{Groups: p.groups(p.Meta)}
	views := map[string]Component{}
	for _, g := range parts.Groups {
		for _, c := range g.Components {
			views[c.ID] = c
		}
	}
	for _, c := range p.Config.Components {
		created := cmp.Or(c.StartDate, first)
		v := FactComponent{Component: views[c.ID], Code: componentCode(&c), StartDate: c.StartDate, Created: created, Changed: cmp.Or(moved[c.ID], created), Months: p.monthsOf(c.ID)}
		parts.Components = append(parts.Components, v)
	}
	return parts
}
