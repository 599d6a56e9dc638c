package compose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

// Postmortem fills in the runbook's post-mortem template for an incident. The date, start, end,
// severity and impact go into the front matter, and the timeline is derived from the updates;
// people fill in the rest. The result is a draft and not public until someone changes that. The
// timeline is in the given zone.
func Postmortem(h incident.History, zone *time.Location, now time.Time) string {
	var f front
	f.text("title", "Post-Mortem: "+h.State().Title)
	f.word("draft", "true # until it is written: the runbook requires a finished one")
	f.word("public", "false # true shows it below the incident, without owners and revenue")
	f.instant("date", now)
	f.word("severity", h.Worst().String())
	f.instant("started", started(h))
	f.instant("ended", h.End())
	f.text("impact", impact(h))
	var b strings.Builder
	b.WriteString("## Timeline\n\n")
	for _, line := range timeline(h, zone) {
		b.WriteString("- " + line + "\n")
	}
	b.WriteString(`
## Root Cause

[Detailed explanation]

## Impact

- **Users Affected:** [Number]
- **Revenue Impact:** [If applicable]
- **Data Loss:** ` + dataLoss(h) + `

## What Went Well

- [List positive aspects]

## What Went Wrong

- [List issues]

## Action Items

` + actionItems(h, zone, now) + `
## Lessons Learned

[Key takeaways]
`)
	return f.file(b.String())
}

// PublicPostmortem returns the text of a finished post-mortem that is shown below its incident.
func PublicPostmortem(date time.Time, code, body string) string {
	var f front
	f.word("public", "true")
	f.instant("date", date)
	f.text("code", code)
	return f.file(body)
}

func started(h incident.History) time.Time {
	if first := h.Steps[0].Update; !first.Detected.IsZero() {
		return first.Detected
	}
	return h.First()
}

// impact returns the impact that was stated first.
func impact(h incident.History) string {
	for _, step := range h.Steps {
		if step.Update.Impact != "" {
			return step.Update.Impact
		}
	}
	return ""
}

func dataLoss(h incident.History) string {
	for _, step := range h.Steps {
		if step.Update.ForRunbook().DataLoss {
			return "yes: [What]"
		}
	}
	return "[If applicable]"
}

// securityActions are what the runbook asks for after a security incident.
var securityActions = []string{"Conduct a security audit", "Update the security runbook", "Review access controls", "Implement additional monitoring"}

// actionItems returns the list of action items: blank ones or, after a security incident, those of
// the runbook, due 30 days after its end.
func actionItems(h incident.History, zone *time.Location, now time.Time) string {
	items := []string{"[Action item 1]", "[Action item 2]"}
	due := "[Date]"
	if slices.ContainsFunc(h.Steps, func(s incident.Step) bool { return s.Update.ForRunbook().Security != "" }) {
		end := h.End()
		if end.IsZero() {
			end = now
		}
		items, due = securityActions, end.In(zone).AddDate(0, 0, 30).Format(time.DateOnly)
	}
	list := ""
	for _, item := range items {
		list += fmt.Sprintf("- [ ] %s - Owner: [Name] - Due: %s\n", item, due)
	}
	return list
}

// did holds the runbook's words for reaching a status.
var did = map[incident.Status]string{
	incident.Investigating: "Investigation started", incident.Identified: "Root cause identified",
	incident.Monitoring: "Fix implemented", incident.Resolved: "Service restored",
}

// timeline returns one line for the detection and one for each step, in the runbook's words.
func timeline(h incident.History, zone *time.Location) []string {
	var lines []string
	day := ""
	add := func(t time.Time, what string) {
		form := "15:04 MST"
		if today := t.In(zone).Format(time.DateOnly); today != day {
			form, day = "2006-01-02 15:04 MST", today
		}
		lines = append(lines, t.In(zone).Format(form)+" - "+what)
	}
	add(started(h), "Incident detected")
	for n, step := range h.Steps {
		before, after := step.Before, step.After
		var what []string
		if at := step.Update.Acknowledged; !at.IsZero() && !at.After(step.Update.Date) {
			add(at, "Incident acknowledged")
		}
		switch {
		case n > 0 && before.Status == incident.Resolved && after.Status != incident.Resolved:
			what = append(what, "Incident reopened ("+after.Status.Word()+")")
		case n == 0 || before.Status != after.Status:
			what = append(what, did[after.Status])
		}
		switch {
		case n == 0:
		case after.Severity < before.Severity:
			what = append(what, fmt.Sprintf("severity raised from %s to %s", before.Severity, after.Severity))
		case after.Severity > before.Severity:
			what = append(what, fmt.Sprintf("severity lowered from %s to %s", before.Severity, after.Severity))
		}
		if len(what) == 0 {
			what = append(what, "Public update")
		}
		text := strings.Join(what, ", ")
		add(step.Update.Date, strings.ToUpper(text[:1])+text[1:])
	}
	return lines
}
