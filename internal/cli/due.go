package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/render/ical"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/typed"
)

type dueOptions struct {
	evidenceOptions
	github                         githubOptions
	format, since, incident, issue string
	notify                         string
	within                         time.Duration
	fail, why                      bool
}

func newDue(a *app.App) *cobra.Command {
	o := &dueOptions{}
	o.App, o.github.App = a, a
	command := &cobra.Command{
		Use:   "due",
		Short: "Show what the runbook asks for, open incidents first",
		Long: `Show what is due and not done yet, of open incidents first: updates to publish, answers, escalations, resolutions, post-mortems.
Below each is the command that settles it.

crier report shows how past deadlines were kept.

With --issue, it keeps a GitHub issue up to date instead, for a scheduled workflow: the issue is opened when something is overdue,
edited when that changes, and closed when nothing is overdue. It contains only ids, and nothing about security incidents.`,
		Example: `  crier due
  crier due --within 24h --incident 2026-10-02-api-down
  crier due --format ics > due.ics`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	o.flags(command)
	command.Flags().BoolVar(&o.fail, "fail", false, "exit with status 4 when something is overdue")
	command.Flags().BoolVar(&o.why, "why", false, "also show the reason for each deadline")
	app.FormatFlag(command, &o.format, "`format`: text, json, github (workflow annotations) or ics (a calendar)", "text", "json", "github", "ics")
	command.Flags().StringVar(&o.issue, "issue", "", "keep an issue in this `repository`, OWNER/NAME, that lists what is overdue")
	command.Flags().StringVar(&o.notify, "notify", "", "remind the chat of this `name` in [[notify]] of open incidents, if it is time, for a scheduler")
	o.github.flags(command)
	command.Flags().StringVar(&o.incident, "incident", "", "only for this incident, by its `id` or a part of it")
	command.Flags().StringVar(&o.since, "since", "", "only for incidents that began on this `day` or later, or time (RFC 3339); default: since in config.toml")
	app.DurationFlag(command, &o.within, "within", "24h", "only what is overdue or due within a `duration`, such as 24h")
	app.CompleteFlag(command, "incident", func(word string) []app.Choice {
		return a.CaseChoices(word, func(c incident.Case) bool { return !c.Planned })
	})
	return command
}

func (o *dueOptions) run(ctx context.Context) error {
	if o.issue != "" && (o.incident != "" || o.within != 0 || o.format != "text") {
		return diag.Usage(errors.New("--issue lists everything that is overdue, in its own format"), "leave out --incident, --within and --format")
	}
	if o.notify != "" {
		n := &notifyOptions{}
		n.githubOptions = o.github
		return n.remind(ctx, o.notify)
	}
	site, input, err := o.judge(ctx, o.format, o.PrintFindings)
	if err != nil {
		return err
	}
	now := input.Now
	public := o.issue != "" || o.NoSecrets(o.format)
	o.PrintMistakes(site, public) // unreadable files may have deadlines too
	if input.Config.Rules.Since, err = typed.Day("since", o.since, site.Config.Zone, site.Config.Rules.Since); err != nil {
		return err
	}
	if o.incident != "" {
		incidents := slices.DeleteFunc(site.Cases(now), func(c incident.Case) bool { return c.Planned || public && site.Content.NamesSecret(c.ID) })
		found, err := typed.Case(incidents, o.incident)
		if err != nil {
			return o.Unread(site, err)
		}
		o.incident = found.ID
	}
	due := check.FindDue(input, check.DueOptions{Incident: o.incident, Within: o.within, Public: public})
	if err := o.print(ctx, site, due.Deadlines, due.Later, now); err != nil {
		return err
	}
	switch {
	case due.Overdue+due.Hidden == 0 || !o.fail:
	case due.Overdue == 0: // the status can't be hidden, but the number can
		return app.Missed("something is overdue that a workflow does not show; run crier due yourself")
	default:
		return app.Missed("overdue: %s", report.Count(due.Overdue, "deadline"))
	}
	return nil
}

func (o *dueOptions) print(ctx context.Context, site *clone.Site, due []policy.Deadline, later policy.Deadline, now time.Time) error {
	switch {
	case o.issue != "":
		return o.keepIssue(ctx, due, site.Config.Zone)
	case o.format == "json":
		return o.PrintJSON(struct {
			Due []report.Deadline `json:"due"`
		}{report.Deadlines(due, now)})
	case o.format == "github":
		for _, d := range due {
			level := map[policy.State]string{policy.Missed: "warning", policy.Waiting: "notice"}[d.State]
			diag.WorkflowCommand(o.Stdout, level, diag.Position{Path: d.Path}, githubissue.PublicText(d), report.TimeLeft(d, now)+"; "+d.Because)
		}
	case o.format == "ics":
		fmt.Fprint(o.Stdout, ical.Deadlines(site.Config.Title, site.Config.Feeds.Host, due, now))
	case len(due) == 0 && later.Due.IsZero():
		fmt.Fprintln(o.Stdout, "Nothing is due.")
	case len(due) == 0:
		fmt.Fprintf(o.Stdout, "Nothing is due within %s. Next, at %s: %s of %s.\n", policy.Words(o.within), policy.Clock(later.Due, now, site.Config.Zone), later.Owed, later.Incident)
	default:
		incidents := map[string]incident.Incident{}
		for _, i := range site.Content.Incidents {
			incidents[i.ID] = i
		}
		report.Due(o.Stdout, due, now, o.Style(site.Config.Zone), site.Config.Roles, func(d policy.Deadline) string { return check.Settle(d, incidents[d.Incident]) }, o.why)
	}
	return nil
}

// keepIssue updates the GitHub issue that lists overdue deadlines. Those that it takes are not of
// security incidents, because anyone may read the issue.
func (o *dueOptions) keepIssue(ctx context.Context, due []policy.Deadline, zone *time.Location) error {
	repository, err := githubissue.ParseRepository(o.issue)
	if err != nil {
		return diag.Usage(fmt.Errorf("--issue: %w", err), "write it like --issue example/status")
	}
	client, err := o.github.client()
	if err != nil {
		return err
	}
	issue, missed := githubissue.Overdue(due, zone)
	change, number, err := issue.Keep(ctx, client, repository)
	if err != nil {
		return err
	}
	switch {
	case number == 0:
		fmt.Fprintf(o.Stdout, "Nothing is overdue, and no issue is open in %s.\n", repository)
	case change == githubissue.Closed:
		fmt.Fprintf(o.Stdout, "Nothing is overdue: issue %d of %s is closed.\n", number, repository)
	default:
		fmt.Fprintf(o.Stdout, "Overdue: %s. Issue %d of %s is %s.\n", report.Count(missed, "deadline"), number, repository, change)
	}
	return nil
}
