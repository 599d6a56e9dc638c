// Package check applies the runbook's template and rules to a site. It reports what updates lack,
// what is inconsistent and which deadlines were missed, and lists the updates that are not public
// yet. It takes the configuration, the content, the evidence and the current time; it reads no
// clock and no files.
package check

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

type Input struct {
	Config   *config.Config
	Content  *content.Content
	Evidence policy.Evidence
	Now      time.Time
	IDsOnly  bool // leave out the text of action items: for logs that anyone may read
}

// Deadlines returns the deadlines of all incidents, soonest first.
func Deadlines(input Input) []policy.Deadline {
	var all []policy.Deadline
	for _, i := range input.Content.Incidents {
		all = append(all, input.Config.Rules.Deadlines(i, input.Evidence, input.Now)...)
	}
	slices.SortStableFunc(all, func(a, b policy.Deadline) int {
		return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Incident, b.Incident), cmp.Compare(a.Rule, b.Rule))
	})
	return all
}

// Check returns the findings about the template and the rules, including missed deadlines.
func Check(input Input) []diag.Finding {
	c := checker{Input: input}
	for _, i := range input.Content.Incidents {
		c.incident(i)
		c.lateDrafts(i)
	}
	for _, m := range input.Content.Maintenance {
		c.maintenance(m)
	}
	if expires := input.Config.Security.Expires; !expires.IsZero() && !expires.After(input.Now) {
		c.report(diag.ExpiredSecurity, "config.toml", "", "write a day within a year: expires = "+input.Now.AddDate(1, 0, -1).Format(time.DateOnly)+" in [security]", "security.txt expired on %s", expires.Format(time.DateOnly))
	}
	if every := input.Config.ReviewEvery; every > 0 {
		last := input.Config.Reviewed
		if last.Add(every).Before(input.Now) {
			when := "never were"
			if !last.IsZero() {
				when = "were last reviewed on " + last.Format(time.DateOnly)
			}
			c.report(diag.RulesUnreviewed, "config.toml", "", "compare config.toml and content/templates with the runbook, then write reviewed = "+input.Now.Format(time.DateOnly)+" in [rules]",
				"the rules are to be reviewed every %s, and %s", policy.Words(every), when)
		}
	}
	for _, d := range Deadlines(input) {
		if d.State != policy.Missed {
			continue
		}
		owed := d.Owed
		if input.IDsOnly && d.Rule == policy.Action {
			owed = "an action item"
		}
		c.report(diag.MissedDeadline, d.Path, d.Rule.Row().Key, remedy(d), "%s: %s late, due at %s; %s",
			owed, policy.Words(d.Late(input.Now)), d.Due.UTC().Format("2006-01-02 15:04 UTC"), d.Because)
	}
	return diag.Sort(c.findings)
}

// remedy returns what to do about a missed deadline.
func remedy(d policy.Deadline) string {
	if !d.MetAt.IsZero() {
		return fmt.Sprintf("it cannot be met any more; if the rule did not apply, write waive: {%s: \"the reason\"}", d.Rule)
	}
	return d.Rule.Row().Remedy
}

type checker struct {
	Input
	findings []diag.Finding
}

// report adds a finding at the position of a key, or of the file if the key is missing.
func (c *checker) report(kind diag.Kind, path, key, hint, format string, args ...any) {
	c.findings = append(c.findings, kind.New(c.Content.Keys[path].At(path, key), hint, format, args...))
}

func (c *checker) text(u *incident.Update) string { return c.Content.Documents.Text(u.Path) }

