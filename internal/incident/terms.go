package incident

import "fmt"

// Severity is the severity of an incident. P0 is the worst. The zero value means "not stated".
type Severity uint8

// The runbook's four severities.
const (
	P0 Severity = iota + 1
	P1
	P2
	P3
)

// Severities lists all severities, worst first.
var Severities = [...]Severity{P0, P1, P2, P3}

var severityNames = [...]string{"", "P0", "P1", "P2", "P3"}
var severityWords = [...]string{"", "critical", "high", "medium", "low"}

// String returns "P0" to "P3", or "" for the zero value.
func (s Severity) String() string { return severityNames[s] }

// Word returns the runbook's word: critical, high, medium or low.
func (s Severity) Word() string { return severityWords[s] }

// ParseSeverity parses "P0" to "P3", in upper case only.
func ParseSeverity(text string) (Severity, bool) {
	return parse(text, Severities[:])
}

// Worse returns the higher of two severities. The zero value is lower than all others.
func (s Severity) Worse(other Severity) Severity {
	if s == 0 || (other != 0 && other < s) {
		return other
	}
	return s
}

// Urgent reports whether updates of this severity are published immediately: P0 and P1.
func (s Severity) Urgent() bool { return s == P0 || s == P1 }

// Condition returns the condition of components that an update lists without one.
func (s Severity) Condition() Condition {
	switch s {
	case P0:
		return MajorOutage
	case P1:
		return PartialOutage
	}
	return DegradedPerformance
}

// Status is the status of an incident or maintenance. The zero value means "not stated".
type Status uint8

// The statuses of incidents, followed by those of maintenance.
const (
	Investigating Status = iota + 1
	Identified
	Monitoring
	Resolved
	Scheduled
	InProgress
	Verifying
	Completed
	Cancelled
)

// IncidentStatuses and MaintenanceStatuses list the statuses in their usual order.
var (
	IncidentStatuses    = [...]Status{Investigating, Identified, Monitoring, Resolved}
	MaintenanceStatuses = [...]Status{Scheduled, InProgress, Verifying, Completed, Cancelled}
)

var statusNames = [...]string{"", "investigating", "identified", "monitoring", "resolved",
	"scheduled", "in_progress", "verifying", "completed", "cancelled"}
var statusWords = [...]string{"", "Investigating", "Identified", "Monitoring", "Resolved",
	"Scheduled", "In progress", "Verifying", "Completed", "Cancelled"}

// String returns the word used in front matter, such as "in_progress".
func (s Status) String() string { return statusNames[s] }

// Word returns the status as shown to people, such as "In progress".
func (s Status) Word() string { return statusWords[s] }

func (s Status) Over() bool { return s == Resolved || s == Completed || s == Cancelled }

// Running reports whether maintenance with the status is going on.
func (s Status) Running() bool { return s == InProgress || s == Verifying }

func ParseStatus(text string, among []Status) (Status, bool) {
	return parse(text, among)
}

// Condition is the condition of a component. Greater is worse. The zero value means "not stated".
type Condition uint8

// The five conditions of Atlassian Statuspage, best first.
const (
	Operational Condition = iota + 1
	UnderMaintenance
	DegradedPerformance
	PartialOutage
	MajorOutage
)

// Conditions lists the conditions that an update of an incident may state.
var Conditions = [...]Condition{Operational, DegradedPerformance, PartialOutage, MajorOutage}

var conditionNames = [...]string{"", "operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"}
var conditionWords = [...]string{"", "Operational", "Under maintenance", "Degraded performance", "Partial outage", "Major outage"}

// String returns Statuspage's word, such as "partial_outage".
func (c Condition) String() string { return conditionNames[c] }

// Word returns the condition as shown to people, such as "Partial outage".
func (c Condition) Word() string { return conditionWords[c] }

func ParseCondition(text string) (Condition, bool) {
	return parse(text, Conditions[:])
}

func Names[Term fmt.Stringer](terms []Term) []string {
	names := make([]string, len(terms))
	for i, term := range terms {
		names[i] = term.String()
	}
	return names
}

func parse[Term fmt.Stringer](text string, among []Term) (term Term, ok bool) {
	for _, term := range among {
		if text == term.String() {
			return term, true
		}
	}
	return term, false
}
