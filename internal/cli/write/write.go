// Package write implements the commands that write to a site: new, update, resolve, retract,
// maintenance, amend, ack, mark and postmortem. Each writes one file and, if asked to, commits and
// pushes it.
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
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/clone"
)

// Commands returns the commands.
func Commands(a *app.App) []*cobra.Command {
	return []*cobra.Command{newNew(a), newUpdate(a), newResolve(a), newRetract(a), newMaintenance(a), newAmend(a), newAck(a), newMark(a), newPostmortem(a)}
}

// fileOptions say what to do with the file that a command writes.
type fileOptions struct {
	*app.App
	command              *cobra.Command
	commit, push, dryRun bool
	wait, noFetch        bool

	repository *git.Repository // nil: it was not asked for yet, or there is none
	opened     []string        // ids of incidents that others opened, and that this clone lacks
	pull       string          // the command that gets them
}

func (o *fileOptions) flags(command *cobra.Command) {
	o.command = command
	command.Flags().BoolVar(&o.commit, "commit", false, "commit the file, with other updates of the incident that are not committed")
	command.Flags().BoolVar(&o.push, "push", false, "commit as with --commit, and push the branch; the default if [cli] push = true in config.toml, or CRIER_PUSH=1")
	command.Flags().BoolVar(&o.wait, "wait", false, "push, and wait until the live page shows the update")
	command.Flags().BoolVar(&o.noFetch, "no-fetch", false, "do not fetch what others pushed before, for which at most two seconds are taken")
	command.Flags().BoolVar(&o.dryRun, "dry-run", false, "print the file, and write nothing")
}

// start fetches what others pushed, and returns the time of the run and the site.
func (o *fileOptions) start(ctx context.Context) (time.Time, *clone.Site, error) {
	if !o.noFetch && !o.dryRun {
		o.catchUp(ctx)
	}
	now := o.Now().UTC().Truncate(time.Second)
	site, err := o.Load(ctx, now)
	return now, site, err
}

// catchUp fetches what others pushed, and prints what came of it.
func (o *fileOptions) catchUp(ctx context.Context) {
	var err error
	if o.repository, err = git.Open(ctx, o.Folder()); err != nil {
		return // git reports it again when it commits
	}
	found, err := o.repository.CatchUp(ctx)
	switch {
	case errors.Is(err, git.ErrDetached), errors.Is(err, git.ErrNoRemote), errors.Is(err, git.ErrNoUpstream), ctx.Err() != nil:
	case err != nil:
		fmt.Fprintf(o.Stderr, "note: %s could not be fetched, so what others pushed may be missing here\n", found.Name())
	case found.Moved > 0:
		fmt.Fprintf(o.Stderr, "note: fetched %s of others from %s\n", report.Count(found.Moved, "commit"), found.Name())
	case found.Behind > 0:
		what := ""
		if o.opened = report.Each(found.Opened, path.Base); len(o.opened) > 0 {
			what = ", which open " + strings.Join(o.opened, ", ")
		}
		o.pull = o.GitLine("pull", "--rebase", "--autostash")
		fmt.Fprintf(o.Stderr, "note: this clone lacks %s of others on %s%s\n  hint: %s\n", report.Count(found.Behind, "commit"), found.Name(), what, o.pull)
	}
}

// file is a file that a command writes.
type file struct {
	path    string   // relative to the site
	text    string   // the whole content
	message string   // the commit message; its first line is the subject
	next    []string // what happens next, as lines for the user
	draft   bool
	shows   string // what the live page contains once it shows the update, with ANCHOR for its anchor; "" if it is held or a draft

	// another returns the name of a new file, given the names of all other files below content/. It
	// returns own if that name is free. If another is nil, the file exists and is replaced.
	another func(own string, others []string) string
}