func (c *checker) incident(i incident.Incident) {
	updates := slices.DeleteFunc(incident.Sorted(i.Updates), func(u incident.Update) bool { return u.Draft })
	if len(updates) == 0 {
		return
	}
	i.Updates = updates
	history := incident.Fold(i)
	if strings.TrimSpace(c.text(&updates[0])) == "" {
		c.report(diag.SaysNothing, updates[0].Path, "", "describe below the front matter what you are investigating", "the first update has no text")
	}
	for n, step := range history.Steps {
		c.step(step, n > 0)
		if n > 0 && updates[n].ID < updates[n-1].ID && updates[n].Date.After(updates[n-1].Date) {
			c.report(diag.UnorderedDates, updates[n].Path, "date", "rename it, or correct its date", "%s is after %s by date, but before it by name", updates[n].ID, updates[n-1].ID)
		}
	}
	for _, release := range c.Config.Rules.Releases(updates) {
		if release.Reason == policy.DeadlineReached && !release.Update.Hold.IsZero() && !release.Update.Hold.Unclear {
			c.report(diag.LongHold, release.Update.Path, "hold", "hold it until at most "+release.At.UTC().Format(time.RFC3339), "held beyond its deadline, so it is published at %s", release.At.UTC().Format(time.RFC3339))
		}
	}
	if !history.Over() {
		c.open(history)
	}
}

// placeholder matches the placeholders of the runbook's template.
var placeholder = regexp.MustCompile(`(?i)\[(status|brief description|issue description|what's affected|expected resolution time|description|time|incident title)\]`)

func (c *checker) step(step incident.Step, later bool) {
	u := step.Update
	for _, part := range []struct{ key, text string }{{"title", u.Title}, {"impact", u.Impact}, {"eta", u.ETA.Words}, {"", c.text(u)}} {
		if found := placeholder.FindString(part.text); found != "" {
			c.report(diag.Placeholder, u.Path, part.key, "replace it, or delete it", "the template's %s was not filled in", found)
		}
	}
	c.pastETA(u)
	if severity := step.Before.Severity.Worse(step.After.Severity); severity.Urgent() && u.Date.After(c.Now.Add(c.Config.Rules.Tolerance)) {
		c.report(diag.FutureDate, u.Path, "date", "if it is true now, write "+c.Now.UTC().Truncate(time.Second).Format(time.RFC3339), "a %s that is not public until %s", severity, u.Date.Format(time.RFC3339))
	}
	if u.ForRunbook().Security != "" && step.After.Severity != incident.P0 {
		c.report(diag.SecuritySeverity, u.Path, "security", "write severity: P0", "a security incident is a P0, but this is a %s", step.After.Severity)
	}
	if later && step.After.Severity > step.Before.Severity && strings.TrimSpace(c.text(u)) == "" {
		c.report(diag.SilentLowering, u.Path, "severity", "explain the change below the front matter", "the severity is lowered from %s to %s without a text", step.Before.Severity, step.After.Severity)
	}
	if step.After.Status == incident.Resolved && u.Components != nil && u.Components.Explicit {
		for _, a := range u.Components.List {
			if a.Condition > incident.Operational {
				c.report(diag.OpenParts, u.Path, "components", "correct the components, or keep the incident open", "resolved, but %s is in %s", a.Component, a.Condition)
			}
		}
	}
	if before, after := step.Before.Status, step.After.Status; later && before != incident.Resolved && after < before {
		c.report(diag.StatusBack, u.Path, "status", "explain the change in the text", "the status goes back from %s to %s", before, after)
	}
}

// open checks that an open incident states its impact and an ETA that has not passed.
func (c *checker) open(history incident.History) {
	state, path := history.State(), history.Last().Update.Path
	impact, eta := diag.ImpactUnsaid, diag.ETAUnsaid
	if state.Severity.Urgent() {
		impact, eta = diag.MissingImpact, diag.MissingETA
	}
	if state.Impact == "" {
		c.report(impact, path, "", "write impact: with what is affected", "an open %s without impact", state.Severity)
	}
	switch {
	case state.ETA.IsZero():
		c.report(eta, path, "", `write eta: with a time, or words such as "unknown"`, "an open %s without ETA", state.Severity)
	case !state.ETA.Time.IsZero() && state.ETA.Time.Before(c.Now):
		where := path
		for _, step := range history.Steps {
			if !step.Update.ETA.IsZero() {
				where = step.Update.Path
			}
		}
		c.report(diag.ETAPassed, where, "eta", "add an update with a new eta", "the ETA of an open %s passed %s ago", state.Severity, policy.Words(c.Now.Sub(state.ETA.Time)))
	}
}
