package site

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"settler.io/crier/internal/incident"
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

	Updated time.Time      // when an entry last came or was amended; zero without any
	Entries func() []Entry // newest first; it may be called more than once and from any goroutine
}

// Archived reports whether the document is an archive.
func (f *Feed) Archived() bool { return f.Current != "" }

// Limits of what one document of a feed holds. MaxFeedEntries is also the least that a feed with archives shows.
const (
	MaxFeedEntries    = 50
	MaxArchiveEntries = 100
	maxFeedSize       = 100_000 // about, of all entries, in bytes
)

// item is an entry of a feed that has not been made yet: a step of a story, or an announcement.
type item struct {
	at, date     time.Time // when it became public, and its own date
	size         int       // about, in bytes
	story        *story
	step         int
	announcement *incident.Announcement
}

// items lists all entries of the site, newest first; of those that became public together, the one with the later date.
func (p *planner) items() []item {
	var items []item
	size := func(source string) int { return 2*len(p.text(source)) + 1000 }
	for _, s := range slices.Concat(p.incidents, p.maintenance) {
		for n := range slices.Backward(s.Steps) {
			u := &s.Steps[n].Update
			items = append(items, item{at: s.publishedAt(n), date: u.Date, size: size(u.Path), story: s, step: n})
		}
	}
	for i := range p.announced {
		a := &p.announced[i]
		items = append(items, item{at: a.Date, date: a.Date, size: size(a.Path), announcement: a})
	}
	slices.SortStableFunc(items, func(a, b item) int {
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return b.date.Compare(a.date)
	})
	return items
}

// publishedAt is when a step became public.
func (s *story) publishedAt(n int) time.Time {
	u := &s.Steps[n].Update
	if at, ok := s.published[u.ID]; ok && !s.Steps[n].Clock() {
		return at
	}
	return u.Date
}

// updated is when an entry last changed in a language: when it came, or was amended.
func (i *item) updated(meta *Meta) time.Time {
	if i.story == nil {
		return i.at
	}
	u := &i.story.Steps[i.step].Update
	last := later(i.at, u.Amended)
	if t, ok := meta.translated(u.Translations); ok {
		last = later(last, t.Amended)
	}
	return last
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// byComponent gives the items that name each component, or end that it is affected.
func byComponent(items []item) map[string][]item {
	own := map[string][]item{}
	for _, i := range items {
		if i.story == nil {
			continue
		}
		for _, move := range i.story.Steps[i.step].Moves() {
			own[move.Component] = append(own[move.Component], i)
		}
	}
	return own
}

// feeds plans the feeds of a language: of all updates and of each component, each with its archives.
func (p *planner) feeds(meta *Meta, items []item, own map[string][]item) {
	language := ""
	if meta.Prefix != "" {
		language = "/" + meta.Language
	}
	p.feed(Feed{Path: meta.Prefix + "feed", ID: p.tag("feed" + language), Title: meta.Title, Page: "index.html", Meta: meta}, items)
	for _, c := range p.Config.Components {
		p.feed(Feed{Path: meta.Prefix + "components/" + c.ID + "/feed", ID: p.tag("feed" + language + "/component/" + c.ID),
			Title: c.Name + " · " + meta.Title, Page: componentRef(c.ID), Meta: meta}, own[c.ID])
	}
}

// feed plans a feed and its archives, oldest first.
func (p *planner) feed(f Feed, items []item) {
	f.Hub = p.Config.Feeds.Hub
	add := func(f Feed, items []item) {
		for _, i := range items {
			f.Updated = later(f.Updated, i.updated(f.Meta))
		}
		formats := []string{".rss", ".atom", ".json"}
		f.Entries = sharing(len(formats), func() []Entry {
			entries := make([]Entry, len(items))
			for n := range items {
				entries[n] = p.entry(&items[n], f.Meta)
			}
			return entries
		})
		for _, format := range formats {
			p.claim(f.Path+format, generated)
		}
		p.site.Feeds = append(p.site.Feeds, f)
	}
	chunks, open := p.archives(items)
	current := f
	for _, c := range chunks {
		archive := f
		archive.Path, archive.Current, archive.Previous = f.Path+"/"+c.name, f.Path, current.Previous
		current.Previous = archive.Path
		add(archive, c.items)
	}
	add(current, newest(items, open))
}

// sharing makes entries once for so many callers, and then forgets them: a large site has more than memory should hold.
func sharing(callers int, make func() []Entry) func() []Entry {
	var mutex sync.Mutex
	var made []Entry
	calls := 0
	return func() []Entry {
		mutex.Lock()
		defer mutex.Unlock()
		if calls == 0 {
			made = make()
		}
		entries := made
		if calls++; calls == callers {
			made, calls = nil, 0
		}
		return entries
	}
}

// newest gives the items that a feed shows: as many as fit, and at least so many.
func newest(items []item, least int) []item {
	n, size := 0, 0
	for n < len(items) && (n < max(least, 1) || n < MaxFeedEntries && size+items[n].size <= maxFeedSize) {
		size += items[n].size
		n++
	}
	return items[:n]
}

// chunk is what one archive holds.
type chunk struct {
	name  string // "2026-1"
	items []item // newest first
}

// archives cuts the items, which are newest first, into archives, oldest first; open counts the newest items, which are in none
// yet. An archive is cut when it is full, or when its year is over, and then gets no other item: an update, which is newer
// than what is there, changes no archive. One that is dated back changes those of its year that are newer, and no other.
func (p *planner) archives(items []item) (chunks []chunk, open int) {
	year := func(t time.Time) int { return t.In(p.Config.Zone).Year() }
	number := 0
	for end := len(items); end > 0; {
		this, start, size := year(items[end-1].at), end, 0
		full := false
		for start > 0 && !full && year(items[start-1].at) == this {
			start--
			size += items[start].size
			full = end-start == MaxArchiveEntries || size >= maxFeedSize
		}
		if !full && start == 0 && this >= year(p.Now) {
			return chunks, end
		}
		if end == len(items) || year(items[end].at) != this {
			number = 0
		}
		number++
		chunks = append(chunks, chunk{strconv.Itoa(this) + "-" + strconv.Itoa(number), items[start:end]})
		end = start
	}
	return chunks, 0
}
