package site

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// SearchIndex lists the parts of the search index in one language.
type SearchIndex struct {
	Path  string
	Parts []string // their names, such as "2026-10", newest first
}

// SearchPart is a part of the search index: what began in one month, in one language. A new update changes one part.
type SearchPart struct {
	Path    string
	Entries func() []SearchEntry // newest first; it may be called from any goroutine

	planner *planner
	stories func() []*story
}

// SearchEntry is an incident or maintenance as the search knows it.
type SearchEntry struct {
	Path  string // of its page below the language, without index.html
	Title string
	When  string // the day on which it began, in words
	Kind  string // severity or "M"
	State string // its status, in words
	Text  string // titles, components and texts of all updates, cut short
}

// maxSearchText is how much of the text of one story is searched, in bytes: an index of 10,000 stays below 5 MB.
const maxSearchText = 400

// sortSearch lists the months in which something began, newest first.
func (p *planner) sortSearch() {
	present := map[time.Time]bool{}
	for _, stories := range [][]*story{p.incidents, p.maintenance} {
		for i, s := range stories {
			if (i == 0 || stories[i-1].month != s.month) && !present[s.month] { // most stories follow one of their month
				present[s.month] = true
				p.searched = append(p.searched, s.month)
			}
		}
	}
	slices.SortFunc(p.searched, func(a, b time.Time) int { return b.Compare(a) })
}

// SearchParts is the file that lists the parts of the index, below the language.
const SearchParts = "search/index.json"

// search plans the index of a language, a part for each month. What lists them is a file, so that no page changes when a month begins.
func (p *planner) search(meta *Meta) {
	months := sync.OnceValue(func() map[time.Time][]*story {
		all := map[time.Time][]*story{}
		for _, s := range slices.Concat(p.incidents, p.maintenance) {
			all[s.month] = append(all[s.month], s)
		}
		for _, own := range all {
			slices.SortStableFunc(own, func(a, b *story) int { return b.began().Compare(a.began()) })
		}
		return all
	})
	index := SearchIndex{Path: meta.Prefix + SearchParts}
	for _, month := range p.searched {
		name := month.Format("2006-01")
		part := SearchPart{Path: meta.Prefix + "search/" + name + ".json", planner: p, stories: func() []*story { return months()[month] }, Entries: func() []SearchEntry {
			var entries []SearchEntry
			for _, s := range months()[month] {
				entries = append(entries, p.searchEntry(s, meta))
			}
			return entries
		}}
		if p.claim(part.Path, generated) {
			index.Parts = append(index.Parts, name)
			p.site.Search = append(p.site.Search, part)
		}
	}
	if p.claim(index.Path, generated) {
		p.site.SearchIndexes = append(p.site.SearchIndexes, index)
	}
}

func (p *planner) searchEntry(s *story, meta *Meta) SearchEntry {
	e := SearchEntry{Path: strings.TrimSuffix(string(s.ref), "index.html"), Title: meta.title(&s.History), When: meta.Words.Day(s.began().In(p.Config.Zone)),
		Kind: s.Worst().String(), State: meta.Words.Status(s.State().Status)}
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
		if title := meta.titled(&s.History, i); title != e.Title && u.Title != "" {
			add(title)
		}
		impact, _ := meta.stated(u)
		add(impact)
		source, _ := p.source(meta, u.Path, u.Translations)
		add(strings.Join(strings.Fields(p.text(source)), " "))
	}
	e.Text = cut(strings.TrimSpace(text.String()), maxSearchText)
	return e
}

// cut shortens a text to so many bytes, between two characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
