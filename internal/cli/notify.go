package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/notify"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/typed"
)

type notifyOptions struct {
	publishOptions
	update string
}

func newNotify(a *app.App) *cobra.Command {
	o := &notifyOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "notify",
		Short: "Tell chats, e-mail and webhooks what is live",
		Long: `Tell each recipient of [[notify]] in config.toml of the live updates that it has not been told of. crier publish does this by itself;
this command is for a job of its own, so that the job that builds the site has no secrets (crier publish --no-notify).

The page must show this site's content. What was sent is recorded beside it, so nothing is sent twice by mistake.`,
		Example: `  crier notify
  crier notify --dry-run --update api-down/01
  crier notify test incidents`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	command.Flags().BoolVar(&o.dryRun, "dry-run", false, "print each message as it would be sent, and send nothing")
	command.Flags().StringVar(&o.update, "update", "", "with --dry-run: an incident or update, by part of its `id`, such as api-down/01")
	command.Flags().StringArrayVar(&o.to, "to", nil, "`target` that keeps what was sent, instead of the first one in config.toml")
	o.githubOptions.flags(command)
	test := &cobra.Command{
		Use:     "test NAME",
		Short:   "Send a sample to one recipient, marked as a test",
		Long:    "Send a sample, marked as a test, to the recipient of [[notify]] with this name. Nothing is recorded.",
		Example: "  crier notify test incidents",
		Args:    app.Arguments(1, 1, "the name of a recipient"),
		RunE:    func(command *cobra.Command, args []string) error { return o.test(command.Context(), args[0]) },
	}
	command.AddCommand(test)
	return command
}

func (o *notifyOptions) run(ctx context.Context) error {
	if (o.update != "") != o.dryRun {
		return diag.Usage(errors.New("--dry-run and --update belong together"), "crier notify --dry-run --update api-down")
	}
	p, err := o.read(ctx)
	if err != nil {
		return err
	}
	if o.dryRun {
		return o.preview(p)
	}
	recipients := p.recipients()
	if len(recipients) == 0 {
		fmt.Fprintln(o.Stdout, "Nobody to notify.")
		return nil
	}
	return o.deliver(ctx, p, recipients, func(d notify.Delivery) error {
		if !p.deliver(ctx, d) {
			return errors.New("not everybody was notified; see the warnings above")
		}
		return nil
	})
}

// read reads and builds the site. It needs no target; deliver does.
func (o *notifyOptions) read(ctx context.Context) (p *publishing, err error) {
	if p, err = o.load(ctx); err != nil {
		return nil, err
	}
	targets, _ := p.targets()
	p.rollout.Targets = targets[:min(1, len(targets))] // all of them show the same
	return p, p.rollout.Prepare(ctx, publish.Source{})
}

// deliver calls a function with what recipients are to be told of the first target, if the page
// shows this content.
func (o *notifyOptions) deliver(ctx context.Context, p *publishing, recipients []notify.Recipient, do func(notify.Delivery) error) error {
	if _, err := p.targets(); err != nil {
		return err
	}
	if !p.rollout.Visible(ctx, live.Result{}) {
		return diag.Hinted(fmt.Errorf("%s does not show this content, so nobody was notified", p.site.Config.BaseURL), "run crier publish first; if a newer commit is live, check it out")
	}
	work, err := os.MkdirTemp("", "crier-notify-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	p.rollout.Open(ctx, work, len(p.site.Content.Incidents))
	d, ok := p.rollout.Delivery(recipients)
	if !ok {
		return p.rollout.Results[0].Err
	}
	return do(d)
}

// remind posts to one chat what it is to be reminded of now.
func (o *notifyOptions) remind(ctx context.Context, name string) error {
	p, err := o.read(ctx)
	if err != nil {
		return err
	}
	r, err := o.recipient(p, name, true)
	if err != nil {
		return err
	}
	return o.deliver(ctx, p, []notify.Recipient{r}, func(d notify.Delivery) error {
		results, next, err := d.Remind(ctx, time.Time{})
		for _, result := range results {
			if result.Err != nil {
				return diag.Hinted(fmt.Errorf("%s was not reminded: %w", name, result.Err), "try it with crier notify test "+name)
			}
		}
		switch {
		case err != nil:
		case len(results) > 0:
			fmt.Fprintf(o.Stdout, "Reminded %s of %s.\n", name, report.Count(len(results), "open incident"))
		case next.IsZero():
			fmt.Fprintf(o.Stdout, "There is nothing to remind %s of.\n", name)
		default:
			fmt.Fprintf(o.Stdout, "The next reminder to %s is due at %s.\n", name, policy.Clock(next, p.now, p.site.Config.Zone))
		}
		return err
	})
}

// recipient returns the recipient with a name, which must be a reminded one if so asked.
func (o *notifyOptions) recipient(p *publishing, name string, reminded bool) (notify.Recipient, error) {
	var names []string
	for _, n := range p.site.Config.Notify {
		switch {
		case n.Name != name:
			names = append(names, n.Name)
		case reminded && n.Remind == 0:
			return notify.Recipient{}, diag.Usage(fmt.Errorf("%s is not reminded", name), `write remind = "15m" into its entry in config.toml`)
		default:
			r, err := p.resolve(n)
			return r, err
		}
	}
	return notify.Recipient{}, diag.Usage(fmt.Errorf("config.toml has no recipient %q", name), diag.DidYouMean(name, names))
}

// preview prints the messages about an incident or update.
func (o *notifyOptions) preview(p *publishing) error {
	public := notify.Updates(p.rollout.Plan, nil)
	id, name, _ := strings.Cut(o.update, "/")
	if !slices.ContainsFunc(public, func(u notify.Update) bool { return u.ID == id }) { // part of an id
		c, err := typed.Case(p.site.Cases(p.now), id)
		if err != nil {
			return err
		}
		id = c.ID
	}
	found := false
	for _, u := range public {
		if u.ID != id || !strings.Contains(u.Update, name) {
			continue
		}
		found = true
		for _, n := range p.site.Config.Notify {
			r := notify.Recipient{Notify: n}
			if !r.Wants(u) {
				fmt.Fprintf(o.Stdout, "%s (%s) gets nothing about %s.\n", n.Name, n.Form, u.Key)
				continue
			}
			text, err := r.Preview(u)
			if err != nil {
				return err
			}
			fmt.Fprintf(o.Stdout, "%s (%s) gets about %s:\n%s\n", n.Name, n.Form, u.Key, strings.TrimRight(text, "\n"))
		}
	}
	if !found {
		return diag.Usage(fmt.Errorf("there is no public update %q", o.update), "crier show "+id+" lists its updates")
	}
	return nil
}

func (o *notifyOptions) test(ctx context.Context, name string) error {
	p, err := o.load(ctx)
	if err != nil {
		return err
	}
	r, err := o.recipient(p, name, false)
	if err != nil {
		return err
	}
	if err := r.Test(ctx, o.Transport, p.site.Config, o.Now); err != nil {
		return diag.Hinted(fmt.Errorf("%s was not notified: %w", name, err), "check that its URL and secret are right, and that it can be reached from here")
	}
	fmt.Fprintf(o.Stdout, "Sent a test to %s. See whether it arrived.\n", name)
	return nil
}
