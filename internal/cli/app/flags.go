package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// value is a flag's value that is checked while flags are parsed.
type value struct {
	text, kind string
	parse      func(text string) error
}

func (v *value) String() string { return v.text }
func (v *value) Type() string   { return v.kind }
func (v *value) Set(text string) error {
	v.text = text
	return v.parse(text)
}

// FormatFlag defines --format; the first of the formats is the default.
func FormatFlag(command *cobra.Command, format *string, usage string, formats ...string) {
	*format = formats[0]
	command.Flags().Var(&value{formats[0], "string", func(text string) error {
		if !slices.Contains(formats, text) {
			return diag.Usage(fmt.Errorf("--format %q is not a format", text), diag.DidYouMean(text, formats))
		}
		*format = text
		return nil
	}}, "format", usage)
	complete(command, "format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder))
}

// AtFlag defines --at. The value is zero if it is not given.
func AtFlag(command *cobra.Command, at *time.Time, usage string) {
	command.Flags().Var(&value{"", "string", func(text string) (err error) {
		if *at, err = time.Parse(time.RFC3339, text); err != nil {
			return diag.Usage(fmt.Errorf("--at %q is not a time", text), "write it like --at 2026-10-02T10:05:00Z")
		}
		return nil
	}}, "at", usage)
}

// At returns the value of --at, or the current time if it was not given.
func (a *App) At(at time.Time) time.Time {
	if at.IsZero() {
		return a.Now()
	}
	return at
}

// DurationFlag defines a flag for a duration such as 24h or 7d.
func DurationFlag(command *cobra.Command, d *time.Duration, name, example, usage string) {
	command.Flags().Var(&value{"", "string", func(text string) (err error) {
		if *d, err = frontmatter.ParseDuration(text); err != nil || *d < 0 {
			return diag.Usage(fmt.Errorf("--%s %q is not a duration", name, text), fmt.Sprintf("write it like --%s %s", name, example))
		}
		return nil
	}}, name, usage)
}

func DryRunFlag(command *cobra.Command, dryRun *bool) {
	command.Flags().BoolVar(dryRun, "dry-run", false, "print what would be written, and write nothing")
}

// Arguments returns a validator for a number of arguments, which what describes.
func Arguments(least, most int, what string) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		if len(args) >= least && len(args) <= most {
			return nil
		}
		hint := fmt.Sprintf("see %s --help", command.CommandPath())
		if len(args) > most && most > 0 {
			hint = "put text in quotes, and " + hint
		}
		return diag.Usage(fmt.Errorf("%s takes %s, but got %s", command.CommandPath(), what, quoted(args)), hint)
	}
}

// NoArguments is the validator of a command that takes only flags.
func NoArguments(command *cobra.Command, args []string) error {
	return Arguments(0, 0, "no argument")(command, args)
}

func quoted(args []string) string {
	if len(args) == 0 {
		return "none"
	}
	return strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%q", args), "["), "]")
}

// Group makes a command one that only holds others: alone it prints its help.
func Group(command *cobra.Command) *cobra.Command {
	command.Args = func(command *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		var names []string
		for _, c := range command.Commands() {
			if c.IsAvailableCommand() {
				names = append(names, c.Name())
			}
		}
		return diag.Usage(fmt.Errorf("unknown command %q", args[0]), diag.DidYouMean(args[0], names))
	}
	command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
	return command
}
