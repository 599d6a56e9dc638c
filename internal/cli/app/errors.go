package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/render/report"
)

// Exit statuses, as listed in docs/cli.md and --help.
const (
	ExitFine        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitMistakes    = 3
	ExitMissed      = 4
	ExitInterrupted = 130
)

// ExitTable is the table of exit statuses in --help.
const ExitTable = `Exit status:
  0    success (notes too)
  1    failure
  2    wrong usage
  3    mistakes in content or configuration
  4    a deadline is missed (where asked)
  130  interrupted`

// failure is an error with an exit status.
type failure struct {
	error
	status int
}

func (e failure) Unwrap() error { return e.error }

// Mistakes returns an error that says what findings, already reported, have stopped.
func Mistakes(format string, args ...any) error {
	return failure{fmt.Errorf(format, args...), ExitMistakes}
}

// Missed returns the error of a command that was asked to fail if a deadline is missed.
func Missed(format string, args ...any) error {
	return failure{fmt.Errorf(format, args...), ExitMissed}
}

// statusOf returns the exit status of an error.
func statusOf(err error) int {
	var f failure
	switch {
	case errors.As(err, &f):
		return f.status
	case diag.IsUsage(err):
		return ExitUsage
	}
	return ExitFailed
}

// Report prints the error of a command, and returns the exit status.
func (a *App) Report(ctx context.Context, command *cobra.Command, err error) int {
	if err == nil {
		return ExitFine
	}
	hint, status := diag.HintOf(err), statusOf(err)
	switch {
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
		err, status = errors.New("interrupted"), ExitInterrupted
	case hint == "" && status <= ExitUsage:
		hint = a.anyHint(err, command)
	}
	if trust := git.Trust(err); trust != nil && !strings.Contains(hint, trust[3]) {
		hint = "if you trust the owner of the repository: git " + strings.Join(report.Each(trust, diag.QuoteForShell), " ")
	}
	fmt.Fprintln(a.Stderr, "error:", err)
	if hint != "" {
		fmt.Fprintln(a.Stderr, "hint:", hint)
	}
	return status
}

// anyHint returns a general hint for an error that has none.
func (a *App) anyHint(err error, command *cobra.Command) string {
	var file *fs.PathError
	switch {
	case errors.As(err, &file) && filepath.IsAbs(file.Path) && errors.Is(err, fs.ErrPermission):
		return a.WriteHint(err, file.Path)
	case errors.As(err, &file):
		return "check that it exists, that you may read and write it, and that the disk has room"
	case strings.Contains(err.Error(), "git"):
		return "run git status in the folder of the site"
	}
	return fmt.Sprintf("see %s --help", command.CommandPath())
}

// FlagError turns an error of the flag parser into one with a hint.
func FlagError(command *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &invalid) && diag.IsUsage(invalid):
		return invalid.Unwrap()
	case errors.As(err, &invalid):
		err = fmt.Errorf("--%s %q is not a valid value", invalid.GetFlag().Name, invalid.GetValue())
	}
	return diag.Usage(err, fmt.Sprintf("see %s --help", command.CommandPath()))
}
