package site

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/status"
)

func (p *Site) overview(from pageContext) (title, description string, view any) {
	today := status.StartOfDay(p.Now, p.Config.Zone)
	year, month, day := today.Date()
	horizon := status.Date(year, month, day+UpcomingDays+1, p.Config.Zone)
	v := &Overview{State: p.board().Overall(), Quiet: p.quietDays(today), Groups: p.groups(from.Meta), Days: p.recent(today, from)}
	for _, a := range p.public.Announcements {
		if a.Until.IsZero() || a.Until.After(p.Now) {
			source, foreign := p.source(from.Meta, a.Path, a.Translations)
			v.Announcements = append(v.Announcements, Announcement{
				ID: a.ID, Title: from.titleOf(a.Title, a.Translations), Date: a.Date, Until: a.Until, HTML: p.html(source, from), Markdown: p.markdown(source), Foreign: foreign,
			})
		}
	}
	open := slices.DeleteFunc(slices.Clone(p.public.Incidents), func(s *published.Incident) bool { return s.Over() })
	slices.SortStableFunc(open, func(a, b *published.Incident) int { return cmp.Compare(a.State().Severity, b.State().Severity) })
	for _, s := range open {
		v.Open = append(v.Open, p.open(s, from))
		v.Changed = incident.Later(v.Changed, s.Last().Update.Date)
	}
	for _, s := range p.public.Maintenance {
		switch state := s.State(); {
		case state.Status == incident.InProgress, state.Status == incident.Verifying:
			v.Active = append(v.Active, p.maintenanceView(s, from))
			v.Changed = incident.Later(v.Changed, s.Last().Update.Date)
		case state.Status == incident.Scheduled && state.Starts.Before(horizon):
			v.Upcoming = append(v.Upcoming, p.maintenanceView(s, from))
		}
	}
	for _, i := range v.Open {
		if i.Updated.Equal(v.Changed) {
			i.Updated = time.Time{}
		}
	}
	if v.Changed.IsZero() {
		for _, s := range p.public.All() {
			v.Changed = incident.Later(v.Changed, s.End())
		}
	}
	return "", p.Meta.Description, v
}

// quietDays counts the days that have ended since the last incident, or else since the site began;
// it returns zero while an incident is open.
func (p *Site) quietDays(today time.Time) int {
	last := p.since()
	if !last.IsZero() && len(p.public.Incidents) == 0 {
		last = last.AddDate(0, 0, -1) // its first day was quiet, too
	}
	for _, s := range p.public.Incidents {
		if !s.Over() {
			return 0
		}
		last = incident.Later(last, s.End())
	}
	if last.IsZero() {
		return 0
	}
	days := today.Sub(status.StartOfDay(last, p.Config.Zone)) / time.Hour
	return max(0, int(days+12)/24-1)
}

// began returns when the site began: the earliest start of a component, or else of its content;
// zero without either.
func (p *Site) began() (since time.Time) {
	earliest := func(t time.Time) {
		if since.IsZero() || !t.IsZero() && t.Before(since) {
			since = t
		}
	}
	for i := range p.Config.Components {
		earliest(p.Config.Components[i].StartDate)
	}
	if !since.IsZero() {
		return since
	}
	for _, s := range p.public.All() {
		earliest(s.First())
	}
	for _, a := range p.public.Announcements {
		earliest(a.Date)
	}
	return since
}

// groups lists the components by group, in the order of config.toml, those without a group first.
func (p *Site) groups(meta *Meta) []Group {
	few := len(p.Config.Components) <= MaxOpenComponents
	groups := []Group{{Open: true}}
	for _, g := range p.Config.Groups {
		groups = append(groups, Group{ID: g.ID, Code: cmp.Or(g.Code, Identify("group", g.ID)), Name: g.Name, Description: g.Description, Open: few})
		if g.Collapse != nil {
			groups[len(groups)-1].Open = !*g.Collapse
		}
	}
	for _, c := range p.Config.Components {
		for i := range groups {
			if groups[i].ID == c.Group {
				groups[i].Components = append(groups[i].Components, p.component(c, meta))
			}
		}
	}
	groups = slices.DeleteFunc(groups, func(g Group) bool { return len(g.Components) == 0 })
	for i := range groups {
		groups[i].Condition = incident.Operational
		for _, c := range groups[i].Components {
			groups[i].Condition = max(groups[i].Condition, c.Condition)
		}
		groups[i].Open = groups[i].Open || groups[i].Condition != incident.Operational
	}
	return groups
}

func (p *Site) component(c config.Component, meta *Meta) Component {
	v := Component{ID: c.ID, Name: c.Name, Description: c.Description, Condition: p.board().Now(c.ID), Page: componentRef(c.ID)}
	for _, g := range p.Config.Groups {
		if g.ID == c.Group {
			v.Group = g.Name
		}
	}
	if share, ok := p.board().UptimeOver(c.ID, BarDays); ok {
		v.Uptime = percent(share)
	}
	if share, ok := p.board().UptimeOver(c.ID, 30); ok {
		v.Uptime30 = percent(share)
	}
	for _, day := range p.board().Days(c.ID, BarDays) {
		bar := Bar{Start: day.Start, Worst: day.Worst}
		for _, e := range day.Events {
			bar.Events = append(bar.Events, BarEvent{Title: e.Cause.LastTitleIn(meta.translation()), Page: links.Of(e.Cause), Worst: e.Worst, For: e.For})
		}
		v.Bars = append(v.Bars, bar)
	}
	return v
}

// percent formats a share with two decimals, rounded down so that no outage disappears; 1 is "100".
func percent(share float64) string {
	hundredths := math.Floor(share*10000 + 1e-6)
	if hundredths >= 10000 {
		return "100"
	}
	return fmt.Sprintf("%d.%02d", int(hundredths)/100, int(hundredths)%100)
}

// recent lists the last days and what is over of what began on them. An incident that began earlier
// is listed on the day of its last update, if that is one of them.
func (p *Site) recent(today time.Time, from pageContext) []Day {
	first := status.DaysBack(today, p.Config.Zone, RecentDays)[0]
	busy := newDays(p.Config.Zone)
	for _, s := range p.public.Incidents {
		at := s.First()
		if at.Before(first) {
			at = s.Last().Update.Date
		}
		if s.Over() && !at.Before(first) {
			d := busy.day(at)
			d.Incidents = append(d.Incidents, p.incident(s, from))
		}
		if end := s.End(); end.IsZero() || !end.Before(first) {
			busy.lasting = append(busy.lasting, s)
		}
	}
	for _, s := range p.public.Maintenance {
		if starts := s.State().Starts; s.Over() && !starts.Before(first) && starts.Before(status.NextDay(today, p.Config.Zone)) {
			d := busy.day(starts)
			d.Maintenance = append(d.Maintenance, p.maintenanceView(s, from))
		}
	}
	return busy.list(first, today, p.since())
}
