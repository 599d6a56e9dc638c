package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/git"
	"settler.io/crier/internal/sitefs/regularfile"
)

// writeFlags are the flags for committing and pushing the file that a command writes.
type writeFlags struct {
	commit, push, dryRun bool
}

func (f *writeFlags) add(command *cobra.Command) {
	command.Flags().BoolVar(&f.commit, "commit", false, "commit the file, and nothing else")
	command.Flags().BoolVar(&f.push, "push", false, "commit the file and push the branch, whoever else pushes at the same time")
	command.Flags().BoolVar(&f.dryRun, "dry-run", false, "print the file, and write nothing")
}

// file is a file that a command writes.
type file struct {
	path    string   // relative to the site
	text    string   // the whole content
	message string   // the commit message; its first line is the subject
	follows []string // what happens next, as lines for the user

	// another returns the name of a new file, given the names of all other files below content/. It
	// returns own if that name is free. If another is nil, the file exists and is replaced.
	another func(own string, others []string) string
}

// write writes a file, prints what happens next, and commits and pushes the file as the flags say.
func (a *app) write(ctx context.Context, f file, flags writeFlags) error {
	if flags.dryRun {
		fmt.Fprintf(a.Stderr, "This would be %s:\n", a.shown(f.path))
		fmt.Fprint(a.Stdout, f.text)
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := a.put(&f); err != nil {
		return hinted{fmt.Errorf("cannot write the file: %w", err), "see that there is room and permission below " + a.shown("content")}
	}
	fmt.Fprintln(a.Stdout, a.shown(f.path))
	for _, line := range f.follows {
		fmt.Fprintln(a.Stdout, line)
	}
	subject, _, _ := strings.Cut(f.message, "\n")
	if !flags.commit && !flags.push {
		fmt.Fprintf(a.Stdout, "To publish: %s && %s && %s\n", a.gitLine("add", f.path), a.gitLine("commit", "-m", subject, f.path), a.gitLine("push"))
		return nil
	}
	repository, err := git.Open(ctx, a.path(a.site))
	if err == nil {
		err = repository.Commit(ctx, f.path, f.message)
	}
	if err != nil {
		return a.notCommitted(err, f, subject, flags)
	}
	head, err := repository.Head(ctx)
	if err != nil {
		return a.notPushed(err, git.Pushed{}, f, "HEAD")
	}
	if !flags.push {
		fmt.Fprintf(a.Stdout, "Committed as %s. To publish: %s\n", head, a.gitLine("push"))
		return nil
	}
	committed := git.File{Path: f.path}
	if f.another != nil {
		committed.Another = func(others []string) string { return f.another(f.path, others) }
	}
	pushed, err := repository.Push(ctx, committed)
	if err != nil {
		return a.notPushed(err, pushed, f, head)
	}
	a.told(pushed, f)
	return nil
}

// told prints the result of a push.
func (a *app) told(pushed git.Pushed, f file) {
	fmt.Fprintf(a.Stdout, "Pushed to %s.\n", pushed.Name())
	if pushed.Path != f.path {
		fmt.Fprintf(a.Stdout, "Somebody took that name meanwhile: it is %s now.\n", a.shown(pushed.Path))
	}
	if pushed.Along > 0 {
		fmt.Fprintf(a.Stdout, "%s of this branch went along.\n", count(pushed.Along, "earlier commit"))
	}
	if pushed.Behind != "" {
		fmt.Fprintf(a.Stderr, "note: this clone does not have what others pushed: %s\n  hint: %s && %s && %s\n", pushed.Behind,
			a.gitLine("stash", "--include-untracked"), a.gitLine("reset", "--keep", "@{upstream}"), a.gitLine("stash", "pop"))
	}
}

// put creates a file, or replaces one atomically.
func (a *app) put(f *file) error {
	root, err := os.OpenRoot(a.path(a.site))
	if err != nil {
		return err
	}
	defer root.Close()
	if f.another == nil {
		return replace(root, f.path, f.text)
	}
	for {
		if err := root.MkdirAll(path.Dir(f.path), 0o755); err != nil {
			return err
		}
		out, err := root.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) { // created after its name was chosen
			others, err := below(root, "content")
			if err != nil {
				return err
			}
			if next := f.another(f.path, others); next != f.path {
				f.path = next
				continue
			}
		}
		if err != nil {
			return err
		}
		_, err = out.WriteString(f.text)
		if err = errors.Join(err, out.Close()); err != nil {
			root.Remove(f.path)
		}
		return err
	}
}

