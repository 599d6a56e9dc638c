package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/typed"
)

type listOptions struct {
	*app.App
	at           time.Time
	format, text string
	typed        typed.Filter
	filter       incident.Filter
	limit        int
}

func newList(a *app.App) *cobra.Command {
	o := &listOptions{App: a}
	command := &cobra.Command{
		Use:   "list",
		Short: "List incidents, open ones first",
		Long: `List incidents, open ones first, the newest first. The list shows the content, not what is public: drafts and updates that are held
or dated in the future are included and marked.`,
		Example: `  crier list --open
  crier list --severity P0,P1 --component api --since 2026-01-01
  crier list --text database --limit 5 --format json`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	app.AtFlag(command, &o.at, "as of this `time` (RFC 3339) instead of now")
	command.Flags().StringSliceVarP(&o.typed.Severities, "severity", "s", nil, "only of this `severity`, now or at its worst; or of several")
	app.CompleteFlag(command, "severity", app.SeverityChoices)
	a.ComponentFlag(command, &o.typed.Components, "only what affected the component with this `id`, or one of several")
	command.Flags().StringVar(&o.text, "text", "", "only what contains this `text` in its id, titles, impacts or updates")
	command.Flags().StringVar(&o.typed.Since, "since", "", "only what began on this `day` or later, or time (RFC 3339)")
	command.Flags().StringVar(&o.typed.Until, "until", "", "only what began before this `day`, or time (RFC 3339)")
	command.Flags().BoolVar(&o.filter.Open, "open", false, "only what is open")
	command.Flags().BoolVar(&o.filter.Planned, "maintenance", false, "list maintenance instead")
	command.Flags().IntVar(&o.limit, "limit", 20, "at most this `number`; 0: all")
	app.FormatFlag(command, &o.format, "`format`: text or json", "text", "json")
	return command
}

func (o *listOptions) run(ctx context.Context) error {
	if o.limit < 0 {
		return diag.Usage(fmt.Errorf("--limit %d is not a number of incidents", o.limit), "write it like --limit 5; --limit 0 shows all")
	}
	now := o.At(o.at)
	site, err := o.Load(ctx, now.Truncate(time.Second))
	if err != nil {
		return err
	}
	o.PrintMistakes(site, false) // files that cannot be read are not listed
	if err := o.typed.Parse(&o.filter, site.Config); err != nil {
		return err
	}
	kept := slices.DeleteFunc(site.Cases(now), func(c incident.Case) bool { return !o.filter.Match(c) || !site.Content.Mentions(c, o.text) })
	if o.NoSecrets(o.format) {
		kept = slices.DeleteFunc(kept, func(c incident.Case) bool { return site.Content.NamesSecret(c.ID) })
	}
	shown := kept
	if o.limit > 0 && len(shown) > o.limit {
		shown = shown[:o.limit]
	}
	if o.format == "json" {
		return o.PrintJSON(struct {
			Incidents []report.Case `json:"incidents"`
			Total     int           `json:"total"`
		}{report.Each(shown, func(c incident.Case) report.Case { return report.NewCase(site.Config, c, now) }), len(kept)})
	}
	if len(kept) == 0 {
		fmt.Fprintln(o.Stdout, "No incidents found.")
		return nil
	}
	report.Table(o.Stdout, report.List(site.Config, shown, now))
	if len(kept) > len(shown) {
		fmt.Fprintf(o.Stdout, "%d of %d; --limit 0 shows all.\n", len(shown), len(kept))
	}
	return nil
}
