package report

import (
	"slices"
	"strings"

	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/check"
)

// PendingUpdate is a line of pending in JSON.
type PendingUpdate struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Update   string `json:"update,omitempty"`
	Path     string `json:"path"`
	Change   string `json:"change,omitempty"`
	Severity string `json:"severity,omitempty"`
	Status   string `json:"status,omitempty"`
	Draft    bool   `json:"draft"`
	Public   string `json:"public,omitempty"`
	Reason   string `json:"reason,omitempty"`
	WantedBy string `json:"wanted_by,omitempty"`
}

// NewPending converts a line for JSON.
func NewPending(l check.PendingUpdate) PendingUpdate {
	severity := l.Severity.String()
	if l.Change == check.Removed {
		severity = ""
	}
	return PendingUpdate{l.Kind, l.ID, l.Update, l.Path, string(l.Change), severity, l.Status.String(), l.Draft, Instant(l.At), string(l.Reason), Instant(l.Due)}
}

// Pending returns a table of what is not public yet, or of what changes in public.
func Pending(updates []check.PendingUpdate, style Style) [][]string {
	rows := [][]string{{"WHAT", "SEVERITY", "STATUS", "PUBLIC", "WANTED BY"}}
	for _, u := range updates {
		rows = append(rows, pendingRow(u, style))
	}
	return rows
}

// PendingMarkdown formats the updates for a pull request. Removed files of security incidents are
// only counted, and other updates of theirs are left out. It returns "" if nothing remains.
func PendingMarkdown(heading string, updates []check.PendingUpdate, style Style) string {
	removed := 0
	shown := slices.DeleteFunc(slices.Clone(updates), func(u check.PendingUpdate) bool {
		if u.Secret && u.Change == check.Removed {
			removed++
		}
		return u.Secret
	})
	text := ""
	if len(shown) > 0 {
		text = Markdown(heading, Pending(shown, style))
	}
	if removed > 0 {
		text += "\n" + Count(removed, "file") + " of incidents that no longer exist: their pages are removed immediately.\n"
	}
	return strings.TrimPrefix(text, "\n")
}

func pendingRow(p check.PendingUpdate, style Style) []string {
	name := p.ID
	if p.Update != "" {
		name += "/" + p.Update
	}
	if p.Kind != "incident" && p.Kind != "site" {
		name = p.Kind + " " + name
	}
	severity, due := p.Severity.String(), ""
	if p.Change == check.Removed {
		severity = ""
	}
	if !p.Due.IsZero() && !p.Draft && p.Change != check.Edited && p.Change != check.Removed {
		due = style.stamp(p.Due)
	}
	public := "immediately"
	switch {
	case p.Change == check.Removed:
		public = "removed immediately; links to it break"
	case p.Unclear:
		public = "never: its hold is unclear"
	case p.Draft:
		public = "never: it is a draft"
	case !p.At.IsZero():
		public = style.stamp(p.At) + reasons[p.Reason]
	case p.Kind == "site":
		public = "immediately, on every page"
	case p.Change == check.Edited:
		public = "changes immediately"
	}
	return []string{name, severity, p.Status.String(), public, due}
}

var reasons = map[policy.Reason]string{
	policy.Immediate: ": its date", policy.Held: ": held until then", policy.Batched: ": with the next batch",
	policy.DeadlineReached: ": its deadline", policy.Together: ": with a later update",
}
