package content

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// inOrder returns the updates of a folder by date; updates with equal dates are ordered by file
// name.
func inOrder(files []*source) []*source {
	updates := slices.DeleteFunc(slices.Clone(files), func(s *source) bool { return s.section == postmortem })
	slices.SortStableFunc(updates, func(a, b *source) int {
		return cmp.Or(a.update.Date.Compare(b.update.Date), strings.Compare(a.id, b.id))
	})
	return updates
}

const inFirst = " in the first update"

// checkIncident checks what depends on the order of the updates.
func checkIncident(files []*source) {
	updates := inOrder(files)
	// The first update is the first that is not a draft. A draft before it may become the first.
	first := max(0, slices.IndexFunc(updates, func(s *source) bool { return !s.update.Draft }))
	var severity incident.Severity
	unclear := false
	for i, s := range updates {
		u := s.update
		if u.Severity != 0 {
			severity, unclear = u.Severity, false
		}
		if i == 0 {
			s.need(u.Title != "", "title", inFirst, "title: with a brief description of what is wrong")
			s.need(u.Severity != 0, "severity", inFirst, "severity: with P0, P1, P2 or P3")
			if severity == 0 {
				severity, unclear = incident.P1, u.SeverityUnclear
			}
		}
		switch {
		case i <= first && u.Detected.After(u.Date):
			s.report(diag.LateDetection, "detected", fmt.Sprintf("write at most %s", u.Date.Format(time.RFC3339)),
				"detected after the first update's date, %s", u.Date.Format(time.RFC3339))
			u.Detected = time.Time{}
		case i > first && !u.Detected.IsZero():
			s.report(diag.OnlyFirst, "detected", "move it to "+updates[first].path, "detected belongs to the first update only")
			u.Detected = time.Time{}
		}
		if severity.Urgent() && !unclear && !u.Hold.IsZero() {
			s.report(diag.HoldOnUrgent, "hold", "delete it: updates of a "+severity.String()+" are public immediately",
				"a %s is never held", severity)
		}
	}
}

func checkMaintenance(files []*source) {
	var starts, ends time.Time
	for i, s := range inOrder(files) {
		u := s.update
		if i == 0 {
			s.need(u.Title != "", "title", inFirst, "title: with a brief description of the work")
			s.need(!u.Starts.IsZero(), "starts", inFirst, "starts: 2026-11-30T22:00:00Z")
			s.need(!u.Ends.IsZero(), "ends", inFirst, "ends: 2026-11-30T23:00:00Z")
		}
		starts = cmp.Or(u.Starts, starts)
		changed := !u.Ends.IsZero()
		if changed {
			ends = u.Ends
		}
		if (changed || !u.Starts.IsZero()) && !starts.IsZero() && !ends.IsZero() && !ends.After(starts) {
			key := "ends"
			if !changed {
				key = "starts"
			}
			s.report(diag.EndBeforeStart, key, "correct one of the two", "the window ends at %s, before it starts at %s",
				ends.Format(time.RFC3339), starts.Format(time.RFC3339))
			u.Ends, ends = time.Time{}, time.Time{}
		}
	}
}
