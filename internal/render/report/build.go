package report

import (
	"fmt"
	"io"
	"slices"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
)

// Build is a build of a site into a folder.
type Build struct {
	Out      string // the folder, as the user typed it; "" if nothing was written
	DryRun   bool
	Changes  []fileset.Change
	Files    int
	Same     int // files that were not changed
	Took     time.Duration
	Findings []diag.Finding
	Zone     *time.Location
	Standing *Standing // nil if the configuration cannot be read
}

// Standing is the state of a site in a build.
type Standing struct {
	State                          string
	OpenIncidents, OpenMaintenance []string // ids
	NextChange                     time.Time
}

// Text writes what became of the folder, and the state of the site. It leaves out the names of
// files and ids that are hidden.
func (b Build) Text(w io.Writer, hidden func(name string) bool) {
	created, updated, deleted := fileset.Count(b.Changes, fileset.Create), fileset.Count(b.Changes, fileset.Update), fileset.Count(b.Changes, fileset.Delete)
	switch {
	case b.DryRun:
		for _, c := range b.Changes {
			if !hidden(c.Path) {
				fmt.Fprintf(w, "%-6s %s\n", c.Action, c.Path)
			}
		}
		fmt.Fprintf(w, "%s in %s would be created, %d updated, %d deleted, %d unchanged.\n", Count(created, "file"), b.Out, updated, deleted, b.Same)
	case len(b.Changes) == 0:
		fmt.Fprintf(w, "%s in %s, built in %s: nothing has changed.\n", Count(b.Files, "file"), b.Out, Short(b.Took))
	default:
		fmt.Fprintf(w, "%s in %s, built in %s: %d created, %d updated, %d deleted, %d unchanged.\n",
			Count(b.Files, "file"), b.Out, Short(b.Took), created, updated, deleted, b.Same)
	}
	ids := func(label string, list []string) string {
		if list = slices.DeleteFunc(slices.Clone(list), hidden); len(list) == 0 {
			return ""
		}
		return label + ": " + diag.Few(list) + "."
	}
	fmt.Fprintf(w, "State: %s.%s%s\n", b.Standing.State, ids(" Open", b.Standing.OpenIncidents), ids(" Maintenance", b.Standing.OpenMaintenance))
	fmt.Fprintf(w, "The page next changes by itself at %s.\n", b.Standing.NextChange.In(b.Zone).Format("2006-01-02 15:04:05 MST"))
}

// BuildJSON is a build for programs.
type BuildJSON struct {
	Written         bool      `json:"written"`
	Files           int       `json:"files"`
	Unchanged       int       `json:"unchanged"`
	Changes         []change  `json:"changes"`
	State           string    `json:"state,omitempty"`
	OpenIncidents   []string  `json:"open_incidents"`
	OpenMaintenance []string  `json:"open_maintenance"`
	NextChange      string    `json:"next_change,omitempty"`
	Milliseconds    int64     `json:"milliseconds"`
	Findings        []Finding `json:"findings"`
}

type change struct {
	Path   string `json:"path"`
	Action string `json:"action"`
}

func (b Build) JSON() BuildJSON {
	out := BuildJSON{
		Written: b.Out != "" && !b.DryRun, Files: b.Files, Unchanged: b.Same, Milliseconds: b.Took.Milliseconds(),
		Changes:       Each(b.Changes, func(c fileset.Change) change { return change{c.Path, string(c.Action)} }),
		OpenIncidents: []string{}, OpenMaintenance: []string{}, Findings: Findings(b.Findings),
	}
	if b.Standing != nil {
		out.State, out.NextChange = b.Standing.State, Instant(b.Standing.NextChange)
		out.OpenIncidents = append(out.OpenIncidents, b.Standing.OpenIncidents...)
		out.OpenMaintenance = append(out.OpenMaintenance, b.Standing.OpenMaintenance...)
	}
	return out
}
