package cli

import (
	"fmt"
	"strconv"
	"time"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/rollout"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/source/check"
)

// warnWithheld warns about files that are not public because of a mistake in them, and about P0 and
// P1 updates that are not public because their date is in the future.
func (p *publishing) warnWithheld() {
	secret := 0
	for _, f := range check.Withheld(p.site.Content, p.site.Config.Rules, p.site.Findings, p.now) {
		path := f.Position.Path
		if p.site.Content.SecretPath(path) {
			secret++
			continue
		}
		why := ": " + f.Message
		if p.InWorkflow() {
			why = "; the mistake is in line " + strconv.Itoa(f.Position.Line)
		}
		fmt.Fprintf(p.Stderr, "warning: %s is NOT public%s\n", path, why)
	}
	if secret > 0 {
		fmt.Fprintf(p.Stderr, "warning: %s more NOT public, without details here: see crier check\n", report.Count(secret, "file"))
	}
	for _, i := range p.site.Content.Incidents {
		for _, release := range check.UrgentInFuture(i, p.site.Config.Rules, p.now) {
			u := release.Update
			name := i.ID + "/" + u.ID
			if i.Secret() {
				name = "an update of a security incident"
			}
			fmt.Fprintf(p.Stderr, "warning: %s is %s and NOT public: its date, %s, is %s in the future\n  hint: correct its date, commit, and publish again\n",
				name, release.Ruling, u.Date.In(p.site.Config.Zone).Format(policy.Stamp), u.Date.Sub(p.now).Round(time.Minute))
		}
	}
}

// shownFindings returns the mistakes to print. It omits those in security incidents, because the
// logs of a public repository are public. In a workflow it keeps only the position and the kind of
// each, because messages may quote text that is not public yet.
func (p *publishing) shownFindings() []diag.Finding {
	shown, _ := p.site.Content.WithoutSecrets(diag.Sort(diag.Mistakes(p.site.Findings)))
	for n := range shown {
		if p.InWorkflow() {
			shown[n].Message, shown[n].Hint = "there is a mistake here", "see it with: crier check"
		}
	}
	return shown
}

func (p *publishing) printFindings() {
	shown := p.shownFindings()
	switch p.format {
	case "github":
		diag.Annotate(p.Stdout, shown)
	case "text":
		p.PrintFindings(shown)
	}
	if hidden := diag.Count(p.site.Findings, diag.Mistake) - len(shown); hidden > 0 {
		fmt.Fprintf(p.Stderr, "%s more not shown here: crier check shows all\n", report.Count(hidden, "mistake"))
	}
}

func (p *publishing) printResult(r *rollout.Result) {
	name := r.Target.Text
	switch {
	case r.Older():
		fmt.Fprintf(p.Stdout, "%s: left as it is, since %v.\n", name, r.Err)
		return
	case r.Err != nil:
		if len(p.to)+len(p.site.Config.Publish.To) > 1 {
			fmt.Fprintf(p.Stderr, "%s: failed: %v\n", name, r.Err)
			if hint := diag.HintOf(r.Err); hint != "" {
				fmt.Fprintf(p.Stderr, "  hint: %s\n", hint)
			}
		}
		return
	}
	for _, warning := range r.Plan.Warnings {
		fmt.Fprintf(p.Stderr, "%s: warning: %s\n", name, warning)
	}
	created, updated, deleted := report.Count(r.Plan.Count(fileset.Create), "file"), r.Plan.Count(fileset.Update), r.Plan.Count(fileset.Delete)
	named := func(label string) string {
		if names := r.Plan.Names(); len(names) > 0 {
			return " " + label + ": " + diag.Few(names) + "."
		}
		return ""
	}
	switch {
	case p.dryRun:
		for _, c := range r.Plan.Changes {
			if !p.site.Content.NamesSecret(c.Path) {
				fmt.Fprintf(p.Stdout, "%-6s %s: %s\n", c.Action, c.Path, c.Reason)
			}
		}
		fmt.Fprintf(p.Stdout, "%s: %s would be created, %d updated, %d deleted.%s\n", name, created, updated, deleted, named("Would publish"))
	case r.Plan.Nothing():
		fmt.Fprintf(p.Stdout, "%s: already up to date.\n", name)
	default:
		commit := ""
		if r.Plan.Commit != "" {
			commit = " in commit " + r.Plan.Commit[:10]
		}
		fmt.Fprintf(p.Stdout, "%s: published%s after %s: %s created, %d updated, %d deleted.%s\n", name, commit, report.Short(r.Took), created, updated, deleted, named("Published"))
	}
}

// conclude writes the report of the chosen format and returns the error that determines the exit
// status.
func (p *publishing) conclude(seen live.Result) error {
	var failed []error
	for _, r := range p.rollout.Results {
		if r.Err != nil && !r.Older() {
			failed = append(failed, r.Err)
		}
	}
	if p.format == "json" {
		err := p.PrintJSON(struct {
			Targets  []rollout.ResultJSON `json:"targets"`
			Live     string               `json:"live,omitempty"` // when the site's URL served this build
			Findings []report.Finding     `json:"findings"`
		}{p.rollout.JSON(), report.Instant(seen.At), report.Findings(p.shownFindings())})
		if err != nil {
			return err
		}
	}
	mistakes := diag.Count(p.site.Findings, diag.Mistake)
	switch {
	case len(failed) == 1 && len(p.rollout.Results) == 1:
		return failed[0]
	case len(failed) > 0:
		return diag.Hinted(fmt.Errorf("%s of %d failed", report.Count(len(failed), "target"), len(p.rollout.Results)), "follow the hint of each, then publish again")
	case seen.Err != nil:
		return seen.Err
	case mistakes > 0:
		return app.Mistakes("%s; everything else was published", report.Count(mistakes, "mistake"))
	}
	return nil
}
