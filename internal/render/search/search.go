// Package search writes what searches read: the index of the page's own search, and sitemap.xml and
// robots.txt for search engines. It takes entries of package site and absolute URLs.
package search

import (
	"encoding/json"
	"io"

	"settler.io/crier/internal/site"
)

// WriteParts writes the list of the index's parts: a JSON array of their names. Each part is next
// to the list, as NAME.json.
func WriteParts(w io.Writer, parts []string) error {
	if parts == nil {
		parts = []string{}
	}
	return json.NewEncoder(w).Encode(parts)
}

// WritePart writes one part of the index: a JSON array with an array for each entry. An entry has
// the path, title, day, kind (a severity, or M for maintenance), status and text.
func WritePart(w io.Writer, entries []site.SearchEntry) error {
	rows := make([][6]string, len(entries))
	for i, e := range entries {
		rows[i] = [6]string{e.Path, e.Title, e.When, e.Kind, e.State, e.Text}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(rows)
}
