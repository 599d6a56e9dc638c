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

// SeverityRules are one row of the runbook's table. A zero duration of a target means that the runbook asks for nothing,
// except that Publish zero means "immediately".
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

// Rule names a rule: in waive, in config.toml, in deadlines and in reports.
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

// Row describes a rule to the rest of the program: config.toml, schemas, checks, reports and docs follow from it. How its
// deadlines are worked out is in clocks.go and deadline.go.
type Row struct {
	Rule     Rule
	Waivable bool   // an update may set it aside
	Key      string // of the front matter: findings about the rule point to it; "": to the file
	Remedy   string // what to do about a deadline that is missed and not met yet

	Severity []Number[SeverityRules] // what [severity.P0] and so on say of it
	All      []Number[Rules]         // what [rules] says of it
}

// Number is a duration that config.toml may set.
type Number[Of any] struct {
	Key         string
	Help        string // for editors
	Immediately bool   // zero may be written as "immediately"
	In          func(*Of) *time.Duration
}

// Table has a row for every rule, in the order of reports.
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

// Row gives the description of a rule.
func (r Rule) Row() Row {
	for _, row := range Table {
		if row.Rule == r {
			return row
		}
	}
	panic("no rule " + string(r))
}

// Waivable gives the names of the rules that an update may set aside.
func Waivable() []string {
	var names []string
	for _, row := range Table {
		if row.Waivable {
			names = append(names, string(row.Rule))
		}
	}
	return names
}

// Parties are those whom the runbook escalates to, as front matter names them.
var Parties = [...]string{"lead", "cto", "ceo"}

var partyNames = map[string]string{"lead": "engineering lead", "cto": "CTO", "ceo": "CEO"}
