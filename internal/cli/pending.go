package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/githubissue"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
)

type pendingOptions struct {
	*app.App
	github                        githubOptions
	at                            time.Time
	format, changedSince, comment string
}

func newPending(a *app.App) *cobra.Command {
	o := &pendingOptions{App: a, github: githubOptions{App: a}}
	command := &cobra.Command{
		Use:   "pending",
		Short: "Show what is not public yet, and when it will be",
		Long: `Show what is not public yet: updates that are held, dated in the future, or drafts; and when each becomes public.

With --changed-since, it shows what the changes of a branch publish, edit or remove, and when. With --comment, it keeps that up to
date in one comment on a pull request. The Markdown and the comment contain only ids, and nothing about security incidents.`,
		Example: `  crier pending
  crier pending --changed-since origin/main --format markdown`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	app.AtFlag(command, &o.at, "as of this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&o.changedSince, "changed-since", "", "show what has changed since this `revision`, such as origin/main")
	command.Flags().StringVar(&o.comment, "comment", "", "keep a comment on this `pull request`, OWNER/NAME#NUMBER")
	app.FormatFlag(command, &o.format, "`format`: text, markdown or json", "text", "markdown", "json")
	o.github.flags(command)
	return command
}

func (o *pendingOptions) run(ctx context.Context) error {
	on, err := githubissue.ParsePullRequest(o.comment)
	if o.comment != "" && (err != nil || o.format != "text") {
		return diag.Usage(fmt.Errorf("--comment %q is not possible", o.comment), "write it like --comment example/status#12, without --format")
	}
	now := o.At(o.at)
	site, err := o.Load(ctx, now)
	if err != nil {
		return err
	}
	o.PrintMistakes(site, o.comment != "" || o.format == "markdown")
	local := false
	if o.changedSince == "" && o.comment == "" && o.format == "text" {
		if local, err = o.printLocal(ctx); err != nil {
			return err
		}
	}
	var changed map[string]check.Change
	heading, nothing := "What is not public yet", "No update is a draft, held or dated in the future."
	if o.changedSince != "" {
		heading, nothing = "What this changes in public, once it is merged", "Nothing on the page changes."
		changes, err := clone.ChangesSince(ctx, o.Folder(), o.changedSince)
		if err != nil {
			return err
		}
		changed = changes.Files
	}
	updates := check.Pending(check.Input{Config: site.Config, Content: site.Content, Now: now}, changed)
	style := o.Style(site.Config.Zone)
	markdown := report.PendingMarkdown(heading, updates, style)
	if o.NoSecrets(o.format) {
		updates = slices.DeleteFunc(updates, func(u check.PendingUpdate) bool { return u.Secret })
	}
	switch {
	case o.comment != "":
		return o.keepComment(ctx, on, markdown)
	case o.format == "markdown":
		fmt.Fprint(o.Stdout, cmp.Or(markdown, nothing+"\n"))
	case o.format == "json":
		return o.PrintJSON(struct {
			Pending []report.PendingUpdate `json:"pending"`
		}{report.Each(updates, report.NewPending)})
	case len(updates) == 0 && local:
	case len(updates) == 0:
		fmt.Fprintln(o.Stdout, nothing)
	default:
		report.Table(o.Stdout, report.Pending(updates, style))
	}
	return nil
}

// printLocal prints what only this clone has, and reports whether there is any.
func (o *pendingOptions) printLocal(ctx context.Context) (bool, error) {
	stands, err := git.Stand(ctx, o.Folder(), "config.toml", "content", "themes")
	if err != nil {
		return false, err
	}
	if len(stands.Dirty) > 0 {
		fmt.Fprintf(o.Stdout, "NOT PUBLIC YET: not committed: %s. To publish: %s && %s && %s\n", diag.Few(report.Each(stands.Dirty, o.Shown)), o.GitLine("add", "--all", "."), o.GitLine("commit"), o.GitLine("push"))
	}
	if stands.Unpushed > 0 {
		fmt.Fprintf(o.Stdout, "NOT PUBLIC YET: not pushed: %s. To publish: %s\n", report.Count(stands.Unpushed, "commit"), o.GitLine("push"))
	}
	return len(stands.Dirty)+stands.Unpushed > 0, nil
}

func (o *pendingOptions) keepComment(ctx context.Context, on githubissue.PullRequest, text string) error {
	client, err := o.github.client()
	if err != nil {
		return err
	}
	comment := githubissue.Comment{Mark: "<!-- crier: pending -->", Body: text, Over: "This no longer changes anything in public."}
	change, err := comment.Keep(ctx, client, on.Repository, on.Number)
	switch {
	case errors.As(err, new(*githubissue.DeniedError)):
		return diag.Hinted(err, "give the job \"permissions: pull-requests: write\"; the token of a pull request from a fork never has it: write the summary of the job instead (--format markdown)")
	case err != nil:
		return err
	}
	fmt.Fprintf(o.Stdout, "The comment on %s is %s.\n", on, change)
	return nil
}
