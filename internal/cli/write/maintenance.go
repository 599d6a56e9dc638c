package write

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/typed"
)

type maintenanceOptions struct {
	updateOptions
	begin, end, duration string
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
		Args:              cobra.ArbitraryArgs,
		RunE:              func(command *cobra.Command, args []string) error { return o.run(command.Context(), oneTitle(args...)) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.flags(command)
	command.Flags().StringVar(&o.begin, "start", "", "when it starts: a `time` such as \"2030-11-30 22:00\" (in the page's zone), +24h or RFC 3339")
	command.Flags().StringVar(&o.end, "end", "", "when it ends: a `time`, as for --start")
	command.Flags().StringVar(&o.duration, "duration", "", "how long it takes: a `duration` such as 90m, instead of --end")
	return command
}

func (o *maintenanceOptions) run(ctx context.Context, title string) error {
	now, site, err := o.start(ctx)
	if err != nil {
		return err
	}
	o.title = title
	u := incident.Update{Status: incident.Scheduled}
	if err := o.fill(&u, site.Config, 0, true, now); err != nil {
		return err
	}
	if o.end != "" && o.duration != "" {
		return diag.Usage(errors.New("--end and --duration both set the end"), "leave out one of them")
	}
	if err := o.window(&u, site.Config, now); err != nil {
		return err
	}
	if o.Terminal.Interactive {
		err = o.ask(ctx, site, &u, now)
	} else {
		err = missing(`write it like crier maintenance "Database upgrade" --start +24h --duration 90m -c api -m "We upgrade the database."`,
			need{u.Title != "", "TITLE"}, need{!u.Starts.IsZero(), "--start"}, need{!u.Ends.IsZero() || u.Starts.IsZero() && o.duration != "", "--end or --duration"}, need{o.given(), needText})
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
	f := o.first(site.Config, "maintenance", "maintenance", existing, &u, u.Starts, text)
	f.shows = shows(site.Config.Rules.MaintenanceReleases([]incident.Update{u}), u, now)
	m := incident.Maintenance{ID: path.Base(path.Dir(f.path)), Path: path.Dir(f.path), Updates: []incident.Update{u}}
	f.next = check.NextPlanned(site.Config, m, u, now)
	for _, line := range check.Overlaps(site.Config, site.Cases(now), u, now) {
		fmt.Fprintln(o.Stderr, "note: "+line)
	}
	o.PrintFindings(check.RemarksPlanned(site.Config, site.Content.Documents, m, u, f.text, now))
	return o.write(ctx, site, f)
}

// window sets the start and end of the maintenance from the flags that are set.
func (o *maintenanceOptions) window(u *incident.Update, c *config.Config, now time.Time) (err error) {
	if u.Starts, err = typed.Time("start", o.begin, u.Starts, now, c.Zone, typed.Ahead); err != nil {
		return err
	}
	if o.duration != "" {
		d, err := frontmatter.ParseDuration(o.duration)
		if err != nil || d <= 0 {
			return diag.Usage(fmt.Errorf("--duration %q is not a duration", o.duration), "write it like --duration 90m")
		}
		if !u.Starts.IsZero() {
			u.Ends = u.Starts.Add(d)
		}
		return nil
	}
	after := now
	if !u.Starts.IsZero() && typed.IsTimeOfDay(o.end) {
		after = u.Starts // 23:30 means the first 23:30 after the start
	}
	u.Ends, err = typed.Time("end", o.end, u.Ends, after, c.Zone, typed.Ahead)
	return err
}

func (o *maintenanceOptions) ask(ctx context.Context, site *app.Site, u *incident.Update, now time.Time) error {
	return o.askEach(ctx, titlePrompt(u, "What is planned, in brief"),
		prompt{u.Starts.IsZero, app.Question{Text: "Start (+24h or 2030-11-30 22:00)", Check: func(answer string) error {
			o.begin = answer
			return o.window(u, site.Config, now)
		}}},
		prompt{func() bool { return u.Ends.IsZero() }, app.Question{Text: "Duration (90m) or end", Fallback: "1h", Check: func(answer string) error {
			o.duration, o.end = "", answer
			if _, err := frontmatter.ParseDuration(answer); err == nil {
				o.duration, o.end = answer, ""
			}
			return o.window(u, site.Config, now)
		}}},
		o.componentsPrompt(u, site.Config, true), o.impactPrompt(u))
}
