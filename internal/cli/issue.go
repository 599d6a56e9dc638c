package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-github/v60/github"
	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/cli/write"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/issueform"
	"settler.io/crier/internal/source/typed"
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
	ticket     string // by which the update is recognized when the event is handled again
}

func (o *issueOptions) run(ctx context.Context) error {
	o.Terminal.Interactive = false
	r := &request{issueOptions: o}
	path := cmp.Or(o.event, o.Getenv("GITHUB_EVENT_PATH"))
	if path == "" {
		return diag.Usage(errors.New("there is no event"), "name its file with --event; in a workflow GITHUB_EVENT_PATH names it")
	}
	raw, err := regularfile.ReadPath(o.Path(path), content.MaxFileSize)
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
		r.ticket = o.Getenv("GITHUB_SERVER_URL") + "/" + o.Getenv("GITHUB_REPOSITORY") + "/actions/runs/" + o.Getenv("GITHUB_RUN_ID")
	} else {
		r.ticket = r.event.URL
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
	do, mistake := r.understand(site, cases)
	if do == nil {
		fmt.Fprintln(r.Stdout, "Ignored: it is neither a form of this site nor a command.")
		return nil
	}
	if r.client, err = r.githubOptions.client(); err != nil {
		return err
	}
	may, denial := githubissue.MayWrite(ctx, r.client, r.repository, r.event.Sender)
	if denial != nil {
		return denied(denial)
	}
	if !may {
		fmt.Fprintf(r.Stdout, "Ignored: %s may not write to %s.\n", r.event.Sender, r.repository)
		return nil
	}
	done := slices.ContainsFunc(cases, func(c incident.Case) bool { return hasTicket(c, r.ticket) })
	if err = mistake; err == nil && !done {
		err = do(ctx)
	}
	if err != nil {
		return errors.Join(err, r.answer(ctx, mistakeText("Nothing was written", err)))
	}
	o := r.publishOptions
	p, seen, publishing := o.publish(ctx)
	visible := publishing == nil && p.rollout.Visible(ctx, seen)
	if site, err = r.Load(ctx, r.Now()); err != nil {
		return err
	}
	return errors.Join(publishing, r.report(ctx, site, visible, seen.At, publishing))
}

// understand returns what to do about the event; nil if there is nothing to do. The error says what
// the author got wrong.
func (r *request) understand(site *app.Site, cases []incident.Case) (do func(context.Context) error, err error) {
	from := write.FromIssue{App: r.App, Date: r.event.At, Ticket: r.ticket}
	in := r.event.Inputs
	switch {
	case r.event.Number == 0 && in["incident"] == "":
		issue, err := issueform.FromInputs(site.Config, in)
		return func(ctx context.Context) error { return from.Open(ctx, in["title"], issue) }, err
	case r.event.Number == 0:
		c, err := typed.Case(cases, in["incident"])
		if err != nil {
			return func(context.Context) error { return err }, err
		}
		var status incident.Status
		if in["status"] != "" && in["status"] != "unchanged" {
			status, err = typed.Status(in["status"], c.Statuses())
		}
		return func(ctx context.Context) error { return from.Update(ctx, c, status, in["eta"], in["text"]) }, err
	case !r.event.Comment:
		issue, ok, err := issueform.Parse(site.Config, r.event.Body)
		if !ok {
			return nil, nil
		}
		return func(ctx context.Context) error { return from.Open(ctx, r.event.Title, issue) }, err
	}
	at := slices.IndexFunc(cases, func(c incident.Case) bool { return hasTicket(c, r.event.Issue) })
	if at < 0 {
		return nil, nil
	}
	c := cases[at]
	comment, ok, err := issueform.ParseComment(r.event.Body, c.Statuses())
	if !ok {
		return nil, nil
	}
	return func(ctx context.Context) error {
		switch comment.Command {
		case issueform.Resolve:
			return from.Resolve(ctx, c, comment.Text)
		case issueform.Amend:
			return r.amend(ctx, from, site, c, comment)
		}
		return from.Update(ctx, c, comment.Status, "", comment.Text)
	}, err
}

