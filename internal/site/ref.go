package site

import (
	"path"
	"strings"
	"time"

	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/site/published"
)

// Ref is a location in the site. Templates turn it into a URL by {{$.Href .Ref}}.
type Ref = links.Ref

// URL returns the absolute URL of a reference, without index.html.
func (m *Meta) URL(r Ref) string {
	if r.External() {
		return string(r)
	}
	r = m.fromRoot(r)
	file := r.File()
	anchor := string(r)[len(file):]
	if path.Base(file) == "index.html" {
		file = strings.TrimSuffix(file, "index.html")
	}
	return m.BaseURL + file + anchor
}

// fromRoot returns a reference counted from the root of the site.
func (m *Meta) fromRoot(r Ref) Ref {
	if rest, ok := strings.CutPrefix(string(r), "/"); ok {
		return Ref(rest)
	}
	if m.Prefix == "" || r.External() {
		return r
	}
	return Ref(m.Prefix) + r
}

// Href returns the URL of a reference as the page has to write it.
func (p *Page) Href(to Ref) string {
	if p.Kind == KindNotFound { // served at any URL, so relative ones would be wrong
		return p.Site.URL(to)
	}
	return links.Relative(p.Path, p.Site.fromRoot(to))
}

// Elsewhere lists the same page in the other languages of the site.
func (p *Page) Elsewhere() []Language {
	if len(p.Site.Languages) < 2 || p.Kind == KindRedirect {
		return nil
	}
	own := strings.TrimPrefix(p.Path, p.Site.Prefix)
	var others []Language
	for _, e := range p.Site.Languages {
		if e.Code != p.Site.Language {
			e.Page = Ref("/" + e.Prefix + own)
			others = append(others, e)
		}
	}
	return others
}

// Is reports whether a reference leads to this page.
func (p *Page) Is(to Ref) bool { return string(p.Site.fromRoot(Ref(to.File()))) == p.Path }

func refOf(s *published.Incident) Ref { return links.Of(&s.History) }

// calendarOf is counted from the root: there is one calendar for all languages.
func calendarOf(s *published.Incident) Ref { return Ref("/maintenance/" + s.ID + "/event.ics") }

func componentRef(id string) Ref { return Ref("components/" + id + "/index.html") }

func monthRef(start time.Time) Ref { return Ref("history/" + start.Format(monthForm) + "/index.html") }
