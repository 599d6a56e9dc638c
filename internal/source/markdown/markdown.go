// Package markdown turns Markdown into safe HTML, plain text and cleaned Markdown, and reports what it dropped. It reads
// no clock and no files.
package markdown

import (
	"strings"

	"settler.io/crier/internal/diag"
)

// Source is a Markdown text and where it came from.
type Source struct {
	Text      string
	Path      string // for findings
	FirstLine int    // the line of Path at which Text begins, from 1
	Heading   int    // the rank of its highest headings, 1 to 6; those under them follow without a gap
	IDPrefix  string // put before the id of every heading, so that texts can share a page
}

// Document is a text, converted once, that can be shown in many places. A nil Document is an empty text. A site has tens of
// thousands of them, most of them a few plain words.
type Document struct {
	// Text is the plain text: what a reader sees, paragraphs apart by an empty line, links as "text (address)".
	Text string
	// Markdown is the source without what is never shown: raw HTML, comments, and the addresses of dropped links.
	Markdown string

	html string // without the links within the site
	rest *rest  // what few texts have; nil: none of it
}

// rest is what few documents have.
type rest struct {
	links   []Link
	anchors []string
	tags    []tag
}

// tag is the start or the end of a link within the site: its address depends on the page that shows it.
type tag struct {
	at   int // offset in Document.html
	link int // index in Document.Links, -1 for the end of a link
}

// Links are the links to places within this site.
func (d *Document) Links() []Link {
	if d == nil || d.rest == nil {
		return nil
	}
	return d.rest.links
}

// Anchors are the ids of its headings.
func (d *Document) Anchors() []string {
	if d == nil || d.rest == nil {
		return nil
	}
	return d.rest.anchors
}

// Link is a link to a place within the site.
type Link struct {
	Destination string // as written, such as "/about/", "../2026-10-01-x/", "#cause"
	Position    diag.Position
}

// HTML returns the document for one page. resolve turns the destination of an internal link into an address; without one,
// the link's text stays as text.
func (d *Document) HTML(resolve func(destination string) (href string, ok bool)) string {
	switch {
	case d == nil:
		return ""
	case d.rest == nil || len(d.rest.tags) == 0:
		return d.html
	}
	var b strings.Builder
	b.Grow(len(d.html) + 32*len(d.rest.tags))
	at, linked := 0, false
	for _, t := range d.rest.tags {
		b.WriteString(d.html[at:t.at])
		at = t.at
		if t.link >= 0 {
			var href string
			if href, linked = resolve(d.rest.links[t.link].Destination); linked {
				b.WriteString(`<a href="` + escape(href) + `">`)
			}
		} else if linked {
			b.WriteString("</a>")
		}
	}
	b.WriteString(d.html[at:])
	return b.String()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(text string) string { return escaper.Replace(text) }

// Clean drops the control characters that XML 1.0 forbids and replaces what is not UTF-8 by U+FFFD. first is the offset of
// the first character dropped, in the text with its replacements, or -1.
func Clean(text string) (clean string, first int) {
	if plainASCII(text) {
		return text, -1
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	first = strings.IndexFunc(text, forbidden)
	if first < 0 {
		return text, -1
	}
	return strings.Map(func(r rune) rune {
		if forbidden(r) {
			return -1
		}
		return r
	}, text), first
}

// plainASCII reports whether a text holds ASCII without control characters, as most do: Clean then has nothing to look for.
func plainASCII(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f {
			return false
		}
	}
	return true
}

// forbidden reports whether XML 1.0 (section 2.2) has no place for a character, or only a discouraged one.
func forbidden(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r <= 0x9f && r != 0x85 || r == 0xFFFE || r == 0xFFFF
}
