package site

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// SearchPart is a part of the search index: what began in one year, in one language. A new update changes one part.
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

// sortYears lists the years in which something began.
func (p *planner) sortYears() {
	present := map[int]bool{}
	for _, stories := range [][]*story{p.incidents, p.maintenance} {
		for _, s := range stories {
			if n := len(p.years); n == 0 || p.years[n-1] != s.year { // most stories follow one of their year
				if !present[s.year] {
					present[s.year] = true
					p.years = append(p.years, s.year)
				}
			}
		}
	}
	slices.SortFunc(p.years, func(a, b int) int { return b - a })
}

// search plans the index of a language, a part for each year.
func (p *planner) search(meta *Meta) {
	meta.Years = p.years
	for _, year := range p.years {
		stories := sync.OnceValue(func() []*story {
			var own []*story
			for _, s := range slices.Concat(p.incidents, p.maintenance) {
				if s.year == year {
					own = append(own, s)
				}
			}
			slices.SortStableFunc(own, func(a, b *story) int { return b.began().Compare(a.began()) })
			return own
		})
		part := SearchPart{Path: meta.Prefix + "search/" + strconv.Itoa(year) + ".json", planner: p, stories: stories, Entries: func() []SearchEntry {
			var entries []SearchEntry
			for _, s := range stories() {
				entries = append(entries, p.searchEntry(s, meta))
			}
			return entries
		}}
		if p.claim(part.Path, generated) {
			p.site.Search = append(p.site.Search, part)
		}
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
