package cli

import "settler.io/crier/internal/source/check"

// pendingJSON is a line of pending --format json; docs/cli.md describes it.
type pendingJSON struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Update   string `json:"update,omitempty"`
	Path     string `json:"path"`
	Change   string `json:"change,omitempty"`
	Severity string `json:"severity,omitempty"`
	Status   string `json:"status,omitempty"`
	Draft    bool   `json:"draft"`
	Public   string `json:"public,omitempty"`
	Reason   string `json:"reason,omitempty"`
	WantedBy string `json:"wanted_by,omitempty"`
}

func (v outlookView) json(lines []check.PendingUpdate) any {
	out := struct {
		Pending []pendingJSON `json:"pending"`
	}{[]pendingJSON{}}
	for _, l := range lines {
		out.Pending = append(out.Pending, pendingJSON{l.Kind, l.ID, l.Update, l.Path, string(l.Change), v.severity(l), v.status(l), l.Draft, stampJSON(l.At), string(l.Reason), stampJSON(l.Due)})
	}
	return out
}
