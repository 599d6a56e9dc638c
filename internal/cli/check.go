package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/check"
)

type checkOptions struct {
	evidenceOptions
	format, changedSince string
	strict               bool
}

func newCheck(a *app.App) *cobra.Command {
	o := &checkOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "check",
		Short: "Check content, template and rules",
		Long: `Check that the site can be built, that updates follow the status template, and that the runbook's rules are kept.

Mistakes are what cannot be understood, rule findings are promises at risk, and notes are everything else. --changed-since also
reports changes that subscribers notice: public updates that were removed, renamed or rewritten.`,
		Example: `  crier check
  crier check --strict --changed-since origin/main --format github`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	o.flags(command)
	command.Flags().StringVar(&o.changedSince, "changed-since", "", "show rule findings and notes only for files changed since this `revision`")
	app.FormatFlag(command, &o.format, "`format` of the report: text, json or github (workflow annotations)", "text", "json", "github")
	command.Flags().BoolVar(&o.strict, "strict", false, "rule findings fail the check as well")
	return command
}

func (o *checkOptions) run(ctx context.Context) error {
	site, input, err := o.judge(ctx, o.format, o.print)
	if err != nil {
		return err
	}
	input.IDsOnly = o.PublicLog(o.format)
	result := site.Build(input.Now)
	findings := append(append(site.Findings, result.Findings...), check.Check(input)...)
	if o.changedSince != "" {
		changes, err := clone.ChangesSince(ctx, o.Folder(), o.changedSince)
		if err != nil {
			return err
		}
		findings = slices.DeleteFunc(findings, func(f diag.Finding) bool { return f.Kind.Class != diag.Mistake && changes.Files[f.Position.Path] == "" })
		before, err := changes.Before(ctx, input.Config, input.Now)
		if err != nil {
			return err
		}
		noticed := check.Changes(input, before)
		if input.IDsOnly {
			noticed, _ = before.WithoutSecrets(noticed) // only the old content knows deleted incidents
		}
		findings = append(findings, noticed...)
	}
	findings = diag.Sort(findings)
	shown, hidden := findings, 0
	if input.IDsOnly {
		shown, hidden = site.Content.WithoutSecrets(findings)
	}
	if err := o.print(shown); err != nil {
		return err
	}
	if hidden > 0 {
		fmt.Fprintf(o.Stderr, "note: %s in files that a workflow does not show; run crier check yourself\n", report.Count(hidden, "more finding"))
	}
	mistakes, rules := diag.Count(findings, diag.Mistake), diag.Count(findings, diag.Rule)
	switch {
	case mistakes > 0:
		return app.Mistakes("%s", report.Count(mistakes, "mistake"))
	case rules > 0 && o.strict:
		return app.Mistakes("%s (--strict)", report.Count(rules, "rule finding"))
	}
	return nil
}

// print writes findings to standard output, since they are the result of a check.
func (o *checkOptions) print(findings []diag.Finding) error {
	switch o.format {
	case "github":
		diag.Annotate(o.Stdout, findings)
		return nil
	case "json":
		return o.PrintJSON(struct {
			Findings []report.Finding `json:"findings"`
		}{report.Findings(findings)})
	}
	report.Problems(o.Stdout, findings, o.Style(nil))
	return nil
}
