package cli

import (
	"time"

	"settler.io/crier/internal/policy"
)

// reportJSON writes the output of report --format json; docs/cli.md describes it.
func (a *app) reportJSON(r policy.Report, now time.Time) error {
	type measureJSON struct {
		Within     int      `json:"within"`
		Judged     int      `json:"judged"`
		Share      *float64 `json:"share"`
		Median     *int64   `json:"median_seconds"`
		P90        *int64   `json:"p90_seconds"`
		Worst      *int64   `json:"worst_seconds"`
		Late       *int64   `json:"late_seconds"`
		Unverified int      `json:"unverified"`
	}
	type keptJSON struct {
		Rule       policy.Rule `json:"rule"`
		Met        int         `json:"met"`
		Missed     int         `json:"missed"`
		Unverified int         `json:"unverified"`
		Waived     int         `json:"waived"`
		Waiting    int         `json:"waiting"`
	}
	type severityJSON struct {
		Severity    string      `json:"severity"`
		Incidents   int         `json:"incidents"`
		Open        int         `json:"open"`
		Acknowledge measureJSON `json:"acknowledge"`
		Public      measureJSON `json:"public"`
		Resolve     measureJSON `json:"resolve"`
		Rules       []keptJSON  `json:"rules"`
	}
	type missedJSON struct {
		Severity string `json:"severity"`
		deadlineJSON
	}
	out := struct {
		Since      string         `json:"since,omitempty"`
		Until      string         `json:"until"`
		Incidents  int            `json:"incidents"`
		Severities []severityJSON `json:"severities"`
		Missed     []missedJSON   `json:"missed"`
	}{Since: stampJSON(r.Since), Until: stampJSON(r.Until), Incidents: r.Incidents, Severities: []severityJSON{}, Missed: []missedJSON{}}
	measure := func(m policy.Measure) measureJSON {
		j := measureJSON{Within: m.Within, Judged: m.Judged, Unverified: m.Unverified}
		if share, ok := m.Share(); ok {
			j.Share = &share
		}
		if m.Count > 0 {
			median, p90, worst := seconds(m.Median), seconds(m.P90), seconds(m.Worst)
			j.Median, j.P90, j.Worst = &median, &p90, &worst
		}
		if m.Late > 0 {
			late := seconds(m.Late)
			j.Late = &late
		}
		return j
	}
	for _, s := range r.Severities {
		j := severityJSON{Severity: s.Severity.String(), Incidents: s.Incidents, Open: s.Open, Acknowledge: measure(s.Acknowledge), Public: measure(s.Public), Resolve: measure(s.Resolve)}
		for _, k := range s.Rules {
			j.Rules = append(j.Rules, keptJSON(k))
		}
		out.Severities = append(out.Severities, j)
	}
	for _, d := range r.Missed() {
		out.Missed = append(out.Missed, missedJSON{d.Severity.String(), newDeadlineJSON(d.Deadline, now)})
	}
	return a.writeJSON(out)
}
