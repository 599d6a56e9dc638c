package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/markdown"
)

const isDraft = "A draft: it is not public until you delete draft: true."

// Next explains what follows from an update that has been written to a case: when it becomes
// public, by when it must be public, and what is due next, or when the work takes place.
func Next(c *config.Config, in incident.Case, u incident.Update, now time.Time) []string {
	if in.Planned {
		return nextPlanned(c, in, u, now)
	}
	i := in.Incident()
	at := func(t time.Time) string { return policy.Clock(t, now, c.Zone) }
	if u.Draft {
		return []string{isDraft}
	}
	var due, update, resolve time.Time
	var later []string
	for _, d := range c.Rules.Deadlines(i, nil, now) {
		switch {
		case d.Rule == policy.Publish && d.Path == u.Path:
			due = d.Due
		case d.Rule == policy.Update && d.Path == u.Path:
			update = d.Due
		case d.Rule == policy.Resolve && d.State != policy.Met && d.State != policy.Unverified:
			resolve = d.Due
		case d.Rule == policy.Meeting:
			later = append(later, "schedule the post-mortem meeting (by "+at(d.Due)+")")
		case d.Rule == policy.Postmortem:
			later = append(later, "write the post-mortem (by "+at(d.Due)+")")
		}
	}
	var lines []string
	for _, release := range c.Rules.CaseReleases(in) {
		if release.Update.Path != u.Path {
			continue
		}
		line := release.Ruling.String() + ": "
		switch {
		case release.At.After(now):
			line += fmt.Sprintf("not to be shown before %s", at(release.Published))
			if release.Reason == policy.Held {
				line = fmt.Sprintf("%s: held until %s", release.Ruling, at(release.Published))
			}
		case release.Ruling.Urgent():
			line += "publish at once"
		default:
			line += "ready to publish"
		}
		if !due.IsZero() {
			line += "; due " + at(due)
			if now.After(due) {
				line += ", " + policy.Words(now.Sub(due)) + " ago"
			}
		}
		lines = append(lines, line+".")
	}
	if !update.IsZero() {
		line := "Next update due " + at(update)
		if !resolve.IsZero() {
			line += ", to be resolved by " + at(resolve)
		}
		lines = append(lines, line+".")
	} else if !resolve.IsZero() {
		lines = append(lines, "To be resolved by "+at(resolve)+".")
	}
	if h := incident.Fold(i); h.Retracted() {
		uptime := "does not count it: no component was worse than operational"
		if len(h.Spans) > 0 {
			uptime = "still counts the time in which a component was worse than operational: " + strings.Join(h.Components(), ", ")
		}
		lines = append(lines, "The page and the feeds keep it, crier report lists it as retracted, and no post-mortem is due.", "Uptime "+uptime+".")
	}
	if len(later) > 0 {
		lines = append(lines, fmt.Sprintf("Next: %s; crier postmortem %s starts it.", strings.Join(later, ", "), i.ID))
	}
	return lines
}

func nextPlanned(c *config.Config, in incident.Case, u incident.Update, now time.Time) []string {
	var lines []string
	for _, release := range c.Rules.CaseReleases(in) {
		switch {
		case release.Update.Path != u.Path:
		case u.Draft:
			lines = append(lines, isDraft)
		case release.At.After(now):
			lines = append(lines, fmt.Sprintf("Not to be shown before %s.", policy.Clock(release.Published, now, c.Zone)))
		default:
			lines = append(lines, "Ready to publish.")
		}
	}
	if state := incident.FoldMaintenance(in.Maintenance()).Until(now).State(); !state.Status.Over() {
		lines = append(lines, Window(c, state.Starts, state.Ends, now)+".")
	}
	return lines
}

// Window describes when planned work takes place.
func Window(c *config.Config, starts, ends, now time.Time) string {
	return fmt.Sprintf("From %s to %s", policy.Clock(starts, now, c.Zone), policy.Clock(ends, starts, c.Zone))
}

// Overlaps lists the open maintenance among the cases at the same time as an update of other
// maintenance.
func Overlaps(c *config.Config, cases []incident.Case, u incident.Update, now time.Time) []string {
	var lines []string
	for _, other := range cases {
		state := other.History.State()
		if !other.Planned || !other.Open() || !state.Starts.Before(u.Ends) || !state.Ends.IsZero() && !state.Ends.After(u.Starts) {
			continue
		}
		line := fmt.Sprintf("at the same time as %s, from %s to %s", other.ID, policy.Clock(state.Starts, now, c.Zone), policy.Clock(state.Ends, state.Starts, c.Zone))
		var both []string
		for _, affected := range state.Affected {
			if u.Components != nil && slices.ContainsFunc(u.Components.List, func(c incident.Affected) bool { return c.Component == affected.Component }) {
				both = append(both, affected.Component)
			}
		}
		if len(both) > 0 {
			line += "; both affect " + strings.Join(both, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

// Remarks returns findings about an update that is about to be written to a case, which has it
// already: text is its file, and documents are those of the site.
func Remarks(c *config.Config, documents markdown.Documents, in incident.Case, u incident.Update, text string, now time.Time) []diag.Finding {
	body, line := content.Body(text)
	document, found := markdown.NewConverter().Convert(markdown.Source{Text: body, Path: u.Path, FirstLine: line, Heading: 4, IDPrefix: u.ID})
	if !u.Draft {
		alone := &content.Content{Documents: markdown.Documents{}}
		for _, other := range in.Updates {
			alone.Documents[other.Path] = documents[other.Path]
		}
		alone.Documents[u.Path] = document
		if in.Planned {
			alone.Maintenance = []incident.Maintenance{in.Maintenance()}
		} else {
			alone.Incidents = []incident.Incident{in.Incident()}
		}
		found = append(found, Check(Input{Config: c, Content: alone, Now: now})...)
	}
	found = slices.DeleteFunc(diag.Sort(found), func(f diag.Finding) bool { return f.Position.Path != u.Path || f.Kind == diag.MissedDeadline })
	for n, f := range found {
		if fix, ok := fixes[f.Kind]; ok {
			found[n].Hint = fmt.Sprintf("crier amend %s %s %s", in.ID, u.ID, fix)
		}
	}
	return found
}

// fixes are the flags of crier amend that settle findings about an update just written.
var fixes = map[diag.Kind]string{
	diag.MissingImpact: `--impact "What is affected."`, diag.ImpactUnsaid: `--impact "What is affected."`,
	diag.MissingETA: "--eta +45m, or --eta unknown", diag.ETAUnsaid: "--eta +45m, or --eta unknown", diag.ETAPassed: "--eta +45m, or --eta unknown",
	diag.SaysNothing: `-m "What is known."`, diag.SilentLowering: `-m "Why it is less severe."`, diag.StatusBack: `-m "Why the status goes back."`,
}
