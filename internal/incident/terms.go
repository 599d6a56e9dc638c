package incident

// Severity is how bad an incident is, P0 the worst. The zero value means "not said".
type Severity uint8

// The runbook's four severities.
const (
	P0 Severity = iota + 1
	P1
	P2
	P3
)

// Severities lists them, worst first.
var Severities = [...]Severity{P0, P1, P2, P3}

var severityNames = [...]string{"", "P0", "P1", "P2", "P3"}
var severityWords = [...]string{"", "critical", "high", "medium", "low"}

// String gives "P0" to "P3", or "" for the zero value.
func (s Severity) String() string { return severityNames[s] }

// Word gives the runbook's word: critical, high, medium or low.
func (s Severity) Word() string { return severityWords[s] }

// ParseSeverity reads "P0" to "P3", in upper case only.
func ParseSeverity(text string) (Severity, bool) {
	for _, s := range Severities {
		if text == s.String() {
			return s, true
		}
	}
	return 0, false
}

// Worse gives the higher of two severities; the zero value is lower than any.
func (s Severity) Worse(other Severity) Severity {
	if s == 0 || (other != 0 && other < s) {
		return other
	}
	return s
}

// Urgent reports whether updates of this severity go out immediately: P0 and P1.
func (s Severity) Urgent() bool { return s == P0 || s == P1 }

// Condition gives how components are affected that an update lists without saying how.
func (s Severity) Condition() Condition {
	switch s {
	case P0:
		return MajorOutage
	case P1:
		return PartialOutage
	}
	return DegradedPerformance
}

// Status is where an incident or maintenance stands. The zero value means "not said".
type Status uint8

// The statuses of incidents, then those of maintenance.
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

// IncidentStatuses and MaintenanceStatuses list them in their usual order.
var (
	IncidentStatuses    = [...]Status{Investigating, Identified, Monitoring, Resolved}
	MaintenanceStatuses = [...]Status{Scheduled, InProgress, Verifying, Completed, Cancelled}
)

var statusNames = [...]string{"", "investigating", "identified", "monitoring", "resolved",
	"scheduled", "in_progress", "verifying", "completed", "cancelled"}
var statusWords = [...]string{"", "Investigating", "Identified", "Monitoring", "Resolved",
	"Scheduled", "In progress", "Verifying", "Completed", "Cancelled"}

// String gives the word used in front matter, such as "in_progress".
func (s Status) String() string { return statusNames[s] }

// Word gives the status as people read it, such as "In progress".
func (s Status) Word() string { return statusWords[s] }

// ParseStatus reads one of the given statuses.
func ParseStatus(text string, among []Status) (Status, bool) {
	for _, s := range among {
		if text == s.String() {
			return s, true
		}
	}
	return 0, false
}

// Condition is how well a component works. Greater is worse; the zero value means "not said".
type Condition uint8

// The five conditions of Atlassian Statuspage, best first.
const (
	Operational Condition = iota + 1
	UnderMaintenance
	DegradedPerformance
	PartialOutage
	MajorOutage
)

// Conditions lists those that an update of an incident may name.
var Conditions = [...]Condition{Operational, DegradedPerformance, PartialOutage, MajorOutage}

var conditionNames = [...]string{"", "operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"}
var conditionWords = [...]string{"", "Operational", "Under maintenance", "Degraded performance", "Partial outage", "Major outage"}

// String gives Statuspage's word, such as "partial_outage".
func (c Condition) String() string { return conditionNames[c] }

// Word gives the condition as people read it, such as "Partial outage".
func (c Condition) Word() string { return conditionWords[c] }

// ParseCondition reads a condition that an update of an incident may name.
func ParseCondition(text string) (Condition, bool) {
	for _, c := range Conditions {
		if text == c.String() {
			return c, true
		}
	}
	return 0, false
}
