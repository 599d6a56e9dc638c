package report

import (
	"time"

	"settler.io/crier/internal/policy"
)

// Deadline is a deadline in JSON.
type Deadline struct {
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

func newDeadline(d policy.Deadline, now time.Time) Deadline {
	return Deadline{string(d.Rule), d.Incident, d.Path, d.Owed, d.Who, Instant(d.From), Instant(d.Due), Instant(d.MetAt), string(d.State), *seconds(d.Late(now)), d.Stated, d.Because}
}

func Deadlines(deadlines []policy.Deadline, now time.Time) []Deadline {
	return Each(deadlines, func(d policy.Deadline) Deadline { return newDeadline(d, now) })
}

// Due returns a table of open deadlines.
func Due(deadlines []policy.Deadline, now time.Time, style Style) [][]string {
	rows := [][]string{{"DUE", "WHEN", "WHAT", "INCIDENT", "WHO", "BECAUSE"}}
	for _, d := range deadlines {
		rows = append(rows, []string{style.stamp(d.Due), TimeLeft(d, now), d.Owed, d.Incident, d.Who, d.Because})
	}
	return rows
}

// TimeLeft describes how late a deadline is, or how much time is left.
func TimeLeft(d policy.Deadline, now time.Time) string {
	if d.State == policy.Missed {
		return policy.Words(d.Late(now)) + " late"
	}
	return "in " + policy.Words(d.Due.Sub(now))
}
