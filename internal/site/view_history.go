package site

import (
	"slices"
	"time"

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

func monthStart(t time.Time, zone *time.Location) time.Time {
	year, number, _ := t.In(zone).Date()
	return time.Date(year, number, 1, 0, 0, 0, 0, zone)
}

// inHistory reports whether a story belongs to the history: of maintenance, its window has begun, or it was called off.
func (s *story) inHistory() bool { return !s.Planned || s.State().Status != incident.Scheduled }

// monthsOf puts every story into the month in which it began, newest first.
func monthsOf(public *published, zone *time.Location) []*month {
	var months []*month
	byStart := map[time.Time]*month{}
	at := func(start time.Time) *month {
		m := byStart[start]
		if m == nil {
			m = &month{start: start, ref: Ref("history/" + start.Format(monthForm) + "/index.html")}
			byStart[start] = m
			months = append(months, m)
		}
		return m
	}
	var last *month // most stories follow one of their month
	for _, s := range public.incidents {
		if last == nil || !last.start.Equal(s.month) {
			last = at(s.month)
		}
		last.incidents = append(last.incidents, s)
	}
	for _, s := range slices.Backward(public.maintenance) {
		if s.inHistory() {
			m := at(s.month)
			m.maintenance = append(m.maintenance, s)
		}
	}
	slices.SortFunc(months, func(a, b *month) int { return b.start.Compare(a.start) })
	return months
}

func (p *Site) monthOf(s *story) *month {
	return p.monthAt(s.month)
}

// monthAt gives the month that starts at an instant, nil where nothing began in it.
func (p *Site) monthAt(start time.Time) *month {
	i, found := slices.BinarySearchFunc(p.months, start, func(m *month, t time.Time) int { return t.Compare(m.start) })
	if !found {
		return nil
	}
	return p.months[i]
}

func (m *month) link() *MonthLink {
	return &MonthLink{Start: m.start, Page: m.ref, Incidents: len(m.incidents), Maintenance: len(m.maintenance)}
}

func (p *Site) history(from venue) (title, description string, view any) {
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

func (p *Site) month(i int, from venue) (title, description string, view any) {
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
func (p *Site) plainly(start time.Time, busy []Day) []Day {
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
