package write

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
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
		Args: app.Arguments(1, 1+len(compose.Marks), "an incident and what was done"),
		RunE: func(command *cobra.Command, args []string) error { return o.run(command.Context(), args) },
		ValidArgsFunction: func(command *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return a.CompleteID(false)(command, args, word)
			}
			return app.Completed(word, report.Each(compose.Marks, func(mark string) app.Choice { return app.Choice{Text: mark} }))
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
	id, marks, err := typed.Marks(args)
	if err != nil {
		return err
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
	name, err := compose.MarkedFile(c, marks, now)
	if err != nil {
		return err
	}
	raw, err := regularfile.ReadPath(filepath.Join(o.Folder(), filepath.FromSlash(name)), content.MaxFileSize)
	if err != nil {
		return diag.Hinted(fmt.Errorf("cannot read the file: %w", err), o.ReadHint(name))
	}
	f := file{path: name, draft: true} // no page shows it, so it needs no publishing
	f.message = fmt.Sprintf("Mark %s: %s", c.ID, strings.Join(marks, ", "))
	if f.text, err = compose.Mark(c, name, string(raw), marks, at); err != nil {
		return fmt.Errorf("%s: %w", o.Shown(name), err)
	}
	for _, mark := range marks {
		f.next = append(f.next, fmt.Sprintf("Marked as %s at %s.", mark, policy.Clock(at, now, site.Config.Zone)))
	}
	return o.write(ctx, site, f)
}
