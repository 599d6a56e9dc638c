package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/markdown"
)

// follows explains what the rules require after an update has been written: when it becomes public,
// by when it must be public, and what is due next.
func follows(c *config.Config, i incident.Incident, u incident.Update, now time.Time) []string {
	at := func(t time.Time) string { return clock(t, now, c.Zone) }
	if u.Draft {
		return []string{"A draft: it is not public until you delete draft: true."}
	}
	var due, next, resolve time.Time
	var later []string
	for _, d := range c.Rules.Deadlines(i, nil, now) {
		switch {
		case d.Rule == policy.Publish && d.Path == u.Path:
			due = d.Due
		case d.Rule == policy.Update && d.Path == u.Path:
			next = d.Due
		case d.Rule == policy.Resolve && d.State != policy.Met && d.State != policy.Unverified:
			resolve = d.Due
		case d.Rule == policy.Meeting:
			later = append(later, "meeting by "+at(d.Due))
		case d.Rule == policy.Postmortem:
			later = append(later, "document by "+at(d.Due))
		}
	}
	var lines []string
	for _, release := range c.Rules.Releases(i.Updates) {
		if release.Update.Path != u.Path {
			continue
		}
		line := release.Ruling.String() + ": "
		switch {
		case release.At.After(now):
			line += fmt.Sprintf("public from %s on", at(release.Published))
			if release.Reason == policy.Held {
				line = fmt.Sprintf("%s: held until %s", release.Ruling, at(release.Published))
			}
		case release.Ruling.Urgent():
			line += "public immediately"
		default:
			line += "public as soon as it is pushed"
		}
		if !due.IsZero() {
			line += "; due " + at(due)
			if now.After(due) {
				line += ", " + policy.Words(now.Sub(due)) + " ago"
			}
		}
		lines = append(lines, line+".")
	}
	if !next.IsZero() {
		line := "Next update due " + at(next)
		if !resolve.IsZero() {
			line += ", to be resolved by " + at(resolve)
		}
		lines = append(lines, line+".")
	} else if !resolve.IsZero() {
		lines = append(lines, "To be resolved by "+at(resolve)+".")
	}
	if len(later) > 0 {
		lines = append(lines, fmt.Sprintf("Post-mortem: %s; crier postmortem %s begins it.", strings.Join(later, ", "), i.ID))
	}
	return lines
}

// remarks returns findings about an update that is about to be written. They do not prevent it from
// being written.
func remarks(l *loaded, i incident.Incident, u incident.Update, text string, now time.Time) []diag.Finding {
	document, notes := markdown.NewConverter().Convert(markdown.Source{Text: bodyOf(text), Path: u.Path, FirstLine: bodyLine(text), Heading: 4, IDPrefix: u.ID})
	documents := map[string]*markdown.Document{u.Path: document}
	for _, other := range i.Updates {
		if other.Path != u.Path {
			documents[other.Path] = l.content.Documents[other.Path]
		}
	}
	found := notes
	if !u.Draft {
		c := &content.Content{Incidents: []incident.Incident{i}, Documents: documents, Keys: map[string]content.Keys{}}
		found = append(found, check.Check(check.Input{Config: l.config, Content: c, Now: now})...)
	}
	return slices.DeleteFunc(diag.Sort(found), func(f diag.Finding) bool { return f.Position.Path != u.Path || f.Kind == diag.MissedDeadline })
}

// bodyOf returns the text below the front matter of a file written by Crier.
func bodyOf(text string) string {
	_, body, _ := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	return body
}

// bodyLine returns the number of the line on which that text begins.
func bodyLine(text string) int {
	return 1 + strings.Count(strings.TrimSuffix(text, bodyOf(text)), "\n")
}

// template formats an update according to the runbook's status template, for commit messages and
// previews.
func template(title string, u incident.Update, body string, zone *time.Location) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[%s] %s\n", u.Status.Word(), title)
	if body = strings.TrimSpace(body); body != "" {
		fmt.Fprintf(&b, "\n%s\n", body)
	}
	for n, line := range templateLines(u, zone) {
		if n == 0 && body == "" {
			b.WriteString("\n")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// templateLines returns the template's lines for impact and ETA.
func templateLines(u incident.Update, zone *time.Location) []string {
	var lines []string
	if u.Impact != "" {
		lines = append(lines, "Impact: "+u.Impact)
	}
	switch {
	case !u.ETA.Time.IsZero():
		lines = append(lines, "ETA: "+u.ETA.Time.In(zone).Format("2006-01-02 15:04 MST"))
	case u.ETA.Words != "":
		lines = append(lines, "ETA: "+u.ETA.Words)
	}
	return lines
}
