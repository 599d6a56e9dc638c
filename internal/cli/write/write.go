// Package write implements the commands that write to a site: new, update, resolve, maintenance,
// amend and postmortem. Each writes one file and, if asked to, commits and pushes it.
package write

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs"
)

// Commands returns the commands.
func Commands(a *app.App) []*cobra.Command {
	return []*cobra.Command{newNew(a), newUpdate(a), newResolve(a), newMaintenance(a), newAmend(a), newPostmortem(a)}
}

// fileOptions say what to do with the file that a command writes.
type fileOptions struct {
	*app.App
	commit, push, dryRun bool
}

func (o *fileOptions) flags(command *cobra.Command) {
	command.Flags().BoolVar(&o.commit, "commit", false, "commit the file, and nothing else")
	command.Flags().BoolVar(&o.push, "push", false, "commit the file and push the branch, even if others push at the same time")
	command.Flags().BoolVar(&o.dryRun, "dry-run", false, "print the file, and write nothing")
}

// file is a file that a command writes.
type file struct {
	path    string   // relative to the site
	text    string   // the whole content
	message string   // the commit message; its first line is the subject
	next    []string // what happens next, as lines for the user

	// another returns the name of a new file, given the names of all other files below content/. It
	// returns own if that name is free. If another is nil, the file exists and is replaced.
	another func(own string, others []string) string
}

// write writes a file, prints what happens next, and commits and pushes the file as the flags say.
func (o *fileOptions) write(ctx context.Context, f file) error {
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
		return app.Hinted(fmt.Errorf("cannot write the file: %w", err), "check that the disk has room, and that you may write below "+o.Shown("content"))
	}
	fmt.Fprintln(o.Stdout, o.Shown(f.path))
	for _, line := range f.next {
		fmt.Fprintln(o.Stdout, line)
	}
	subject, _, _ := strings.Cut(f.message, "\n")
	commands := o.gitLine("add", f.path) + " && " + o.gitLine("commit", "-m", subject, f.path)
	if !o.commit && !o.push {
		fmt.Fprintf(o.Stdout, "To publish: %s && %s\n", commands, o.gitLine("push"))
		return nil
	}
	repository, err := git.Open(ctx, o.Folder())
	if err == nil {
		err = repository.Commit(ctx, f.path, f.message)
	}
	if err != nil {
		if o.push {
			commands += " && " + o.gitLine("push")
		}
		return o.notCommitted(err, commands)
	}
	head, err := repository.Head(ctx)
	if err != nil {
		return o.notPushed(err, git.Pushed{}, "HEAD")
	}
	if !o.push {
		fmt.Fprintf(o.Stdout, "Committed as %s. To publish: %s\n", head, o.gitLine("push"))
		return nil
	}
	committed := git.File{Path: f.path}
	if f.another != nil {
		committed.Another = func(others []string) string { return f.another(f.path, others) }
	}
	pushed, err := repository.Push(ctx, committed)
	if err != nil {
		return o.notPushed(err, pushed, head)
	}
	o.printPushed(pushed, f)
	return nil
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
			o.gitLine("stash", "--include-untracked"), o.gitLine("reset", "--keep", "@{upstream}"), o.gitLine("stash", "pop"))
	}
}

// notCommitted reports a failed commit and how to continue, with the given commands.
func (o *fileOptions) notCommitted(err error, commands string) error {
	hint := "the file stays; once that is fixed: " + commands
	switch {
	case errors.Is(err, git.ErrNoGit):
		hint = "the file stays; install git, or copy the file to where the site is published from"
	case errors.Is(err, git.ErrNoRepository):
		hint = "the file stays; git init creates a repository, then: " + commands
	}
	o.printGit(err)
	return app.Hinted(fmt.Errorf("not committed: %w", err), hint)
}

// notPushed reports a failed push of a commit and how to continue.
func (o *fileOptions) notPushed(err error, pushed git.Pushed, head string) error {
	then := "once that is fixed: " + o.gitLine("push")
	pull := func(args ...string) string {
		return o.gitLine(append([]string{"pull"}, args...)...) + " && " + o.gitLine("push")
	}
	var failed *git.Error
	switch {
	case errors.As(err, &failed) && failed.Command == "git merge-tree": // before git 2.38
		then = "others pushed first: " + pull("--rebase", "--autostash")
	case errors.Is(err, git.ErrDetached):
		then = fmt.Sprintf("check out the branch that is published, then: %s && %s", o.gitLine("cherry-pick", head), o.gitLine("push"))
	case errors.Is(err, git.ErrNoRemote):
		then = fmt.Sprintf("name the repository that is published: %s && %s", o.gitLine("remote", "add", "origin", "URL"), o.gitLine("push", "-u", "origin", pushed.Branch))
	case errors.Is(err, git.ErrNoUpstream):
		then = "connect the branch: " + o.gitLine("push", "-u", pushed.Remote, pushed.Branch)
	case errors.Is(err, git.ErrConflict):
		then = "resolve the conflict by hand: " + pull("--rebase")
	case errors.Is(err, git.ErrMerges):
		then = "merge once more: " + pull("--no-rebase")
	}
	o.printGit(err)
	return app.Hinted(fmt.Errorf("not pushed: %w", err), "it is committed as "+head+"; "+then)
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

// gitLine returns a git command line for the shell that runs in the site's folder.
func (o *fileOptions) gitLine(args ...string) string {
	line := "git"
	if o.Shown("") != "." {
		line += " -C " + app.QuoteForShell(o.Site)
	}
	for _, arg := range args {
		line += " " + app.QuoteForShell(arg)
	}
	return line
}
