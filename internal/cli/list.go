package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/typed"
)

type listOptions struct {
	*app.App
	at                         time.Time
	format, text, since, until string
	severities, components     []string
	open, maintenance          bool
	limit                      int
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
	command.Flags().StringSliceVarP(&o.severities, "severity", "s", nil, "only of this `severity`, now or at its worst; or of several")
	app.CompleteFlag(command, "severity", app.SeverityChoices)
	a.ComponentFlag(command, &o.components, "only what affected the component with this `id`, or one of several")
	command.Flags().StringVar(&o.text, "text", "", "only what contains this `text` in its id, titles, impacts or updates")
	command.Flags().StringVar(&o.since, "since", "", "only what began on this `day` or later, or time (RFC 3339)")
	command.Flags().StringVar(&o.until, "until", "", "only what began before this `day`, or time (RFC 3339)")
	command.Flags().BoolVar(&o.open, "open", false, "only what is open")
	command.Flags().BoolVar(&o.maintenance, "maintenance", false, "list maintenance instead")
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
	keep, err := o.filter(site)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(site.Cases(now), func(c incident.Case) bool { return !keep(c) })
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

// filter returns a function that reports whether the flags select a case.
func (o *listOptions) filter(site *clone.Site) (func(incident.Case) bool, error) {
	var severities []incident.Severity
	for _, text := range o.severities {
		severity, err := typed.Severity(text)
		if err != nil {
			return nil, err
		}
		severities = append(severities, severity)
	}
	var components []string
	for text := range strings.SplitSeq(strings.Join(o.components, ","), ",") {
		if text == "" {
			continue
		}
		id, err := typed.Component(site.Config, text)
		if err != nil {
			return nil, err
		}
		components = append(components, id)
	}
	since, err := typed.Day("since", o.since, site.Config.Zone, time.Time{})
	if err != nil {
		return nil, err
	}
	until, err := typed.Day("until", o.until, site.Config.Zone, time.Time{})
	if err != nil {
		return nil, err
	}
	filter := incident.Filter{Planned: o.maintenance, Open: o.open, Severities: severities, Components: components, Since: since, Until: until}
	return func(c incident.Case) bool {
		return filter.Match(c) && (o.text == "" || strings.Contains(strings.ToLower(searched(site, c)), strings.ToLower(o.text)))
	}, nil
}

func searched(site *clone.Site, c incident.Case) string {
	parts := []string{c.ID}
	for _, u := range c.Updates {
		parts = append(parts, u.Title, u.Impact, u.ETA.Words, site.Content.Documents.Text(u.Path))
	}
	return strings.Join(parts, "\n")
}
