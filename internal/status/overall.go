package status

import "settler.io/crier/internal/incident"

// Overall is the state of the page, or of a group, in the words of Atlassian Statuspage's API.
type Overall struct {
	Name        string // ours, such as "partial", for words in other languages
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

// Fine reports whether all is well.
func (o Overall) Fine() bool { return o.rank == 0 }

func (o Overall) worse(other Overall) Overall {
	if other.rank > o.rank {
		return other
	}
	return o
}

// raised gives the state of a page whose components come to o and whose open incidents raise it to another. At the same
// level, which is the indicator, the components' own description is the better one.
func (o Overall) raised(to Overall) Overall {
	if to.Indicator == o.Indicator {
		return o
	}
	return o.worse(to)
}

// RollUp gives the state of a page or group from the conditions of its components, by Statuspage's rules: all in one bad
// state weigh more than some.
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

// severityOverall gives how far an open incident of the severity raises the page; nothing for zero.
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
