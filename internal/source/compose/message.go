package compose

import (
	"fmt"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

// Message formats an update according to the runbook's status template, for commit messages and
// for people. Times are in zone.
func Message(title string, u incident.Update, body string, zone *time.Location) string {
	var b strings.Builder
	fmt.Fprintf(&b, "[%s] %s\n", u.Status.Word(), title)
	if body = strings.TrimSpace(body); body != "" {
		fmt.Fprintf(&b, "\n%s\n", body)
	}
	for n, line := range TemplateLines(u, zone) {
		if n == 0 && body == "" {
			b.WriteString("\n")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// TemplateLines returns the template's lines for impact and ETA.
func TemplateLines(u incident.Update, zone *time.Location) []string {
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
