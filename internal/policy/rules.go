// Package policy holds the runbook's rules and applies them: which updates may be public at an instant, and why. It
// takes rules, updates and the instant as arguments; it reads no clock and no files.
package policy

import (
	"time"

	"settler.io/crier/internal/incident"
)

// Rules are the runbook's numbers as data. The zero value is not useful; start from Defaults.
type Rules struct {
	Severity map[incident.Severity]SeverityRules

	// Tolerance is how far ahead of now a date may lie and still count as come, since clocks differ; also how long
	// after its date an urgent update may take to become public. Ours, not the runbook's.
	Tolerance time.Duration
	// Ahead is how near the deadline of a held update counts as reached, so that a publish that runs now and then is not late.
	// What is shown as its time of publication stays the same, whatever Ahead is.
	Ahead time.Duration
	// Since: incidents that began before it have no deadlines. Zero: all have.
	Since time.Time
	// UpdateEvery is how often an open incident owes its readers an update. Ours, not the runbook's.
	UpdateEvery map[incident.Severity]time.Duration

	Notify    time.Duration // customers are notified of a breach
	OutageCEO time.Duration // a major outage that lasts longer goes to the CEO
}

// SeverityRules are one row of the table. A zero duration of a target means that the runbook asks for nothing, except
// that Publish zero means "immediately".
type SeverityRules struct {
	Publish    time.Duration
	Batch      time.Duration // updates go out together at multiples of it, counted from 00:00 UTC; 0: each by itself
	Respond    time.Duration // 0: immediately
	Resolve    time.Duration
	Lead       time.Duration // escalate to the engineering lead when unresolved for so long
	CTO        time.Duration // likewise to the CTO
	Meeting    time.Duration // post-mortem meeting, after the last resolution
	Postmortem time.Duration // post-mortem document, after the last resolution
}

const day = 24 * time.Hour

// Defaults gives the runbook's table.
func Defaults() Rules {
	return Rules{
		Severity: map[incident.Severity]SeverityRules{
			incident.P0: {Resolve: time.Hour, Lead: 30 * time.Minute, CTO: time.Hour, Meeting: 2 * day, Postmortem: 7 * day},
			incident.P1: {Respond: 15 * time.Minute, Resolve: 4 * time.Hour, Lead: 2 * time.Hour, Meeting: 2 * day, Postmortem: 7 * day},
			incident.P2: {Publish: time.Hour, Respond: time.Hour, Resolve: day, Postmortem: 7 * day},
			incident.P3: {Publish: time.Hour, Respond: 4 * time.Hour, Resolve: 3 * day, Postmortem: 7 * day},
		},
		Tolerance: 5 * time.Minute,
		UpdateEvery: map[incident.Severity]time.Duration{
			incident.P0: 30 * time.Minute,
			incident.P1: 30 * time.Minute,
		},
		Notify:    3 * day,
		OutageCEO: 4 * time.Hour,
	}
}
