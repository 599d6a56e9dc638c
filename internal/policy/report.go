// Package report sums up how the runbook's rules were kept over a time: how many incidents there were, how long it took to
// answer, to tell and to end them, how often that was in time, and what was missed and why. It takes incidents, rules,
// evidence and the instant; it reads no clock and no files.
package policy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

// Input is what a report is made of.
type ReportInput struct {
	Rules     Rules // its Since is not looked at: see Since below
	Incidents []incident.Incident
	Evidence  Evidence
	Since     time.Time // incidents detected from here on; zero: all
	Until     time.Time // and before this; zero: until now
	Now       time.Time
}

// Report says how the rules were kept.
type Report struct {
	Since, Until time.Time
	Incidents    int
	Severities   []ReportedSeverity // those that there were, the highest first
	Deadlines    []ReportedDeadline // of all incidents, soonest first
}

// Deadline is one of an incident, with the highest severity that the incident reached.
type ReportedDeadline struct {
	Deadline
	Severity incident.Severity
}

// Severity is how the incidents of one severity went. An incident counts for the highest that it reached.
type ReportedSeverity struct {
	Severity  incident.Severity
	Incidents int
	Open      int // not resolved
	// Acknowledge, Public and Resolve count from when an incident was detected: to somebody taking it on, to its first
	// update being public, to its last resolution.
	Acknowledge, Public, Resolve Measure
	Rules                        []Kept // in the order of policy.Table, those that applied
}

// Measure is one time of many incidents.
type Measure struct {
	Median, P90, Worst time.Duration // of those that Count counts; zero without any
	Count              int           // incidents whose time is proven
	Within, Judged     int           // how many of the judged ones kept their deadline; an open one that is overdue did not
	Unverified         int           // nothing but the file's own date speaks for them: in no other number
	Late               time.Duration // median of how late the others were, of those that are over
}

// Share is the part within target, from 0 to 1; ok is false when nothing was judged.
func (m Measure) Share() (share float64, ok bool) {
	if m.Judged == 0 {
		return 0, false
	}
	return float64(m.Within) / float64(m.Judged), true
}

// Kept counts the deadlines of one rule by how they stand.
type Kept struct {
	Rule                                     Rule
	Met, Missed, Unverified, Waived, Waiting int
}

// Make makes the report.
func NewReport(input ReportInput) Report {
	r := Report{Since: input.Since, Until: input.Until}
	if r.Until.IsZero() || r.Until.After(input.Now) {
		r.Until = input.Now
	}
	rules := input.Rules
	rules.Since = time.Time{}
	rows := map[incident.Severity]*reportRow{}
	for _, i := range input.Incidents {
		deadlines := rules.Deadlines(i, input.Evidence, input.Now)
		updates := come(i, input.Now.Add(rules.Tolerance))
		if len(updates) == 0 || len(deadlines) == 0 {
			continue
		}
		detected := updates[0].Date
		if !updates[0].Detected.IsZero() {
			detected = updates[0].Detected
		}
		if detected.Before(input.Since) || !detected.Before(r.Until) {
			continue
		}
		i.Updates = updates
		history := incident.Fold(i)
		worst := history.Worst()
		if rows[worst] == nil {
			rows[worst] = &reportRow{kept: map[Rule]*Kept{}}
		}
		rows[worst].add(history, deadlines, updates[0].Path)
		r.Incidents++
		for _, d := range deadlines {
			r.Deadlines = append(r.Deadlines, ReportedDeadline{d, worst})
		}
	}
	for severity := incident.P0; severity <= incident.P3; severity++ {
		if row := rows[severity]; row != nil {
			r.Severities = append(r.Severities, row.sum(severity))
		}
	}
	slices.SortStableFunc(r.Deadlines, func(a, b ReportedDeadline) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Rule, b.Rule))
	})
	return r
}

// Missed picks the deadlines that were missed.
func (r Report) Missed() []ReportedDeadline {
	var missed []ReportedDeadline
	for _, d := range r.Deadlines {
		if d.State == Missed {
			missed = append(missed, d)
		}
	}
	return missed
}

