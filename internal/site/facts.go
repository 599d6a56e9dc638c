package site

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/status"
)

// Facts are what the site says, for programs: in its first language, nothing that is not public.
type Facts struct {
	Meta        *Meta
	Host        string // of permanent ids
	Now         time.Time
	State       status.Overall
	Changed     time.Time // when anything last changed; the Unix epoch when nothing has
	Groups      []Group   // in the order of config.toml; components without a group come in one whose Name is empty
	Components  []FactComponent
	Incidents   []*Record // newest first
	Maintenance []*Record // by start, oldest first
}

// FactComponent is a component with what programs want to know of it.
type FactComponent struct {
	Component
	StartDate          time.Time // as config.toml says; zero: not at all
	Created, Changed   time.Time // the first day, or else when the site's first update was; when its condition last changed
	Uptime30, Uptime90 string    // such as "99.95"; "" when there is none
	Months             []MonthUptime
}

// Record is an incident or maintenance.
type Record struct {
	*incident.History
	URL        string
	Page       Ref
	Published  func(step int) time.Time // when a step became public
	Text       func(step int) string    // its text, with impact and ETA
	Postmortem *RecordPostmortem        // nil unless public
}

// RecordPostmortem is a published post-mortem.
type RecordPostmortem struct {
	Date time.Time // never before the end of the incident
	Text string
}

// facts gathers what programs are told.
func (p *planner) facts() *Facts {
	f := &Facts{Meta: p.meta, Host: p.Config.Feeds.Host, Now: p.Now, State: p.board.Overall(), Changed: time.Unix(0, 0), Groups: p.groups(p.meta)}
	first := time.Time{}
	changed := map[string]time.Time{}
	for _, s := range slices.Concat(p.incidents, p.maintenance) {
		r := &Record{History: &s.History, URL: p.meta.URL(s.ref), Page: s.ref, Published: s.publishedAt,
			Text: func(step int) string { return p.told(s, step, p.meta) }}
		if s.publicPostmortem() {
			post := p.postmortem(s, venue{string(s.ref), p.meta})
			r.Postmortem = &RecordPostmortem{Date: post.Date, Text: p.text(s.Postmortem.Path)}
			if r.Postmortem.Date.Before(post.Ended) {
				r.Postmortem.Date = post.Ended
			}
		}
		if s.Planned {
			f.Maintenance = append(f.Maintenance, r)
		} else {
			f.Incidents = append(f.Incidents, r)
		}
		for n := range s.Steps {
			at := s.publishedAt(n)
			if first.IsZero() || at.Before(first) {
				first = at
			}
			if u := s.Steps[n].Update.Amended; u.After(at) {
				at = u
			}
			if at.After(f.Changed) {
				f.Changed = at
			}
			for _, move := range s.Steps[n].Moves() {
				if at := s.publishedAt(n); move.Before != move.After && at.After(changed[move.Component]) {
					changed[move.Component] = at
				}
			}
		}
	}
	if first.IsZero() {
		first = f.Changed
	}
	for _, c := range p.Config.Components {
		v := FactComponent{Component: p.component(c, p.meta), StartDate: c.StartDate, Created: first, Changed: first}
		if !c.StartDate.IsZero() {
			v.Created, v.Changed = c.StartDate, c.StartDate
		}
		if at, ok := changed[c.ID]; ok {
			v.Changed = at
		}
		v.Uptime90 = v.Uptime
		if share, ok := p.board.UptimeOver(c.ID, 30); ok {
			v.Uptime30 = percent(share)
		}
		v.Months = p.monthsOf(c.ID)
		f.Components = append(f.Components, v)
	}
	slices.SortStableFunc(f.Incidents, func(a, b *Record) int { return cmp.Compare(b.First().Unix(), a.First().Unix()) })
	return f
}
