package site

import (
	"cmp"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
)

// Feed is a document of a feed of updates: what subscribers read, or an archive of older entries (RFC 5005, section 4).
type Feed struct {
	Path  string // of the file, without the extension that says its format: "feed", "feed/2026-1", "components/api/feed"
	ID    string // a tag URI, the same for all documents and formats of one feed
	Title string
	Page  Ref // what it is about
	Hub   string
	Meta  *Meta

	// Current is the path of what subscribers read, without extension, in an archive; Previous that of the archive before, if
	// there is one. No document names a newer archive, so that an archive stays as it is when the next one comes.
	Current, Previous string

	Updated func() time.Time // when an entry last came or was amended; zero without any
	Entries func() []Entry   // newest first; it may be called more than once and from any goroutine
}

// Archived reports whether the document is an archive.
func (f *Feed) Archived() bool { return f.Current != "" }

// Limits of what one archive holds.
const (
	MaxArchiveEntries = 100
	maxFeedSize       = 100_000 // about, of all entries, in bytes
)

// syndicated is what the feeds hold, in whatever language and format.
type syndicated struct {
	all        feedDocument   // the newest entries
	current    feedDocument   // those that are in no archive yet, and more, of the feed with archives
	archives   []feedDocument // of that, oldest first
	components map[string]*feedDocument
}

// feedDocument is what a document of a feed holds.
type feedDocument struct {
	component *config.Component // nil: of everything
	archive   string            // its name as an archive: "2026-1"; "" for none
	previous  string            // the name of the archive before; "" for none
	items     []*item           // newest first
}

// syndicate says what the feeds hold.
func syndicate(public *published, c *config.Config, now time.Time) syndicated {
	items, most := allItems(public, c.Zone), c.Feeds.Entries
	s := syndicated{all: feedDocument{items: items[:min(len(items), most)]}, components: make(map[string]*feedDocument, len(c.Components))}
	s.archives, s.current = cut(items, most, now.In(c.Zone).Year())
	for i := range c.Components {
		s.components[c.Components[i].ID] = &feedDocument{component: &c.Components[i]}
	}
	wanting := len(s.components)
	for _, i := range items {
		if wanting == 0 {
			break
		}
		for id := range i.components() {
			if d := s.components[id]; d != nil && len(d.items) < most {
				if d.items = append(d.items, i); len(d.items) == most {
					wanting--
				}
			}
		}
	}
	return s
}

// Archived reports whether the output is an archive.
func (v FeedView) Archived() bool { return v.document.archive != "" }

// Component is the id of the component that the feed is about; "" for the feed of everything.
func (v FeedView) Component() string {
	if v.document.component == nil {
		return ""
	}
	return v.document.component.ID
}

// Feed makes the feed of an output whose view is a FeedView.
func (p *Site) Feed(o *Output) Feed {
	v := o.View.(FeedView)
	d, meta := v.document, p.metas[v.edition]
	id := "feed"
	if meta.Prefix != "" {
		id += "/" + meta.Language
	}
	f := Feed{Path: strings.TrimSuffix(o.Path, path.Ext(o.Path)), Title: meta.Title, Page: "index.html", Hub: p.Config.Feeds.Hub, Meta: meta}
	if d.component != nil {
		id, f.Title, f.Page = id+"/component/"+d.component.ID, d.component.Name+" · "+meta.Title, componentRef(d.component.ID)
	}
	f.ID = p.tag(id)
	folder := f.Path
	if d.archive != "" {
		folder = path.Dir(f.Path)
		f.Current = folder
	}
	if d.previous != "" {
		f.Previous = folder + "/" + d.previous
	}
	f.Updated = func() (last time.Time) {
		for _, i := range d.items {
			last = later(last, i.updated(meta))
		}
		return last
	}
	f.Entries = func() []Entry {
		entries := make([]Entry, len(d.items))
		for n, i := range d.items {
			entries[n] = p.entry(i, meta)
		}
		return entries
	}
	return f
}

// Announcements are the entries of the announcements that the feeds hold, newest first.
func (p *Site) Announcements() (entries []Entry) {
	for _, i := range p.feeds.all.items {
		if i.announcement != nil {
			entries = append(entries, p.entry(i, p.Meta))
		}
	}
	return entries
}

// item is an entry of a feed that has not been made yet: a step of a story, or an announcement. There are tens of thousands of
// them: what can be looked up is not in it.
type item struct {
	at           time.Time // when it became public
	year         int32     // of that, in the page's zone
	size         int32     // about, in bytes
	step         int32
	story        *story
	announcement *incident.Announcement
}

// update is what an item of a story is about.
func (i *item) update() *incident.Update { return i.story.Steps[i.step].Update }

// date is an item's own date.
func (i *item) date() time.Time {
	if i.story == nil {
		return i.announcement.Date
	}
	return i.update().Date
}

