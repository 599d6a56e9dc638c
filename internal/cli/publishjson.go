package cli

import (
	"errors"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
)

// publishedJSON is the result for a target in --format json; docs/cli.md describes it.
type publishedJSON struct {
	Target  string   `json:"target"`
	State   string   `json:"state"` // published, unchanged, older, planned or failed
	Commit  string   `json:"commit,omitempty"`
	Created int      `json:"created"`
	Updated int      `json:"updated"`
	Deleted int      `json:"deleted"`
	Public  []string `json:"public"`
	Error   string   `json:"error,omitempty"`

	Warnings []string `json:"warnings,omitempty"`
}

// newPublishedJSON converts the result for a target.
func newPublishedJSON(r published, dryRun bool) publishedJSON {
	out := publishedJSON{Target: r.target.text, Public: []string{}}
	var older *publish.OlderError
	switch {
	case errors.As(r.err, &older):
		out.State = "older"
		return out
	case r.err != nil:
		out.State, out.Error = "failed", r.err.Error()
		return out
	case dryRun:
		out.State = "planned"
	case r.plan.Nothing():
		out.State = "unchanged"
	default:
		out.State = "published"
	}
	out.Commit, out.Public = r.plan.Commit, append(out.Public, r.plan.Names()...)
	out.Warnings = r.plan.Warnings
	out.Created, out.Updated, out.Deleted = r.plan.Count(fileset.Create), r.plan.Count(fileset.Update), r.plan.Count(fileset.Delete)
	return out
}

// resultsJSON writes the report of publish --format json.
func (p *publishing) resultsJSON(seen time.Time) error {
	report := struct {
		Targets  []publishedJSON `json:"targets"`
		Live     string          `json:"live,omitempty"` // when the site's URL served this build
		Findings []findingJSON   `json:"findings"`
	}{[]publishedJSON{}, stampJSON(seen), findingsJSON(p.shownFindings())}
	for _, r := range p.results {
		report.Targets = append(report.Targets, newPublishedJSON(r, p.flags.dryRun))
	}
	return p.writeJSON(report)
}
