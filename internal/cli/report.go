package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/policy"

	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/status"
)

type reportFlags struct{ at, format, since, until, record string }

func reportCommand(a *app) *cobra.Command {
	var flags reportFlags
	command := &cobra.Command{
		Use:   "report",
		Short: "Show how the runbook's rules were kept",
		Long: `Show how the rules were kept: per severity how many incidents there were, how long it took to acknowledge, to tell the
public and to resolve them, how often that was in time, and each miss with its reason.

What only a file's own date speaks for is counted apart, as unverified.`,
		Example: `  crier report --since 2026-10-01 --until 2027-01-01
  crier report --format markdown > report.md
  crier report --format csv > deadlines.csv`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.report(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.at, "at", "", "as of this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&flags.format, "format", "text", "`form`: text, markdown, json, or csv (a line for each deadline)")
	recordFlag(command, &flags.record)
	command.Flags().StringVar(&flags.since, "since", "", "incidents detected from this `day` on, or time (RFC 3339); otherwise from since in config.toml on")
	command.Flags().StringVar(&flags.until, "until", "", "incidents detected before this `day`, or time (RFC 3339)")
	completeWords(command, "format", "text", "markdown", "json", "csv")
	return command
}

// moment parses a day, which begins in the page's time zone, or an instant. If value is
// empty, it returns fallback.
func moment(flag, value string, zone *time.Location, fallback time.Time) (time.Time, error) {
	if value == "" {
		return fallback, nil
	}
	if day, err := status.ParseDay(value, zone); err == nil {
		return day, nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return t, usageError{fmt.Errorf("--%s %q is neither a day nor a time", flag, value), "write it like --" + flag + " 2026-10-01 or --" + flag + " 2026-10-01T09:00:00Z"}
	}
	return t, nil
}

func (a *app) report(ctx context.Context, flags reportFlags) error {
	if err := oneOf("format", flags.format, "text", "markdown", "json", "csv"); err != nil {
		return err
	}
	now, err := a.instant(flags.at)
	if err != nil {
		return err
	}
	l, input, err := a.rules(ctx, now, flags.record)
	if err != nil {
		if l != nil {
			a.printFindings(l.findings)
		}
		return err
	}
	a.printFindings(diag.Mistakes(l.findings)) // files that cannot be read are not counted
	since, err := moment("since", flags.since, l.config.Zone, l.config.Rules.Since)
	if err != nil {
		return err
	}
	until, err := moment("until", flags.until, l.config.Zone, time.Time{})
	if err != nil {
		return err
	}
	if !until.IsZero() && until.Before(since) || until.IsZero() && now.Before(since) {
		return usageError{fmt.Errorf("the report would end before it begins, at %s", since.Format(time.RFC3339)), "choose a --until after --since, and after since in config.toml where --since is not given"}
	}
	r := policy.NewReport(policy.ReportInput{Rules: l.config.Rules, Incidents: l.content.Incidents, Evidence: input.Evidence, Since: since, Until: until, Now: now})
	switch flags.format {
	case "json":
		return a.reportJSON(r, now)
	case "csv":
		return a.reportCSV(r, now)
	case "markdown":
		a.reportPage(l.config, r, now, markdownTable)
	default:
		a.reportPage(l.config, r, now, a.textTable)
	}
	return nil
}

// reportPage writes the report for people. The function table formats its tables.
func (a *app) reportPage(c *config.Config, r policy.Report, now time.Time, table func(heading string, rows [][]string) string) {
	day := func(t time.Time) string { return t.In(c.Zone).Format("2006-01-02 15:04 MST") }
	from := "the beginning"
	if !r.Since.IsZero() {
		from = day(r.Since)
	}
	fmt.Fprint(a.Stdout, table("How the rules were kept: "+c.Title, nil))
	fmt.Fprintf(a.Stdout, "%s, detected from %s to %s.\n", count(r.Incidents, "incident"), from, day(r.Until))
	if r.Incidents == 0 {
		return
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
		missed = append(missed, []string{d.Incident, d.Severity.String(), d.Owed, day(d.Due), policy.Words(d.Late(now)), d.Because})
	}
	fmt.Fprint(a.Stdout, table("Times", times), table("Rules", rules))
	if len(missed) == 1 {
		fmt.Fprintln(a.Stdout, "\nNothing was missed.")
		return
	}
	fmt.Fprint(a.Stdout, table("Missed", missed))
}

// textTable formats a heading and a table for a terminal.
func (a *app) textTable(heading string, rows [][]string) string {
	var b strings.Builder
	if rows != nil {
		b.WriteByte('\n')
	}
	b.WriteString(a.paint("1", heading) + "\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
	return b.String()
}

// markdownTable formats a heading and a table in GitHub's Markdown.
func markdownTable(heading string, rows [][]string) string {
	if rows == nil {
		return "# " + githubissue.Cell(heading) + "\n\n"
	}
	var b strings.Builder
	b.WriteString("\n## " + heading + "\n\n")
	for n, row := range rows {
		for k, cell := range row {
			if row[k] = githubissue.Cell(cell); n == 0 {
				row[k] = cell[:1] + strings.ToLower(cell[1:])
			}
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if n == 0 {
			b.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	return b.String()
}

// reportCSV writes one CSV row (RFC 4180) for each deadline.
func (a *app) reportCSV(r policy.Report, now time.Time) error {
	w := csv.NewWriter(a.Stdout)
	w.Write([]string{"incident", "severity", "rule", "what", "who", "from", "due", "met_at", "state", "late_seconds", "stated", "because"})
	for _, d := range r.Deadlines {
		j := newDeadlineJSON(d.Deadline, now)
		row := []string{j.Incident, d.Severity.String(), j.Rule, j.What, j.Who, j.From, j.Due, j.MetAt, j.State, strconv.FormatInt(j.Late, 10), strconv.FormatBool(j.Stated), j.Because}
		for k, cell := range row {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "-") || strings.HasPrefix(cell, "@") {
				row[k] = "'" + cell // a spreadsheet would treat it as a formula
			}
		}
		w.Write(row)
	}
	w.Flush()
	return w.Error()
}
