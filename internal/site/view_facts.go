package site

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
)

// Facts are what programs read of the site: the API, and those that announce updates.
type Facts struct {
	Changed     time.Time       // when anything last changed; the Unix epoch if nothing has
	Incidents   []*Record       // newest first
	Maintenance []*Record       // by start, oldest first
	Groups      []Group         // in the order of config.toml; those without one are in a group without a name
	Components  []FactComponent // in the order of config.toml
}

// Record returns the facts about an incident or, if planned is set, maintenance; nil if nothing of
// it is public.
func (f *Facts) Record(id string, planned bool) *Record {
	list := f.Incidents
	if planned {
		list = f.Maintenance
	}
	for _, r := range list {
		if r.ID == id {
			return r
		}
	}
	return nil
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
	*published.Incident
	URL        string
	Code       string            // its id in the API
	Postmortem *RecordPostmortem // nil unless public

	site *Site
}

// FeedID is the id of a step in the feeds, a tag URI (RFC 4151). It never changes.
func (r *Record) FeedID(step int) string {
	return r.site.tag(r.Kind(), r.ID, r.Steps[step].Update.ID)
}

func (r *Record) Text(step int) string { return r.site.plainText(r.Incident, step, r.site.Meta) }

// Entry is a step as feeds of a language show it. An unknown language means the site's own.
func (r *Record) Entry(step int, language string) Entry {
	return r.site.entry(&published.Item{At: r.PublishedAt(step), Incident: r.Incident, Step: int32(step)}, r.site.metaOf(language))
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
	f := &Facts{Changed: time.Unix(0, 0), Groups: p.groups(p.Meta)}
	moved := map[string]time.Time{} // component -> when its condition last changed
	for _, s := range p.public.All() {
		r := p.record(s)
		if s.Planned {
			f.Maintenance = append(f.Maintenance, r)
		} else {
			f.Incidents = append(f.Incidents, r)
		}
		f.Changed = incident.Later(f.Changed, s.Changed)
		for n := range s.Steps {
			for _, move := range s.Steps[n].Moves() {
				if move.Before != move.After {
					moved[move.Component] = incident.Later(moved[move.Component], s.PublishedAt(n))
				}
			}
		}
	}
	// Snapshots also order within a second.
	slices.SortStableFunc(f.Incidents, func(a, b *Record) int { return cmp.Compare(b.Began.Unix(), a.Began.Unix()) })
	first := cmp.Or(p.public.FirstPublic(), f.Changed)
	for _, c := range p.Config.Components {
		created := cmp.Or(c.StartDate, first)
		f.Components = append(f.Components, FactComponent{Component: p.component(c, p.Meta), Code: componentCode(&c), StartDate: c.StartDate,
			Created: created, Changed: cmp.Or(moved[c.ID], created), Months: p.monthsOf(c.ID)})
	}
	return f
}

func (p *Site) Record(v APIView) *Record { return p.record(v.incident) }

func (p *Site) record(s *published.Incident) *Record {
	r := &Record{Incident: s, URL: p.Meta.URL(refOf(s)), Code: codeOf(s), site: p}
	if s.HasPostmortem() {
		code := r.UpdateCode(strings.TrimSuffix("postmortem-"+s.Postmortem.Code, "-"))
		r.Postmortem = &RecordPostmortem{s.PostmortemDate(), p.text(s.Postmortem.Path), code}
	}
	return r
}