func replace(root *os.Root, name, text string) error {
	beside := path.Join(path.Dir(name), ".crier-"+path.Base(name))
	err := regularfile.Write(root, beside, []byte(text), 0o644)
	if err == nil {
		err = root.Rename(beside, name)
	}
	if err != nil {
		root.Remove(beside)
	}
	return err
}

// below lists the files below a folder.
func below(root *os.Root, folder string) ([]string, error) {
	var names []string
	err := fs.WalkDir(regularfile.FS(root, regularfile.Text), folder, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return names, err
}

// notCommitted reports a failed commit and how to continue.
func (a *app) notCommitted(err error, f file, subject string, flags writeFlags) error {
	again := a.gitLine("add", f.path) + " && " + a.gitLine("commit", "-m", subject, f.path)
	if flags.push {
		again += " && " + a.gitLine("push")
	}
	hint := "the file stays; once that is fixed: " + again
	switch {
	case errors.Is(err, git.ErrNoGit):
		hint = "the file stays; install git, or bring the file to where the site is published from"
	case errors.Is(err, git.ErrNoRepository):
		hint = "the file stays; git init makes a repository, then: " + again
	}
	return hinted{fmt.Errorf("not committed: %w", a.said(err)), hint}
}

// notPushed reports a failed push and how to continue.
func (a *app) notPushed(err error, pushed git.Pushed, f file, head string) error {
	hint := "it is committed as " + head + "; once that is fixed: " + a.gitLine("push")
	var failed *git.Error
	switch {
	case errors.As(err, &failed) && failed.Command == "git merge-tree": // before git 2.38
		hint = fmt.Sprintf("it is committed as %s; others were faster: %s && %s", head, a.gitLine("pull", "--rebase", "--autostash"), a.gitLine("push"))
	case errors.Is(err, git.ErrDetached):
		hint = fmt.Sprintf("it is committed as %s; check out the branch that is published, then: %s && %s", head, a.gitLine("cherry-pick", head), a.gitLine("push"))
	case errors.Is(err, git.ErrNoRemote):
		hint = fmt.Sprintf("it is committed as %s; name the repository that is published: %s && %s", head, a.gitLine("remote", "add", "origin", "URL"), a.gitLine("push", "-u", "origin", pushed.Branch))
	case errors.Is(err, git.ErrNoUpstream):
		hint = fmt.Sprintf("it is committed as %s; connect the branch: %s", head, a.gitLine("push", "-u", pushed.Remote, pushed.Branch))
	case errors.Is(err, git.ErrConflict):
		hint = fmt.Sprintf("it is committed as %s; settle it by hand: %s && %s", head, a.gitLine("pull", "--rebase"), a.gitLine("push"))
	case errors.Is(err, git.ErrMerges):
		hint = fmt.Sprintf("it is committed as %s; merge once more: %s && %s", head, a.gitLine("pull", "--no-rebase"), a.gitLine("push"))
	}
	return hinted{fmt.Errorf("not pushed: %w", a.said(err)), hint}
}

// said prints the output of a failed git command and its hooks.
func (a *app) said(err error) error {
	var failed *git.Error
	if errors.As(err, &failed) && failed.Output != "" {
		for line := range strings.Lines(failed.Output) {
			fmt.Fprintf(a.Stderr, "git: %s\n", strings.TrimRight(line, "\r\n"))
		}
	}
	return err
}

// shown returns the path of a file in the site as the user would type it.
func (a *app) shown(name string) string {
	return filepath.ToSlash(filepath.Join(a.site, filepath.FromSlash(name)))
}

var bare = regexp.MustCompile(`^[A-Za-z0-9_./@{}=:,+-]+$`)

// gitLine returns a git command line for the shell that runs in the site's folder.
func (a *app) gitLine(args ...string) string {
	line := "git"
	if filepath.Clean(a.site) != "." {
		line += " -C " + quoteWord(a.site)
	}
	for _, arg := range args {
		line += " " + quoteWord(arg)
	}
	return line
}

func quoteWord(word string) string {
	if bare.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
