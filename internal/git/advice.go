package git

import (
	"errors"
	"fmt"
	"strings"
)

// Line returns a git command as the user types it, such as "git -C status push".
type Line func(args ...string) string

// CommitHint returns what to do about a commit that failed. The commands, which the user may type
// instead, add and commit the file.
func CommitHint(err error, line Line, commands string) string {
	switch trust := Trust(err); {
	case errors.Is(err, ErrNoGit):
		return "the file stays; install git, or copy the file to where the site is published from"
	case trust != nil:
		return "the file stays; if you trust the owner of the repository: " + line(trust...) + " && " + commands
	case errors.Is(err, ErrNoIdentity):
		return "the file stays; " + line("config", "user.name", "NAME") + " && " +
			line("config", "user.email", "ADDRESS") + " && " + commands
	case errors.Is(err, ErrNoRepository):
		return "the file stays; put the site into a repository: " + strings.Join([]string{
			line("init", "--initial-branch", "main"), line("add", "--all", "."), line("commit", "-m", "Add the status page"),
			line("remote", "add", "origin", "URL"), line("push", "-u", "origin", "main"),
		}, " && ")
	}
	return "the file stays; once that is fixed: " + commands
}

// PushHint returns what to do about a push that failed. pushed is the result of the push, and head
// is the commit that it was to push.
func PushHint(err error, line Line, pushed Pushed, head string) string {
	then := "once that is fixed: " + line("push")
	pull := func(args ...string) string {
		return line(append([]string{"pull"}, args...)...) + " && " + line("push")
	}
	var failed *Error
	switch {
	case errors.Is(err, ErrUnreachable):
		then = "once it can: " + pull("--rebase", "--autostash")
	case errors.As(err, &failed) && failed.Command == "git merge-tree": // before git 2.38
		then = "others pushed first: " + pull("--rebase", "--autostash")
	case errors.Is(err, ErrDetached):
		then = fmt.Sprintf("name the branch that is published: %s && %s && %s",
			line("checkout", "BRANCH"), line("cherry-pick", head), line("push"))
	case errors.Is(err, ErrNoRemote):
		then = fmt.Sprintf("name the repository that is published: %s && %s",
			line("remote", "add", "origin", "URL"), line("push", "-u", "origin", pushed.Branch))
	case errors.Is(err, ErrNoUpstream):
		then = "connect the branch: " + line("push", "-u", pushed.Remote, pushed.Branch)
	case errors.Is(err, ErrConflict):
		then = "resolve the conflict by hand: " + pull("--rebase")
	case errors.Is(err, ErrMerges):
		then = "merge once more: " + pull("--no-rebase")
	}
	return "it is committed as " + head + "; " + then
}
