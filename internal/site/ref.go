package site

import (
	"path"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/content"
)

// Ref is a location in the site: the path of its file, and perhaps "#" and an anchor; or an
// absolute URL. Templates turn it into a URL by {{$.Href .Ref}}, relative to their page. It means
// the location in the language of that page. A Ref that starts with a slash is counted from the
// root of the site.
type Ref string

// External reports whether the reference is an absolute URL.
func (r Ref) External() bool {
	return strings.HasPrefix(string(r), "https://") || strings.HasPrefix(string(r), "http://")
}

// File is the path of the file, without an anchor.
func (r Ref) File() string {
	file, _, _ := strings.Cut(string(r), "#")
	return file
}

// Anchor returns the same file at an anchor.
func (r Ref) Anchor(id string) Ref { return Ref(r.File() + "#" + id) }

// URL returns the absolute URL of a reference, without index.html.
func (m *Meta) URL(r Ref) string {
	if r.External() {
		return string(r)
	}
	file, rooted := strings.CutPrefix(string(r), "/")
	prefix, anchor := "", ""
	if !rooted {
		prefix = m.Prefix
	}
	if i := strings.IndexByte(file, '#'); i >= 0 {
		file, anchor = file[:i], file[i:]
	}
	if path.Base(file) == "index.html" {
		file = strings.TrimSuffix(file, "index.html")
	}
	return m.BaseURL + prefix + file + anchor
}

// relative returns a reference as a URL relative to the page with the path.
func relative(from string, to Ref) string {
	if to.External() {
		return string(to)
	}
	file, anchor := string(to), ""
	if i := strings.IndexByte(file, '#'); i >= 0 {
		file, anchor = file[:i], file[i:]
	}
	if file == from && anchor != "" {
		return anchor
	}
	shared := 0 // the folders that both are in
	for i := 0; i < min(len(from), len(file)) && from[i] == file[i]; i++ {
		if from[i] == '/' {
			shared = i + 1
		}
	}
	return strings.Repeat("../", strings.Count(from[shared:], "/")) + file[shared:] + anchor
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
	return relative(p.Path, p.Site.fromRoot(to))
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

func section(s *published.Incident) string {
	if s.Planned {
		return "maintenance/"
	}
	return "incidents/"
}

func refOf(s *published.Incident) Ref { return Ref(section(s) + s.ID + "/index.html") }

func markdownOf(s *published.Incident) Ref { return Ref(section(s) + s.ID + "/index.md") }

func componentRef(id string) Ref { return Ref("components/" + id + "/index.html") }

func pageRef(page *content.Page) Ref { return Ref(page.ID + "/index.html") }

func monthRef(start time.Time) Ref { return Ref("history/" + start.Format(monthForm) + "/index.html") }

func announcementRef(a *incident.Announcement) Ref {
	return Ref("index.html").Anchor("announcement-" + a.ID)
}
