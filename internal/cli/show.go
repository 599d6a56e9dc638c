package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/config"
)

func showCommand(a *app) *cobra.Command {
	var at, format string
	command := &cobra.Command{
		Use:   "show [ID]",
		Short: "Show an incident: its updates, and what is due",
		Long: `Show an incident or maintenance: its updates in the form of the status template, oldest first, and the deadlines that are not
met. Drafts, and what is held back or dated ahead, are shown and marked. With one incident open ID may be left out.`,
		Example: `  crier show api-down
  crier show api-down --format json`,
		Args: atMost(1, "an incident"),
		RunE: func(command *cobra.Command, args []string) error {
			return a.show(command.Context(), strings.Join(args, ""), at, format)
		},
		ValidArgsFunction: a.completeIncidents,
	}
	command.Flags().StringVar(&at, "at", "", "as of this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&format, "format", "text", "`form`: text or json")
	completeWords(command, "format", "text", "json")
	return command
}

func (a *app) show(ctx context.Context, id, at, format string) error {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return err
	}
	now, err := a.instant(at)
	if err != nil {
		return err
	}
	l, input, err := a.rules(ctx, now, "")
	if err != nil {
		if l != nil {
			a.printFindings(l.findings)
		}
		return err
	}
	s, err := a.choose(ctx, subjects(l.content, now), id, "", "show")
	if err != nil {
		return a.unread(l, err)
	}
	var owed []policy.Deadline
	for _, d := range check.Deadlines(input) {
		if d.Incident == s.id && !s.planned {
			owed = append(owed, d)
		}
	}
	if format == "json" {
		out := newSubjectJSON(l.config, s, now)
		releases := s.releases(l.config)
		out.Updates = []updateJSON{}
		for _, u := range s.updates {
			text := ""
			if document := l.content.Documents[u.Path]; document != nil {
				text = document.Text
			}
			out.Updates = append(out.Updates, newUpdateJSON(u, text, releases[u.Path], now))
		}
		out.Deadlines = []deadlineJSON{}
		for _, d := range owed {
			out.Deadlines = append(out.Deadlines, newDeadlineJSON(d, now))
		}
		return a.writeJSON(out)
	}
	a.showText(l, s, owed, now)
	return nil
}

func (a *app) showText(l *loaded, s subject, owed []policy.Deadline, now time.Time) {
	c, state := l.config, s.history.State()
	fmt.Fprintln(a.Stdout, a.paint("1", s.id+": "+state.Title))
	fmt.Fprintln(a.Stdout, s.head(c, now))
	if affected := affectedText(c, state); affected != "" {
		fmt.Fprintln(a.Stdout, affected)
	}
	releases := s.releases(c)
	title := s.id
	for _, u := range s.updates {
		if u.Title != "" {
			title = u.Title
		}
		fmt.Fprintf(a.Stdout, "\n%s  %s", u.Date.In(c.Zone).Format("2006-01-02 15:04 MST"), u.ID)
		if m := mark(releases[u.Path], c, now); m != "" {
			fmt.Fprint(a.Stdout, "  "+a.paint("33", "("+m+")"))
		}
		if !u.Amended.IsZero() {
			fmt.Fprintf(a.Stdout, "  (amended %s)", clock(u.Amended, u.Date, c.Zone))
		}
		fmt.Fprintln(a.Stdout)
		text := ""
		if document := l.content.Documents[u.Path]; document != nil {
			text = document.Text
		}
		for line := range strings.Lines(template(title, u, text, c.Zone)) {
			fmt.Fprintln(a.Stdout, strings.TrimRight("  "+line, " \n"))
		}
	}
	head := "\nDeadlines:\n"
	for _, d := range owed {
		if d.State == policy.Met || d.State == policy.Unverified {
			continue
		}
		line := fmt.Sprintf("  %s  %s: %s", d.Due.In(c.Zone).Format("2006-01-02 15:04 MST"), d.Owed, d.State)
		switch {
		case d.State == policy.Waiting, d.State == policy.Missed:
			line += ", " + a.when(d, now)
		}
		fmt.Fprint(a.Stdout, head+line+"\n")
		head = ""
	}
}

// head describes the current state in one line.
func (s subject) head(c *config.Config, now time.Time) string {
	state := s.history.State()
	if s.planned {
		return fmt.Sprintf("Maintenance, %s: %s to %s", strings.ToLower(state.Status.Word()), state.Starts.In(c.Zone).Format("2006-01-02 15:04 MST"), clock(state.Ends, state.Starts, c.Zone))
	}
	line := fmt.Sprintf("%s, %s: since %s", state.Severity, strings.ToLower(state.Status.Word()), s.began().In(c.Zone).Format("2006-01-02 15:04 MST"))
	if !s.open() {
		line = fmt.Sprintf("%s, resolved: %s to %s", s.history.Worst(), s.began().In(c.Zone).Format("2006-01-02 15:04 MST"), clock(s.history.End(), s.began(), c.Zone))
	}
	return line + " (" + policy.Words(s.lasted(now)) + ")"
}

func affectedText(c *config.Config, state incident.State) string {
	var parts []string
	for _, affected := range state.Affected {
		name := affected.Component
		if component, ok := c.Component(name); ok {
			name = component.Name
		}
		parts = append(parts, name+" ("+strings.ToLower(affected.Condition.Word())+")")
	}
	if len(parts) == 0 {
		return ""
	}
	return "Components: " + strings.Join(parts, ", ")
}
