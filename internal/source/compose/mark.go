package compose

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

// Marks lists what can be marked as done, of what the runbook asks for.
var Marks = []string{"acknowledged", "escalated=lead", "escalated=cto", "escalated=ceo", "notified", "meeting"}

// MarkedFile returns the path of the file that marks of an incident go into: the last update or,
// for the meeting, the post-mortem.
func MarkedFile(c incident.Case, marks []string, now time.Time) (string, error) {
	switch meeting := slices.Contains(marks, "meeting"); {
	case c.Planned:
		return "", diag.Usage(fmt.Errorf("the runbook asks for nothing about maintenance such as %s", c.ID),
			"name an incident; crier list shows all")
	case meeting && len(marks) > 1:
		return "", diag.Usage(errors.New("the meeting is written into another file"), "mark it alone: crier mark "+c.ID+" meeting")
	case meeting && c.Postmortem == nil:
		return "", diag.Hinted(fmt.Errorf("%s has no post-mortem to write the meeting into", c.ID),
			fmt.Sprintf("crier postmortem %s && crier mark %s meeting", c.ID, c.ID))
	case meeting:
		return c.Postmortem.Path, nil
	case c.OnlyDrafts():
		return "", diag.Hinted(fmt.Errorf("%s has only drafts, for which the runbook asks nothing", c.ID),
			fmt.Sprintf(`write a public update: crier update %s %s -m "..."`, c.ID, c.Statuses()[0]))
	}
	var last incident.Update
	for _, u := range c.Updates {
		if !u.Draft && (last.Path == "" || !u.Date.After(now)) {
			last = u
		}
	}
	return last.Path, nil
}

// Mark writes marks into the front matter of a file of an incident, as done at a time.
func Mark(c incident.Case, name, text string, marks []string, at time.Time) (string, error) {
	escalated := map[string]time.Time{}
	for _, u := range c.Updates {
		if u.Path == name {
			maps.Copy(escalated, u.ForRunbook().Escalated)
		}
	}
	for _, mark := range marks {
		key, value := mark, Instant(at)
		if party, ok := strings.CutPrefix(mark, "escalated="); ok {
			escalated[party] = at
			key, value = "escalated", parties(text, escalated)
		}
		var err error
		if text, err = Set(text, key, value); err != nil {
			return "", diag.Hinted(err, fmt.Sprintf("add %s: %s to its front matter by hand", key, value))
		}
	}
	return text, nil
}

// parties formats escalations for the front matter of a file.
func parties(text string, escalated map[string]time.Time) string {
	sign := ": "
	if _, mark, _ := Split(text); mark == "+++" {
		sign = " = "
	}
	var list []string
	for _, party := range policy.Parties {
		if at, ok := escalated[party]; ok {
			list = append(list, party+sign+Instant(at))
		}
	}
	return "{" + strings.Join(list, ", ") + "}"
}
