package issueform

import (
	"fmt"
	"strconv"
	"strings"

	"settler.io/crier/internal/source/config"
)

// Paths of the forms in a repository.
const (
	IncidentPath    = ".github/ISSUE_TEMPLATE/incident.yml"
	MaintenancePath = ".github/ISSUE_TEMPLATE/maintenance.yml"
)

// Mark begins every form, by which Crier recognizes its own.
const Mark = "# Written by crier init --github"

const public = `Whatever you write here is **public at once**, on the status page and, in a public repository, in this issue. Never use this form for a security incident.`

// IncidentForm returns the form that opens an incident
// (docs.github.com, "Syntax for GitHub's form schema").
func IncidentForm(c *config.Config) string {
	f := form{}
	f.head("Incident", "Open an incident on the status page")
	var choices []string
	for _, s := range severities {
		text := s.text
		if label := c.Labels[s.severity]; label != "" {
			text = s.severity.String() + ": " + label
		}
		choices = append(choices, text)
	}
	f.field("dropdown", "severity", severityLabel, "", true)
	f.options(choices)
	f.components(c)
	f.field("input", "impact", impactLabel, "What doesn't work for readers, in a sentence.", false)
	f.field("input", "eta", etaLabel, `When it will work again: a time, such as "15:30" or "2026-10-02 15:30 UTC", a duration, such as "45m", or words.`, false)
	f.text("We're currently investigating …")
	return f.String()
}

// MaintenanceForm returns the form that announces maintenance.
func MaintenanceForm(c *config.Config) string {
	f := form{}
	f.head("Maintenance", "Announce maintenance on the status page")
	f.field("input", "starts", startsLabel, `Such as "2026-11-30 22:00 UTC".`, true)
	f.field("input", "ends", endsLabel, `The end, or a duration such as "1h30m".`, true)
	f.components(c)
	f.text("We will …")
	return f.String()
}

// form builds YAML line by line. Every text is quoted.
type form struct{ strings.Builder }

func (f *form) head(name, description string) {
	fmt.Fprintf(f, Mark+" from config.toml. Run it again after changing components.\nname: %s\ndescription: %s\nbody:\n", quote(name), quote(description))
	fmt.Fprintf(f, "  - type: markdown\n    attributes:\n      value: %s\n", quote(public+" The issue's title becomes the title on the page."))
}

func (f *form) field(kind, id, label, description string, required bool) {
	fmt.Fprintf(f, "  - type: %s\n    id: %s\n    validations:\n      required: %t\n    attributes:\n      label: %s\n", kind, id, required, quote(label))
	if description != "" {
		fmt.Fprintf(f, "      description: %s\n", quote(description))
	}
}

func (f *form) options(choices []string) {
	f.WriteString("      options:\n")
	for _, choice := range choices {
		f.WriteString("        - " + quote(choice) + "\n")
	}
}

// components adds check boxes. GitHub doesn't allow "required" for all of them together.
func (f *form) components(c *config.Config) {
	if len(c.Components) == 0 {
		return
	}
	fmt.Fprintf(f, "  - type: checkboxes\n    id: components\n    attributes:\n      label: %s\n      options:\n", quote(componentsLabel))
	for _, component := range c.Components {
		f.WriteString("        - label: " + quote(labelOf(c, component)) + "\n")
	}
}

func (f *form) text(placeholder string) {
	f.field("textarea", "text", textLabel, "Markdown. It is published as you write it.", true)
	f.WriteString("      placeholder: " + quote(placeholder) + "\n")
}

// quote returns a double-quoted YAML scalar. YAML knows all of Go's escapes for printable text.
func quote(text string) string { return strconv.QuoteToGraphic(text) }
