package cli

import (
	"encoding/json"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/policy"
)

// This file holds the JSON helpers and types that several commands share.

// writeJSON writes a value to standard output as indented JSON.
func (a *app) writeJSON(value any) error {
	encoder := json.NewEncoder(a.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// stampJSON formats a time in RFC 3339. It returns "" for the zero time.
func stampJSON(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// findingJSON is a finding in JSON; docs/cli.md describes it.
type findingJSON struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Class   string `json:"class"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func findingsJSON(findings []diag.Finding) []findingJSON {
	out := []findingJSON{}
	for _, f := range findings {
		out = append(out, findingJSON{f.Position.Path, f.Position.Line, f.Position.Column, string(f.Kind.Class), f.Kind.Code, f.Message, f.Hint})
	}
	return out
}

// deadlineJSON is a deadline in JSON; docs/cli.md describes it.
type deadlineJSON struct {
	Rule     string `json:"rule"`
	Incident string `json:"incident"`
	Path     string `json:"path"`
	What     string `json:"what"`
	Who      string `json:"who"`
	From     string `json:"from,omitempty"`
	Due      string `json:"due"`
	MetAt    string `json:"met_at,omitempty"`
	State    string `json:"state"`
	Late     int64  `json:"late_seconds"`
	Stated   bool   `json:"stated"`
	Because  string `json:"because"`
}

func newDeadlineJSON(d policy.Deadline, now time.Time) deadlineJSON {
	return deadlineJSON{string(d.Rule), d.Incident, d.Path, d.Owed, d.Who, stampJSON(d.From), stampJSON(d.Due), stampJSON(d.MetAt), string(d.State), seconds(d.Late(now)), d.Stated, d.Because}
}
