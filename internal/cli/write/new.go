package write

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/typed"
)

type newOptions struct {
	updateOptions
	detected, template string
}

func newNew(a *app.App) *cobra.Command {
	o := &newOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "new TITLE",
		Short: "Open an incident: write its first update",
		Long: `Open an incident: write the first update into a new folder below content/incidents.

On a terminal, crier new asks for missing values and then opens your editor for the text. With -m or -F it asks only for the
title and the severity, if they are missing. Without a terminal, a missing value is an error.`,
		Example: `  crier new "API returning errors" -s P0 -c api,webhooks -i "All API requests fail." --eta +45m -m "We're currently investigating elevated error rates." --push
  crier new "Slow dashboard" -s P2 -c dashboard=degraded_performance --detected -15m -F notes.md --commit
  crier new --template api-down -m "We're currently investigating why the API does not answer." --dry-run`,
		Args: cobra.ArbitraryArgs,
		RunE: func(command *cobra.Command, args []string) error {
			return o.run(command.Context(), typed.Title(args...))
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.flags(command)
	app.SeverityFlag(command, &o.Severity, "how bad it is: `P0`, P1, P2 or P3")
	command.Flags().StringVar(&o.detected, "detected", "", "when it was first noticed, a `time` such as -15m, 10:01 or RFC 3339; default: the date")
	command.Flags().StringVar(&o.template, "template", "", "start from a `template` in content/templates")
	app.CompleteFlag(command, "template", func(string) []app.Choice {
		return report.Each(clone.Recent(a.Folder(), "", a.Now()).Templates, func(t content.Template) app.Choice {
			return app.Choice{Text: t.ID, Note: cmp.Or(t.Description, t.Update.Title)}
		})
	})
	return command
}

func (o *newOptions) run(ctx context.Context, title string) error {
	now, site, err := o.start(ctx)
	if err != nil {
		return err
	}
	if len(o.opened) > 0 && o.Terminal.Interactive {
		another, err := o.Offer(ctx, "Open another incident all the same")
		if err != nil {
			return err
		}
		if !another {
			return diag.Hinted(errors.New("nothing was written"), o.pull+" && crier update "+o.opened[0])
		}
	}
	u, text := incident.Update{}, ""
	if o.template != "" {
		t, err := typed.Template(site.Content, o.template)
		if err != nil {
			return err
		}
		u, text = t.Update, strings.TrimSpace(t.Text)
		if compose.Unfilled(u.Impact) != "" {
			u.Impact = ""
		}
		if t.Playbook != "" {
			fmt.Fprintln(o.Stderr, t.Playbook+"\n")
		}
	}
	if u.Status == 0 {
		u.Status = incident.Investigating
	}
	o.Title = title
	// Report invalid flags before asking anything.
	if err := o.Fill(&u, site.Config, 0, false, now); err != nil {
		return err
	}
	if u.Detected, err = typed.Time("detected", o.detected, u.Detected, u.Date, site.Config.Zone, typed.Past); err != nil {
		return err
	}
	if u.Detected.After(u.Date) {
		return diag.Usage(fmt.Errorf("detected at %s, after the update's date, %s", compose.Instant(u.Detected), compose.Instant(u.Date)), "write --detected -15m, or a later --date")
	}
	if o.Terminal.Interactive {
		err = o.askEach(ctx, titlePrompt(&u, "What is wrong, in brief"), severityPrompt(&u), o.componentsPrompt(&u, site.Config, false))
	} else {
		// If the text of the template is complete, no flag has to give it.
		whole := o.given() || text != "" && compose.Unfilled(text) == ""
		err = missing(`write it like crier new "API returning errors" -s P0 -c api -m "We're currently investigating elevated error rates."`,
			need{u.Title != "", "TITLE"}, need{u.Severity != 0, "--severity"}, need{whole, needText})
	}
	if err != nil {
		return err
	}
	others := check.Similar(site.Cases(now), u)
	for _, c := range others {
		fmt.Fprintf(o.Stderr, "note: %s is already open (%s)\n", c.ID, c.Describe())
	}
	switch {
	case len(others) == 0:
	case o.Terminal.Interactive:
		same, err := o.Instead(ctx, others)
		if err != nil {
			return err
		}
		if same.ID != "" {
			return o.instead(ctx, same, u)
		}
	default:
		fmt.Fprintf(o.Stderr, "  hint: if it is the same: crier update %s -m \"...\" instead; crier retract ends the new one\n", others[0].ID)
	}
	if o.Terminal.Interactive {
		if err = o.askEach(ctx, o.impactPrompt(&u), o.etaPrompt(&u, site.Config.Zone)); err == nil {
			err = o.Fill(&u, site.Config, u.Severity, false, now) // the severity may be new
		}
	}
	if err != nil {
		return err
	}
	if text, err = o.text(ctx, text, compose.EditorNotes(u, u.Title, site.Config.Zone, now)); err != nil {
		return err
	}
	existing := report.Each(site.Content.Incidents, func(i incident.Incident) string { return i.Path })
	f := o.first(site.Config, compose.NewCase{Section: "incidents", Existing: existing, Day: u.Date.In(site.Config.Zone), Word: "incident"}, &u, text)
	c := incident.Case{ID: path.Base(path.Dir(f.path)), Path: path.Dir(f.path), Updates: []incident.Update{u}}
	f.shows = shows(site.Config.Rules, c, u, now)
	f.next = check.Next(site.Config, c, u, now)
	o.PrintFindings(check.Remarks(site.Config, site.Content.Documents, c, u, f.text, now))
	return o.write(ctx, site, f)
}

func severityPrompt(u *incident.Update) prompt {
	return prompt{func() bool { return u.Severity == 0 }, app.Question{Text: "Severity", Choices: app.SeverityChoices(""), Check: func(answer string) (err error) {
		u.Severity, err = typed.Severity(answer)
		return err
	}}}
}

func (o *newOptions) etaPrompt(u *incident.Update, zone *time.Location) prompt {
	return prompt{func() bool { return u.ETA.IsZero() && !o.given() }, app.Question{Text: "ETA (+45m, 11:00 or words)", Fallback: "unknown", Check: func(answer string) (err error) {
		u.ETA, err = typed.ETA(answer, u.Date, zone)
		return err
	}}}
}

// instead writes what was said as an update of an open incident.
func (o *newOptions) instead(ctx context.Context, c incident.Case, u incident.Update) error {
	next := &followUpOptions{updateOptions: o.updateOptions}
	next.Update, next.noFetch = o.Update.InsteadOf(c.History.State(), u), true
	return next.run(ctx, []string{c.ID, c.History.State().Status.String()})
}
