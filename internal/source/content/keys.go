package content

import (
	"encoding/binary"
	"strings"
	"sync"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Keys holds the positions of the values in the front matter of one file. It is a slice because
// there are tens of thousands of them with few keys each. Files with the same layout share one, so
// it must not be changed.
type Keys []Key

// Key is the name of a key and the position of its value.
type Key struct {
	Name         string
	Line, Column int32
}

// At returns the position of a key's value in the file at path; ok is false if the front matter has
// no such key.
func (k Keys) At(path, name string) (at diag.Position, ok bool) {
	for i := range k {
		if k[i].Name == name {
			return diag.Position{Path: path, Line: int(k[i].Line), Column: int(k[i].Column)}, true
		}
	}
	return diag.Position{}, false
}

// keyTable deduplicates Keys. It is safe for concurrent use.
type keyTable struct {
	lock  sync.Mutex
	known map[string]Keys // by their encoded contents
	form  []byte
}

// keys returns the canonical names of the keys that have a value, and the positions of the values.
func (t *keyTable) keys(entries []frontmatter.Entry) Keys {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.form = t.form[:0]
	for i := range entries {
		if e := &entries[i]; e.Value.Kind != frontmatter.Null {
			name := frontmatter.Fold(e.Key)
			t.form = binary.AppendUvarint(t.form, uint64(len(name)))
			t.form = append(t.form, name...)
			t.form = binary.AppendUvarint(t.form, uint64(e.Value.Line))
			t.form = binary.AppendUvarint(t.form, uint64(e.Value.Column))
		}
	}
	if keys, known := t.known[string(t.form)]; known {
		return keys
	}
	keys := make(Keys, 0, len(entries))
	for i := range entries {
		if e := &entries[i]; e.Value.Kind != frontmatter.Null {
			keys = append(keys, Key{strings.Clone(frontmatter.Fold(e.Key)), int32(e.Value.Line), int32(e.Value.Column)})
		}
	}
	if t.known == nil {
		t.known = map[string]Keys{}
	}
	t.known[string(t.form)] = keys
	return keys
}
