// Package cli implements the command line: it parses arguments, runs commands, reports results and
// sets the exit status. It is the only package that uses the clock, the environment and standard
// input and output.
//
// Results go to standard output, everything else to standard error. An error is one line starting
// with "error:", followed by a "hint:" if the user can do something about it. Findings are printed
// like compiler errors.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"settler.io/crier/internal/diag"
)

// System is the environment of a run.
type System struct {
	Args   []string // without the program name
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Dir    string // working directory
	Now    func() time.Time
	Colour bool // standard output is a terminal that shows colours

	Getenv    func(name string) string                         // if nil, no variable is set
	Sleep     func(ctx context.Context, d time.Duration) error // if nil, returns immediately
	Transport http.RoundTripper                                // if nil, the default transport

	// Terminal is the user's terminal. The zero value means that there is none.
	Terminal Terminal

	secrets *secrets     // redacted from Stdout and Stderr
	editing *atomic.Bool // an editor is using the terminal and handles Ctrl-C
}

// OS returns the environment of this process.
func OS() System {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return System{Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Dir: dir, Now: time.Now, Colour: colour(), Terminal: terminal(), Getenv: os.Getenv, Sleep: sleep}
}

// sleep waits for a duration or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (a *app) getenv(name string) string {
	if a.Getenv == nil {
		return ""
	}
	return a.Getenv(name)
}

func (a *app) sleep(ctx context.Context, d time.Duration) error {
	if a.Sleep == nil {
		return ctx.Err()
	}
	return a.Sleep(ctx, d)
}

// colour reports whether standard output is a terminal and colours are not turned off
// (no-color.org).
func colour() bool {
	return term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// Exit statuses, as listed in docs/cli.md and --help.
const (
	exitFine        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitMistakes    = 3
	exitMissed      = 4
	exitInterrupted = 130
)

const exitTable = `Exit status:
  0    fine (notes too)
  1    failed
  2    wrong usage
  3    mistakes in content or configuration
  4    a deadline is missed (where asked)
  130  interrupted`

// usageError is an error in how a command was called.
type usageError struct {
	error
	hint string
}

// hinted is an error with a hint on how to fix it.
type hinted struct {
	error
	hint string
}

func (e hinted) Unwrap() error { return e.error }

func (e hinted) Hint() string { return e.hint }

// mistakesError means that findings, already reported, stopped the run.
type mistakesError struct{ error }

// missedError means that a deadline was missed and that the command was asked to fail for that.
type missedError struct{ error }

// Main runs the command line and returns the exit status.
func Main(system System) int {
	system.editing = new(atomic.Bool)
	system.secrets = &secrets{}
	system.secrets.addArguments(system.Args)
	system.Stdout, system.Stderr = &redacted{system.Stdout, system.secrets}, &redacted{system.Stderr, system.secrets}
	ctx, stop := interruptible(system.editing)
	defer stop()
	command := root(system)
	command.SetArgs(system.Args)
	command.SetErr(system.Stderr)
	called, err := command.ExecuteContextC(ctx)
	if err == nil {
		return exitFine
	}
	var hint hinted
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		fmt.Fprintln(system.Stderr, "error: interrupted")
		if errors.As(err, &hint) {
			fmt.Fprintln(system.Stderr, "hint:", hint.hint)
		}
		return exitInterrupted
	}
	fmt.Fprintln(system.Stderr, "error:", err)
	var usage usageError
	switch {
	case errors.As(err, &usage):
		fmt.Fprintln(system.Stderr, "hint:", usage.hint)
		return exitUsage
	case errors.As(err, &hint):
		fmt.Fprintln(system.Stderr, "hint:", hint.hint)
		return exitFailed
	case errors.As(err, &mistakesError{}):
		return exitMistakes
	case errors.As(err, &missedError{}):
		return exitMissed
	}
	fmt.Fprintln(system.Stderr, "hint:", anyHint(err, called))
	return exitFailed
}

// anyHint returns a general hint for an error that has none.
func anyHint(err error, command *cobra.Command) string {
	var file *fs.PathError
	switch {
	case errors.As(err, &file):
		return "see that it is there, that you may read and write it, and that there is room"
	case strings.Contains(err.Error(), "git"):
		return "see what git status says in the folder of the site"
	}
	return fmt.Sprintf("%s --help shows what it needs", command.CommandPath())
}

// root returns the root command. It uses no package variables, so runs share no state.
func root(system System) *cobra.Command {
	app := &app{System: system}
	command := &cobra.Command{
		Use:   "crier",
		Short: "A status page from Markdown files in git",
		Long: "Crier compiles incident updates, Markdown files with front matter in git, into a static status site.\n\n" +
			exitTable,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(command, args[0])
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	command.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return usageError{err, fmt.Sprintf("see %s --help", command.CommandPath())}
	})
	command.PersistentFlags().StringVar(&app.site, "site", ".", "`folder` of the site, where config.toml is")
	command.AddCommand(buildCommand(app), checkCommand(app), docsCommand(app), dueCommand(app), importCommand(app), initCommand(app), pendingCommand(app), publishCommand(app), reportCommand(app), serveCommand(app), versionCommand(app))
	command.AddCommand(newCommand(app), updateCommand(app), resolveCommand(app), maintenanceCommand(app), amendCommand(app), postmortemCommand(app), listCommand(app), showCommand(app))
	command.SetOut(system.Stdout)
	completionCommand(command)
	completeNothingElse(command)
	return command
}

// app is the state shared by all commands.
type app struct {
	System
	site string
	// lenient means that a failure of git is a warning; dates from git are then missing.
	lenient bool
	console *console // nil until the first question is asked
}

// path makes a path absolute, relative to the working directory of the system.
func (a *app) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.Dir, name)
}

// instant parses the value of --at. It returns the current time if the value is empty.
func (a *app) instant(at string) (time.Time, error) {
	if at == "" {
		return a.Now(), nil
	}
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return t, usageError{fmt.Errorf("--at %q is not a time", at), "write it like --at 2026-10-02T10:05:00Z"}
	}
	return t, nil
}

// oneOf checks that the value of a flag is one of a few words.
func oneOf(flag, value string, words ...string) error {
	for _, w := range words {
		if value == w {
			return nil
		}
	}
	return usageError{fmt.Errorf("--%s %q is not known", flag, value), diag.DidYouMean(value, words)}
}

func noArguments(command *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument, but got %q", command.CommandPath(), args[0]), fmt.Sprintf("see %s --help", command.CommandPath())}
	}
	return nil
}

func unknownCommand(command *cobra.Command, word string) error {
	var names []string
	for _, c := range command.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return usageError{fmt.Errorf("unknown command %q", word), diag.DidYouMean(word, names)}
}