// come gives the updates of an incident that are no drafts and whose date has come.
func come(i incident.Incident, by time.Time) []incident.Update {
	return slices.DeleteFunc(incident.Sorted(i.Updates), func(u incident.Update) bool { return u.Draft || u.Date.After(by) })
}

// row collects the incidents of a severity.
type reportRow struct {
	incidents, open              int
	acknowledge, public, resolve reportSample
	kept                         map[Rule]*Kept
}

// sample collects one time.
type reportSample struct {
	times, late                []time.Duration
	within, judged, unverified int
}

func (r *reportRow) add(history incident.History, deadlines []Deadline, first string) {
	r.incidents++
	if !history.Over() {
		r.open++
	}
	var respond, public, resolve []Deadline
	for _, d := range deadlines {
		k := r.kept[d.Rule]
		if k == nil {
			k = &Kept{Rule: d.Rule}
			r.kept[d.Rule] = k
		}
		switch d.State {
		case Met:
			k.Met++
		case Missed:
			k.Missed++
		case Unverified:
			k.Unverified++
		case Waived:
			k.Waived++
		case Waiting:
			k.Waiting++
		}
		switch {
		case d.Rule == Respond:
			respond = append(respond, d)
		case d.Rule == Resolve:
			resolve = append(resolve, d)
		case d.Rule == Publish && d.Path == first:
			public = append(public, d)
		}
	}
	r.acknowledge.add(respond)
	r.public.add(public)
	r.resolve.add(resolve)
}

// add takes the deadlines of an incident for one thing: one, or more when the severity was raised or lowered.
func (s *reportSample) add(deadlines []Deadline) {
	var from, end time.Time
	var late time.Duration
	missed, unverified, over := false, false, false
	for _, d := range deadlines {
		switch d.State {
		case Waived, Waiting:
			continue
		case Unverified:
			unverified = true
		case Missed:
			missed = true
		}
		if d.State == Missed && d.MetAt.IsZero() {
			over = true // still open
		}
		if from.IsZero() || d.From.Before(from) {
			from = d.From
		}
		if d.MetAt.After(end) {
			end = d.MetAt
		}
		late = max(late, d.Late(d.MetAt))
	}
	switch {
	case from.IsZero():
		return
	case unverified && !missed:
		s.unverified++
		return
	}
	s.judged++
	if !missed {
		s.within++
	}
	if over {
		return
	}
	s.times = append(s.times, max(0, end.Sub(from)))
	if missed {
		s.late = append(s.late, late)
	}
}

func (r *reportRow) sum(severity incident.Severity) ReportedSeverity {
	out := ReportedSeverity{Severity: severity, Incidents: r.incidents, Open: r.open,
		Acknowledge: r.acknowledge.measure(), Public: r.public.measure(), Resolve: r.resolve.measure()}
	for _, row := range Table {
		if k := r.kept[row.Rule]; k != nil {
			out.Rules = append(out.Rules, *k)
		}
	}
	return out
}

func (s reportSample) measure() Measure {
	return Measure{Median: Quantile(s.times, 0.5), P90: Quantile(s.times, 0.9), Worst: Quantile(s.times, 1), Count: len(s.times),
		Within: s.within, Judged: s.judged, Unverified: s.unverified, Late: Quantile(s.late, 0.5)}
}

// Quantile gives the value below which the share q, from 0 to 1, of the durations lies, interpolated linearly between the
// two nearest (Hyndman and Fan, type 7, as spreadsheets do); zero without any.
func Quantile(durations []time.Duration, q float64) time.Duration {
	if len(durations) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(durations))
	at := q * float64(len(sorted)-1)
	low := int(math.Floor(at))
	high := min(low+1, len(sorted)-1)
	return sorted[low] + time.Duration(math.Round((at-float64(low))*float64(sorted[high]-sorted[low])))
}
