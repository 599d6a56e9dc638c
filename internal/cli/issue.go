package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/google/go-github/v60/github"
	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/cli/write"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/issueform"
)

type issueOptions struct {
	publishOptions
	event string
}

func newIssue(a *app.App) *cobra.Command {
	o := &issueOptions{}
	o.App, o.format = a, "text"
	command := &cobra.Command{
		Use:   "issue",
		Short: "Publish what an issue or comment on GitHub says, in a workflow",
		Long: `Turn the event that started a workflow into an update, and publish it: an issue opened with one of the forms of crier init --github,
a comment that begins with /update, /resolve or /amend, or a run by hand. Then answer in the issue: what is public, and what is due.

Only people with write permission to the repository are heard. A comment without such a command is ignored.`,
		Example: "  crier issue --event event.json",
		Args:    app.NoArguments,
		RunE:    func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	command.Flags().StringVar(&o.event, "event", "", "`file` with the event; default: GITHUB_EVENT_PATH")
	command.Flags().StringArrayVar(&o.to, "to", nil, "`target` to publish to, instead of those in config.toml; may be repeated")
	command.Flags().BoolVar(&o.noNotify, "no-notify", false, "leave it to crier notify to tell others what is live")
	o.githubOptions.flags(command)
	return command
}

// request is one event on its way to an update.
type request struct {
	*issueOptions
	event      githubissue.Event
	client     *github.Client
	repository githubissue.Repository
}

func (o *issueOptions) run(ctx context.Context) error {
	o.Terminal.Interactive = false
	r := &request{issueOptions: o}
	file := cmp.Or(o.event, o.Getenv("GITHUB_EVENT_PATH"))
	if file == "" {
		return diag.Usage(errors.New("there is no event"), "name its file with --event; in a workflow GITHUB_EVENT_PATH names it")
	}
	raw, err := regularfile.ReadPath(o.Path(file), content.MaxFileSize)
	if err == nil {
		r.event, err = githubissue.ParseEvent(raw)
	}
	if err != nil {
		return diag.Hinted(fmt.Errorf("cannot read the event: %w", err), "run this in a workflow on issues, issue_comment or workflow_dispatch")
	}
	if r.event.Ignored != "" {
		fmt.Fprintf(o.Stdout, "Ignored: %s.\n", r.event.Ignored)
		return nil
	}
	if r.event.Number == 0 { // a run by hand has no time and no URL of its own
		r.event.At = o.Now()
		r.event.URL = o.Getenv("GITHUB_SERVER_URL") + "/" + o.Getenv("GITHUB_REPOSITORY") + "/actions/runs/" + o.Getenv("GITHUB_RUN_ID")
	}
	if r.repository, err = githubissue.ParseRepository(o.Getenv("GITHUB_REPOSITORY")); err != nil {
		return diag.Usage(fmt.Errorf("GITHUB_REPOSITORY: %w", err), "run this in a workflow, or set it to OWNER/NAME")
	}
	return r.handle(ctx)
}

// handle writes and publishes what the event asks for, and answers.
func (r *request) handle(ctx context.Context) error {
	site, err := r.Load(ctx, r.Now())
	if err != nil {
		return err
	}
	cases := site.Cases(r.Now())
	asked, ok, mistake := issueform.Understand(site.Config, cases, r.event.Event)
	if !ok {
		fmt.Fprintln(r.Stdout, "Ignored: it is neither a form of this site nor a command.")
		return nil
	}
	if r.client, err = r.githubOptions.client(); err != nil {
		return err
	}
	may, denial := githubissue.MayWrite(ctx, r.client, r.repository, r.event.Sender)
	if denial != nil {
		return denial
	}
	if !may {
		fmt.Fprintf(r.Stdout, "Ignored: %s may not write to %s.\n", r.event.Sender, r.repository)
		return nil
	}
	_, done := incident.WithTicket(cases, r.event.URL) // the event is handled again
	if err = mistake; err == nil && !done {
		err = write.FromIssue(ctx, r.App, asked, r.event.At, r.event.URL)
	}
	if err != nil {
		return errors.Join(err, r.answer(ctx, issueform.Refusal("Nothing was written", err)))
	}
	o := r.publishOptions
	p, seen, publishing := o.publish(ctx)
	visible := publishing == nil && p.rollout.Visible(ctx, seen)
	if site, err = r.Load(ctx, r.Now()); err != nil {
		return err
	}
	return errors.Join(publishing, r.report(ctx, site, issueform.Answer{Failed: publishing, Visible: visible, Since: seen.At}))
}

// report answers what is public and what is due, and brings the ticket up to date. It says only
// what is public.
func (r *request) report(ctx context.Context, loaded *clone.Site, answer issueform.Answer) error {
	about := cmp.Or(r.event.Issue, r.event.URL)
	c, ok := incident.WithTicket(loaded.Cases(r.Now()), about)
	if !ok {
		return fmt.Errorf("the incident of %s is gone", about)
	}
	record := loaded.Build(r.Now()).Site.Facts().Record(c.ID, c.Planned)
	if record != nil {
		answer.Page = record.URL
	}
	text := answer.Text(loaded.Config, c, r.Now())
	fmt.Fprintln(r.Stdout, text)
	if r.event.Number == 0 {
		return nil
	}
	err := r.answer(ctx, text)
	if record == nil {
		return err
	}
	title, body := issueform.Ticket(loaded.Config, c, record.History, answer.Page)
	return errors.Join(err, githubissue.Ticket(ctx, r.client, r.repository, r.event.Number, title, body, !c.Open()))
}

// answer keeps one comment that answers the event.
func (r *request) answer(ctx context.Context, text string) error {
	if r.event.Number == 0 {
		return nil
	}
	mark := "<!-- crier: answer to " + path.Base(r.event.URL) + " -->"
	_, err := githubissue.Comment{Mark: mark, Body: text}.Keep(ctx, r.client, r.repository, r.event.Number)
	return err
}
