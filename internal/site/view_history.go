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
	v := &History{}
	since, oldest := p.since(), status.NextMonth(p.Now, p.Config.Zone)
	for range HistoryMonths {
		end := oldest
		oldest = status.StartOfMonth(end.Add(-1), p.Config.Zone)
		if p.monthAt(oldest) == nil && !since.IsZero() && end.After(since) {
			v.Months = append(v.Months, HistoryMonth{Start: oldest})
		}
	}
	for _, m := range p.months {
		if m.Start.Before(oldest) {
			if n := len(v.Years); n == 0 || v.Years[n-1].Year != m.Start.Year() {
				v.Years = append(v.Years, Year{Year: m.Start.Year()})
			}
			year := &v.Years[len(v.Years)-1]
			year.Months = append(year.Months, *monthLink(m))
			continue
		}
		month := HistoryMonth{Start: m.Start, Page: monthRef(m.Start)}
		for _, s := range m.Incidents {
			month.Incidents = append(month.Incidents, p.incident(s, from))
		}
		for _, s := range m.Maintenance {
			month.Maintenance = append(month.Maintenance, p.maintenanceView(s, from))
		}
		v.Months = append(v.Months, month)
	}
	slices.SortFunc(v.Months, func(a, b HistoryMonth) int { return b.Start.Compare(a.Start) })
	return from.Words.Word("history"), from.Words.Word("whole_history"), v
}

func (p *Site) month(i int, from pageContext) (title, description string, view any) {
	m := p.months[i]
	v := &Month{Start: m.Start}
	if i > 0 {
		v.Newer = monthLink(p.months[i-1])
	}
	if i+1 < len(p.months) {
		v.Older = monthLink(p.months[i+1])
	}
	busy := newDays(p.Config.Zone)
	busy.lasting = slices.Concat(m.Incidents, m.Lasting)
	for _, s := range m.Incidents {
		d := busy.day(s.First())
		d.Incidents = append(d.Incidents, p.incident(s, from))
	}
	for _, s := range m.Maintenance {
		d := busy.day(s.State().Starts)
		d.Maintenance = append(d.Maintenance, p.maintenanceView(s, from))
	}
	last := status.StartOfDay(status.NextMonth(m.Start, p.Config.Zone).Add(-1), p.Config.Zone)
	if p.Now.Before(last) {
		last = status.StartOfDay(p.Now, p.Config.Zone)
	}
	v.Days = busy.list(m.Start, last, p.since())
	name := from.Words.Month(m.Start)
	return name, from.Words.Word("incident_history", "month", name), v
}

// days are what a period shows, by day.
type days struct {
	zone    *time.Location
	busy    map[time.Time]*Day    // by the start of the day
	lasting []*published.Incident // that may have gone on in the period
}

func newDays(zone *time.Location) *days { return &days{zone: zone, busy: map[time.Time]*Day{}} }

// day returns the day that contains t, to add what began on it.
func (d *days) day(t time.Time) *Day {
	start := status.StartOfDay(t, d.zone)
	if d.busy[start] == nil {
		d.busy[start] = &Day{Start: start, First: start}
	}
	return d.busy[start]
}

// list returns the days that show something, and runs of days without incidents from first to last
// and since the site began, newest first. Other days, on which an earlier incident went on, are in
// neither.
func (d *days) list(first, last, since time.Time) (list []Day) {
	for _, day := range d.busy {
		list = append(list, *day)
	}
	for day, run := first, false; !day.After(last); day = status.NextDay(day, d.zone) {
		next := status.NextDay(day, d.zone)
		quiet := d.busy[day] == nil && !since.IsZero() && next.After(since) && !slices.ContainsFunc(d.lasting, func(s *published.Incident) bool {
			return s.First().Before(next) && (s.End().IsZero() || s.End().After(day))
		})
		switch {
		case quiet && run:
			list[len(list)-1].Start = day
		case quiet:
			list = append(list, Day{Start: day, First: day})
		}
		run = quiet
	}
	slices.SortFunc(list, func(a, b Day) int { return b.Start.Compare(a.Start) })
	return list
}
