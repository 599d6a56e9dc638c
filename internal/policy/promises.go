package policy

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

// Promised is a public incident, as far as Promises judges it.
type Promised struct {
	*incident.History
	Posted time.Time // when its first update was posted
	Secret bool      // a security incident: nothing is said of it
}

// Quarter says how the promises to readers were kept in a quarter that has ended. It counts the
// incidents that were resolved in it.
type Quarter struct {
	Year, Number int                // Number is 1 to 4
	Severities   []SeverityPromises // those that occurred, highest first
	Misses       []Miss             // in the order of the incidents
}

type SeverityPromises struct {
	Severity incident.Severity
	First    Promise // the first update was posted in time, by its severity
	// Resolution is counted from when the incident had its highest severity, for that severity.
	Resolution Promise
	Median     time.Duration // of those times; zero if there are none
}

// Promise counts how often a promise was kept.
type Promise struct {
	Within   time.Duration
	Kept, Of int
}

type Miss struct {
	Incident *incident.History
	Rule     Rule // Publish or Resolve
	Late     time.Duration
}

// Promises returns how the promises were kept in each quarter that has ended in the zone, newest
// first. It judges by what readers see: the dates of updates and when the first one was posted.
// Whether a rule was waived makes no difference.
func (r Rules) Promises(incidents []Promised, zone *time.Location, now time.Time) []Quarter {
	type row struct {
		SeverityPromises
		times []time.Duration
	}
	type quarter struct {
		rows   [incident.P3 + 1]row
		misses []Miss
	}
	numberOf := func(t time.Time) int { return t.In(zone).Year()*4 + int(t.In(zone).Month()-1)/3 }
	quarters := map[int]*quarter{}
	for _, i := range incidents {
		if i.Secret || !i.Over() || i.First().Before(r.Since) || numberOf(i.End()) >= numberOf(now) {
			continue
		}
		q := quarters[numberOf(i.End())]
		if q == nil {
			q = &quarter{}
			quarters[numberOf(i.End())] = q
		}
		judge := func(p *Promise, rule Rule, within, took time.Duration) {
			p.Within = within
			p.Of++
			if took <= within {
				p.Kept++
				return
			}
			q.misses = append(q.misses, Miss{i.History, rule, took - within})
		}
		first, worst := i.Steps[0].After.Severity, i.Worst()
		judge(&q.rows[first].First, Publish, r.immediately(r.Severity[first].Publish), i.Posted.Sub(i.First()))
		n := slices.IndexFunc(i.Steps, func(s incident.Step) bool { return s.After.Severity == worst })
		took := i.End().Sub(i.Steps[n].Update.Date)
		q.rows[worst].times = append(q.rows[worst].times, took)
		if within := r.Severity[worst].Resolve; within > 0 {
			judge(&q.rows[worst].Resolution, Resolve, within, took)
		}
	}
	var list []Quarter
	for number, q := range quarters {
		one := Quarter{Year: number / 4, Number: number%4 + 1, Misses: q.misses}
		for s, row := range q.rows {
			if row.First.Of+len(row.times) > 0 {
				row.Severity, row.Median = incident.Severity(s), Quantile(row.times, 0.5)
				one.Severities = append(one.Severities, row.SeverityPromises)
			}
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b Quarter) int { return cmp.Or(b.Year-a.Year, b.Number-a.Number) })
	return list
}