// components lists those that an item names, or ends that they are affected.
func (i *item) components() iter.Seq[string] {
	return func(yield func(string) bool) {
		if i.story == nil {
			return
		}
		step := &i.story.Steps[i.step]
		for _, a := range step.After.Affected {
			if !yield(a.Component) {
				return
			}
		}
		for _, a := range step.Before.Affected {
			if !names(step.After, a.Component) && !yield(a.Component) {
				return
			}
		}
	}
}

// names reports whether a state has a component among those affected.
func names(s *incident.State, component string) bool {
	return slices.ContainsFunc(s.Affected, func(a incident.Affected) bool { return a.Component == component })
}

// allItems lists all entries of the site, newest first; of those that became public together, the one with the later date.
func allItems(public *published, zone *time.Location) []*item {
	type timed struct { // most items are told apart without looking at them
		second int64
		*item
	}
	sorted := make([]timed, 0, 4*len(public.incidents)+4*len(public.maintenance)+len(public.announced))
	add := func(i *item) { sorted = append(sorted, timed{i.at.Unix(), i}) }
	for _, stories := range [][]*story{public.incidents, public.maintenance} {
		for _, s := range stories {
			for i := range s.items {
				add(&s.items[i])
			}
		}
	}
	for i := range public.announced {
		a := &public.announced[i]
		add(&item{at: a.Date, size: sizeOf(public.content.Documents, a.Path), year: int32(a.Date.In(zone).Year()), announcement: a})
	}
	slices.SortFunc(sorted, func(a, b timed) int {
		if a.second != b.second {
			return cmp.Compare(b.second, a.second)
		}
		return compareItems(a.item, b.item)
	})
	items := make([]*item, len(sorted))
	for i := range sorted {
		items[i] = sorted[i].item
	}
	return items
}

// sizeOf tells about how large an entry with the text of a source is.
func sizeOf(documents map[string]*markdown.Document, source string) int32 {
	if document := documents[source]; document != nil {
		return int32(2*len(document.Text) + 1000)
	}
	return 1000
}

// compareItems puts the newest first; of those that became public together, the one with the later date; then incidents,
// maintenance and announcements, in the order in which the site lists them. No two items are equal.
func compareItems(a, b *item) int {
	if c := b.at.Compare(a.at); c != 0 {
		return c
	}
	if c := b.date().Compare(a.date()); c != 0 {
		return c
	}
	switch {
	case a.announcement != nil && b.announcement != nil:
		return cmp.Or(strings.Compare(a.announcement.ID, b.announcement.ID), strings.Compare(a.announcement.Path, b.announcement.Path))
	case a.announcement != nil:
		return 1
	case b.announcement != nil:
		return -1
	case a.story == b.story:
		return int(b.step - a.step)
	case a.story.Planned != b.story.Planned:
		if a.story.Planned {
			return 1
		}
		return -1
	}
	begun := b.story.began().Compare(a.story.began())
	if a.story.Planned {
		begun = -begun
	}
	return cmp.Or(begun, strings.Compare(a.story.ID, b.story.ID), strings.Compare(a.story.Path, b.story.Path))
}

// updated is when an entry last changed in a language: when it came, or was amended.
func (i *item) updated(meta *Meta) time.Time {
	if i.story == nil {
		return i.at
	}
	changed := later(i.at, i.update().Amended)
	if meta.Prefix == "" {
		return changed
	}
	t, _ := meta.translated(i.update().Translations)
	return later(changed, t.Amended)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// newest returns the items that a feed with archives shows: as many as fit, and at least so many.
func newest(items []*item, least, most int) []*item {
	n, size := 0, 0
	for n < len(items) && (n < max(least, 1) || n < most && size+int(items[n].size) <= maxFeedSize) {
		size += int(items[n].size)
		n++
	}
	return items[:n]
}

// cut cuts the items, which are newest first, into archives, oldest first; current holds the newest items, those that are in no
// archive yet among them. An archive is cut when it is full, or when its year is over, and then gets no other item: an update,
// which is newer than what is there, changes no archive. One that is dated back changes those of its year that are newer, and
// no other.
func cut(items []*item, most, present int) (archives []feedDocument, current feedDocument) {
	number, previous := 0, ""
	for end := len(items); end > 0; {
		year, start, size := int(items[end-1].year), end, 0
		full := false
		for start > 0 && !full && int(items[start-1].year) == year {
			start--
			size += int(items[start].size)
			full = end-start == MaxArchiveEntries || size >= maxFeedSize
		}
		if !full && start == 0 && year >= present {
			return archives, feedDocument{previous: previous, items: newest(items, end, most)}
		}
		if end == len(items) || int(items[end].year) != year {
			number = 0
		}
		number++
		name := strconv.Itoa(year) + "-" + strconv.Itoa(number)
		archives = append(archives, feedDocument{archive: name, previous: previous, items: items[start:end]})
		end, previous = start, name
	}
	return archives, feedDocument{previous: previous, items: newest(items, 0, most)}
}
