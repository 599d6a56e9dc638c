package check

import (
	"cmp"
	"slices"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

// pastETA reports an ETA that can't be meant.
func (c *checker) pastETA(u *incident.Update) {
	if !u.ETA.Time.IsZero() && !u.ETA.Time.After(u.Date) {
		c.report(diag.PastETA, u.Path, "eta", `write a later time, or words such as "unknown"`, "the ETA was over at the update's date, %s", u.Date.Format(time.RFC3339))
	}
}

// maintenance reports times of maintenance that can't be meant.
func (c *checker) maintenance(m incident.Maintenance) {
	m.Updates = slices.DeleteFunc(slices.Clone(m.Updates), func(u incident.Update) bool { return u.Draft })
	first := true
	for _, step := range incident.FoldMaintenance(m).Steps {
		if step.Clock() {
			continue
		}
		u, ends := step.Update, step.After.Ends
		c.pastETA(u)
		if (first || !u.Ends.IsZero()) && !step.After.Status.Over() && !ends.IsZero() && !ends.After(u.Date) {
			c.report(diag.PastWindow, u.Path, "ends", "correct starts: and ends:, or write status: completed", "the window ended at %s, before the update's date, %s",
				ends.Format(time.RFC3339), u.Date.Format(time.RFC3339))
		}
		first = false
	}
}

// lateDrafts reports updates of an open P0 that are drafts although readers should see them by now.
func (c *checker) lateDrafts(i incident.Incident) {
	public := slices.DeleteFunc(incident.Sorted(i.Updates), func(u incident.Update) bool { return u.Draft })
	if len(public) > 0 && incident.Fold(incident.Incident{ID: i.ID, Updates: public}).Over() {
		return
	}
	for n, step := range incident.Fold(i).Steps {
		u, from := step.Update, step.Update.Date
		if n == 0 {
			from = cmp.Or(u.Detected, from)
		}
		rules := c.Config.Rules
		late := c.Now.Sub(from.Add(max(rules.Severity[incident.P0].Publish, rules.Tolerance)))
		if u.Draft && step.Before.Severity.Worse(step.After.Severity) == incident.P0 && late > 0 && !from.Before(rules.Since) {
			c.report(diag.LateDraft, u.Path, "draft", "delete draft: to publish it, or the file if it is not needed", "a P0 that is still a draft, %s after its deadline", policy.Words(late))
		}
	}
}
