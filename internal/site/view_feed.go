package site

import (
	"path"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
)

// Feed is a document of a feed of updates: what subscribers read, or an archive of older entries
// (RFC 5005, section 4).
type Feed struct {
	Path  string // of the file, without the extension of its format: "feed", "feed/2026-1", "components/api/feed"
	ID    string // a tag URI, the same for all documents and formats of one feed
	Title string
	Page  Ref // what it is about
	Hub   string
	Meta  *Meta

	// In an archive, Current is the path, without extension, of what subscribers read, and Previous
	// that of the archive before, if there is one. No document names a newer archive, so a new one
	// changes none.
	Current, Previous string

	Updated func() time.Time // the last publication or amendment; zero without entries
	Entries func() []Entry   // newest first; it may be called more than once and from any goroutine
}

// Archived reports whether the document is an archive.
func (f *Feed) Archived() bool { return f.Current != "" }

// Archived reports whether the output is an archive.
func (v FeedView) Archived() bool { return v.document.Archive != "" }

// Component is the id of the component that the feed is about; "" for the feed of everything.
func (v FeedView) Component() string {
	if v.document.Component == nil {
		return ""
	}
	return v.document.Component.ID
}

// Feed returns the feed of an output whose view is a FeedView.
func (p *Site) Feed(o *Output) Feed {
	v := o.View.(FeedView)
	d, meta := v.document, p.metas[v.language]
	id := "feed"
	if meta.Prefix != "" {
		id += "/" + meta.Language
	}
	f := Feed{Path: strings.TrimSuffix(o.Path, path.Ext(o.Path)), Title: meta.Title, Page: "index.html", Hub: p.Config.Feeds.Hub, Meta: meta}
	if d.Component != nil {
		id, f.Title, f.Page = id+"/component/"+d.Component.ID, d.Component.Name+" · "+meta.Title, componentRef(d.Component.ID)
	}
	f.ID = p.tag(id)
	folder := f.Path
	if d.Archive != "" {
		folder = path.Dir(f.Path)
		f.Current = folder
	}
	if d.Previous != "" {
		f.Previous = folder + "/" + d.Previous
	}
	f.Updated = func() (last time.Time) {
		for _, i := range d.Items {
			last = incident.Later(last, updated(i, meta))
		}
		return last
	}
	f.Entries = func() []Entry {
		entries := make([]Entry, len(d.Items))
		for n, i := range d.Items {
			entries[n] = p.entry(i, meta)
		}
		return entries
	}
	return f
}

// Announcements returns the entries of the announcements in a language's feeds, newest first.
func (p *Site) Announcements(language string) (entries []Entry) {
	for _, i := range p.feeds.All.Items {
		if i.Announcement != nil {
			entries = append(entries, p.entry(i, p.metaOf(language)))
		}
	}
	return entries
}

// updated is when an item last changed in a language: when it became public, or was amended.
func updated(i *published.Item, meta *Meta) time.Time {
	if i.Incident == nil {
		return i.At
	}
	changed := incident.Later(i.At, i.Update().Amended)
	if meta.Prefix == "" {
		return changed
	}
	t, _ := incident.Translated(i.Update().Translations, meta.translation())
	return incident.Later(changed, t.Amended)
}
