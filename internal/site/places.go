package site

import (
	"slices"
	"strings"
	"sync"

	"settler.io/crier/internal/incident"
)

// places knows where sources are shown and which anchors are there. Few texts link to other texts, so it is asked seldom, and
// looks up then what it is asked for.
type places struct {
	planner *planner
	stories func() map[string]*story // by their folder, and by the file that shows them
	homes   map[string]Ref           // of pages and announcements, by source
	pages   map[string]string        // file -> source of a custom page
}

func newPlaces(p *planner) places {
	l := places{planner: p, homes: map[string]Ref{}, pages: map[string]string{}}
	l.stories = sync.OnceValue(func() map[string]*story {
		stories := make(map[string]*story, 2*(len(p.incidents)+len(p.maintenance)))
		for _, s := range slices.Concat(p.incidents, p.maintenance) {
			stories[s.Path], stories[string(s.ref)] = s, s
		}
		return stories
	})
	put := func(source string, translations map[string]incident.Translation, at Ref) {
		l.homes[source] = at
		for _, t := range translations {
			l.homes[t.Path] = at
		}
	}
	for _, page := range p.Content.Pages {
		if !page.Draft {
			file := page.ID + "/index.html"
			put(page.Path, page.Translations, Ref(file))
			l.pages[file] = page.Path
		}
	}
	for _, a := range p.announced {
		put(a.Path, a.Translations, Ref("index.html").Anchor("announcement-"+a.ID))
	}
	return l
}

// home gives the place where a source is shown.
func (l *places) home(source string) (Ref, bool) {
	if at, ok := l.homes[source]; ok {
		return at, true
	}
	s := l.stories()[source[:max(0, strings.LastIndexByte(source, '/'))]]
	if s == nil {
		return "", false
	}
	for n := range s.Steps {
		if u := s.Steps[n].Update; isText(source, u.Path, u.Translations) {
			return s.ref.Anchor(u.ID), true
		}
	}
	if s.publicPostmortem() && isText(source, s.Postmortem.Path, s.Postmortem.Translations) {
		return s.ref.Anchor("postmortem"), true
	}
	return "", false
}

func isText(source, path string, translations map[string]incident.Translation) bool {
	if source == path {
		return true
	}
	for _, t := range translations {
		if source == t.Path {
			return true
		}
	}
	return false
}

// anchored reports whether a file of the site has an anchor.
func (l *places) anchored(file, anchor string) bool {
	heading := func(source string) bool {
		document := l.planner.Content.Documents[source]
		return slices.Contains(document.Anchors(), anchor)
	}
	if source, ok := l.pages[file]; ok {
		return heading(source)
	}
	s := l.stories()[file]
	if s == nil {
		return false
	}
	for n := range s.Steps {
		if u := s.Steps[n].Update; u.ID == anchor || heading(u.Path) {
			return true
		}
	}
	return s.publicPostmortem() && (anchor == "postmortem" || heading(s.Postmortem.Path))
}

// linked lists the sources whose texts have links within the site, by path.
func (p *planner) linked() []string {
	var sources []string
	for _, s := range p.incidents {
		sources = append(sources, s.linked...)
	}
	for _, s := range p.maintenance {
		sources = append(sources, s.linked...)
	}
	for source := range p.places.homes {
		if len(p.Content.Documents[source].Links()) > 0 {
			sources = append(sources, source)
		}
	}
	slices.Sort(sources)
	return sources
}
