package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
)

type listFlags struct {
	at, format, text, since, until string
	severities, components         []string
	open, maintenance              bool
	limit                          int
}

func listCommand(a *app) *cobra.Command {
	var flags listFlags
	command := &cobra.Command{
		Use:   "list",
		Short: "List incidents, open ones first",
		Long: `List incidents, open ones first, the newest first. Drafts, and what is held back or dated ahead, count and are marked: this is
what the content says, not what is public.`,
		Example: `  crier list --open
  crier list --severity P0,P1 --component api --since 2026-01-01
  crier list --text database --limit 5 --format json`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.list(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.at, "at", "", "as of this `time` (RFC 3339) instead of now")
	command.Flags().StringSliceVarP(&flags.severities, "severity", "s", nil, "only of this `severity`, now or at its worst; or of several")
	command.Flags().StringSliceVarP(&flags.components, "component", "c", nil, "only what affected this component's `id`, or one of several")
	command.Flags().StringVar(&flags.text, "text", "", "only what holds this `text` in its name, titles, impacts or updates")
	command.Flags().StringVar(&flags.since, "since", "", "only what began on this `day` or later, or time (RFC 3339)")
	command.Flags().StringVar(&flags.until, "until", "", "only what began before this `day`, or time (RFC 3339)")
	command.Flags().BoolVar(&flags.open, "open", false, "only what is open")
	command.Flags().BoolVar(&flags.maintenance, "maintenance", false, "list maintenance instead")
	command.Flags().IntVar(&flags.limit, "limit", 20, "at most this `number`; 0: all")
	command.Flags().StringVar(&flags.format, "format", "text", "`form`: text or json")
	completeWords(command, "format", "text", "json")
	complete(command, "severity", a.completeSeverities)
	complete(command, "component", a.completeComponents)
	return command
}

func (a *app) list(ctx context.Context, flags listFlags) error {
	if err := oneOf("format", flags.format, "text", "json"); err != nil {
		return err
	}
	now, err := a.instant(flags.at)
	if err != nil {
		return err
	}
	l, err := a.forWriting(ctx, now.Truncate(time.Second))
	if err != nil {
		return err
	}
	a.printFindings(diag.Mistakes(l.findings)) // files that cannot be read are not listed
	keep, err := flags.filter(l)
	if err != nil {
		return err
	}
	var kept []subject
	for _, s := range subjects(l.content, now) {
		if keep(s) {
			kept = append(kept, s)
		}
	}
	shown := kept
	if flags.limit > 0 && len(shown) > flags.limit {
		shown = shown[:flags.limit]
	}
	if flags.format == "json" {
		out := struct {
			Incidents []subjectJSON `json:"incidents"`
			Total     int           `json:"total"`
		}{[]subjectJSON{}, len(kept)}
		for _, s := range shown {
			out.Incidents = append(out.Incidents, newSubjectJSON(l.config, s, now))
		}
		return a.writeJSON(out)
	}
	if len(kept) == 0 {
		fmt.Fprintln(a.Stdout, "Nothing is listed.")
		return nil
	}
	a.listTable(l.config, shown, now)
	if len(kept) > len(shown) {
		fmt.Fprintf(a.Stdout, "%d of %d; --limit 0 shows all.\n", len(shown), len(kept))
	}
	return nil
}

// filter returns a function that reports whether the flags select a subject.
func (f listFlags) filter(l *loaded) (func(subject) bool, error) {
	var severities []incident.Severity
	for _, text := range f.severities {
		severity, err := severityOf(text)
		if err != nil {
			return nil, err
		}
		severities = append(severities, severity)
	}
	var components []string
	for _, text := range f.components {
		id, err := componentOf(l.config, text)
		if err != nil {
			return nil, err
		}
		components = append(components, id)
	}
	since, err := moment("since", f.since, l.config.Zone, time.Time{})
	if err != nil {
		return nil, err
	}
	until, err := moment("until", f.until, l.config.Zone, time.Time{})
	if err != nil {
		return nil, err
	}
	needle := strings.ToLower(f.text)
	return func(s subject) bool {
		began := s.began()
		switch {
		case s.planned != f.maintenance, f.open && !s.open(), !since.IsZero() && began.Before(since), !until.IsZero() && !began.Before(until):
			return false
		case len(severities) > 0 && !slices.Contains(severities, s.history.Worst()) && !slices.Contains(severities, s.history.State().Severity):
			return false
		case len(components) > 0 && !slices.ContainsFunc(s.history.Components(), func(id string) bool { return slices.Contains(components, id) }):
			return false
		}
		return needle == "" || strings.Contains(strings.ToLower(s.says(l)), needle)
	}, nil
}

// began returns the time at which an incident was detected or maintenance starts.
func (s subject) began() time.Time {
	if s.planned {
		return s.history.State().Starts
	}
	if first := s.history.Steps[0].Update; !first.Detected.IsZero() {
		return first.Detected
	}
	return s.history.First()
}

// says returns the text that --text searches.
func (s subject) says(l *loaded) string {
	parts := []string{s.id}
	for _, u := range s.updates {
		parts = append(parts, u.Title, u.Impact, u.ETA.Words)
		if document := l.content.Documents[u.Path]; document != nil {
			parts = append(parts, document.Text)
		}
	}
	return strings.Join(parts, "\n")
}

// mark returns the reason why an update is not public at now, or "" if it is public.
func mark(release policy.Release, c *config.Config, now time.Time) string {
	switch {
	case release.Reason == policy.Draft:
		return "draft"
	case release.Public(now):
		return ""
	case release.Reason == policy.Immediate:
		return "from " + clock(release.Published, now, c.Zone)
	}
	return "held until " + clock(release.Published, now, c.Zone)
}

// releases maps the path of each update to its release.
func (s subject) releases(c *config.Config) map[string]policy.Release {
	all := c.Rules.Releases(s.updates)
	if s.planned {
		all = c.Rules.MaintenanceReleases(s.updates)
	}
	byPath := map[string]policy.Release{}
	for _, release := range all {
		byPath[release.Update.Path] = release
	}
	return byPath
}

// marks lists the updates that are not public, each with the reason.
func (s subject) marks(c *config.Config, now time.Time) []string {
	releases := s.releases(c)
	var marks []string
	for _, u := range s.updates {
		if m := mark(releases[u.Path], c, now); m != "" {
			marks = append(marks, u.ID+" "+m)
		}
	}
	return marks
}

// lasted returns how long the subject lasted, or how long it has been open.
func (s subject) lasted(now time.Time) time.Duration {
	end := s.history.End()
	if end.IsZero() {
		end = now
	}
	return max(0, end.Sub(s.began()))
}

func (a *app) listTable(c *config.Config, all []subject, now time.Time) {
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "INCIDENT\tSEVERITY\tSTATUS\tBEGAN\tLASTED\tTITLE\tNOT PUBLIC")
	for _, s := range all {
		state := s.history.State()
		lasted := policy.Words(s.lasted(now))
		switch {
		case s.planned:
			lasted = policy.Words(state.Ends.Sub(state.Starts))
		case s.open():
			lasted = "open, " + lasted
		}
		severity := state.Severity.String()
		if s.planned {
			severity = "-"
		}
		line := []string{s.id, severity, state.Status.Word(), s.began().In(c.Zone).Format("2006-01-02 15:04 MST"), lasted, state.Title, strings.Join(s.marks(c, now), ", ")}
		fmt.Fprintln(table, strings.TrimRight(strings.Join(line, "\t"), "\t "))
	}
	table.Flush()
}
