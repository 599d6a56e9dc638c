package site

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/status"
)

func (p *Site) overview(from pageContext) (title, description string, view any) {
	v := Overview{
		State:   p.board().Overall(),
		History: "history/index.html",
		Feeds:   []Link{{"RSS", "feed.rss"}},
		Groups:  p.groups(from.Meta),
		Days:    p.recent(from),
	}
	for _, a := range p.public.Announcements {
		if a.Until.IsZero() || a.Until.After(p.Now) {
			source, foreign := p.source(from.Meta, a.Path, a.Translations)
			title := a.Title
			if t, ok := incident.Translated(a.Translations, from.translation()); ok && t.Title != "" {
				title = t.Title
			}
			v.Announcements = append(v.Announcements, Announcement{
				ID: a.ID, Title: title, Date: a.Date, Until: a.Until, HTML: p.html(source, from), Markdown: p.markdown(source), Foreign: foreign,
			})
		}
	}
	open := slices.DeleteFunc(slices.Clone(p.public.Incidents), func(s *published.Incident) bool { return s.Over() })
	slices.SortStableFunc(open, func(a, b *published.Incident) int { return cmp.Compare(a.State().Severity, b.State().Severity) })
	for _, s := range open {
		v.Open = append(v.Open, p.incident(s, from))
	}
	for _, s := range p.public.Maintenance {
		switch s.State().Status {
		case incident.InProgress, incident.Verifying:
			v.Active = append(v.Active, p.maintenanceView(s, from))
		case incident.Scheduled:
			v.Upcoming = append(v.Upcoming, p.maintenanceView(s, from))
		}
	}
	changed := func(updates []Update) {
		if len(updates) > 0 && updates[0].Date.After(v.Changed) {
			v.Changed = updates[0].Date
		}
	}
	for _, i := range v.Open {
		changed(i.Updates())
	}
	for _, m := range v.Active {
		changed(m.Updates)
	}
	return "", p.Meta.Description, v
}

// groups lists the components by group, in the order of config.toml, those without a group first.
func (p *Site) groups(meta *Meta) []Group {
	few := len(p.Config.Components) <= MaxOpenComponents
	groups := []Group{{Open: true}}
	for _, g := range p.Config.Groups {
		groups = append(groups, Group{ID: g.ID, Name: g.Name, Description: g.Description, Open: few})
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
		var conditions []incident.Condition
		groups[i].Condition = incident.Operational
		for _, c := range groups[i].Components {
			conditions = append(conditions, c.Condition)
			groups[i].Condition = max(groups[i].Condition, c.Condition)
		}
		groups[i].State = status.RollUp(conditions)
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
	for _, day := range p.board().Days(c.ID, BarDays) {
		bar := Bar{Start: day.Start, Worst: day.Worst}
		for _, e := range day.Events {
			section := "incidents/"
			if e.Cause.Planned {
				section = "maintenance/"
			}
			bar.Events = append(bar.Events, BarEvent{
				Title: e.Cause.LastTitleIn(meta.translation()), Page: Ref(section + e.Cause.ID + "/index.html"), Worst: e.Worst, For: e.For,
			})
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

// recent lists the last days and what began on them. An incident that began earlier is listed on
// the day of its last update, if that is one of them.
func (p *Site) recent(from pageContext) []Day {
	starts := status.DaysBack(p.Now, p.Config.Zone, RecentDays)
	slices.Reverse(starts)
	days := make([]Day, len(starts))
	for i, start := range starts {
		days[i].Start, days[i].First = start, start
	}
	first := starts[len(starts)-1]
	dayOf := func(t time.Time) *Day {
		for i := range days {
			if !t.Before(days[i].Start) {
				return &days[i]
			}
		}
		return nil
	}
	for _, s := range p.public.Incidents {
		at := s.First()
		if at.Before(first) {
			at = s.Last().Update.Date
		}
		if day := dayOf(at); day != nil {
			day.Incidents = append(day.Incidents, p.withLatest(s, from))
		}
	}
	for _, s := range p.public.Maintenance {
		if day := dayOf(s.State().Starts); day != nil && s.InHistory() {
			day.Maintenance = append(day.Maintenance, p.maintenanceView(s, from))
		}
	}
	return days
}
