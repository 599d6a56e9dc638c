package write

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/typed"
)

// followUpOptions are the options of update, resolve and retract.
type followUpOptions struct {
	updateOptions
	status  incident.Status // implied by the command; 0: the arguments state it
	retract bool
}

func newUpdate(a *app.App) *cobra.Command {
	o := &followUpOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "update [ID] [STATUS]",
		Short: "Write the next update of an incident or of maintenance",
		Long: `Write the next update of an incident or of maintenance.

ID is any part of the id that identifies one incident; open ones are preferred, and if only one incident is open, it may be left
out. What no flag sets stays as it is, and so does the status if the text is given with -m or -F; if all earlier updates are
drafts, their values are repeated. On a terminal, crier update asks for missing values. Otherwise a missing value is an error.`,
		Example: `  crier update api-down identified -m "A deployment exhausted the database's connections." --eta +20m --push
  crier update monitoring -c api=degraded_performance -m "The deployment is rolled back." --commit
  crier update db-upgrade in_progress -m "The upgrade has begun." --dry-run`,
		Args:              app.Arguments(0, 2, "an incident and a status"),
		RunE:              func(command *cobra.Command, args []string) error { return o.run(command.Context(), args) },
		ValidArgsFunction: completeUpdate(a),
	}
	o.flags(command)
	app.SeverityFlag(command, &o.Severity, "the new severity: `P0`, P1, P2 or P3")
	command.Flags().StringVar(&o.Title, "title", "", "give the incident a new `title`")
	return command
}

func newResolve(a *app.App) *cobra.Command {
	o := &followUpOptions{status: incident.Resolved}
	o.App = a
	command := &cobra.Command{
		Use:   "resolve [ID]",
		Short: "Write the update that resolves an incident",
		Long: `Write the update that resolves an incident, or completes maintenance: the same as crier update ID resolved.

From its date on, all components are operational.`,
		Example: `  crier resolve api-down -m "Response times and error rates are back to normal." --push
  crier resolve -m "The API works as it should." --dry-run`,
		Args:              app.Arguments(0, 1, "an incident"),
		RunE:              func(command *cobra.Command, args []string) error { return o.run(command.Context(), args) },
		ValidArgsFunction: a.CompleteID(true),
	}
	o.flags(command)
	return command
}

const retraction = "This incident was opened by mistake. There was no problem."

func newRetract(a *app.App) *cobra.Command {
	o := &followUpOptions{status: incident.Resolved, retract: true}
	o.App = a
	command := &cobra.Command{
		Use:   "retract [ID]",
		Short: "Write the update that retracts an incident opened by mistake",
		Long: `Write the final update of an incident that was opened by mistake: it resolves the incident, and says so unless -m or -F does.

The page and the feeds keep the incident, crier report lists it as retracted, and no post-mortem is due. Uptime still counts the
time in which a component was worse than operational.`,
		Example: `  crier retract api-down --push
  crier retract api-down -m "The alert was about a test system; the API was never affected." --dry-run`,
		Args:              app.Arguments(0, 1, "an incident"),
		RunE:              func(command *cobra.Command, args []string) error { return o.run(command.Context(), args) },
		ValidArgsFunction: a.CompleteID(true),
	}
	o.flags(command)
	return command
}

