// Package search writes the index that the page's own search reads. It takes entries of package site and gives bytes.
package search

import (
	"encoding/json"
	"io"

	"settler.io/crier/internal/site"
)

// WriteParts writes the list of the parts: a JSON array of their names. A part lies beside it, as NAME.json.
func WriteParts(w io.Writer, parts []string) error {
	if parts == nil {
		parts = []string{}
	}
	return json.NewEncoder(w).Encode(parts)
}

// Write writes a part of the index: a JSON array with an array for each entry: path, title, day, kind (a severity, or M for
// maintenance), status and text.
func WritePart(w io.Writer, entries []site.SearchEntry) error {
	rows := make([][6]string, len(entries))
	for i, e := range entries {
		rows[i] = [6]string{e.Path, e.Title, e.When, e.Kind, e.State, e.Text}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(rows)
}
