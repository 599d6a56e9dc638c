package cli

import (
	"errors"
	"fmt"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/live"
)

// tellResult prints the result for a target.
func (p *publishing) tellResult(r published) {
	name := r.target.text
	var older *publish.OlderError
	switch {
	case errors.As(r.err, &older):
		fmt.Fprintf(p.Stdout, "%s: nothing is done, since %v.\n", name, older)
		return
	case r.err != nil:
		if len(p.flags.to)+len(p.loaded.config.Publish.To) > 1 {
			fmt.Fprintf(p.Stderr, "%s: failed: %v\n", name, r.err)
			if hint := hintOf(r.err); hint != "" {
				fmt.Fprintf(p.Stderr, "  hint: %s\n", hint)
			}
		}
		return
	}
	for _, warning := range r.plan.Warnings {
		fmt.Fprintf(p.Stderr, "%s: warning: %s\n", name, warning)
	}
	created, updated, deleted := r.plan.Count(fileset.Create), r.plan.Count(fileset.Update), r.plan.Count(fileset.Delete)
	if p.flags.dryRun {
		for _, c := range r.plan.Changes {
			fmt.Fprintf(p.Stdout, "%-6s %s: %s\n", c.Action, c.Path, c.Reason)
		}
		fmt.Fprintf(p.Stdout, "%s: %s would be created, %d updated, %d deleted.%s\n", name, count(created, "file"), updated, deleted, wouldBe(r.plan))
		return
	}
	if r.plan.Nothing() {
		fmt.Fprintf(p.Stdout, "%s: shows this build already.\n", name)
		return
	}
	commit := ""
	if r.plan.Commit != "" {
		commit = " in commit " + r.plan.Commit[:10]
	}
	fmt.Fprintf(p.Stdout, "%s: published%s after %s: %s created, %d updated, %d deleted.%s\n", name, commit, short(r.took), count(created, "file"), updated, deleted, nowPublic(r.plan))
}

func nowPublic(plan *publish.Plan) string {
	if names := plan.Names(); len(names) > 0 {
		return " Public now: " + few(names) + "."
	}
	return ""
}

func wouldBe(plan *publish.Plan) string {
	return strings.Replace(nowPublic(plan), " Public now: ", " Would be public: ", 1)
}

func hintOf(err error) string {
	var advice *publish.Advice
	var unordered *publish.UnorderedError
	var foreign *publish.ForeignError
	switch {
	case errors.As(err, &advice):
		return advice.Hint
	case errors.As(err, &unordered) && unordered.Mine.Revision == "":
		return "keep the site in a git repository, or publish it all the same with --force"
	case errors.As(err, &unordered):
		return "bring this clone up to date (git pull; in a workflow fetch-depth: 0), or publish it all the same with --force"
	case errors.As(err, &foreign):
		return "publish to a branch of its own, or replace it with --force"
	}
	return ""
}

// advised appends the hint to an error, as the command line shows it.
func advised(err error) error {
	if hint := hintOf(err); hint != "" {
		return hinted{err, hint}
	}
	return err
}

// conclude writes the report of the chosen format and returns the error that determines the exit
// status.
func (p *publishing) conclude(seen live.Result) error {
	var failed []error
	for _, r := range p.results {
		var older *publish.OlderError
		if r.err != nil && !errors.As(r.err, &older) {
			failed = append(failed, r.err)
		}
	}
	if p.flags.format == "json" {
		if err := p.resultsJSON(seen.At); err != nil {
			return err
		}
	}
	mistakes := diag.Count(p.loaded.findings, diag.Mistake)
	switch {
	case len(failed) == 1 && len(p.results) == 1:
		return advised(failed[0])
	case len(failed) > 0:
		return hinted{fmt.Errorf("%s of %d failed", count(len(failed), "target"), len(p.results)), "what to do is said with each; run it again when it is done"}
	case seen.Err != nil:
		return advised(seen.Err)
	case mistakes > 0:
		return mistakesError{fmt.Errorf("%s; all that can be understood was published", count(mistakes, "mistake"))}
	}
	return nil
}
