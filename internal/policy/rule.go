// Package policy defines the runbook's rules and applies them. It decides which updates may be
// public at an instant and why, judges deadlines, and reports on them over a period. It takes
// rules, updates, evidence and the current time as arguments, and reads no clock and no files.
package policy

import (
	"time"

	"settler.io/crier/internal/incident"
)

// Rules are the numbers of the runbook. The zero value is not useful; start from Defaults.
type Rules struct {
	Severity map[incident.Severity]SeverityRules

	// Tolerance is how far ahead of now a date may be and still count as reached, because clocks
	// differ. It is also how long after its date an urgent update may take to become public. The
	// runbook doesn't define it.
	Tolerance time.Duration
	// Ahead is how long before its deadline a held update may be published, so that a publish that
	// only runs at intervals is not late. It doesn't change the publication time shown.
	Ahead time.Duration
	// Since exempts incidents that began before it from all deadlines. Zero exempts none.
	Since time.Time
	// UpdateEvery is the longest time between public updates of an open incident. The runbook
	// doesn't define it.
	UpdateEvery map[incident.Severity]time.Duration

	Notify    time.Duration // time to notify customers of a breach
	OutageCEO time.Duration // duration of a major outage after which the CEO is told
	// Forget is how long after the resolution of an incident its overdue escalations still ask for
	// something to be done. The runbook doesn't define it.
	Forget time.Duration
}

// SeverityRules is one row of the runbook's table. A zero duration means that the runbook requires
// nothing, except for Publish and Respond, where it means "immediately".
type SeverityRules struct {
	Publish    time.Duration
	Batch      time.Duration // publish at multiples of this, counted from 00:00 UTC; 0: one by one
	Respond    time.Duration // 0: immediately
	Resolve    time.Duration
	Lead       time.Duration // tell the engineering lead if unresolved for this long
	CTO        time.Duration // tell the CTO if unresolved for this long
	Meeting    time.Duration // post-mortem meeting, after the last resolution
	Postmortem time.Duration // post-mortem document, after the last resolution
}

const day = 24 * time.Hour

// Defaults returns the runbook's table.
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
		Forget:    30 * day,
	}
}

// Rule is the name of a rule, as used in waive, config.toml, deadlines and reports.
type Rule string

// The rules. Table describes each of them.
const (
	Publish    Rule = "publish"
	Respond    Rule = "respond"
	Update     Rule = "update"
	Resolve    Rule = "resolve"
	Escalate   Rule = "escalate"
	Notify     Rule = "notify"
	Meeting    Rule = "meeting"
	Postmortem Rule = "postmortem"
	Action     Rule = "action"
)

// Row describes a rule. Config.toml, schemas, checks, reports and docs are derived from it. The
// code that computes its deadlines is in clocks.go and deadline.go.
type Row struct {
	Rule     Rule
	Waivable bool   // whether an update may waive it
	Key      string // front matter key that findings about the rule point to; "": the file
	Remedy   string // what to do about a missed deadline that is still not met

	Severity []Number[SeverityRules] // settings in [severity.P0] and so on
	All      []Number[Rules]         // settings in [rules]
}

// Number is a duration that config.toml may set.
type Number[Of any] struct {
	Key         string
	Help        string // shown in editors
	Immediately bool   // whether zero may be written as "immediately"
	In          func(*Of) *time.Duration
}

// Table has one row for each rule, in the order of reports.
var Table = [...]Row{
	{Rule: Publish, Waivable: true, Key: "date", Remedy: "commit and publish it", Severity: []Number[SeverityRules]{
		{"publish", "An update is public at the latest after this duration, or immediately.", true, func(r *SeverityRules) *time.Duration { return &r.Publish }},
		{"batch", "Updates go out together at multiples of this duration, counted from 00:00 UTC; at most 1h.", false, func(r *SeverityRules) *time.Duration { return &r.Batch }},
	}},
	{Rule: Respond, Waivable: true, Key: "acknowledged", Remedy: "add an update when it is done", Severity: []Number[SeverityRules]{
		{"respond", "Someone takes it on within this duration, or immediately.", true, func(r *SeverityRules) *time.Duration { return &r.Respond }},
	}},
	{Rule: Update, Waivable: true, Key: "date", Remedy: "add an update, even if it says that nothing has changed"},
	{Rule: Resolve, Waivable: true, Key: "date", Remedy: "add an update when it is done", Severity: []Number[SeverityRules]{
		{"resolve", "Resolved within this duration.", false, func(r *SeverityRules) *time.Duration { return &r.Resolve }},
	}},
	{Rule: Escalate, Waivable: true, Remedy: "tell them, and write escalated: with the time", Severity: []Number[SeverityRules]{
		{"escalate_lead", "To the engineering lead when unresolved for this duration.", false, func(r *SeverityRules) *time.Duration { return &r.Lead }},
		{"escalate_cto", "To the CTO when unresolved for this duration.", false, func(r *SeverityRules) *time.Duration { return &r.CTO }},
	}, All: []Number[Rules]{
		{"outage_ceo", "How long a major outage may last before the CEO is told; by default 4h.", false, func(r *Rules) *time.Duration { return &r.OutageCEO }},
		{"forget_escalations", "How long overdue escalations of a resolved incident stay in crier due; by default 30d.", false, func(r *Rules) *time.Duration { return &r.Forget }},
	}},
	{Rule: Notify, Waivable: true, Remedy: "notify them, and write notified: with the time", All: []Number[Rules]{
		{"notify", "How soon customers hear of a breach; by default 72h.", false, func(r *Rules) *time.Duration { return &r.Notify }},
	}},
	{Rule: Meeting, Waivable: true, Remedy: "hold it, and write meeting: into postmortem.md", Severity: []Number[SeverityRules]{
		{"meeting", "The post-mortem meeting, after the resolution.", false, func(r *SeverityRules) *time.Duration { return &r.Meeting }},
	}},
	{Rule: Postmortem, Waivable: true, Remedy: "write postmortem.md beside the updates", Severity: []Number[SeverityRules]{
		{"postmortem", "The post-mortem, after the resolution.", false, func(r *SeverityRules) *time.Duration { return &r.Postmortem }},
	}},
	{Rule: Action, Remedy: "do it and tick it, or agree on another date"},
}

// Row returns the description of a rule. It panics if there is no such rule.
func (r Rule) Row() Row { return Table[r.order()] }

// order is the number of the rule's row.
func (r Rule) order() int {
	for n, row := range Table {
		if row.Rule == r {
			return n
		}
	}
	panic("no rule " + string(r))
}

// Waivable returns the names of the rules that an update may waive.
func Waivable() []string {
	var names []string
	for _, row := range Table {
		if row.Waivable {
			names = append(names, string(row.Rule))
		}
	}
	return names
}

// Parties are the people that the runbook escalates to, as named in front matter.
var Parties = [...]string{"lead", "cto", "ceo"}

var partyNames = map[string]string{"lead": "engineering lead", "cto": "CTO", "ceo": "CEO"}
