package issueform

import (
	"fmt"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
)

// Answer is what came of a request whose update was written. Its text says only what is public.
type Answer struct {
	Page    string    // URL of the incident or maintenance; "" if nothing of it is public
	Failed  error     // why it could not be published
	Visible bool      // readers see it
	Since   time.Time // since when; zero if that is not known
}

// Text returns the text of the answer, with what is due next.
func (a Answer) Text(c *config.Config, about incident.Case, now time.Time) string {
	var lines []string
	switch {
	case a.Page == "":
		lines = append(lines, "Written, but not public yet.")
	case a.Failed != nil:
		lines = append(lines, Refusal("Not public yet", a.Failed))
	case !a.Visible:
		lines = append(lines, "Published, but not yet seen at "+a.Page)
	case a.Since.IsZero():
		lines = append(lines, "Live: "+a.Page)
	default:
		lines = append(lines, fmt.Sprintf("Live since %s: %s", policy.Clock(a.Since, now, c.Zone), a.Page))
	}
	if !about.Planned {
		i := incident.Incident{ID: about.ID, Path: about.Path, Updates: about.Updates, Postmortem: about.Postmortem}
		for _, d := range c.Rules.Deadlines(i, nil, now) {
			if d.State == policy.Waiting {
				lines = append(lines, fmt.Sprintf("- due %s: %s", policy.Clock(d.Due, now, c.Zone), d.Owed))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Refusal returns the text of an answer that says what was not done, and why.
func Refusal(what string, err error) string {
	text := what + ": " + err.Error()
	if hint := diag.HintOf(err); hint != "" {
		text += "\n\nHint: " + hint
	}
	return text
}
