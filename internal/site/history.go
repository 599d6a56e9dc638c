package site

import (
	"slices"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/status"
)

// month is a month and the stories that began in it.
type month struct {
	start       time.Time
	ref         Ref
	incidents   []*story
	maintenance []*story
}

func (p *planner) monthStart(t time.Time) time.Time {
	year, number, _ := t.In(p.Config.Zone).Date()
	return time.Date(year, number, 1, 0, 0, 0, 0, p.Config.Zone)
}

// sortMonths puts every story into the month in which it began.
func (p *planner) sortMonths() {
	byStart := map[time.Time]*month{}
	var last *month
	at := func(start time.Time) *month {
		if last != nil && last.start.Equal(start) { // most stories follow one of their month
			return last
		}
		m := byStart[start]
		last = m
		if m == nil {
			m = &month{start: start, ref: Ref("history/" + start.Format("2006-01") + "/index.html")}
			byStart[start] = m
			p.months = append(p.months, m)
			last = m
		}
		return m
	}
	for _, s := range p.incidents {
		m := at(s.month)
		m.incidents = append(m.incidents, s)
	}
	for _, s := range slices.Backward(p.maintenance) {
		if p.begun(s) {
			m := at(s.month)
			m.maintenance = append(m.maintenance, s)
		}
	}
	slices.SortFunc(p.months, func(a, b *month) int { return b.start.Compare(a.start) })
}

func (p *planner) monthOf(s *story) *month {
	return p.monthAt(s.month)
}

// monthAt gives the month that starts at an instant, nil where nothing began in it.
func (p *planner) monthAt(start time.Time) *month {
	i, found := slices.BinarySearchFunc(p.months, start, func(m *month, t time.Time) int { return t.Compare(m.start) })
	if !found {
		return nil
	}
	return p.months[i]
}

func (m *month) link() *MonthLink {
	return &MonthLink{Start: m.start, Page: m.ref, Incidents: len(m.incidents), Maintenance: len(m.maintenance)}
}

func (p *planner) history(from venue) (title, description string, view any) {
	var v History
	for _, m := range p.months {
		if n := len(v.Years); n == 0 || v.Years[n-1].Year != m.start.Year() {
			v.Years = append(v.Years, Year{Year: m.start.Year()})
		}
		year := &v.Years[len(v.Years)-1]
		year.Months = append(year.Months, *m.link())
	}
	return from.Words.Word("history"), from.Words.Word("whole_history"), v
}

func (p *planner) month(i int, from venue) (title, description string, view any) {
	m := p.months[i]
	v := Month{Start: m.start, AllHistoryPage: "history/index.html"}
	if i > 0 {
		v.Newer = p.months[i-1].link()
	}
	if i+1 < len(p.months) {
		v.Older = p.months[i+1].link()
	}
	day := func(t time.Time) *Day {
		start := status.Midnight(t, p.Config.Zone)
		for i := range v.Days {
			if v.Days[i].Start.Equal(start) {
				return &v.Days[i]
			}
		}
		v.Days = append(v.Days, Day{Start: start, First: start})
		return &v.Days[len(v.Days)-1]
	}
	for _, s := range m.incidents {
		d := day(s.First())
		d.Incidents = append(d.Incidents, p.inList(s, from))
	}
	for _, s := range m.maintenance {
		d := day(s.State().Starts)
		d.Maintenance = append(d.Maintenance, p.maintenanceView(s, from))
	}
	slices.SortFunc(v.Days, func(a, b Day) int { return b.Start.Compare(a.Start) })
	v.Days = p.plainly(m.start, v.Days)
	name := from.Words.Month(m.start)
	return name, from.Words.Word("incident_history", "month", name), v
}

// plainly puts the days on which nothing began between the others, as far as the month has passed: those that follow one
// another as one.
func (p *planner) plainly(start time.Time, busy []Day) []Day {
	year, month, _ := start.Date()
	var all []Day
	for n := 1; ; n++ {
		day := time.Date(year, month, n, 0, 0, 0, 0, p.Config.Zone)
		if day.Month() != month || day.After(p.Now) {
			break
		}
		last := len(all) - 1
		i := slices.IndexFunc(busy, func(d Day) bool { return d.Start.Equal(day) })
		switch {
		case i >= 0:
			all = append(all, busy[i])
		case last >= 0 && all[last].quiet():
			all[last].Start = day
		default:
			all = append(all, Day{Start: day, First: day})
		}
	}
	for _, d := range busy { // maintenance that was called off before its day
		if d.Start.After(p.Now) {
			all = append(all, d)
		}
	}
	slices.Reverse(all)
	return all
}

func (d Day) quiet() bool { return len(d.Incidents)+len(d.Maintenance) == 0 }

func (p *planner) componentPage(c config.Component, from venue) (title, description string, view any) {
	folder := Ref("components/" + c.ID + "/")
	v := ComponentPage{Component: p.component(c, from.Meta), History: "history/index.html",
		Subscribe: []Link{{"RSS", folder + "feed.rss"}, {"Atom", folder + "feed.atom"}, {"JSON", folder + "feed.json"}, {from.Words.Word("calendar"), "/" + folder + "maintenance.ics"}}}
	for _, s := range p.incidents {
		if !slices.Contains(s.components, c.ID) {
			continue
		}
		if len(v.Incidents) == MaxComponentIncidents {
			v.More++
			continue
		}
		v.Incidents = append(v.Incidents, p.brief(s, from.Meta))
	}
	for _, s := range p.maintenance {
		if s.State().Status != incident.Cancelled && !s.Over() && slices.Contains(s.components, c.ID) {
			v.Upcoming = append(v.Upcoming, p.maintenanceView(s, from))
		}
	}
	v.Months = p.monthsOf(c.ID)
	return c.Name, c.Description, v
}

// monthsOf gives the uptime of a component by month, newest first. It leads to the months that tell of this component: the first
// incident of a month is no news for the pages of all others.
func (p *planner) monthsOf(component string) []MonthUptime {
	tells := func(s *story) bool { return slices.Contains(s.components, component) }
	var months []MonthUptime
	for _, m := range p.board().Months(component, MaxUptimeMonths) {
		u := MonthUptime{Start: m.Start, Uptime: percent(m.Share)}
		if month := p.monthAt(m.Start); month != nil && (slices.ContainsFunc(month.incidents, tells) || slices.ContainsFunc(month.maintenance, tells)) {
			u.Page, _ = p.find(string(month.ref))
		}
		months = append(months, u)
	}
	return months
}
