package published

import (
	"slices"
	"time"
)

type Month struct {
	Start       time.Time
	Incidents   []*Incident
	Maintenance []*Incident
	Lasting     []*Incident // incidents that began earlier and went on in it
}

// Months lists the months of the history, newest first.
func (s *Snapshot) Months() []*Month {
	var months []*Month
	byStart := map[time.Time]*Month{}
	at := func(start time.Time) *Month {
		m := byStart[start]
		if m == nil {
			m = &Month{Start: start}
			byStart[start] = m
			months = append(months, m)
		}
		return m
	}
	for _, i := range s.Incidents {
		month := at(i.Month)
		month.Incidents = append(month.Incidents, i)
	}
	for _, m := range slices.Backward(s.Maintenance) {
		if m.InHistory() {
			month := at(m.Month)
			month.Maintenance = append(month.Maintenance, m)
		}
	}
	slices.SortFunc(months, func(a, b *Month) int { return b.Start.Compare(a.Start) })
	for n, m := range months {
		for _, i := range m.Incidents {
			for later := n - 1; later >= 0 && (!i.Over() || i.End().After(months[later].Start)); later-- {
				months[later].Lasting = append(months[later].Lasting, i)
			}
		}
	}
	return months
}

// ByMonth returns what began in each month, newest first, by the start of the month. It includes
// maintenance that is still to come.
func (s *Snapshot) ByMonth() map[time.Time][]*Incident {
	all := map[time.Time][]*Incident{}
	for _, i := range s.All() {
		all[i.Month] = append(all[i.Month], i)
	}
	for _, own := range all {
		slices.SortStableFunc(own, func(a, b *Incident) int { return b.Began.Compare(a.Began) })
	}
	return all
}