// write writes a file, prints what happens next, and commits and pushes the file as the flags say.
func (o *fileOptions) write(ctx context.Context, site *clone.Site, f file) error {
	if o.dryRun {
		fmt.Fprintf(o.Stderr, "This would be %s:\n", o.Shown(f.path))
		fmt.Fprint(o.Stdout, f.text)
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	var err error
	if f.another == nil {
		err = sitefs.Replace(o.Folder(), f.path, f.text)
	} else {
		f.path, err = sitefs.Create(o.Folder(), f.path, f.text, f.another)
	}
	if err != nil {
		return diag.Hinted(fmt.Errorf("cannot write the file: %w", err), o.WriteHint(err, "."))
	}
	for _, line := range append([]string{o.Shown(f.path)}, f.next...) {
		fmt.Fprintln(o.Stdout, line)
	}
	if o.repository == nil {
		o.repository, err = git.Open(ctx, o.Folder())
	}
	paths := []string{f.path}
	if err == nil && !f.draft {
		paths = append(paths, o.companions(ctx, site, f.path)...)
	}
	subject, _, _ := strings.Cut(f.message, "\n")
	commands := o.GitLine(append([]string{"add"}, paths...)...) + " && " + o.GitLine(append([]string{"commit", "-m", subject}, paths...)...)
	push := o.push || !o.command.Flags().Changed("push") && (o.wait || !o.commit && (site.Config.Push || o.Getenv("CRIER_PUSH") == "1"))
	if !push && !o.commit && o.Terminal.Interactive && err == nil && !f.draft {
		if push, err = o.Confirm(ctx, "Publish now"); err != nil {
			return diag.Hinted(err, "the file stays, and is NOT PUBLIC YET. To publish: "+commands+" && "+o.GitLine("push"))
		}
	}
	switch {
	case !push && !o.commit && f.draft:
		fmt.Fprintf(o.Stdout, "Not committed. To keep it: %s\n", commands)
		return nil
	case !push && !o.commit:
		fmt.Fprintf(o.Stdout, "NOT PUBLIC YET: not pushed. To publish: %s && %s\n", commands, o.GitLine("push"))
		return nil
	}
	if err == nil {
		err = o.repository.Commit(ctx, f.message, paths...)
	}
	if err != nil {
		if push {
			commands += " && " + o.GitLine("push")
		}
		o.printGit(err)
		return diag.Hinted(fmt.Errorf("not committed: %w", err), git.CommitHint(err, o.GitLine, commands))
	}
	notPushed := func(err error, pushed git.Pushed, head string) error {
		o.printGit(err)
		return diag.Hinted(fmt.Errorf("not pushed: %w", err), git.PushHint(err, o.GitLine, pushed, head))
	}
	tip, err := o.repository.Tip(ctx)
	if err != nil {
		return notPushed(err, git.Pushed{}, "HEAD")
	}
	if !push {
		what := "NOT PUBLIC YET: not pushed. To publish: "
		if f.draft {
			what = "Not pushed: "
		}
		fmt.Fprintf(o.Stdout, "Committed as %s. %s%s\n", tip.Hash, what, o.GitLine("push"))
		return nil
	}
	committed := git.File{Path: f.path}
	if f.another != nil {
		committed.Another = func(others []string) string { return f.another(f.path, others) }
	}
	pushed, err := o.repository.Push(ctx, tip, committed)
	if err != nil {
		return notPushed(err, pushed, tip.Hash)
	}
	o.printPushed(pushed, f)
	if f.shows == "" || site.Config.BaseURL == "http://localhost/" {
		if o.wait {
			fmt.Fprintln(o.Stderr, "note: no page is to show this now, or config.toml lacks base_url, so there is nothing to wait for")
		}
		return nil
	}
	page, anchor := links.OfFile(pushed.Path)
	fmt.Fprintf(o.Stdout, "NOT PUBLIC YET: to appear at %s%s\n", site.Config.BaseURL, page)
	if !o.wait {
		return nil
	}
	at := o.Now().In(site.Config.Zone).Format(time.TimeOnly)
	progress := func(after time.Duration) {
		o.Progress(fmt.Sprintf("pushed %s, not live after %s", at, after.Round(time.Second)))
	}
	seen := live.Site{URL: site.Config.BaseURL, Transport: o.Transport, Now: o.Now, Sleep: o.Wait, Progress: progress}.WaitFor(ctx, page, strings.ReplaceAll(f.shows, "ANCHOR", anchor))
	o.Progress("")
	if seen.Err != nil {
		return diag.Hinted(seen.Err, cmp.Or(diag.HintOf(seen.Err), "it is pushed, but was not seen to be public yet"))
	}
	fmt.Fprintf(o.Stdout, "Public: pushed %s, live %s.\n", at, seen.At.In(site.Config.Zone).Format("15:04:05 MST"))
	return nil
}

// companions returns the other updates of the incident that are not committed, and prints them and
// what is left alone.
func (o *fileOptions) companions(ctx context.Context, site *clone.Site, own string) []string {
	drafts := map[string]bool{}
	for _, c := range site.Cases(o.Now()) {
		for _, u := range c.Updates {
			drafts[u.Path] = u.Draft
		}
	}
	found, err := o.repository.Companions(ctx, own, drafts)
	if err != nil {
		return nil // git reports it again when it commits
	}
	if len(found.Updates) > 0 {
		fmt.Fprintf(o.Stdout, "Not committed yet, and part of this: %s\n", strings.Join(report.Each(found.Updates, o.Shown), ", "))
	}
	if len(found.Left) > 0 {
		left := report.Each(found.Left, func(l git.Left) string { return o.Shown(l.Path) + " (" + l.Why + ")" })
		fmt.Fprintf(o.Stdout, "Left alone: %s\n", strings.Join(left, ", "))
	}
	return found.Updates
}

// printPushed prints the result of a push.
func (o *fileOptions) printPushed(pushed git.Pushed, f file) {
	fmt.Fprintf(o.Stdout, "Pushed to %s.\n", pushed.Name())
	if pushed.Path != f.path {
		fmt.Fprintf(o.Stdout, "Somebody else used that name first: the file is now %s.\n", o.Shown(pushed.Path))
	}
	if pushed.Along > 0 {
		fmt.Fprintf(o.Stdout, "%s of this branch went along.\n", report.Count(pushed.Along, "earlier commit"))
	}
	if pushed.Behind != "" {
		fmt.Fprintf(o.Stderr, "note: this clone does not have what others pushed: %s\n  hint: %s && %s && %s\n", pushed.Behind,
			o.GitLine("stash", "--include-untracked"), o.GitLine("reset", "--keep", "@{upstream}"), o.GitLine("stash", "pop"))
	}
}

// printGit prints the output of a failed git command and its hooks.
func (o *fileOptions) printGit(err error) {
	var failed *git.Error
	if errors.As(err, &failed) && failed.Output != "" {
		for line := range strings.Lines(failed.Output) {
			fmt.Fprintf(o.Stderr, "git: %s\n", strings.TrimRight(line, "\r\n"))
		}
	}
}

// shows returns what a page contains that shows an update, or "" if the update is not public now.
func shows(rules policy.Rules, c incident.Case, u incident.Update, now time.Time) string {
	for _, release := range rules.CaseReleases(c) {
		if release.Update.Path == u.Path && release.Public(now) {
			return `id="ANCHOR"`
		}
	}
	return ""
}
