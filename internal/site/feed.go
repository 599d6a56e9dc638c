package site

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/incident"
)

// Feed is a document of a feed of updates: what subscribers read, or an archive of older entries (RFC 5005, section 4).
type Feed struct {
	Path    string   // of the file, without the extension: "feed", "feed/2026-1", "components/api/feed"
	Formats []string // the extensions of the formats that it is written in, such as ".atom"
	ID      string   // a tag URI, the same for all documents and formats of one feed
	Title   string
	Page    Ref // what it is about
	Hub     string
	Meta    *Meta

	// Current is the path of what subscribers read, without extension, in an archive; Previous that of the archive before, if
	// there is one. No document names a newer archive, so that an archive stays as it is when the next one comes.
	Current, Previous string

	Updated func() time.Time // when an entry last came or was amended; zero without any
	Entries func() []Entry   // newest first; it may be called more than once and from any goroutine

	planner *planner
	items   []*item
}

// Archived reports whether the document is an archive.
func (f *Feed) Archived() bool { return f.Current != "" }

// Limits of what one archive holds.
const (
	MaxArchiveEntries = 100
	maxFeedSize       = 100_000 // about, of all entries, in bytes
)

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

// listing holds items in the order of feeds.
type listing struct {
	all []*item
	own map[string][]*item // by the component that they name, or end that it is affected
}

// allItems lists all entries of the site, newest first; of those that became public together, the one with the later date.
func (p *planner) allItems() listing {
	m := p.memory
	m.items = m.items.patched(slices.Concat(itemsOf(m.incidents.gone), itemsOf(m.maintenance.gone)), slices.Concat(itemsOf(m.incidents.fresh), itemsOf(m.maintenance.fresh)))
	others := itemsOf(p.open)
	for i := range p.announced {
		a := &p.announced[i]
		others = append(others, &item{at: a.Date, size: p.sizeOf(a.Path), year: int32(a.Date.In(p.Config.Zone).Year()), announcement: a})
	}
	return m.items.patched(nil, others)
}

// patched gives the listing without some items and with others.
func (l listing) patched(gone, fresh []*item) listing {
	if len(gone)+len(fresh) == 0 {
		return l
	}
	next := listing{patched(l.all, gone, fresh, compareItems), map[string][]*item{}}
	maps.Copy(next.own, l.own)
	leaving, coming := byComponent(gone), byComponent(fresh)
	for c := range leaving {
		next.own[c] = patched(l.own[c], leaving[c], coming[c], compareItems)
	}
	for c := range coming {
		if leaving[c] == nil {
			next.own[c] = patched(l.own[c], nil, coming[c], compareItems)
		}
	}
	return next
}

// itemsOf lists the items of stories.
func itemsOf(stories []*story) []*item {
	items := make([]*item, 0, 4*len(stories))
	for _, s := range stories {
		for i := range s.items {
			items = append(items, &s.items[i])
		}
	}
	return items
}

// sizeOf tells about how large an entry with the text of a source is.
func (p *planner) sizeOf(source string) int32 { return int32(2*len(p.text(source)) + 1000) }

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

// byComponent gives the items that name each component, or end that it is affected.
func byComponent(items []*item) map[string][]*item {
	own := map[string][]*item{}
	for _, i := range items {
		for c := range i.components() {
			own[c] = append(own[c], i)
		}
	}
	return own
}

// series is how the items of a feed are cut into archives, and which of them are in none yet.
type series struct {
	chunks []chunk // oldest first
	open   []*item
}

// cutting remembers what was cut: the same items in the same year are cut alike.
type cutting struct {
	items []*item
	year  int
	series
}

// cutFeeds cuts the items of all updates into archives.
func (p *planner) cutFeeds() {
	p.items = p.allItems()
	items, year := p.items.all, p.Now.In(p.Config.Zone).Year()
	if former := p.memory.series; former.year == year && same(former.items, items) {
		p.series = former.series
		return
	}
	p.series.chunks, p.series.open = p.archives(items)
	p.memory.series = cutting{items: items, year: year, series: p.series}
}

