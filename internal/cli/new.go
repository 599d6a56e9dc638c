package cli

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/content"
)

type newFlags struct {
	sayFlags
	detected, template string
}

func newCommand(a *app) *cobra.Command {
	var flags newFlags
	command := &cobra.Command{
		Use:   "new TITLE",
		Short: "Open an incident: write its first update",
		Long: `Open an incident: write the first update into a new folder below content/incidents.

What is missing is asked for on a terminal; the text is then written in your editor. With -m or -F nothing is asked but the
title and the severity, if they are missing. Without a terminal, what is missing is an error.`,
		Example: `  crier new "API returning errors" -s P0 -c api,webhooks -i "All API requests fail." --eta +45m -m "We're currently investigating elevated error rates." --push
  crier new "Slow dashboard" -s P2 -c dashboard=degraded_performance --detected -15m -F notes.md --commit
  crier new --template api-down -m "We're currently investigating why the API does not answer." --dry-run`,
		Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			return a.newIncident(command.Context(), oneTitle(args), flags)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	flags.add(a, command)
	flags.addSeverity(a, command, "how bad it is: `P0`, P1, P2 or P3")
	command.Flags().StringVar(&flags.detected, "detected", "", "when it was first noticed, a `time` such as -15m, 10:01 or RFC 3339; otherwise the date")
	command.Flags().StringVar(&flags.template, "template", "", "start from a `template` in content/templates")
	complete(command, "template", a.completeTemplates)
	return command
}

func (a *app) newIncident(ctx context.Context, title string, flags newFlags) error {
	now := a.Now().UTC().Truncate(time.Second)
	l, err := a.forWriting(ctx, now)
	if err != nil {
		return err
	}
	u := incident.Update{Status: incident.Investigating}
	text := ""
	if flags.template != "" {
		t, err := templateOf(l.content, flags.template)
		if err != nil {
			return err
		}
		u, text = t.Update, strings.TrimSpace(t.Text)
		if u.Status == 0 {
			u.Status = incident.Investigating
		}
		if unfilled(u.Impact) != "" {
			u.Impact = ""
		}
	}
	if title != "" {
		flags.title = title
	}
	// Report invalid flags before asking anything.
	if err := flags.fill(&u, l.config, 0, false, now); err != nil {
		return err
	}
	if u.Detected, err = timeFlag("detected", flags.detected, u.Detected, u.Date, l.config.Zone, past); err != nil {
		return err
	}
	if u.Detected.After(u.Date) {
		return usageError{fmt.Errorf("detected at %s, after the update's date, %s", compose.Instant(u.Detected), compose.Instant(u.Date)), "write --detected -15m, or a --date that is later"}
	}
	// If the text is complete, no editor is needed.
	whole := flags.given() || text != "" && unfilled(text) == ""
	if a.Terminal.Interactive {
		if err = a.askForNew(ctx, l, &u, &flags); err == nil {
			err = flags.fill(&u, l.config, u.Severity, false, now) // the severity may be new
		}
	} else {
		err = lacking(u, whole)
	}
	if err != nil {
		return err
	}
	if flags.given() {
		text, err = flags.read(a)
	} else if a.Terminal.Interactive {
		text, err = a.compose(ctx, text, around(l, u, u.Title, now))
	}
	if err != nil {
		return err
	}
	return a.writeNew(ctx, l, u, text, flags, now)
}

// lacking returns an error that lists what a first update lacks. It is used if there is no terminal
// to ask on.
func lacking(u incident.Update, text bool) error {
	var what []string
	if u.Title == "" {
		what = append(what, "TITLE")
	}
	if u.Severity == 0 {
		what = append(what, "--severity")
	}
	if !text {
		what = append(what, "the text (-m or -F)")
	}
	if len(what) == 0 {
		return nil
	}
	return missing(`write it like crier new "API returning errors" -s P0 -c api -m "We're currently investigating elevated error rates."`, what...)
}

// askForNew asks for the values that a first update still lacks.
func (a *app) askForNew(ctx context.Context, l *loaded, u *incident.Update, flags *newFlags) error {
	ask := func(lacks bool, q question, take func(answer string) error) error {
		if !lacks {
			return nil
		}
		q.check = take
		answer, err := a.ask(ctx, q)
		if err == nil && answer == "" {
			return nil
		}
		return err
	}
	err := ask(u.Title == "", question{text: "What is wrong, briefly"}, func(answer string) error { u.Title = answer; return nil })
	if err != nil {
		return err
	}
	err = ask(u.Severity == 0, question{text: "Severity", choices: severityChoices()}, func(answer string) (err error) {
		u.Severity, err = severityOf(answer)
		return err
	})
	if err != nil || flags.given() {
		return err
	}
	affected := question{text: "Components", choices: componentChoices(l.config), several: true, optional: true}
	err = ask(u.Components == nil && len(l.config.Components) > 0, affected, func(answer string) (err error) {
		u.Components, err = componentsOf(l.config, []string{answer}, u.Severity, false)
		return err
	})
	if err != nil {
		return err
	}
	err = ask(u.Impact == "", question{text: "Impact (what is affected)", optional: true}, func(answer string) error { u.Impact = answer; return nil })
	if err != nil {
		return err
	}
	return ask(u.ETA.IsZero(), question{text: "ETA (+45m, 11:00 or words)", fallback: "unknown"}, func(answer string) (err error) {
		u.ETA, err = etaOf(answer, u.Date, l.config.Zone)
		return err
	})
}

// writeNew composes the file of a new incident and writes it.
func (a *app) writeNew(ctx context.Context, l *loaded, u incident.Update, text string, flags newFlags, now time.Time) error {
	var there []string
	for _, i := range l.content.Incidents {
		there = append(there, i.Path)
	}
	f := a.opening(l, "incidents", "incident", there, u, u.Date, text)
	u.ID, u.Path = strings.TrimSuffix(path.Base(f.path), ".md"), f.path
	i := incident.Incident{ID: path.Base(path.Dir(f.path)), Path: path.Dir(f.path), Updates: []incident.Update{u}}
	f.follows = follows(l.config, i, u, now)
	a.printFindings(remarks(l, i, u, f.text, now))
	return a.write(ctx, f, flags.writeFlags)
}

// templateOf returns the template with the given ID.
func templateOf(c *content.Content, id string) (content.Template, error) {
	var known []string
	for _, t := range c.Templates {
		if t.ID == strings.TrimSuffix(id, ".md") {
			return t, nil
		}
		known = append(known, t.ID)
	}
	hint := diag.DidYouMean(id, known)
	if hint == "" {
		hint = "content/templates holds none: leave out --template"
	}
	return content.Template{}, usageError{fmt.Errorf("there is no template %q", id), hint}
}

// around returns the notes for the editor: what readers will see around the text.
func around(l *loaded, u incident.Update, title string, now time.Time) []string {
	lines := []string{fmt.Sprintf("[%s] %s", u.Status.Word(), title), "(your text)"}
	lines = append(lines, templateLines(u, l.config.Zone)...)
	if u.Severity != 0 {
		lines = append(lines, "", "Severity: "+u.Severity.String()+" ("+u.Severity.Word()+")")
	}
	if u.Components != nil {
		var affected []string
		for _, c := range u.Components.List {
			condition := c.Condition
			if condition == 0 {
				condition = u.Severity.Condition()
			}
			affected = append(affected, c.Component+" ("+condition.Word()+")")
		}
		lines = append(lines, "Components: "+strings.Join(affected, ", "))
	}
	return append(lines, "Date: "+clock(u.Date, now, l.config.Zone))
}
