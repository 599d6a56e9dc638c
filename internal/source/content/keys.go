package content

import (
	"encoding/binary"
	"strings"
	"sync"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Keys are the places of the keys' values in the front matter of one file. There are tens of thousands of them, each with few
// keys, so they are a list; files that are written alike share one, so it never changes.
type Keys []Key

// Key is a key and where its value stands.
type Key struct {
	Name         string
	Line, Column int32
}

// At gives the place of a key's value in the file with the path; ok is false where the key is not stated.
func (k Keys) At(path, name string) (at diag.Position, ok bool) {
	for i := range k {
		if k[i].Name == name {
			return diag.Position{Path: path, Line: int(k[i].Line), Column: int(k[i].Column)}, true
		}
	}
	return diag.Position{}, false
}

// keyTable keeps one of each list of keys. It is safe for concurrent use.
type keyTable struct {
	lock  sync.Mutex
	known map[string]Keys // by all that is in them
	form  []byte
}

// keys gives the places of the keys of a map that have a value, by their usual names.
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
