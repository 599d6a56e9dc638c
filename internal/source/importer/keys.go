package importer

import (
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Keys are the keys of a file or of its front matter, in lower case, with their positions.
type Keys struct {
	Path    string
	Entries map[string]frontmatter.Entry
}

// ReadKeys reads YAML, or TOML if toml is set. line is the line of the file on which the text
// starts. Text that cannot be read is noted.
func (s *Site) ReadKeys(path, text string, line int, toml bool) (k Keys, ok bool) {
	k = Keys{path, map[string]frontmatter.Entry{}}
	read := frontmatter.YAML
	if toml {
		read = frontmatter.TOML
	}
	root, err := read([]byte(text), line)
	if err != nil {
		s.Note(diag.BadSyntax, err.(*frontmatter.SyntaxError).At(path), "this cannot be read, so the file was not imported: %v", err)
		return k, false
	}
	for _, n := range append(root.Items, root) { // old versions of Upptime write a list of maps
		for _, e := range n.Entries {
			k.Entries[strings.ToLower(e.Key)] = e
		}
	}
	return k, true
}

// At returns the position of a key, or of the file.
func (k Keys) At(key string) diag.Position {
	return diag.Position{Path: k.Path, Line: max(1, k.Entries[key].Line), Column: max(1, k.Entries[key].Column)}
}

// Text returns the value of a key as text, or "".
func (k Keys) Text(key string) string {
	if n := k.Entries[key].Value; n != nil {
		return strings.TrimSpace(n.Text)
	}
	return ""
}

// Is reports whether a key has a value, in any case.
func (k Keys) Is(key, value string) bool { return strings.EqualFold(k.Text(key), value) }

// Texts returns the value of a key as a list of texts.
func (k Keys) Texts(key string) (texts []string) {
	n := k.Entries[key].Value
	if n == nil {
		return nil
	}
	for _, item := range append(n.Items, n) {
		if text := strings.TrimSpace(item.Text); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Date returns the value of a key as a time.
func (k Keys) Date(key string) (time.Time, bool) { return ParseDate(k.Text(key)) }

// ParseDate parses a date in the forms that people use, to the second. Without an offset it is in
// UTC.
func ParseDate(text string) (time.Time, bool) {
	t, _, ok := frontmatter.LooseDate(text, time.UTC)
	return t.UTC(), ok && t.Year() < 9999
}
