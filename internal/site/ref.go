package site

import (
	"path"
	"strings"
)

// Ref is a place in the site: the path of its file, and perhaps "#" and an anchor; or an absolute URL. Templates turn it
// into an address by {{$.Href .Ref}}, relative to the page they make. It means the place in the language of that page; one
// that starts with a slash is counted from the root of the site, whatever the language.
type Ref string

// External reports whether the reference is an absolute URL.
func (r Ref) External() bool {
	return strings.HasPrefix(string(r), "https://") || strings.HasPrefix(string(r), "http://")
}

// File is the path of the file referred to.
func (r Ref) File() string {
	file, _, _ := strings.Cut(string(r), "#")
	return file
}

// Anchor gives the same file at an anchor.
func (r Ref) Anchor(id string) Ref { return Ref(r.File() + "#" + id) }

// URL gives the absolute, pretty address of a reference: without index.html.
func (m *Meta) URL(r Ref) string {
	if r.External() {
		return string(r)
	}
	before, file, anchor := m.url(r)
	return m.BaseURL + before + file + anchor
}

// AppendURL appends the address that URL gives.
func (m *Meta) AppendURL(b []byte, r Ref) []byte {
	if r.External() {
		return append(b, r...)
	}
	before, file, anchor := m.url(r)
	return append(append(append(append(b, m.BaseURL...), before...), file...), anchor...)
}

// url gives what follows the base of the address of a reference: the folder of the language, the file, and the anchor with its sign.
func (m *Meta) url(r Ref) (prefix, file, anchor string) {
	file, rooted := strings.CutPrefix(string(r), "/")
	if !rooted {
		prefix = m.Prefix
	}
	if i := strings.IndexByte(file, '#'); i >= 0 {
		file, anchor = file[:i], file[i:]
	}
	if path.Base(file) == "index.html" {
		file = strings.TrimSuffix(file, "index.html")
	}
	return prefix, file, anchor
}

// relative gives the address of a reference as seen from the page with the path: relative, ending in a file's name.
func relative(from string, to Ref) string {
	if to.External() {
		return string(to)
	}
	var room [128]byte
	return string(appendRelative(room[:0], from, to))
}

func appendRelative(address []byte, from string, to Ref) []byte {
	if to.External() {
		return append(address, to...)
	}
	file, anchor, found := strings.Cut(string(to), "#")
	if file == from && found {
		return append(append(address, '#'), anchor...)
	}
	// What both have in front of a slash is left out; the file's name stays.
	same := 0
	for i := 0; i < min(len(from), len(file)) && from[i] == file[i]; i++ {
		if from[i] == '/' {
			same = i + 1
		}
	}
	up := strings.Count(from[same:], "/")
	for range up {
		address = append(address, "../"...)
	}
	address = append(address, file[same:]...)
	if found {
		address = append(append(address, '#'), anchor...)
	}
	return address
}

// place gives the place of a reference in the language, counted from the root of the site.
func (m *Meta) place(r Ref) Ref {
	if rest, ok := strings.CutPrefix(string(r), "/"); ok {
		return Ref(rest)
	}
	if m.Prefix == "" || r.External() {
		return r
	}
	return Ref(m.Prefix) + r
}

// Href gives the address of a reference as the page has to write it.
func (p *Page) Href(to Ref) string {
	if p.Kind == KindNotFound { // served at any address: nothing relative would hold
		return p.Site.URL(to)
	}
	return relative(p.Path, p.Site.place(to))
}

// AppendHref appends the address that Href gives.
func (p *Page) AppendHref(b []byte, to Ref) []byte {
	if p.Kind == KindNotFound {
		return p.Site.AppendURL(b, to)
	}
	return appendRelative(b, p.Path, p.Site.place(to))
}

// Elsewhere lists the same page in the other languages of the site.
func (p *Page) Elsewhere() []Edition {
	if len(p.Site.Editions) < 2 || p.Kind == KindRedirect {
		return nil
	}
	own := strings.TrimPrefix(p.Path, p.Site.Prefix)
	var others []Edition
	for _, e := range p.Site.Editions {
		if e.Code != p.Site.Language {
			e.Page = Ref("/" + e.Prefix + own)
			others = append(others, e)
		}
	}
	return others
}

// Is reports whether the page is the one that a reference leads to.
func (p *Page) Is(to Ref) bool { return string(p.Site.place(Ref(to.File()))) == p.Path }
