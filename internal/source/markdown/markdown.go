// Package markdown converts Markdown to safe HTML, plain text and cleaned Markdown, and reports
// what it dropped. It reads no clock and no files.
package markdown

import (
	"strings"

	"settler.io/crier/internal/diag"
)

type Source struct {
	Text      string
	Path      string // for findings
	FirstLine int    // line of Path on which Text starts, counting from 1
	Heading   int    // level of the highest headings, 1 to 6; lower ones follow without gaps
	IDPrefix  string // prefix for heading ids, so that several texts can share a page
}

// Document is a converted text, which can be shown in many places. A nil Document is an empty text.
// A site has tens of thousands of Documents, most of them a few plain words.
type Document struct {
	// Text is the plain text that a reader sees. Paragraphs are separated by empty lines, and links
	// are written as "text (URL)".
	Text string
	// Markdown is the source without what is never shown: raw HTML, comments and the URLs of
	// dropped links.
	Markdown string

	html    string // without the tags of internal links
	links   []Link
	anchors []string
	tags    []tag
}

// Documents are the converted texts of files, by path.
type Documents map[string]*Document

// Text returns the plain text of a file; "" if there is none.
func (d Documents) Text(path string) string {
	if one := d[path]; one != nil {
		return one.Text
	}
	return ""
}

// Markdown returns the cleaned Markdown of a file; "" if there is none.
func (d Documents) Markdown(path string) string {
	if one := d[path]; one != nil {
		return one.Markdown
	}
	return ""
}

// tag marks the start or end of an internal link. Its URL depends on the page that shows it.
type tag struct {
	at   int // offset in Document.html
	link int // index in Document.Links, or -1 for the end of a link
}

func (d *Document) Links() []Link {
	if d == nil {
		return nil
	}
	return d.links
}

// Anchors returns the ids of the headings.
func (d *Document) Anchors() []string {
	if d == nil {
		return nil
	}
	return d.anchors
}

type Link struct {
	Destination string // as written, such as "/about/", "../2026-10-01-x/", "#cause"
	Position    diag.Position
}

// HTML returns the HTML for one page. resolve converts the destination of an internal link to a
// URL; if it returns false, the text of the link is kept without a link.
func (d *Document) HTML(resolve func(destination string) (href string, ok bool)) string {
	switch {
	case d == nil:
		return ""
	case len(d.tags) == 0:
		return d.html
	}
	var b strings.Builder
	at, linked := 0, false
	for _, t := range d.tags {
		b.WriteString(d.html[at:t.at])
		at = t.at
		if t.link >= 0 {
			var href string
			if href, linked = resolve(d.links[t.link].Destination); linked {
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

// Clean drops the control characters that XML 1.0 forbids and replaces invalid UTF-8 with U+FFFD.
// first is the offset of the first dropped character, after the replacements, or -1.
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

// plainASCII reports whether a text is ASCII without control characters. Most texts are, and need
// no cleaning.
func plainASCII(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\n' && c != '\t' && c != '\r' || c >= 0x7f {
			return false
		}
	}
	return true
}

// forbidden reports whether XML 1.0 (section 2.2) forbids or discourages a character.
func forbidden(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r <= 0x9f && r != 0x85 || r == 0xFFFE || r == 0xFFFF
}
