package site

import (
	"slices"
	"time"

	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/status"
)

// monthAt returns the month that starts at an instant; nil if nothing began in it.
func (p *Site) monthAt(start time.Time) *published.Month {
	i, found := slices.BinarySearchFunc(p.months, start, func(m *published.Month, t time.Time) int { return t.Compare(m.Start) })
	if !found {
		return nil
	}
	return p.months[i]
}

func monthLink(m *published.Month) *MonthLink {
	return &MonthLink{Start: m.Start, Page: monthRef(m.Start), Incidents: len(m.Incidents), Maintenance: len(m.Maintenance)}
}

func (p *Site) history(from pageContext) (title, description string, view any) {
	var v History
	for _, m := range p.months {
		if n := len(v.Years); n == 0 || v.Years[n-1].Year != m.Start.Year() {
			v.Years = append(v.Years, Year{Year: m.Start.Year()})
		}
		year := &v.Years[len(v.Years)-1]
		year.Months = append(year.Months, *monthLink(m))
	}
	return from.Words.Word("history"), from.Words.Word("whole_history"), v
}

func (p *Site) month(i int, from pageContext) (title, description string, view any) {
	m := p.months[i]
	v := Month{Start: m.Start, AllHistoryPage: "history/index.html"}
	if i > 0 {
		v.Newer = monthLink(p.months[i-1])
	}
	if i+1 < len(p.months) {
		v.Older = monthLink(p.months[i+1])
	}
	day := func(t time.Time) *Day {
		start := status.StartOfDay(t, p.Config.Zone)
		for i := range v.Days {
			if v.Days[i].Start.Equal(start) {
				return &v.Days[i]
			}
		}
		v.Days = append(v.Days, Day{Start: start, First: start})
		return &v.Days[len(v.Days)-1]
	}
	for _, s := range m.Incidents {
		d := day(s.First())
		d.Incidents = append(d.Incidents, p.withLatest(s, from))
	}
	for _, s := range m.Maintenance {
		d := day(s.State().Starts)
		d.Maintenance = append(d.Maintenance, p.maintenanceView(s, from))
	}
	slices.SortFunc(v.Days, func(a, b Day) int { return b.Start.Compare(a.Start) })
	v.Days = p.withQuietDays(m.Start, v.Days)
	name := from.Words.Month(m.Start)
	return name, from.Words.Word("incident_history", "month", name), v
}

// withQuietDays adds the days of the month so far on which nothing began. Consecutive ones are one
// entry.
func (p *Site) withQuietDays(start time.Time, busy []Day) []Day {
	var all []Day
	end := status.NextMonth(start, p.Config.Zone)
	for day := start; day.Before(end) && !day.After(p.Now); day = status.NextDay(day, p.Config.Zone) {
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
	for _, d := range busy { // maintenance that was cancelled before its day
		if d.Start.After(p.Now) {
			all = append(all, d)
		}
	}
	slices.Reverse(all)
	return all
}

func (d Day) quiet() bool { return len(d.Incidents)+len(d.Maintenance) == 0 }
