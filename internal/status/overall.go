package status

import "settler.io/crier/internal/incident"

// Overall is the state of the page or of a group, in the words of Atlassian Statuspage's API.
type Overall struct {
	Name        string // our own name, such as "partial", used as a translation key
	Indicator   string // none, maintenance, minor, major or critical
	Description string // such as "Partial System Outage"
	rank        int
}

// The states of a page, best first, as Statuspage names them.
var (
	allOperational  = Overall{"operational", "none", "All Systems Operational", 0}
	maintenance     = Overall{"maintenance", "maintenance", "Service Under Maintenance", 1}
	partlyDegraded  = Overall{"some_degraded", "minor", "Partially Degraded Service", 2}
	degradedService = Overall{"degraded", "minor", "Degraded System Service", 3}
	minorOutage     = Overall{"minor", "minor", "Minor Service Outage", 4}
	partialOutage   = Overall{"partial", "major", "Partial System Outage", 5}
	majorOutage     = Overall{"major", "critical", "Major System Outage", 6}
)

// Condition returns the condition that stands for the state where only one can be shown, such as by
// the colour of a badge.
func (o Overall) Condition() incident.Condition {
	switch o.Indicator {
	case "maintenance":
		return incident.UnderMaintenance
	case "minor":
		return incident.DegradedPerformance
	case "major":
		return incident.PartialOutage
	case "critical":
		return incident.MajorOutage
	}
	return incident.Operational
}

func (o Overall) worse(other Overall) Overall {
	if other.rank > o.rank {
		return other
	}
	return o
}

// raised returns the state of a page whose components add up to o and whose open incidents require
// at least the state to. If both have the same indicator, the result is o, because its description
// is more precise.
func (o Overall) raised(to Overall) Overall {
	if to.Indicator == o.Indicator {
		return o
	}
	return o.worse(to)
}

// RollUp returns the state of a page or group from the conditions of its components. It follows
// Statuspage's rules: it is worse if all components are in the worst condition than if only some
// are.
func RollUp(conditions []incident.Condition) Overall {
	worst, same := incident.Operational, true
	for _, c := range conditions {
		worst = max(worst, c)
		same = same && c == conditions[0]
	}
	switch {
	case len(conditions) == 0 || worst == incident.Operational:
		return allOperational
	case worst == incident.MajorOutage && same:
		return majorOutage
	case worst == incident.MajorOutage, worst == incident.PartialOutage && same:
		return partialOutage
	case worst == incident.PartialOutage:
		return minorOutage
	case worst == incident.DegradedPerformance && same:
		return degradedService
	case worst == incident.DegradedPerformance:
		return partlyDegraded
	}
	return maintenance
}

// severityOverall returns the least state of the page while an incident of the severity is open.
func severityOverall(s incident.Severity) Overall {
	switch s {
	case 0:
		return allOperational
	case incident.P0:
		return majorOutage
	case incident.P1:
		return partialOutage
	}
	return minorOutage
}
