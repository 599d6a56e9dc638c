package feed

import (
	"encoding/xml"
	"io"
	"time"

	"github.com/gorilla/feeds"

	"settler.io/crier/internal/site"
)

type atomFeed struct {
	*feeds.AtomFeed
	XMLName  xml.Name  `xml:"feed"`
	Language string    `xml:"xml:lang,attr,omitempty"`
	Archive  string    `xml:"xmlns:fh,attr,omitempty"`
	HTML     string    `xml:"xmlns:html,attr,omitempty"`
	Link     []link    `xml:"link"`
	Archived *struct{} `xml:"fh:archive"`
	About    *about    `xml:"html:p"`
	Entries  []*atomEntry
}

type atomEntry struct {
	*feeds.AtomEntry
	XMLName  xml.Name       `xml:"entry"`
	Category []atomCategory `xml:"category"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// stamp formats a time. The zero time, as in a feed without entries, becomes the Unix epoch.
func stamp(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339)
}

func newAtom(meta *site.Meta, id, title string, updated time.Time) *atomFeed {
	return &atomFeed{Language: meta.Language, AtomFeed: &feeds.AtomFeed{
		Xmlns: atomSpace, Title: clean(title), Id: id, Updated: stamp(updated), Subtitle: clean(meta.Description),
		Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: clean(meta.Title), Uri: meta.URL("index.html")}},
	}}
}

// Atom writes a feed as Atom (RFC 4287), with one entry per update, newest first.
func Atom(w io.Writer, f site.Feed, style string) error {
	document := newAtom(f.Meta, f.ID, f.Title, f.Updated())
	document.Link = append(links(f, ".atom", atomType), link{f.Meta.URL(f.Page), "alternate", "text/html"})
	document.Icon = f.Meta.URL(icon)
	if f.Archived() {
		document.Archive, document.Archived = archiveSpace, &struct{}{}
	}
	document.HTML, document.About = htmlSpace, newAbout(f)
	for _, e := range f.Entries() {
		entry := &atomEntry{AtomEntry: &feeds.AtomEntry{
			Title: clean(e.Title), Id: e.ID, Published: stamp(e.Published), Updated: stamp(e.Updated),
			Links:   []feeds.AtomLink{{Href: e.URL, Rel: "alternate", Type: "text/html"}},
			Content: &feeds.AtomContent{Content: clean(e.HTML), Type: "html"},
		}}
		if text := clean(e.Text); text != "" {
			entry.Summary = &feeds.AtomSummary{Content: text, Type: "text"}
		}
		for _, category := range e.Categories {
			entry.Category = append(entry.Category, atomCategory{clean(category)})
		}
		document.Entries = append(document.Entries, entry)
	}
	return write(w, document, f.Path, style, document.About)
}
