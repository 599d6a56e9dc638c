package cli

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/content"
)

type checkFlags struct {
	at, format, changedSince, record string
	strict                           bool
}

func checkCommand(a *app) *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check",
		Short: "Check content, template and rules",
		Long: `Check that the site can be built, that updates follow the status template, and that the runbook's rules are kept.

Mistakes are what cannot be understood, rule findings are promises at risk, notes are the rest. --changed-since also
says what subscribers notice: public updates that are gone, renamed or rewritten.`,
		Example: `  crier check
  crier check --strict --changed-since origin/main --format github`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.check(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.at, "at", "", "check as of this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&flags.changedSince, "changed-since", "", "of rule findings and notes, show those of files changed since this `revision`")
	command.Flags().StringVar(&flags.format, "format", "text", "`form` of the report: text, json or github (annotations of a workflow)")
	recordFlag(command, &flags.record)
	command.Flags().BoolVar(&flags.strict, "strict", false, "rule findings fail the check as well")
	completeWords(command, "format", "text", "json", "github")
	return command
}

func (a *app) check(ctx context.Context, flags checkFlags) error {
	if err := oneOf("format", flags.format, "text", "json", "github"); err != nil {
		return err
	}
	now, err := a.instant(flags.at)
	if err != nil {
		return err
	}
	l, input, err := a.rules(ctx, now, flags.record)
	input.IDsOnly = flags.format == "github"
	if err != nil {
		if l != nil {
			a.tell(l.findings, flags.format)
		}
		return err
	}
	result := l.build(now)
	findings := append(append(l.findings, result.Findings...), check.Check(input)...)
	if flags.changedSince != "" {
		changes, err := a.changes(ctx, flags.changedSince)
		if err != nil {
			return err
		}
		kept := findings[:0]
		for _, f := range findings {
			if f.Kind.Class == diag.Mistake || changes[f.Position.Path] != "" {
				kept = append(kept, f)
			}
		}
		noticed, err := a.noticed(ctx, input, flags.changedSince, changes)
		if err != nil {
			return err
		}
		findings = append(kept, noticed...)
	}
	findings = diag.Sort(findings)
	if flags.format == "github" {
		shown, left := l.content.WithoutSecrets(findings)
		a.tell(shown, flags.format)
		if left > 0 {
			fmt.Fprintf(a.Stderr, "note: %s in files of which a workflow says nothing; run crier check yourself\n", count(left, "more finding"))
		}
	} else {
		a.tell(findings, flags.format)
	}
	mistakes, rules := diag.Count(findings, diag.Mistake), diag.Count(findings, diag.Rule)
	switch {
	case mistakes > 0:
		return mistakesError{fmt.Errorf("%s", count(mistakes, "mistake"))}
	case rules > 0 && flags.strict:
		return mistakesError{fmt.Errorf("%s (--strict)", count(rules, "rule finding"))}
	}
	return nil
}

// noticed returns findings about changes since a revision that subscribers will notice.
func (a *app) noticed(ctx context.Context, input check.Input, revision string, changes map[string]git.Change) ([]diag.Finding, error) {
	folders := map[string]bool{}
	for name := range changes {
		if strings.HasPrefix(name, "content/") {
			folders[path.Dir(name)] = true
		}
	}
	files, err := git.Before(ctx, a.path(a.site), revision, folders)
	if err != nil || files == nil {
		return nil, err
	}
	before, _ := content.Load(files, content.Options{Config: input.Config, Dates: func(paths []string) content.Dates {
		dates := content.Dates{Known: map[string]time.Time{}, Why: func(string) string { return "" }}
		for _, path := range paths { // committed updates without a date were public by now
			dates.Known[path] = input.Now
		}
		return dates
	}})
	found := check.Changes(input, before)
	if input.IDsOnly {
		found, _ = before.WithoutSecrets(found) // only the old content knows deleted incidents
	}
	return found, nil
}

// tell writes findings to standard output, since they are the result of a check.
func (a *app) tell(findings []diag.Finding, format string) {
	switch format {
	case "github":
		a.annotate(findings)
		return
	case "json":
		out := struct {
			Findings []findingJSON `json:"findings"`
		}{findingsJSON(findings)}
		a.writeJSON(out)
		return
	}
	file := ""
	for _, f := range visible(findings) {
		if f.Position.Path != file {
			if file != "" {
				fmt.Fprintln(a.Stdout)
			}
			file = f.Position.Path
			fmt.Fprintln(a.Stdout, a.paint("1", file))
		}
		class := a.paint(map[diag.Class]string{diag.Mistake: "31", diag.Rule: "33", diag.Note: "36"}[f.Kind.Class], string(f.Kind.Class))
		fmt.Fprintf(a.Stdout, "  %d:%d: %s: %s [%s]\n", f.Position.Line, f.Position.Column, class, f.Message, f.Kind.Code)
		if f.Hint != "" {
			fmt.Fprintf(a.Stdout, "    hint: %s\n", f.Hint)
		}
	}
	if len(findings) == 0 {
		fmt.Fprintln(a.Stdout, "No problems found.")
		return
	}
	fmt.Fprintf(a.Stdout, "\n%s, %s, %s.\n", count(diag.Count(findings, diag.Mistake), "mistake"), count(diag.Count(findings, diag.Rule), "rule finding"), count(diag.Count(findings, diag.Note), "note"))
}

// paint colours text with an SGR code (ECMA-48) if colours are enabled.
func (a *app) paint(code, text string) string {
	if !a.Colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
