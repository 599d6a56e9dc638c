package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/policy"
)

// Rules is the report over a period in JSON.
type Rules struct {
	Since      string     `json:"since,omitempty"`
	Until      string     `json:"until"`
	Incidents  int        `json:"incidents"`
	Severities []severity `json:"severities"`
	Retracted  []string   `json:"retracted"`
	Missed     []missed   `json:"missed"`
}

type severity struct {
	Severity    string  `json:"severity"`
	Incidents   int     `json:"incidents"`
	Open        int     `json:"open"`
	Acknowledge measure `json:"acknowledge"`
	Public      measure `json:"public"`
	Resolve     measure `json:"resolve"`
	Rules       []kept  `json:"rules"`
}

type measure struct {
	Within     int      `json:"within"`
	Judged     int      `json:"judged"`
	Share      *float64 `json:"share"`
	Median     *int64   `json:"median_seconds"`
	P90        *int64   `json:"p90_seconds"`
	Worst      *int64   `json:"worst_seconds"`
	Late       *int64   `json:"late_seconds"`
	Unverified int      `json:"unverified"`
}

type kept struct {
	Rule       policy.Rule `json:"rule"`
	Met        int         `json:"met"`
	Missed     int         `json:"missed"`
	Unverified int         `json:"unverified"`
	Waived     int         `json:"waived"`
	Waiting    int         `json:"waiting"`
}

type missed struct {
	Severity string `json:"severity"`
	Deadline
}

func NewRules(r policy.Report, now time.Time) Rules {
	toMeasure := func(m policy.Measure) measure {
		j := measure{Within: m.Within, Judged: m.Judged, Unverified: m.Unverified}
		if share, ok := m.Share(); ok {
			j.Share = &share
		}
		if m.Count > 0 {
			j.Median, j.P90, j.Worst = seconds(m.Median), seconds(m.P90), seconds(m.Worst)
		}
		if m.Late > 0 {
			j.Late = seconds(m.Late)
		}
		return j
	}
	return Rules{Instant(r.Since), Instant(r.Until), r.Incidents,
		Each(r.Severities, func(s policy.ReportedSeverity) severity {
			return severity{s.Severity.String(), s.Incidents, s.Open, toMeasure(s.Acknowledge), toMeasure(s.Public), toMeasure(s.Resolve),
				Each(s.Rules, func(k policy.Kept) kept { return kept(k) })}
		}),
		append([]string{}, r.Retracted...),
		Each(r.Missed(), func(d policy.ReportedDeadline) missed {
			return missed{d.Severity.String(), newDeadline(d.Deadline, now)}
		})}
}

// Text writes a report for people, with tables of Style.Table or Markdown.
func Text(w io.Writer, title string, r policy.Report, now time.Time, style Style, table func(heading string, rows [][]string) string) {
	from := "the beginning"
	if !r.Since.IsZero() {
		from = style.stamp(r.Since)
	}
	fmt.Fprint(w, table("How the rules were kept: "+title, nil))
	fmt.Fprintf(w, "%s, detected from %s to %s.\n", Count(r.Incidents, "incident"), from, style.stamp(r.Until))
	if r.Incidents == 0 {
		return
	}
	if len(r.Retracted) > 0 {
		fmt.Fprintf(w, "Retracted, because opened by mistake: %s.\n", strings.Join(r.Retracted, ", "))
	}
	times := [][]string{{"SEVERITY", "INCIDENTS", "TIME TO", "IN TIME", "MEDIAN", "90 %", "WORST", "LATE BY (MEDIAN)", "UNVERIFIED"}}
	rules := [][]string{{"SEVERITY", "RULE", "MET", "MISSED", "UNVERIFIED", "WAIVED", "WAITING"}}
	for _, s := range r.Severities {
		incidents := strconv.Itoa(s.Incidents)
		if s.Open > 0 {
			incidents += fmt.Sprintf(" (%d open)", s.Open)
		}
		for _, m := range []struct {
			name string
			policy.Measure
		}{{"acknowledge", s.Acknowledge}, {"first public update", s.Public}, {"resolve", s.Resolve}} {
			row := []string{s.Severity.String(), incidents, m.name, "-", "-", "-", "-", "-", strconv.Itoa(m.Unverified)}
			if share, ok := m.Share(); ok {
				row[3] = fmt.Sprintf("%d of %d (%.0f %%)", m.Within, m.Judged, 100*share)
			}
			if m.Count > 0 {
				row[4], row[5], row[6] = policy.Words(m.Median), policy.Words(m.P90), policy.Words(m.Worst)
			}
			if m.Late > 0 {
				row[7] = policy.Words(m.Late)
			}
			times = append(times, row)
		}
		for _, k := range s.Rules {
			rules = append(rules, []string{s.Severity.String(), string(k.Rule), strconv.Itoa(k.Met), strconv.Itoa(k.Missed), strconv.Itoa(k.Unverified), strconv.Itoa(k.Waived), strconv.Itoa(k.Waiting)})
		}
	}
	missed := [][]string{{"INCIDENT", "SEVERITY", "WHAT", "DUE", "LATE", "BECAUSE"}}
	for _, d := range r.Missed() {
		missed = append(missed, []string{d.Incident, d.Severity.String(), d.Owed, style.stamp(d.Due), policy.Words(d.Late(now)), d.Because})
	}
	fmt.Fprint(w, table("Times", times), table("Rules", rules))
	if len(missed) == 1 {
		fmt.Fprintln(w, "\nNothing was missed.")
		return
	}
	fmt.Fprint(w, table("Missed", missed))
}

// Table formats a heading and a table for a terminal.
func (s Style) Table(heading string, rows [][]string) string {
	var b strings.Builder
	if rows != nil {
		b.WriteByte('\n')
	}
	b.WriteString(s.Paint("1", heading) + "\n")
	Table(&b, rows)
	return b.String()
}

// CSV writes one CSV row (RFC 4180) for each deadline.
func CSV(out io.Writer, r policy.Report, now time.Time) error {
	w := csv.NewWriter(out)
	w.Write([]string{"incident", "severity", "rule", "what", "who", "from", "due", "met_at", "state", "late_seconds", "stated", "because"})
	for _, d := range r.Deadlines {
		j := newDeadline(d.Deadline, now)
		row := []string{j.Incident, d.Severity.String(), j.Rule, j.What, j.Who, j.From, j.Due, j.MetAt, j.State, strconv.FormatInt(j.Late, 10), strconv.FormatBool(j.Stated), j.Because}
		for k, cell := range row {
			if cell != "" && strings.Contains("=+-@", cell[:1]) {
				row[k] = "'" + cell // a spreadsheet would treat it as a formula
			}
		}
		w.Write(row)
	}
	w.Flush()
	return w.Error()
}
