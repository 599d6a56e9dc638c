package site

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"settler.io/crier/internal/site/published"
)

// SearchEntry is an incident or maintenance in the search index.
type SearchEntry struct {
	Path  string // of its page below the language, without index.html
	Title string
	When  string // the day on which it began, in words
	Kind  string // severity in words, or "M"
	State string // its status, in words
	Text  string // titles, components and texts of all updates, cut short
}

// maxSearchText limits the indexed text of one incident, in bytes. 10,000 take less than 5 MB.
const maxSearchText = 400

// searched lists the months in which something began, newest first. The index has a part for each,
// so that a new update changes one part.
func searched(begun map[time.Time][]*published.Incident) []time.Time {
	return slices.SortedFunc(maps.Keys(begun), func(a, b time.Time) int { return b.Compare(a) })
}

// SearchParts lists the names of the parts of the search index in a language, such as "2026-10",
// newest first. The list is a file of its own, so that no page changes when a month begins.
func (p *Site) SearchParts(v SearchIndexView) (names []string) {
	for i := range p.Outputs {
		if part, ok := p.Outputs[i].View.(SearchView); ok && part.language == v.language {
			names = append(names, part.month.Format(monthForm))
		}
	}
	return names
}

// Search lists what began in a month, newest first.
func (p *Site) Search(v SearchView) (entries []SearchEntry) {
	for _, s := range p.byMonth[v.month] {
		entries = append(entries, p.searchEntry(s, p.metas[v.language]))
	}
	return entries
}

func (p *Site) searchEntry(s *published.Incident, meta *Meta) SearchEntry {
	e := SearchEntry{Path: strings.TrimSuffix(string(refOf(s)), "index.html"), Title: s.LastTitleIn(meta.translation()), When: meta.Words.Day(s.Began.In(p.Config.Zone)),
		Kind: meta.Words.SeverityWord(s.Worst()), State: meta.Words.Status(s.State().Status)}
	if s.Planned {
		e.Kind = "M"
	}
	var text strings.Builder
	add := func(more string) {
		if more != "" && text.Len() < maxSearchText {
			text.WriteString(more + " ")
		}
	}
	for _, a := range p.worst(s) {
		add(a.Name)
	}
	for i := range s.Steps {
		u := s.Steps[i].Update
		if title := s.TitleIn(meta.translation(), i); title != e.Title && u.Title != "" {
			add(title)
		}
		impact, _ := u.StatedIn(meta.translation())
		add(impact)
		source, _ := p.source(meta, u.Path, u.Translations)
		add(strings.Join(strings.Fields(p.text(source)), " "))
	}
	e.Text = shorten(strings.TrimSpace(text.String()), maxSearchText)
	return e
}

// shorten cuts a text to at most so many bytes, between two characters.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
