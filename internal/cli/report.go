package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/typed"
)

type reportOptions struct {
	evidenceOptions
	format, since, until string
}

func newReport(a *app.App) *cobra.Command {
	o := &reportOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "report",
		Short: "Show how the runbook's rules were kept",
		Long: `Show how the rules were kept: for each severity the number of incidents, how long it took to acknowledge them, to inform the
public and to resolve them, how often that was in time, and each missed deadline with its reason.

Deadlines for which a file's own date is the only evidence are counted separately, as unverified.`,
		Example: `  crier report --since 2026-10-01 --until 2027-01-01
  crier report --format markdown > report.md
  crier report --format csv > deadlines.csv`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	o.flags(command)
	app.FormatFlag(command, &o.format, "`format`: text, markdown, json, or csv (a line for each deadline)", "text", "markdown", "json", "csv")
	command.Flags().StringVar(&o.since, "since", "", "incidents detected on this `day` or later, or time (RFC 3339); default: since in config.toml")
	command.Flags().StringVar(&o.until, "until", "", "incidents detected before this `day`, or time (RFC 3339)")
	return command
}

func (o *reportOptions) run(ctx context.Context) error {
	site, input, err := o.judge(ctx, o.format, o.PrintFindings)
	if err != nil {
		return err
	}
	now := input.Now
	o.PrintMistakes(site, false) // files that cannot be read are not counted
	since, err := typed.Day("since", o.since, site.Config.Zone, site.Config.Rules.Since)
	if err != nil {
		return err
	}
	until, err := typed.Day("until", o.until, site.Config.Zone, time.Time{})
	if err != nil {
		return err
	}
	if !until.IsZero() && until.Before(since) || until.IsZero() && now.Before(since) {
		return diag.Usage(fmt.Errorf("the report would end before it begins, at %s", since.Format(time.RFC3339)), "choose a --until after --since; without --since, after since in config.toml")
	}
	r := policy.NewReport(policy.ReportInput{Rules: site.Config.Rules, Incidents: site.Content.Incidents, Evidence: input.Evidence, Since: since, Until: until, Now: now})
	if o.NoSecrets(o.format) { // the numbers stay
		r.Deadlines = slices.DeleteFunc(r.Deadlines, func(d policy.ReportedDeadline) bool { return site.Content.NamesSecret(d.Incident) })
		r.Retracted = slices.DeleteFunc(r.Retracted, site.Content.NamesSecret)
	}
	style := o.Style(site.Config.Zone)
	switch o.format {
	case "json":
		return o.PrintJSON(report.NewRules(r, now))
	case "csv":
		return report.CSV(o.Stdout, r, now)
	case "markdown":
		report.Text(o.Stdout, site.Config.Title, r, now, style, report.Markdown)
	default:
		report.Text(o.Stdout, site.Config.Title, r, now, style, style.Table)
	}
	return nil
}
