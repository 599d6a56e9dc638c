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
	rows := map[incident.Severity]*reportRow{}
	for _, i := range input.Incidents {
		j := input.Rules.judged(i, input.Evidence, input.Now)
		if len(j.out) == 0 || !input.Until.IsZero() && !j.detected.Before(input.Until) {
			continue
		}
		worst := j.history.Worst()
		if rows[worst] == nil {
			rows[worst] = &reportRow{kept: map[Rule]*Kept{}}
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

func (r Report) Missed() []ReportedDeadline {
	return slices.DeleteFunc(slices.Clone(r.Deadlines), func(d ReportedDeadline) bool { return d.State != Missed })
}

// reportRow collects the incidents of a severity.
type reportRow struct {
	incidents, open              int
	acknowledge, public, resolve reportSample
	kept                         map[Rule]*Kept
}

// reportSample collects the values of one Measure.
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
	r.acknowledge.add(respond)
	r.public.add(public)
	r.resolve.add(resolve)
}

// add adds the deadlines that an incident has for one rule. There may be several if its severity
// was raised or lowered.
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