func (o *followUpOptions) run(ctx context.Context, args []string) error {
	now, site, err := o.start(ctx)
	if err != nil {
		return err
	}
	c, status, err := o.identify(ctx, site, args, now)
	if err != nil {
		return err
	}
	u, notes, err := typed.FollowUp{Update: o.Update, Case: c, Status: status, Retract: o.retract}.Next(site.Config, o.Shown(c.Path), now)
	if err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintln(o.Stderr, "note: "+note)
	}
	initial, state := "", c.History.State()
	if o.retract {
		initial = retraction
	}
	if !o.Terminal.Interactive {
		if err := missing(fmt.Sprintf(`write it like crier update %s %s -m "What is known now."`, c.ID, u.Status), need{o.given() || o.retract, needText}); err != nil {
			return err
		}
	}
	title := cmp.Or(u.Title, state.Title)
	text, err := o.text(ctx, initial, append(compose.EditorNotes(u, title, site.Config.Zone, now), compose.PreviousNotes(c, site.Content.Documents.Text(c.Updates[len(c.Updates)-1].Path), site.Config.Zone, now)...))
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(o.Folder(), filepath.FromSlash(c.Path)))
	if err != nil {
		return diag.Hinted(fmt.Errorf("cannot read the folder: %w", err), o.ReadHint(c.Path))
	}
	var beside []string
	for _, entry := range entries {
		beside = append(beside, entry.Name())
	}
	f := file{text: compose.Update(u, text), draft: u.Draft, message: compose.Message(title, u, text, site.Config.Zone), another: compose.NextFile(u.Status.String())}
	f.path = path.Join(c.Path, compose.File(beside, u.Status.String()))
	u.ID, u.Path = strings.TrimSuffix(path.Base(f.path), ".md"), f.path
	after := c
	after.Updates = append(slices.Clone(c.Updates), u)
	f.shows = shows(site.Config.Rules, after, u, now)
	if u.Status == incident.Resolved && !o.retract && state.Severity.Urgent() && state.Status < incident.Monitoring {
		fmt.Fprintf(o.Stderr, "note: a %s is resolved without monitoring: is the fix seen to hold? To go back: crier update %s monitoring\n", state.Severity, c.ID)
	}
	if !c.Planned && !c.Open() && u.Status != incident.Resolved {
		f.next = append(f.next, fmt.Sprintf("This reopens %s, which was resolved at %s.", c.ID, policy.Clock(c.History.End(), now, site.Config.Zone)))
	}
	f.next = append(f.next, check.Next(site.Config, after, u, now)...)
	o.PrintFindings(check.Remarks(site.Config, site.Content.Documents, after, u, f.text, now))
	return o.write(ctx, site, f)
}

// identify returns the case and the status that the arguments or answers select.
func (o *followUpOptions) identify(ctx context.Context, site *clone.Site, args []string, now time.Time) (c incident.Case, status incident.Status, err error) {
	cases := site.Cases(now)
	id, word := strings.Join(args, ""), o.status.String()
	if o.status == 0 {
		id, word, err = typed.CaseAndStatus(cases, args)
	}
	if err == nil {
		c, err = o.Choose(ctx, cases, id, word, "update")
	}
	switch {
	case err != nil:
		return c, 0, o.Unread(site, err)
	case o.status == incident.Resolved && c.Planned:
		return c, incident.Completed, nil
	case word == "" && o.given() && c.Open():
		return c, c.History.State().Status, nil
	case word == "":
		if word, err = o.askStatus(ctx, c); err != nil {
			return c, 0, err
		}
	}
	status, err = typed.Status(word, c.Statuses())
	return c, status, err
}

func (o *followUpOptions) askStatus(ctx context.Context, c incident.Case) (string, error) {
	if !o.Terminal.Interactive {
		return "", missing(fmt.Sprintf(`write it like crier update %s %s -m "What is known now."; valid values: %s`, c.ID, c.Statuses()[1], strings.Join(incident.Names(c.Statuses()), ", ")), need{false, "STATUS"}, need{o.given(), needText})
	}
	return o.Ask(ctx, app.Question{Text: "Status of " + c.ID, Choices: app.StatusChoices(c.Statuses()), Check: func(answer string) error {
		_, err := typed.Status(answer, c.Statuses())
		return err
	}})
}

// completeUpdate completes an incident, open ones first, and then its possible statuses.
func completeUpdate(a *app.App) app.Completion {
	return func(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		switch len(args) {
		case 0:
			choices, directive := app.Completed(word, a.CaseChoices(word, incident.Case.Open))
			if word != "" && len(choices) == 0 {
				choices, _ = app.Completed(word, a.CaseChoices(word, func(incident.Case) bool { return true }))
			}
			statuses, _ := app.Completed(word, app.StatusChoices(incident.IncidentStatuses[:]))
			return append(choices, statuses...), directive
		case 1:
			if c, err := typed.Case(clone.RecentCases(a.Folder(), args[0], a.Now()), args[0]); err == nil {
				return app.Completed("", app.StatusChoices(c.Statuses()))
			}
		}
		return app.Completed("", nil)
	}
}
