package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/check"
)

type showOptions struct {
	evidenceOptions
	format string
}

func newShow(a *app.App) *cobra.Command {
	o := &showOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "show [ID]",
		Short: "Show an incident: its updates, and what is due",
		Long: `Show an incident or maintenance: its updates in the form of the status template, oldest first, and the deadlines that are not
met. Drafts and updates that are held or dated in the future are included and marked. If only one incident is open, ID may be
left out.`,
		Example: `  crier show api-down
  crier show api-down --format json`,
		Args: app.Arguments(0, 1, "an incident"),
		RunE: func(command *cobra.Command, args []string) error {
			return o.run(command.Context(), strings.Join(args, ""))
		},
		ValidArgsFunction: a.CompleteID(false),
	}
	app.AtFlag(command, &o.at, "as of this `time` (RFC 3339) instead of now")
	app.FormatFlag(command, &o.format, "`format`: text or json", "text", "json")
	return command
}

func (o *showOptions) run(ctx context.Context, id string) error {
	site, input, err := o.judge(ctx, o.format, o.PrintFindings)
	if err != nil {
		return err
	}
	now := input.Now
	cases := site.Cases(now)
	if o.NoSecrets(o.format) {
		cases = slices.DeleteFunc(cases, func(c incident.Case) bool { return site.Content.NamesSecret(c.ID) })
	}
	c, err := o.Choose(ctx, cases, id, "", "show")
	if err != nil {
		return o.Unread(site, err)
	}
	deadlines := slices.DeleteFunc(check.Deadlines(input), func(d policy.Deadline) bool { return d.Incident != c.ID || c.Planned })
	if o.format == "json" {
		return o.PrintJSON(report.NewDetails(site.Config, site.Content.Documents, c, deadlines, now))
	}
	report.Show(o.Stdout, site.Config, site.Content.Documents, c, deadlines, now, o.Style(site.Config.Zone))
	return nil
}
