package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
)

type dueFlags struct {
	at, format, since, within, incident, record string
	fail                                        bool
	issue                                       string
	account                                     account
}

func dueCommand(a *app) *cobra.Command {
	var flags dueFlags
	command := &cobra.Command{
		Use:   "due",
		Short: "Show what the runbook asks for, soonest first",
		Long: `Show what is due and not done yet: updates to publish, answers, escalations, resolutions, post-mortems.

How the deadlines of the past were kept, report says.

With --issue it keeps an issue on GitHub instead, for a workflow that runs by a schedule: opened when something is overdue,
changed as that changes, closed when nothing is. It holds ids only, and nothing of security incidents.`,
		Example: `  crier due
  crier due --within 24h --incident 2026-10-02-api-down
  crier due --format ics > due.ics`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.due(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.at, "at", "", "as of this `time` (RFC 3339) instead of now")
	command.Flags().BoolVar(&flags.fail, "fail", false, "exit with status 4 when something is overdue")
	command.Flags().StringVar(&flags.format, "format", "text", "`form`: text, json, github (annotations of a workflow) or ics (a calendar)")
	command.Flags().StringVar(&flags.issue, "issue", "", "keep an issue of this `repository`, OWNER/NAME, that lists what is overdue")
	flags.account.flags(command)
	command.Flags().StringVar(&flags.incident, "incident", "", "only this incident's, by its `id`")
	recordFlag(command, &flags.record)
	command.Flags().StringVar(&flags.since, "since", "", "only of incidents that began on this `day` or later, or time (RFC 3339); otherwise from since in config.toml on")
	command.Flags().StringVar(&flags.within, "within", "", "only what is due within a `duration`, such as 24h, and what is overdue")
	completeWords(command, "format", "text", "json", "github", "ics")
	complete(command, "incident", a.completeIncidentFlag)
	return command
}

func (a *app) due(ctx context.Context, flags dueFlags) error {
	if err := oneOf("format", flags.format, "text", "json", "github", "ics"); err != nil {
		return err
	}
	if flags.issue != "" && (flags.incident != "" || flags.within != "" || flags.format != "text") {
		return usageError{errors.New("--issue lists all that is overdue, in a form of its own"), "leave out --incident, --within and --format"}
	}
	now, err := a.instant(flags.at)
	if err != nil {
		return err
	}
	var within time.Duration
	if flags.within != "" {
		if within, err = frontmatter.ParseDuration(flags.within); err != nil {
			return usageError{fmt.Errorf("--within %w", err), "write it like --within 24h"}
		}
	}
	l, input, err := a.rules(ctx, now, flags.record)
	if err != nil {
		if l != nil {
			a.printFindings(l.findings)
		}
		return err
	}
	unread := diag.Mistakes(l.findings) // unreadable files may have deadlines too
	if flags.issue != "" || flags.format == "github" {
		unread, _ = l.content.WithoutSecrets(unread)
	}
	a.printFindings(unread)
	if input.Config.Rules.Since, err = moment("since", flags.since, l.config.Zone, l.config.Rules.Since); err != nil {
		return err
	}
	known := slices.ContainsFunc(l.content.Incidents, func(i incident.Incident) bool { return i.ID == flags.incident })
	if flags.incident != "" && !known {
		return usageError{fmt.Errorf("there is no incident %q", flags.incident), "an incident's id is the name of its folder"}
	}
	var owed []policy.Deadline
	overdue := 0
	for _, d := range check.Deadlines(input) {
		switch {
		case !d.Open(now), flags.incident != "" && d.Incident != flags.incident, within > 0 && d.Due.After(now.Add(within)):
			continue
		case d.State == policy.Missed:
			overdue++
		}
		owed = append(owed, d)
	}
	if flags.issue != "" {
		if err := a.dueIssue(ctx, flags, owed, l.content, l.config.Zone); err != nil {
			return err
		}
		if overdue > 0 && flags.fail {
			return missedError{fmt.Errorf("%s overdue", things(overdue))}
		}
		return nil
	}
	switch flags.format {
	case "json":
		if err := a.dueJSON(owed, now); err != nil {
			return err
		}
	case "github":
		for _, d := range l.content.WithoutSecretDeadlines(owed) {
			level := map[policy.State]string{policy.Missed: "warning", policy.Waiting: "notice"}[d.State]
			fmt.Fprintf(a.Stdout, "::%s file=%s,title=%s::%s\n", level, annotationProperty.Replace(d.Path), annotationProperty.Replace(githubissue.PublicText(d)), annotationText.Replace(a.when(d, now)+"; "+d.Because))
		}
	case "ics":
		a.dueCalendar(l.config, owed, now)
	default:
		a.dueTable(l.config, owed, now)
	}
	if overdue > 0 && flags.fail {
		return missedError{fmt.Errorf("%s overdue", things(overdue))}
	}
	return nil
}

func things(n int) string {
	if n == 1 {
		return "1 thing is"
	}
	return fmt.Sprintf("%d things are", n)
}

// when says how late a deadline is, or how much time is left.
func (a *app) when(d policy.Deadline, now time.Time) string {
	if d.State == policy.Missed {
		return policy.Words(d.Late(now)) + " late"
	}
	return "in " + policy.Words(d.Due.Sub(now))
}

func (a *app) dueTable(c *config.Config, owed []policy.Deadline, now time.Time) {
	if len(owed) == 0 {
		fmt.Fprintln(a.Stdout, "Nothing is owed.")
		return
	}
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DUE\tWHEN\tWHAT\tINCIDENT\tWHO\tBECAUSE")
	for _, d := range owed {
		fmt.Fprintln(table, strings.Join([]string{d.Due.In(c.Zone).Format("2006-01-02 15:04 MST"), a.when(d, now), d.Owed, d.Incident, d.Who, d.Because}, "\t"))
	}
	table.Flush()
}

// dueJSON writes the output of due --format json, documented in docs/cli.md.
func (a *app) dueJSON(owed []policy.Deadline, now time.Time) error {
	out := struct {
		Due []deadlineJSON `json:"due"`
	}{[]deadlineJSON{}}
	for _, d := range owed {
		out.Due = append(out.Due, newDeadlineJSON(d, now))
	}
	return a.writeJSON(out)
}

// dueCalendar writes deadlines as a calendar (RFC 5545) that a team can subscribe to.
func (a *app) dueCalendar(c *config.Config, owed []policy.Deadline, now time.Time) {
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//settler.io//crier//EN")
	calendar.SetMethod(ics.MethodPublish)
	calendar.SetName(c.Title + ": due")
	for _, d := range owed {
		event := calendar.AddEvent(fmt.Sprintf("%s-%s@%s", d.Incident, fileset.Sum([]byte(string(d.Rule) + d.Path + d.Owed)).String()[:12], c.Feeds.Host))
		event.SetDtStampTime(now.UTC())
		event.SetStartAt(d.Due.UTC())
		event.SetEndAt(d.Due.UTC())
		event.SetSummary(d.Owed + " (" + d.Incident + ")")
		event.SetDescription(d.Who + ": " + d.Because)
	}
	fmt.Fprint(a.Stdout, calendar.Serialize())
}
