package cli

import (
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish/rollout"
	"settler.io/crier/internal/render/report"
)

// This file holds what build and publish report with --format json. The reports of other commands
// are in package report; docs/cli.md describes all of them.

type buildJSON struct {
	Written         bool             `json:"written"`
	Files           int              `json:"files"`
	Unchanged       int              `json:"unchanged"`
	Changes         []changeJSON     `json:"changes"`
	State           string           `json:"state,omitempty"`
	OpenIncidents   []string         `json:"open_incidents"`
	OpenMaintenance []string         `json:"open_maintenance"`
	NextChange      string           `json:"next_change,omitempty"`
	Milliseconds    int64            `json:"milliseconds"`
	Findings        []report.Finding `json:"findings"`
}

type changeJSON struct {
	Path   string `json:"path"`
	Action string `json:"action"`
}

func newBuildJSON(r buildReport, dryRun bool) buildJSON {
	out := buildJSON{
		Written: r.out != "" && !dryRun, Files: r.Files, Unchanged: r.Unchanged, Milliseconds: r.took.Milliseconds(),
		Changes:       report.Each(r.Changes, func(c fileset.Change) changeJSON { return changeJSON{c.Path, string(c.Action)} }),
		OpenIncidents: []string{}, OpenMaintenance: []string{}, Findings: report.Findings(r.findings),
	}
	if r.standing != nil {
		out.State, out.NextChange = r.standing.State, report.Instant(r.standing.NextChange)
		out.OpenIncidents = append(out.OpenIncidents, r.standing.OpenIncidents...)
		out.OpenMaintenance = append(out.OpenMaintenance, r.standing.OpenMaintenance...)
	}
	return out
}

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

func newPublishedJSON(r *rollout.Result, dryRun bool) publishedJSON {
	out := publishedJSON{Target: r.Target.Text, State: "published", Public: []string{}}
	switch {
	case r.Older():
		out.State = "older"
		return out
	case r.Err != nil:
		out.State, out.Error = "failed", r.Err.Error()
		return out
	case dryRun:
		out.State = "planned"
	case r.Plan.Nothing():
		out.State = "unchanged"
	}
	out.Commit, out.Public, out.Warnings = r.Plan.Commit, append(out.Public, r.Plan.Names()...), r.Plan.Warnings
	out.Created, out.Updated, out.Deleted = r.Plan.Count(fileset.Create), r.Plan.Count(fileset.Update), r.Plan.Count(fileset.Delete)
	return out
}
