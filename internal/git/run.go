package git

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"settler.io/crier/internal/git/redact"
)

// Command is how git is run.
type Command struct {
	Folder  string    // the working directory
	Options []string  // of git itself, such as --git-dir=PATH
	Env     []string  // added to the environment
	Stdin   io.Reader // nil: nothing
	Secrets []string  // that no error contains, besides the user info of URLs

	grace time.Duration // how long a git that is interrupted may take to end; 0: it is killed
}

// Quiet returns the environment of a git that never prompts for a password and whose messages do
// not depend on the user's language.
func Quiet() []string { return []string{"LC_ALL=C", "GIT_TERMINAL_PROMPT=0"} }

// Run runs git and returns its standard output. If git fails, the error is an *Error.
func (c Command) Run(ctx context.Context, args ...string) ([]byte, error) {
	options := append([]string{"-C", c.Folder, "--no-pager"}, c.Options...)
	run := exec.CommandContext(ctx, "git", append(options, args...)...)
	run.Env, run.Stdin = append(run.Environ(), c.Env...), c.Stdin
	if c.grace > 0 { // as Ctrl-C does, so that git removes its lock files
		run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
		run.WaitDelay = c.grace
	}
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	err := run.Run()
	switch {
	case err == nil:
		return stdout.Bytes(), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	clean := func(text string) string { return redact.URLs(redact.Words(strings.TrimSpace(text), c.Secrets...)) }
	return stdout.Bytes(), &Error{
		Command: "git " + args[0], Output: clean(stderr.String() + stdout.String()),
		messages: clean(stderr.String()), text: "git " + args[0] + " failed", err: err,
	}
}

// Error is a git command that failed.
type Error struct {
	Command string // such as "git push"
	Output  string // what git and its hooks printed

	messages string // the part of Output from standard error
	text     string // of the error
	err      error
}

func (e *Error) Error() string { return e.text }

func (e *Error) Unwrap() error { return e.err }

// exited reports whether git ended with an exit status.
func exited(err error, status int) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == status
}

// Run runs git in a folder and returns its output. It never prompts for a password. Its errors show
// the first line of what git printed.
func Run(ctx context.Context, folder string, args ...string) ([]byte, error) {
	out, err := Command{Folder: folder, Options: []string{"--no-optional-locks"}, Env: Quiet()}.Run(ctx, args...)
	if failed := (*Error)(nil); errors.As(err, &failed) {
		line, _, _ := strings.Cut(failed.messages, "\n")
		failed.text = "git says: " + line
		if line == "" {
			failed.text = "running git: " + failed.err.Error()
		}
	}
	return out, err
}