// amend corrects an update, unless it already has the text.
func (r *request) amend(ctx context.Context, from write.FromIssue, site *app.Site, c incident.Case, comment issueform.Comment) error {
	if n := comment.Number; n <= len(c.Updates) {
		raw, err := regularfile.ReadPath(r.Path(r.Shown(c.Updates[n-1].Path)), content.MaxFileSize)
		if err == nil && strings.HasSuffix(strings.TrimSpace(string(raw)), "\n"+comment.Text) {
			return nil
		}
	}
	return from.Amend(ctx, c, comment.Number, comment.Text)
}

func hasTicket(c incident.Case, url string) bool {
	return slices.ContainsFunc(c.Updates, func(u incident.Update) bool { return u.ForRunbook().Ticket == url })
}

// report answers what is public and what is due, and brings the ticket up to date. It says only
// what is public.
func (r *request) report(ctx context.Context, loaded *app.Site, visible bool, since time.Time, publishing error) error {
	about := r.ticket
	if r.event.Number != 0 {
		about = r.event.Issue
	}
	cases := loaded.Cases(r.Now())
	at := slices.IndexFunc(cases, func(c incident.Case) bool { return hasTicket(c, about) })
	if at < 0 {
		return fmt.Errorf("the incident of %s is gone", about)
	}
	c := cases[at]
	facts := loaded.Build(r.Now()).Site.Facts()
	records := slices.Concat(facts.Incidents, facts.Maintenance)
	at = slices.IndexFunc(records, func(record *site.Record) bool { return record.ID == c.ID && record.Planned == c.Planned })
	var lines []string
	switch {
	case at < 0:
		lines = append(lines, "Written, but not public yet.")
	case publishing != nil:
		lines = append(lines, mistakeText("Not public yet", publishing))
	case !visible:
		lines = append(lines, "Published, but not yet seen at "+records[at].URL)
	case since.IsZero():
		lines = append(lines, "Live: "+records[at].URL)
	default:
		lines = append(lines, fmt.Sprintf("Live since %s: %s", policy.Clock(since, r.Now(), loaded.Config.Zone), records[at].URL))
	}
	if !c.Planned {
		for _, d := range loaded.Config.Rules.Deadlines(incident.Incident{ID: c.ID, Path: c.Path, Updates: c.Updates, Postmortem: c.Postmortem}, nil, r.Now()) {
			if d.State == policy.Waiting {
				lines = append(lines, fmt.Sprintf("- due %s: %s", policy.Clock(d.Due, r.Now(), loaded.Config.Zone), d.Owed))
			}
		}
	}
	text := strings.Join(lines, "\n")
	fmt.Fprintln(r.Stdout, text)
	if r.event.Number == 0 {
		return nil
	}
	err := r.answer(ctx, text)
	if at < 0 {
		return err
	}
	var actions []incident.Action
	if c.Postmortem != nil && !c.Postmortem.Draft {
		actions = c.Postmortem.Actions
	}
	title, body := issueform.Ticket(loaded.Config, records[at].History, c.Updates[0].Detected, records[at].URL, actions)
	return errors.Join(err, denied(githubissue.Ticket(ctx, r.client, r.repository, r.event.Number, title, body, !c.Open())))
}

// mistakeText explains an error in an answer.
func mistakeText(what string, err error) string {
	text := what + ": " + err.Error()
	if hint := diag.HintOf(err); hint != "" {
		text += "\n\nHint: " + hint
	}
	return text
}

// answer keeps one comment that answers the event.
func (r *request) answer(ctx context.Context, text string) error {
	if r.event.Number == 0 {
		return nil
	}
	mark := fmt.Sprintf("<!-- crier: answer to %s -->", r.event.URL[strings.LastIndex(r.event.URL, "/")+1:])
	_, err := githubissue.Comment{Mark: mark, Body: text}.Keep(ctx, r.client, r.repository, r.event.Number)
	return denied(err)
}
