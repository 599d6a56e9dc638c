package write

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/typed"
)

type maintenanceOptions struct {
	updateOptions
	typed.Window
}

func newMaintenance(a *app.App) *cobra.Command {
	o := &maintenanceOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "maintenance TITLE",
		Short: "Announce planned work",
		Long: `Announce planned work: write its first update into a new folder below content/maintenance.

The page shows it as started and completed at the given times by itself. To change that, write
crier update ID in_progress, verifying, completed or cancelled.`,
		Example: `  crier maintenance "Database upgrade" --start "2030-11-30 22:00" --duration 90m -c api -i "The API is read-only." -m "We upgrade the database." --push
  crier maintenance "New certificates" --start +24h --end +25h -m "Certificates are renewed." --dry-run`,
		Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			return o.run(command.Context(), typed.Title(args...))
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.flags(command)
	command.Flags().StringVar(&o.Start, "start", "", "when it starts: a `time` such as \"2030-11-30 22:00\" (in the page's zone), +24h or RFC 3339")
	command.Flags().StringVar(&o.End, "end", "", "when it ends: a `time`, as for --start")
	command.Flags().StringVar(&o.Duration, "duration", "", "how long it takes: a `duration` such as 90m, instead of --end")
	return command
}

func (o *maintenanceOptions) run(ctx context.Context, title string) error {
	now, site, err := o.start(ctx)
	if err != nil {
		return err
	}
	o.Title = title
	u := incident.Update{Status: incident.Scheduled}
	if err := o.Update.Fill(&u, site.Config, 0, true, now); err != nil {
		return err
	}
	if err := o.Window.Fill(&u, site.Config.Zone, now); err != nil {
		return err
	}
	if o.Terminal.Interactive {
		err = o.ask(ctx, site, &u, now)
	} else {
		err = missing(`write it like crier maintenance "Database upgrade" --start +24h --duration 90m -c api -m "We upgrade the database."`,
			need{u.Title != "", "TITLE"}, need{!u.Starts.IsZero(), "--start"}, need{!u.Ends.IsZero() || u.Starts.IsZero() && o.Duration != "", "--end or --duration"}, need{o.given(), needText})
	}
	if err != nil {
		return err
	}
	if !u.Ends.After(u.Starts) {
		return diag.Usage(fmt.Errorf("it ends at %s, and starts at %s", compose.Instant(u.Ends), compose.Instant(u.Starts)), "write --start +24h --duration 90m")
	}
	text, err := o.text(ctx, "", append(compose.EditorNotes(u, u.Title, site.Config.Zone, now), check.Window(site.Config, u.Starts, u.Ends, now)))
	if err != nil {
		return err
	}
	existing := report.Each(site.Content.Maintenance, func(m incident.Maintenance) string { return m.Path })
	f := o.first(site.Config, compose.NewCase{Section: "maintenance", Existing: existing, Day: u.Starts.In(site.Config.Zone), Word: "maintenance"}, &u, text)
	c := incident.Case{ID: path.Base(path.Dir(f.path)), Path: path.Dir(f.path), Planned: true, Updates: []incident.Update{u}}
	f.shows = shows(site.Config.Rules, c, u, now)
	f.next = check.Next(site.Config, c, u, now)
	for _, line := range check.Overlaps(site.Config, site.Cases(now), u, now) {
		fmt.Fprintln(o.Stderr, "note: "+line)
	}
	o.PrintFindings(check.Remarks(site.Config, site.Content.Documents, c, u, f.text, now))
	return o.write(ctx, site, f)
}

func (o *maintenanceOptions) ask(ctx context.Context, site *clone.Site, u *incident.Update, now time.Time) error {
	return o.askEach(ctx, titlePrompt(u, "What is planned, in brief"),
		prompt{u.Starts.IsZero, app.Question{Text: "Start (+24h or 2030-11-30 22:00)", Check: func(answer string) error {
			o.Start = answer
			return o.Window.Fill(u, site.Config.Zone, now)
		}}},
		prompt{func() bool { return u.Ends.IsZero() }, app.Question{Text: "Duration (90m) or end", Fallback: "1h", Check: func(answer string) error {
			o.SetEnd(answer)
			return o.Window.Fill(u, site.Config.Zone, now)
		}}},
		o.componentsPrompt(u, site.Config, true), o.impactPrompt(u))
}
