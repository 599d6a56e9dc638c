package content

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// SecretPath reports whether a file belongs to a security incident, or may.
func (c *Content) SecretPath(path string) bool {
	return c.MayBeSecret(path) || slices.ContainsFunc(c.Incidents, func(i incident.Incident) bool {
		return strings.HasPrefix(path, i.Path+"/") && i.Secret()
	})
}

// WithoutSecrets returns the findings that logs may show, which anyone may read: those in no file
// of a security incident. left is the number of the others.
func (c *Content) WithoutSecrets(findings []diag.Finding) (shown []diag.Finding, left int) {
	shown = slices.DeleteFunc(slices.Clone(findings), func(f diag.Finding) bool { return c.SecretPath(f.Position.Path) })
	return shown, len(findings) - len(shown)
}

// NamesSecret reports whether a name, such as the path of an output, is or contains the id of a
// security incident.
func (c *Content) NamesSecret(name string) bool {
	parts := strings.Split(name, "/")
	return slices.ContainsFunc(c.Incidents, func(i incident.Incident) bool { return slices.Contains(parts, i.ID) && i.Secret() })
}

// mayNameSecurity reports whether a line of a file that can't be read may be the key security.
func mayNameSecurity(raw []byte) bool {
	for line := range bytes.Lines(raw) {
		key := strings.ToLower(strings.TrimLeftFunc(string(line), func(r rune) bool { return r != '#' && !unicode.IsLetter(r) }))
		if end := strings.IndexAny(key, ":= \t\r\n"); strings.HasPrefix(key, "security") || end >= 0 && isLikeSecurity(key[:end]) {
			return true
		}
	}
	return false
}

// isLikeSecurity reports whether a key may be a misspelt security, and not rather severity.
func isLikeSecurity(key string) bool {
	return isLike(key, "security", 2) && diag.Edits(key, "security") <= diag.Edits(key, "severity")
}
