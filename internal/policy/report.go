package policy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"settler.io/crier/internal/incident"
)

type ReportInput struct {
	Rules     Rules // Rules.Since is ignored in favour of Since below
	Incidents []incident.Incident
	Evidence  Evidence
	Since     time.Time // only incidents detected at or after this; zero: all
	Until     time.Time // only incidents detected before this; zero: all
	Now       time.Time
}

// Report sums up how well the runbook's rules were followed over a period: how many incidents there
// were, how long it took to respond, publish and resolve, and which deadlines were missed.
type Report struct {
	Since, Until time.Time
	Incidents    int
	Severities   []ReportedSeverity // severities that occurred, highest first
	Retracted    []string           // ids of incidents that were opened by mistake, in the order of the input
	Deadlines    []ReportedDeadline // of all incidents, soonest first
}

// ReportedDeadline is a deadline of an incident, with the highest severity that the incident
// reached.
type ReportedDeadline struct {
	Deadline
	Severity incident.Severity
}

// ReportedSeverity sums up the incidents of one severity. Each incident counts under the highest
// severity that it reached.
type ReportedSeverity struct {
	Severity  incident.Severity
	Incidents int
	Open      int // not resolved yet
	// Acknowledge, Public and Resolve measure the time from when an incident was detected until
	// someone acknowledged it, until its first update was public, and until it was last resolved.
	Acknowledge, Public, Resolve Measure
	Rules                        []Kept // rules that applied, in the order of Table
}

// Measure is the statistics of one duration over several incidents.
type Measure struct {
	Median, P90, Worst time.Duration // of the incidents in Count; zero if there are none
	Count              int           // incidents whose duration is proven
	Within, Judged     int           // deadlines met, out of those judged (met or missed)
	Unverified         int           // only their own dates say so; in no other number
	Late               time.Duration // median delay of those that missed the deadline and are over

	times, late []time.Duration // of which Median, P90, Worst and Late are made
}

// Share returns the share of deadlines met, from 0 to 1. ok is false if nothing was judged.
func (m Measure) Share() (share float64, ok bool) {
	if m.Judged == 0 {
		return 0, false
	}
	return float64(m.Within) / float64(m.Judged), true
}

// Kept counts the deadlines of one rule by state.
type Kept struct {
	Rule                                     Rule
	Met, Missed, Unverified, Waived, Waiting int
}

// NewReport returns the report. Like the rest of the package, it reads no clock and no files.
func NewReport(input ReportInput) Report {
	r := Report{Since: input.Since, Until: input.Until}
	if r.Until.IsZero() || r.Until.After(input.Now) {
		r.Until = input.Now
	}
	input.Rules.Since = input.Since
	rows := map[incident.Severity]*ReportedSeverity{}
	for _, i := range input.Incidents {
		j := input.Rules.judged(i, input.Evidence, input.Now)
		if len(j.out) == 0 || !input.Until.IsZero() && !j.detected.Before(input.Until) {
			continue
		}
		worst := j.history.Worst()
		if rows[worst] == nil {
			rows[worst] = &ReportedSeverity{Severity: worst}
		}
		rows[worst].add(j.history, j.out, j.releases[0].Update.Path)
		r.Incidents++
		if j.history.Retracted() {
			r.Retracted = append(r.Retracted, i.ID)
		}
		for _, d := range j.out {
			r.Deadlines = append(r.Deadlines, ReportedDeadline{d, worst})
		}
	}
	for _, severity := range incident.Severities {
		if row := rows[severity]; row != nil {
			slices.SortFunc(row.Rules, func(a, b Kept) int { return cmp.Compare(a.Rule.order(), b.Rule.order()) })
			for _, m := range []*Measure{&row.Acknowledge, &row.Public, &row.Resolve} {
				m.Median, m.P90, m.Worst, m.Count = Quantile(m.times, 0.5), Quantile(m.times, 0.9), Quantile(m.times, 1), len(m.times)
				m.Late = Quantile(m.late, 0.5)
			}
			r.Severities = append(r.Severities, *row)
		}
	}
	slices.SortStableFunc(r.Deadlines, func(a, b ReportedDeadline) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Incident, b.Incident), cmp.Compare(a.Rule, b.Rule))
	})
	return r
}

func (r Report) Missed() []ReportedDeadline {
	return slices.DeleteFunc(slices.Clone(r.Deadlines), func(d ReportedDeadline) bool { return d.State != Missed })
}

// add adds an incident with its deadlines. first is the path of its first update.
func (s *ReportedSeverity) add(history incident.History, deadlines []Deadline, first string) {
	s.Incidents++
	if !history.Over() {
		s.Open++
	}
	var respond, public, resolve []Deadline
	for _, d := range deadlines {
		n := slices.IndexFunc(s.Rules, func(k Kept) bool { return k.Rule == d.Rule })
		if n < 0 {
			n = len(s.Rules)
			s.Rules = append(s.Rules, Kept{Rule: d.Rule})
		}
		k := &s.Rules[n]
		*map[State]*int{Met: &k.Met, Missed: &k.Missed, Unverified: &k.Unverified, Waived: &k.Waived, Waiting: &k.Waiting}[d.State]++
		switch {
		case d.Rule == Respond:
			respond = append(respond, d)
		case d.Rule == Resolve:
			resolve = append(resolve, d)
		case d.Rule == Publish && d.Path == first:
			public = append(public, d)
		}
	}
	s.Acknowledge.add(respond)
	s.Public.add(public)
	s.Resolve.add(resolve)
}

// add adds the deadlines that an incident has for one rule. There may be several if its severity
// was raised or lowered.
func (m *Measure) add(deadlines []Deadline) {
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
		m.Unverified++
		return
	}
	m.Judged++
	if !missed {
		m.Within++
	}
	if over {
		return
	}
	m.times = append(m.times, max(0, end.Sub(from)))
	if missed {
		m.late = append(m.late, late)
	}
}

// Quantile returns the q-quantile of the durations, with q from 0 to 1, interpolated linearly
// between the two nearest values (Hyndman and Fan, type 7, as in spreadsheets). It returns zero if
// there are none.
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
