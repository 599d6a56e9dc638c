package content

import (
	"slices"
	"unique"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Keys holds the positions of the values in the front matter of one file. It is a slice because
// there are tens of thousands of them with few keys each.
type Keys []Key

// Key is the name of a key and the position of its value.
type Key struct {
	Name         string
	Line, Column int32
}

// At returns the position of a key's value in the file at path, or of the file if the front matter
// has no such key.
func (k Keys) At(path, name string) diag.Position {
	for i := range k {
		if k[i].Name == name {
			return diag.Position{Path: path, Line: int(k[i].Line), Column: int(k[i].Column)}
		}
	}
	return diag.File(path)
}

// Has reports whether the front matter has a value for a key.
func (k Keys) Has(name string) bool {
	return slices.ContainsFunc(k, func(key Key) bool { return key.Name == name })
}

// keysOf returns the canonical names of the keys that have a value, and the positions of the
// values.
func keysOf(entries []frontmatter.Entry) Keys {
	keys := make(Keys, 0, len(entries))
	for i := range entries {
		if e := &entries[i]; e.Value.Kind != frontmatter.Null {
			keys = append(keys, Key{unique.Make(frontmatter.Fold(e.Key)).Value(), int32(e.Value.Line), int32(e.Value.Column)})
		}
	}
	return keys
}
