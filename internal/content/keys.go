package content

import (
	"encoding/binary"
	"strings"
	"sync"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/tree"
	"settler.io/crier/internal/wire"
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

// form gives all that is in the keys, as the table knows them.
func (k Keys) form() string {
	var form []byte
	for i := range k {
		form = binary.AppendUvarint(form, uint64(len(k[i].Name)))
		form = append(form, k[i].Name...)
		form = binary.AppendUvarint(form, uint64(k[i].Line))
		form = binary.AppendUvarint(form, uint64(k[i].Column))
	}
	return string(form)
}

// formed gives the keys of a form; ok is false where it is none.
func (t *keyTable) formed(form string) (keys Keys, ok bool) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if keys, known := t.known[form]; known || form == "" {
		return keys, true
	}
	form = strings.Clone(form) // it is a part of something large
	c := wire.Reader(form, nil)
	for c.Left() != "" {
		var key Key
		var line, column uint64
		c.Text(&key.Name)
		c.Size(&line)
		c.Size(&column)
		key.Line, key.Column = int32(line), int32(column)
		if c.Bad() || uint64(key.Line) != line || uint64(key.Column) != column {
			return nil, false
		}
		keys = append(keys, key)
	}
	if t.known == nil {
		t.known = map[string]Keys{}
	}
	t.known[form] = keys
	return keys, true
}

// keys gives the places of the keys of a map.
func (t *keyTable) keys(entries []tree.Entry) Keys {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.form = t.form[:0]
	for i := range entries {
		e := &entries[i]
		t.form = binary.AppendUvarint(t.form, uint64(len(e.Key)))
		t.form = append(t.form, e.Key...)
		t.form = binary.AppendUvarint(t.form, uint64(e.Value.Line))
		t.form = binary.AppendUvarint(t.form, uint64(e.Value.Column))
	}
	if keys, known := t.known[string(t.form)]; known {
		return keys
	}
	keys := make(Keys, 0, len(entries))
	for i := range entries {
		e := &entries[i]
		keys = append(keys, Key{strings.Clone(e.Key), int32(e.Value.Line), int32(e.Value.Column)})
	}
	if t.known == nil {
		t.known = map[string]Keys{}
	}
	t.known[string(t.form)] = keys
	return keys
}
