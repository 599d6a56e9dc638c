package status

import (
	"testing"
	"time"

	"settler.io/crier/internal/incident"
)

// list returns a plain list of components; conditions returns a map with one of them.
func list(ids ...string) *incident.Components {
	c := &incident.Components{List: []incident.Affected{}}
	for _, id := range ids {
		c.List = append(c.List, incident.Affected{Component: id})
	}
	return c
}

func conditions(id string, condition incident.Condition) *incident.Components {
	return &incident.Components{Explicit: true, List: []incident.Affected{{Component: id, Condition: condition}}}
}

func unclear(c *incident.Components) *incident.Components {
	c.Unclear = true
	return c
}

// TestAnOpenIncidentRaisesThePage checks that an open incident raises the page to the level of its
// severity, with two exceptions. The page has the components api and web.
func TestAnOpenIncidentRaisesThePage(t *testing.T) {
	const p0, p1, p2, p3 = incident.P0, incident.P1, incident.P2, incident.P3
	now := at(t, "2026-10-26T12:00Z")
	for _, c := range []struct {
		name    string
		updates []incident.Update
		want    string
	}{
		{"P0 with a component", []incident.Update{{Severity: p0, Components: list("api")}}, "critical: Major System Outage"},
		{"P1 with a component", []incident.Update{{Severity: p1, Components: list("api")}}, "major: Partial System Outage"},
		{"P2 with a component: the roll-up is of the same level", []incident.Update{{Severity: p2, Components: list("api")}}, "minor: Partially Degraded Service"},
		{"P3 with all components", []incident.Update{{Severity: p3, Components: list("api", "web")}}, "minor: Degraded System Service"},
		{"P2 without components", []incident.Update{{Severity: p2}}, "minor: Minor Service Outage"},
		{"without severity", []incident.Update{{}}, "major: Partial System Outage"},
		{"P0 with an unknown component", []incident.Update{{Severity: p0, Components: unclear(list())}}, "critical: Major System Outage"},
		{"a map is more exact", []incident.Update{{Severity: p0, Components: conditions("api", incident.DegradedPerformance)}}, "minor: Partially Degraded Service"},
		{"a map in which all is well", []incident.Update{{Severity: p0, Components: conditions("api", incident.Operational)}}, "none: All Systems Operational"},
		{"a map that is not understood", []incident.Update{{Severity: p0, Components: unclear(conditions("api", incident.Operational))}}, "critical: Major System Outage"},
		{"an empty map", []incident.Update{{Severity: p0, Components: &incident.Components{Explicit: true, List: []incident.Affected{}}}}, "critical: Major System Outage"},
		{"a map, then an update without components", []incident.Update{{Severity: p0, Components: conditions("api", incident.PartialOutage)}, {}}, "minor: Minor Service Outage"},
		{"a map, then a list", []incident.Update{{Severity: p0, Components: conditions("api", incident.PartialOutage)}, {Components: list("api")}}, "critical: Major System Outage"},
		{"nothing is affected any more", []incident.Update{{Severity: p0, Components: list("api")}, {Components: list()}}, "none: All Systems Operational"},
		{"nothing was ever named", []incident.Update{{Severity: p0}, {Components: list()}}, "critical: Major System Outage"},
		{"nothing was understood", []incident.Update{{Severity: p0, Components: unclear(list())}, {Components: list()}}, "critical: Major System Outage"},
		{"nothing affected, not understood", []incident.Update{{Severity: p0, Components: list("api")}, {Components: unclear(list())}}, "critical: Major System Outage"},
		{"resolved", []incident.Update{{Severity: p0, Components: list("api")}, {Status: incident.Resolved}}, "none: All Systems Operational"},
		{"reopened", []incident.Update{{Severity: p1, Components: list("api")}, {Status: incident.Resolved}, {Status: incident.Investigating}}, "major: Partial System Outage"},
		{"lowered", []incident.Update{{Severity: p0}, {Severity: p3}}, "minor: Minor Service Outage"},
	} {
		for n := range c.updates {
			u := &c.updates[n]
			u.ID, u.Date = string(rune('a'+n)), now.Add(time.Duration(n-len(c.updates))*time.Minute)
		}
		got := board(now, time.UTC, time.Time{}, []incident.History{incident.Fold(incident.Incident{ID: "x", Updates: c.updates})}, nil).Overall()
		if got.Indicator+": "+got.Description != c.want {
			t.Errorf("%s: %s: %s, want %s", c.name, got.Indicator, got.Description, c.want)
		}
	}
}

// TestTheWorstIncidentRaisesThePage checks that the order of incidents doesn't matter.
func TestTheWorstIncidentRaisesThePage(t *testing.T) {
	now := at(t, "2026-10-26T12:00Z")
	open := func(severity incident.Severity) incident.History {
		return incident.Fold(incident.Incident{ID: severity.String(), Updates: []incident.Update{{ID: "1", Status: incident.Investigating, Severity: severity, Date: now}}})
	}
	for _, order := range [][]incident.History{{open(incident.P0), open(incident.P3)}, {open(incident.P3), open(incident.P0)}} {
		if got := board(now, time.UTC, time.Time{}, order, nil).Overall().Description; got != "Major System Outage" {
			t.Errorf("%s", got)
		}
	}
}
