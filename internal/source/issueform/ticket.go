package issueform

import (
	"fmt"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

// Ticket returns the title and the text of an incident's ticket, as the runbook's template has it.
// history holds only what is public, and page is its URL. The actions of a finished post-mortem are
// listed without their owners, because the ticket may be public.
func Ticket(c *config.Config, about incident.Case, history incident.History, page string) (title, body string) {
	last := history.Steps[len(history.Steps)-1].After
	title = "[" + last.Severity.String() + "] " + last.Title
	var b strings.Builder
	fact := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "**%s:** %s\n", label, value)
		}
	}
	if history.Planned {
		title = last.Title
	} else {
		fact("Severity", last.Severity.String()+" ("+last.Severity.Word()+")")
	}
	fact("Status", capital(last.Status.String()))
	var names []string
	for _, a := range last.Affected {
		if component, ok := c.Component(a.Component); ok {
			names = append(names, plain(component.Name))
		}
	}
	fact("Affected systems", strings.Join(names, ", "))
	fact("Impact", plain(last.Impact))
	b.WriteString("\n**Timeline**\n")
	at := func(t time.Time) string { return t.In(c.Zone).Format("2006-01-02 15:04 MST") }
	if detected := about.Updates[0].Detected; !detected.IsZero() {
		fmt.Fprintf(&b, "- %s: Detected\n", at(detected))
	}
	for _, step := range history.Steps {
		fmt.Fprintf(&b, "- %s: [%s](%s#%s)\n", at(step.Update.Date), capital(step.After.Status.String()), page, step.Update.ID)
	}
	if p := about.Postmortem; p != nil && !p.Draft && len(p.Actions) > 0 {
		b.WriteString("\n**Action items**\n")
		for _, a := range p.Actions {
			due := ""
			if !a.Due.IsZero() {
				due = ", due " + a.Due.In(c.Zone).Format(time.DateOnly)
			}
			fmt.Fprintf(&b, "- [%s] %s%s\n", map[bool]string{true: "x", false: " "}[a.Done], plain(a.What), due)
		}
	}
	return title, b.String()
}

func capital(word string) string {
	word = strings.ReplaceAll(word, "_", " ")
	return strings.ToUpper(word[:1]) + word[1:]
}

// plain keeps text in an issue from being markup or a mention.
func plain(text string) string { return escaper.Replace(strings.Join(strings.Fields(text), " ")) }

// A zero-width space after @ and # keeps GitHub from notifying people and linking issues.
var escaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `_`, `\_`, "`", "\\`", `[`, `\[`, `<`, `&lt;`, `|`, `\|`, "@", "@\u200b", "#", "#\u200b")