// same reports whether two lists are the same values in memory. What holds a list of items never changes it.
func same(a, b []*item) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// feeds plans the feeds of a language: of all updates and of each component. Only the Atom feed of all updates has archives.
func (p *planner) feeds(meta *Meta) {
	language := ""
	if meta.Prefix != "" {
		language = "/" + meta.Language
	}
	hub, most := p.Config.Feeds.Hub, p.Config.Feeds.Entries
	all := Feed{Path: meta.Prefix + "feed", ID: p.tag("feed" + language), Title: meta.Title, Page: "index.html", Hub: hub, Meta: meta}
	current := all
	for _, c := range p.series.chunks {
		archive := all
		archive.Path, archive.Current, archive.Previous = all.Path+"/"+c.name, all.Path, current.Previous
		current.Previous = archive.Path
		p.feed(archive, c.items, ".atom")
	}
	p.feed(all, first(p.items.all, most), ".rss", ".json")
	p.feed(current, p.series.open, ".atom")
	for _, c := range p.Config.Components {
		p.feed(Feed{Path: meta.Prefix + "components/" + c.ID + "/feed", ID: p.tag("feed" + language + "/component/" + c.ID),
			Title: c.Name + " · " + meta.Title, Page: componentRef(c.ID), Hub: hub, Meta: meta}, first(p.items.own[c.ID], most), ".rss", ".atom", ".json")
	}
}

// first returns the first items of a list, at most so many.
func first(items []*item, most int) []*item { return items[:min(len(items), most)] }

// feed plans a document of a feed in some formats.
func (p *planner) feed(f Feed, items []*item, formats ...string) {
	meta := f.Meta
	f.Updated = func() time.Time {
		var last time.Time
		for _, i := range items {
			last = later(last, i.updated(meta))
		}
		return last
	}
	f.planner, f.items, f.Formats = p, items, formats
	f.Entries = shared(len(formats), func() []Entry {
		entries := make([]Entry, len(items))
		for n := range items {
			entries[n] = p.entry(items[n], f.Meta)
		}
		return entries
	})
	for _, format := range formats {
		p.claim(f.Path+format, generated)
	}
	p.site.Feeds = append(p.site.Feeds, f)
}

// shared gives a function that makes a value once for so many calls, and then forgets it: for the formats of one feed, which
// are written one after the other.
func shared[T any](calls int, make func() T) func() T {
	var lock sync.Mutex
	var value T
	left := 0
	return func() T {
		lock.Lock()
		defer lock.Unlock()
		if left == 0 {
			value, left = make(), calls
		}
		left--
		kept := value
		if left == 0 {
			value = *new(T)
		}
		return kept
	}
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

// chunk is what one archive holds.
type chunk struct {
	name  string  // "2026-1"
	items []*item // newest first
}

// archives cuts the items, which are newest first, into archives, oldest first; open are the newest items that the feed itself
// shows, those that are in none yet among them. An archive is cut when it is full, or when its year is over, and then gets no other item: an update, which is newer
// than what is there, changes no archive. One that is dated back changes those of its year that are newer, and no other.
func (p *planner) archives(items []*item) (chunks []chunk, open []*item) {
	present := p.Now.In(p.Config.Zone).Year()
	number := 0
	for end := len(items); end > 0; {
		this, start, size := int(items[end-1].year), end, 0
		full := false
		for start > 0 && !full && int(items[start-1].year) == this {
			start--
			size += int(items[start].size)
			full = end-start == MaxArchiveEntries || size >= maxFeedSize
		}
		if !full && start == 0 && this >= present {
			return chunks, newest(items, end, p.Config.Feeds.Entries)
		}
		if end == len(items) || int(items[end].year) != this {
			number = 0
		}
		number++
		chunks = append(chunks, chunk{strconv.Itoa(this) + "-" + strconv.Itoa(number), items[start:end]})
		end = start
	}
	return chunks, newest(items, 0, p.Config.Feeds.Entries)
}
