package rollout

import "settler.io/crier/internal/fileset"

// ResultJSON is a result for programs.
type ResultJSON struct {
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

// JSON returns the results for programs.
func (r *Rollout) JSON() []ResultJSON {
	list := []ResultJSON{}
	for _, result := range r.Results {
		list = append(list, result.json(r.DryRun))
	}
	return list
}

func (r *Result) json(dryRun bool) ResultJSON {
	out := ResultJSON{Target: r.Target.Text, State: "published", Public: []string{}}
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
