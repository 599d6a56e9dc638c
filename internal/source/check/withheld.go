package check

import (
	"slices"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/content"
)

// Withheld returns a finding for each file that is not public at now because of a mistake in it.
func Withheld(c *content.Content, rules policy.Rules, findings []diag.Finding, now time.Time) []diag.Finding {
	public := map[string]bool{} // regardless of an unclear hold, which lasts as long as a hold can
	for _, i := range c.Incidents {
		for _, release := range rules.Releases(i.Updates) {
			public[release.Update.Path] = release.Public(now)
		}
	}
	var withheld []diag.Finding
	for _, f := range diag.Sort(findings) {
		path := f.Position.Path
		known := slices.ContainsFunc(withheld, func(other diag.Finding) bool { return other.Position.Path == path })
		if content.Withholds(f) && !known && !(f.Kind == diag.UnclearHold && public[path]) {
			withheld = append(withheld, f)
		}
	}
	return withheld
}

// UrgentInFuture returns the P0 and P1 updates of an incident that are not public at now because
// their date is in the future.
func UrgentInFuture(i incident.Incident, rules policy.Rules, now time.Time) []policy.Release {
	return slices.DeleteFunc(rules.Releases(i.Updates), func(r policy.Release) bool {
		return !r.Ruling.Urgent() || r.Public(now) || r.Update.Draft || !r.Update.Date.After(now.Add(rules.Tolerance))
	})
}
