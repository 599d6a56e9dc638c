package content

import (
	"strings"

	"settler.io/crier/internal/incident"
)

// Mentions reports whether the id, titles, impacts or texts of a case contain a text, ignoring
// case.
func (c *Content) Mentions(of incident.Case, text string) bool {
	parts := []string{of.ID}
	for _, u := range of.Updates {
		parts = append(parts, u.Title, u.Impact, u.ETA.Words, c.Documents.Text(u.Path))
	}
	return strings.Contains(strings.ToLower(strings.Join(parts, "\n")), strings.ToLower(text))
}
