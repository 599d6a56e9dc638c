package content

import (
	"regexp"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/status"
)

var (
	actionForm = regexp.MustCompile(`^[ \t]*[-*+][ \t]+\[([ xX])\][ \t]+(.*)$`)
	actionPart = regexp.MustCompile(`(?i)[ \t]+[-–—,;][ \t]+\**(owner|due):?\**:?[ \t]*`)
)

// actions returns the action items of a post-mortem, such as
// "- [ ] What - Owner: who - Due: 2026-11-01". Due is the end of that day in zone.
func actions(text string, firstLine int, zone *time.Location) []incident.Action {
	var actions []incident.Action
	for n, line := range strings.Split(text, "\n") {
		m := actionForm.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		a := incident.Action{Done: m[1] != " ", Line: firstLine + n, What: m[2]}
		parts := actionPart.FindAllStringSubmatchIndex(m[2], -1)
		for k, part := range parts {
			end := len(m[2])
			if k == 0 {
				a.What = m[2][:part[0]]
			}
			if k+1 < len(parts) {
				end = parts[k+1][0]
			}
			value := strings.TrimSpace(m[2][part[1]:end])
			if strings.EqualFold(m[2][part[2]:part[3]], "owner") {
				a.Owner = value
			} else if day, err := status.ParseDay(value, zone); err == nil {
				a.Due = status.NextDay(day, zone)
			}
		}
		a.What = strings.TrimSpace(a.What)
		actions = append(actions, a)
	}
	return actions
}
