package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/frontmatter"
)

type maintenanceFlags struct {
	sayFlags
	start, end, duration string
}

func maintenanceCommand(a *app) *cobra.Command {
	var flags maintenanceFlags
	command := &cobra.Command{
		Use:   "maintenance TITLE",
		Short: "Announce planned work",
		Long: `Announce planned work: write its first update into a new folder below content/maintenance.

The clock starts and completes it; crier update ID in_progress, verifying, completed or cancelled says otherwise.`,
		Example: `  crier maintenance "Database upgrade" --start "2030-11-30 22:00" --duration 90m -c api -i "The API is read-only." -m "We upgrade the database." --push
  crier maintenance "New certificates" --start +24h --end +25h -m "Certificates are renewed." --dry-run`,
		Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			return a.maintenance(command.Context(), oneTitle(args), flags)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags.add(a, command)
	command.Flags().StringVar(&flags.start, "start", "", "when it starts: a `time` such as \"2030-11-30 22:00\" (in the page's zone), +24h or RFC 3339")
	command.Flags().StringVar(&flags.end, "end", "", "when it ends: a `time`, as for --start")
	command.Flags().StringVar(&flags.duration, "duration", "", "how long it takes: a `duration` such as 90m, instead of --end")
	return command
}

func (a *app) maintenance(ctx context.Context, title string, flags maintenanceFlags) error {
	now := a.Now().UTC().Truncate(time.Second)
	l, err := a.forWriting(ctx, now)
	if err != nil {
		return err
	}
	flags.title = title
	u := incident.Update{Status: incident.Scheduled}
	if err := flags.fill(&u, l.config, 0, true, now); err != nil {
		return err
	}
	if flags.end != "" && flags.duration != "" {
		return usageError{errors.New("--end and --duration both say when it ends"), "leave out one of them"}
	}
	if err := flags.window(&u, l.config, now); err != nil {
		return err
	}
	if a.Terminal.Interactive {
		err = a.askForMaintenance(ctx, l, &u, &flags, now)
	} else {
		err = lackingOfMaintenance(u, flags.given())
	}
	if err != nil {
		return err
	}
	if !u.Ends.After(u.Starts) {
		return usageError{fmt.Errorf("it ends at %s, and starts at %s", compose.Instant(u.Ends), compose.Instant(u.Starts)), "write --start +24h --duration 90m"}
	}
	var text string
	if flags.given() {
		text, err = flags.read(a)
	} else {
		text, err = a.compose(ctx, "", append(around(l, u, u.Title, now), window(l.config, u, now)))
	}
	if err != nil {
		return err
	}
	return a.writeMaintenance(ctx, l, u, text, flags, now)
}

// window sets the start and end of the maintenance from the flags that are set.
func (f *maintenanceFlags) window(u *incident.Update, c *config.Config, now time.Time) (err error) {
	if u.Starts, err = timeFlag("start", f.start, u.Starts, now, c.Zone, ahead); err != nil {
		return err
	}
	if f.duration != "" {
		d, err := frontmatter.ParseDuration(f.duration)
		if err != nil || d <= 0 {
			return usageError{fmt.Errorf("--duration %q is not a duration", f.duration), "write it like --duration 90m"}
		}
		if !u.Starts.IsZero() {
			u.Ends = u.Starts.Add(d)
		}
		return nil
	}
	after := now
	if !u.Starts.IsZero() && timeOfDay.MatchString(f.end) {
		after = u.Starts // 23:30 means the first 23:30 after the start
	}
	u.Ends, err = timeFlag("end", f.end, u.Ends, after, c.Zone, ahead)
	return err
}

func lackingOfMaintenance(u incident.Update, text bool) error {
	var what []string
	if u.Title == "" {
		what = append(what, "TITLE")
	}
	if u.Starts.IsZero() {
		what = append(what, "--start")
	}
	if u.Ends.IsZero() && !u.Starts.IsZero() || u.Starts.IsZero() && u.Ends.IsZero() {
		what = append(what, "--end or --duration")
	}
	if !text {
		what = append(what, "the text (-m or -F)")
	}
	if len(what) == 0 {
		return nil
	}
	return missing(`write it like crier maintenance "Database upgrade" --start +24h --duration 90m -c api -m "We upgrade the database."`, what...)
}

func (a *app) askForMaintenance(ctx context.Context, l *loaded, u *incident.Update, flags *maintenanceFlags, now time.Time) error {
	for _, q := range []struct {
		lacks func() bool
		question
	}{
		{func() bool { return u.Title == "" }, question{text: "What is done, briefly", check: func(answer string) error { u.Title = answer; return nil }}},
		{func() bool { return u.Starts.IsZero() }, question{text: "Start (+24h or 2030-11-30 22:00)", check: func(answer string) error {
			flags.start = answer
			return flags.window(u, l.config, now)
		}}},
		{func() bool { return u.Ends.IsZero() }, question{text: "Duration (90m) or end", fallback: "1h", check: func(answer string) error {
			flags.duration, flags.end = "", answer
			if _, err := frontmatter.ParseDuration(answer); err == nil {
				flags.duration, flags.end = answer, ""
			}
			return flags.window(u, l.config, now)
		}}},
		{func() bool { return u.Components == nil && !flags.given() && len(l.config.Components) > 0 }, question{text: "Components", choices: componentChoices(l.config), several: true, optional: true, check: func(answer string) (err error) {
			u.Components, err = componentsOf(l.config, []string{answer}, 0, true)
			return err
		}}},
		{func() bool { return u.Impact == "" && !flags.given() }, question{text: "Impact (what is affected)", optional: true, check: func(answer string) error { u.Impact = answer; return nil }}},
	} {
		if !q.lacks() {
			continue
		}
		if _, err := a.ask(ctx, q.question); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) writeMaintenance(ctx context.Context, l *loaded, u incident.Update, text string, flags maintenanceFlags, now time.Time) error {
	var there []string
	for _, m := range l.content.Maintenance {
		there = append(there, m.Path)
	}
	f := a.opening(l, "maintenance", "maintenance", there, u, u.Starts, text)
	u.ID, u.Path = strings.TrimSuffix(path.Base(f.path), ".md"), f.path
	m := incident.Maintenance{ID: path.Base(path.Dir(f.path)), Path: path.Dir(f.path), Updates: []incident.Update{u}}
	f.follows = followsPlanned(l.config, m, u, now)
	for _, line := range overlaps(l, u, now) {
		fmt.Fprintln(a.Stderr, "note: "+line)
	}
	return a.write(ctx, f, flags.writeFlags)
}

// window describes when planned work takes place.
func window(c *config.Config, u incident.Update, now time.Time) string {
	return fmt.Sprintf("From %s to %s", clock(u.Starts, now, c.Zone), clock(u.Ends, u.Starts, c.Zone))
}

// overlaps lists other planned work at the same time.
func overlaps(l *loaded, u incident.Update, now time.Time) []string {
	var lines []string
	for _, s := range subjects(l.content, now) {
		state := s.history.State()
		if !s.planned || !s.open() || !state.Starts.Before(u.Ends) || !state.Ends.IsZero() && !state.Ends.After(u.Starts) {
			continue
		}
		line := fmt.Sprintf("at the same time as %s, from %s to %s", s.id, clock(state.Starts, now, l.config.Zone), clock(state.Ends, state.Starts, l.config.Zone))
		var both []string
		for _, affected := range state.Affected {
			if u.Components != nil && slices.ContainsFunc(u.Components.List, func(c incident.Affected) bool { return c.Component == affected.Component }) {
				both = append(both, affected.Component)
			}
		}
		if len(both) > 0 {
			line += "; both affect " + strings.Join(both, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

// followsPlanned describes when an update of maintenance becomes public and when the work takes
// place.
func followsPlanned(c *config.Config, m incident.Maintenance, u incident.Update, now time.Time) []string {
	var lines []string
	for _, release := range c.Rules.MaintenanceReleases(m.Updates) {
		switch {
		case release.Update.Path != u.Path:
		case u.Draft:
			lines = append(lines, "A draft: it is not public until you delete draft: true.")
		case release.At.After(now):
			lines = append(lines, fmt.Sprintf("Public from %s on.", clock(release.Published, now, c.Zone)))
		default:
			lines = append(lines, "Public as soon as it is pushed.")
		}
	}
	state := incident.FoldMaintenance(m).Until(now).State()
	switch state.Status {
	case incident.Completed, incident.Cancelled:
	default:
		lines = append(lines, window(c, incident.Update{Starts: state.Starts, Ends: state.Ends}, now)+".")
	}
	return lines
}
