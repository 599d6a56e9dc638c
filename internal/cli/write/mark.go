package write

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/typed"
)

// markOptions are the options of ack and mark.
type markOptions struct {
	fileOptions
	date string
}

// marks lists what can be marked as done.
var marks = []string{"acknowledged", "escalated=lead", "escalated=cto", "escalated=ceo", "notified", "meeting"}

func newAck(a *app.App) *cobra.Command {
	o := &markOptions{fileOptions: fileOptions{App: a}}
	command := &cobra.Command{
		Use:   "ack [ID]",
		Short: "Write that someone works on an incident",
		Long:  "Write that someone works on an incident: the same as crier mark ID acknowledged.",
		Example: `  crier ack api-down --date -5m --dry-run
  crier ack --push`,
		Args: app.Arguments(0, 1, "an incident"),
		RunE: func(command *cobra.Command, args []string) error {
			return o.run(command.Context(), append(args, "acknowledged"))
		},
		ValidArgsFunction: a.CompleteID(true),
	}
	o.flags(command)
	return command
}

func newMark(a *app.App) *cobra.Command {
	o := &markOptions{fileOptions: fileOptions{App: a}}
	command := &cobra.Command{
		Use:   "mark [ID] WHAT...",
		Short: "Write that something the runbook asks for was done",
		Long: `Write that something the runbook asks for was done: acknowledged, escalated=lead (or cto, ceo), notified (customers, of a breach)
or meeting. It goes into the front matter of the last update or, for the meeting, of the post-mortem. No page shows it.`,
		Example: `  crier mark api-down escalated=lead --dry-run
  crier mark api-down acknowledged escalated=lead escalated=cto --date 10:20 --push`,
		Args: app.Arguments(1, 1+len(marks), "an incident and what was done"),
		RunE: func(command *cobra.Command, args []string) error { return o.run(command.Context(), args) },
		ValidArgsFunction: func(command *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return a.CompleteID(false)(command, args, word)
			}
			return app.Completed(word, report.Each(marks, func(mark string) app.Choice { return app.Choice{Text: mark} }))
		},
	}
	o.flags(command)
	return command
}

func (o *markOptions) flags(command *cobra.Command) {
	command.Flags().StringVar(&o.date, "date", "", "when it was done, a `time` such as -5m, 10:04 or RFC 3339; default: now")
	o.fileOptions.flags(command)
}

func (o *markOptions) run(ctx context.Context, args []string) error {
	now, site, err := o.start(ctx)
	if err != nil {
		return err
	}
	id := ""
	if !slices.Contains(marks, args[0]) {
		id, args = args[0], args[1:]
	}
	for _, what := range args {
		if !slices.Contains(marks, what) {
			return diag.Usage(fmt.Errorf("%q cannot be marked as done", what), diag.DidYouMean(what, marks))
		}
	}
	if len(args) == 0 {
		return diag.Usage(errors.New("missing: WHAT"), "valid values: "+strings.Join(marks, ", "))
	}
	at, err := typed.Time("date", o.date, now, now, site.Config.Zone, typed.Past)
	if err != nil {
		return err
	}
	if at.After(now.Add(site.Config.Rules.Tolerance)) {
		return diag.Usage(fmt.Errorf("%s has not come yet", policy.Clock(at, now, site.Config.Zone)), "write it when it is done")
	}
	c, err := o.Choose(ctx, site.Cases(now), id, "", "mark")
	if err != nil {
		return o.Unread(site, err)
	}
	name, escalated, err := o.marked(c, args, now)
	if err != nil {
		return err
	}
	raw, err := regularfile.ReadPath(filepath.Join(o.Folder(), filepath.FromSlash(name)), content.MaxFileSize)
	if err != nil {
		return diag.Hinted(fmt.Errorf("cannot read the file: %w", err), o.ReadHint(name))
	}
	f := file{path: name, text: string(raw), draft: true} // no page shows it, so it needs no publishing
	f.message = fmt.Sprintf("Mark %s: %s", c.ID, strings.Join(args, ", "))
	for _, what := range args {
		key, value := what, compose.Instant(at)
		if party, ok := strings.CutPrefix(what, "escalated="); ok {
			escalated[party] = at
			key, value = "escalated", parties(f.text, escalated)
		}
		if f.text, err = compose.Set(f.text, key, value); err != nil {
			return diag.Hinted(fmt.Errorf("%s: %w", o.Shown(name), err), fmt.Sprintf("add %s: %s to its front matter by hand", key, value))
		}
		f.next = append(f.next, fmt.Sprintf("Marked as %s at %s.", what, policy.Clock(at, now, site.Config.Zone)))
	}
	return o.write(ctx, site, f)
}

// marked returns the file for the marks, and the escalations that it states already.
func (o *markOptions) marked(c incident.Case, args []string, now time.Time) (name string, escalated map[string]time.Time, err error) {
	switch meeting := slices.Contains(args, "meeting"); {
	case c.Planned:
		return "", nil, diag.Usage(fmt.Errorf("the runbook asks for nothing about maintenance such as %s", c.ID), "name an incident; crier list shows all")
	case meeting && len(args) > 1:
		return "", nil, diag.Usage(errors.New("the meeting is written into another file"), "mark it alone: crier mark "+c.ID+" meeting")
	case meeting && c.Postmortem == nil:
		return "", nil, diag.Hinted(fmt.Errorf("%s has no post-mortem to write the meeting into", c.ID), fmt.Sprintf("crier postmortem %s && crier mark %s meeting", c.ID, c.ID))
	case meeting:
		return c.Postmortem.Path, nil, nil
	case c.OnlyDrafts():
		return "", nil, diag.Hinted(fmt.Errorf("%s has only drafts, for which the runbook asks nothing", c.ID), fmt.Sprintf(`write a public update: crier update %s %s -m "..."`, c.ID, c.Statuses()[0]))
	}
	var last incident.Update
	for _, u := range c.Updates {
		if !u.Draft && (last.Path == "" || !u.Date.After(now)) {
			last = u
		}
	}
	escalated = map[string]time.Time{}
	for party, at := range last.ForRunbook().Escalated {
		escalated[party] = at
	}
	return last.Path, escalated, nil
}

// parties formats escalations for the front matter of a file.
func parties(text string, escalated map[string]time.Time) string {
	sign := ": "
	if _, mark, _ := compose.Split(text); mark == "+++" {
		sign = " = "
	}
	var list []string
	for _, party := range policy.Parties {
		if at, ok := escalated[party]; ok {
			list = append(list, party+sign+compose.Instant(at))
		}
	}
	return "{" + strings.Join(list, ", ") + "}"
}
