package cli

// summaryJSON is the output of build --format json, documented in docs/cli.md.
type summaryJSON struct {
	Written         bool          `json:"written"`
	Files           int           `json:"files"`
	Unchanged       int           `json:"unchanged"`
	Changes         []changeJSON  `json:"changes"`
	State           string        `json:"state,omitempty"`
	OpenIncidents   []string      `json:"open_incidents"`
	OpenMaintenance []string      `json:"open_maintenance"`
	NextChange      string        `json:"next_change,omitempty"`
	Milliseconds    int64         `json:"milliseconds"`
	Findings        []findingJSON `json:"findings"`
}

type changeJSON struct {
	Path   string `json:"path"`
	Action string `json:"action"`
}

func (a *app) summaryJSON(r summary, flags buildFlags) {
	out := summaryJSON{
		Written: r.Out != "" && !flags.dryRun, Files: r.Summary.Files, Unchanged: r.Summary.Unchanged, Milliseconds: r.took.Milliseconds(),
		Changes: []changeJSON{}, OpenIncidents: []string{}, OpenMaintenance: []string{},
	}
	if r.standing != nil {
		out.State = r.standing.State
		out.OpenIncidents = append(out.OpenIncidents, r.standing.OpenIncidents...)
		out.OpenMaintenance = append(out.OpenMaintenance, r.standing.OpenMaintenance...)
		out.NextChange = stampJSON(r.standing.NextChange)
	}
	for _, c := range r.Summary.Changes {
		out.Changes = append(out.Changes, changeJSON{c.Path, string(c.Action)})
	}
	out.Findings = findingsJSON(r.Findings)
	a.writeJSON(out)
}
