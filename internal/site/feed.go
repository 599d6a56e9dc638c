package site

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
)

// Entry is an item of a feed: one update, as the status template shows it.
type Entry struct {
	ID         string // a tag URI (RFC 4151), permanent
	Title      string // "[Investigating] API returning errors"
	URL        string
	HTML       string // the text, then impact and ETA
	Text       string // the same in plain text
	Published  time.Time
	Updated    time.Time // later than Published only when the text was amended
	Categories []string  // status, severity, components
}

// LegacyFeed is a feed of a former cState site: one item per incident, at its old address.
type LegacyFeed struct {
	Path  string // of the file
	Title string
	URL   string // of the page that it belongs to
	Self  string
	Items []LegacyItem
}

// LegacyItem is an incident in cState's shape.
type LegacyItem struct {
	Title    string
	URL      string // the old address, also its guid
	Date     time.Time
	Resolved time.Time // zero while it is open
	HTML     string
}

// Feed is a document of a feed of updates: what subscribers read, or an archive of older entries (RFC 5005, section 4).
type Feed struct {
	Path  string // of the file, without the extension that says its format: "feed", "feed/2026-09-1", "components/api/feed"
	ID    string // a tag URI, the same for all formats
	Title string
	Page  Ref // what it is about
	Hub   string
	Meta  *Meta

	// Paths of the documents around it, without extension, "" for none. An archive never changes but by amendments.
	Current, Previous, Next string

	Updated time.Time      // when an entry last came or was amended; zero without any
	Entries func() []Entry // newest first; it may be called more than once and from any goroutine
}

// Archived reports whether the document is an archive.
func (f *Feed) Archived() bool { return f.Current != "" }

// item is an entry of a feed that has not been made yet.
type item struct {
	at, date, updated time.Time
	size              int // about, in bytes
	components        []string
	make              func(meta *Meta) Entry
}

// items lists all entries of the site, newest first.
func (p *planner) items() []item {
	var items []item
	for _, s := range slices.Concat(p.incidents, p.maintenance) {
		for n := range s.Steps {
			step := &s.Steps[n]
			at := s.publishedAt(n)
			i := item{at: at, date: step.Update.Date, updated: at, size: 2*len(p.text(step.Update.Path)) + 1000, make: func(meta *Meta) Entry { return p.entry(s, n, at, meta) }}
			if step.Update.Amended.After(at) {
				i.updated = step.Update.Amended
			}
			for _, a := range slices.Concat(step.Before.Affected, step.After.Affected) {
				if !slices.Contains(i.components, a.Component) {
					i.components = append(i.components, a.Component)
				}
			}
			items = append(items, i)
		}
	}
	for _, a := range p.announced {
		items = append(items, item{at: a.Date, date: a.Date, updated: a.Date, size: 2*len(p.text(a.Path)) + 1000, make: func(meta *Meta) Entry { return p.announcementEntry(a, meta) }})
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

// feeds plans the feeds of a language: of all updates, with archives, and of each component.
func (p *planner) feeds(meta *Meta, items []item) {
	add := func(f Feed, items []item) {
		f.Meta, f.Hub = meta, p.Config.Feeds.Hub
		for _, i := range items {
			if i.updated.After(f.Updated) {
				f.Updated = i.updated
			}
		}
		f.Entries = func() []Entry {
			entries := make([]Entry, len(items))
			for n := range items {
				entries[n] = items[n].make(meta)
			}
			return entries
		}
		for _, format := range []string{".rss", ".atom", ".json"} {
			p.claim(f.Path+format, generated)
		}
		p.site.Feeds = append(p.site.Feeds, f)
	}
	language := ""
	if meta.Prefix != "" {
		language = "/" + meta.Language
	}
	chunks, open := p.archives(items)
	main := Feed{Path: meta.Prefix + "feed", ID: p.tag("feed" + language), Title: meta.Title, Page: "index.html"}
	if len(chunks) > 0 {
		main.Previous = meta.Prefix + chunks[0].path
	}
	add(main, newest(items, open))
	for n, c := range chunks { // newest first
		archive := Feed{Path: meta.Prefix + c.path, ID: main.ID, Title: meta.Title, Page: main.Page, Current: main.Path}
		if n > 0 {
			archive.Next = meta.Prefix + chunks[n-1].path
		}
		if n+1 < len(chunks) {
			archive.Previous = meta.Prefix + chunks[n+1].path
		}
		add(archive, c.items)
	}
	for _, c := range p.Config.Components {
		var own []item
		for _, i := range items {
			if slices.Contains(i.components, c.ID) {
				own = append(own, i)
			}
		}
		add(Feed{Path: meta.Prefix + "components/" + c.ID + "/feed", ID: p.tag("feed" + language + "/component/" + c.ID),
			Title: c.Name + " · " + meta.Title, Page: componentRef(c.ID)}, newest(own, 0))
	}
}

// maxFeedSize is about how large the entries of a feed may be together, in bytes.
const maxFeedSize = 100_000

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
	path  string
	items []item // newest first
}

// archives cuts the items, which are newest first, into archives by month, newest first. One that is full, or whose month is
// over, never gets another item; open counts the newest items, which are in none yet. So an update changes no archive.
func (p *planner) archives(items []item) (chunks []chunk, open int) {
	month := func(t time.Time) string { return t.In(p.Config.Zone).Format("2006-01") }
	end := len(items)
	number := 0
	for end > 0 {
		this, start, size := month(items[end-1].at), end, 0
		for start > 0 && month(items[start-1].at) == this && end-start < MaxFeedEntries && size < maxFeedSize {
			start--
			size += items[start].size
		}
		full := end-start == MaxFeedEntries || size >= maxFeedSize
		if !full && start == 0 && this == month(p.Now) {
			open = end
			break
		}
		if len(chunks) == 0 || !strings.HasPrefix(chunks[len(chunks)-1].path, "feed/"+this+"-") {
			number = 0
		}
		number++
		chunks = append(chunks, chunk{"feed/" + this + "-" + strconv.Itoa(number), items[start:end]})
		end = start
	}
	slices.Reverse(chunks)
	return chunks, open
}

func (p *planner) announcementEntry(a incident.Announcement, meta *Meta) Entry {
	source, _ := p.source(meta, a.Path, a.Translations)
	title := a.Title
	if t, ok := meta.translated(a.Translations); ok && t.Title != "" {
		title = t.Title
	}
	return Entry{
		ID: p.tag("Announcement", a.ID), Title: title, URL: meta.URL(p.homes[a.Path]), Published: a.Date, Updated: a.Date,
		HTML: p.absoluteHTML(source, meta), Text: p.text(source), Categories: []string{"announcement"},
	}
}

// tag makes the permanent id of an item.
func (p *planner) tag(parts ...string) string {
	return "tag:" + p.Config.Feeds.Host + ",2005:" + strings.Join(parts, "/")
}

func (p *planner) text(source string) string {
	if document := p.Content.Documents[source]; document != nil {
		return document.Text
	}
	return ""
}

func (p *planner) entry(s *story, n int, published time.Time, meta *Meta) Entry {
	step := &s.Steps[n]
	u, kind := &step.Update, "Incident"
	if s.Planned {
		kind = "Maintenance"
	}
	e := Entry{
		ID: p.tag(kind, s.ID, u.ID), Title: meta.heading(step.After.Status, meta.titled(&s.History, n)),
		URL: meta.URL(s.ref.Anchor(u.ID)), Published: published, Updated: published, Categories: []string{step.After.Status.String()},
	}
	if u.Amended.After(published) {
		e.Updated = u.Amended
	}
	if t, ok := meta.translated(u.Translations); ok && t.Amended.After(e.Updated) {
		e.Updated = t.Amended
	}
	if step.After.Severity != 0 {
		e.Categories = append(e.Categories, step.After.Severity.String())
	}
	for _, a := range step.After.Affected {
		e.Categories = append(e.Categories, a.Component)
	}
	html := &strings.Builder{}
	if u.Path != "" {
		source, _ := p.source(meta, u.Path, u.Translations)
		html.WriteString(p.absoluteHTML(source, meta))
	}
	for _, fact := range p.stated(s, n, meta) {
		html.WriteString("<p><strong>" + fact[0] + ":</strong> " + escape(fact[1]) + "</p>\n")
	}
	e.HTML, e.Text = html.String(), p.told(s, n, meta)
	return e
}

// told is an update in plain text: its words, then impact and ETA, a line each.
func (p *planner) told(s *story, n int, meta *Meta) string {
	u := &s.Steps[n].Update
	var lines []string
	if u.Path != "" {
		source, _ := p.source(meta, u.Path, u.Translations)
		if text := p.text(source); text != "" {
			lines = append(lines, text)
		}
	}
	for _, fact := range p.stated(s, n, meta) {
		lines = append(lines, fact[0]+": "+fact[1])
	}
	return strings.Join(lines, "\n")
}

// stated gives impact, ETA and window as an update states them, with their labels.
func (p *planner) stated(s *story, n int, meta *Meta) (facts [][2]string) {
	step := &s.Steps[n]
	u := &step.Update
	fact := func(label, value string) {
		if value != "" {
			facts = append(facts, [2]string{meta.Words.Word(label), value})
		}
	}
	impact, eta := meta.stated(u)
	fact("impact", impact)
	fact("eta", p.eta(eta))
	if s.Planned && !step.Clock() && (!u.Starts.IsZero() || !u.Ends.IsZero()) {
		ends := meta.Words.Word("further_notice")
		if !step.After.Ends.IsZero() {
			ends = p.instant(step.After.Ends)
		}
		fact("window", meta.Words.Word("range", "from", p.instant(step.After.Starts), "to", ends))
	}
	return facts
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")

func escape(text string) string { return escaper.Replace(text) }

func (p *planner) eta(e incident.ETA) string {
	if !e.Time.IsZero() {
		return p.instant(e.Time)
	}
	return e.Words
}

// instant writes a time in the page's zone, as the status template does: 2026-10-02 11:00 UTC.
func (p *planner) instant(t time.Time) string {
	return t.In(p.Config.Zone).Format("2006-01-02 15:04 MST")
}

// legacy plans /index.xml and /affected/<x>/index.xml of a former cState site, at the old addresses.
func (p *planner) legacy() {
	const old = "/affected/"
	stories := slices.Concat(p.incidents, p.maintenance)
	slices.SortStableFunc(stories, func(a, b *story) int { return b.began().Compare(a.began()) })
	add := func(file, title string, page Ref, component string) {
		feed := LegacyFeed{Path: file, Title: title, URL: p.meta.URL(page), Self: p.meta.BaseURL + file}
		for _, s := range stories {
			if component != "" && !slices.Contains(s.components, component) || len(feed.Items) == MaxLegacyEntries {
				continue
			}
			feed.Items = append(feed.Items, p.legacyItem(s))
		}
		if p.claim(file, generated) {
			p.site.Legacy = append(p.site.Legacy, feed)
		}
	}
	add("index.xml", p.Config.Title, "index.html", "")
	for _, c := range p.Config.Components {
		for _, alias := range c.Aliases {
			if strings.HasPrefix(alias, old) {
				add(strings.Trim(alias, "/")+"/index.xml", c.Name+" on "+p.Config.Title, componentRef(c.ID), c.ID)
			}
		}
	}
}

// HistoryFeed is a feed in Statuspage's shape: an item for each incident and maintenance, the one with the newest update first.
type HistoryFeed struct {
	Path string // of the file, without extension
	ID   string
	Meta *Meta
	// Entries are at most MaxFeedEntries; it may be called more than once and from any goroutine.
	Entries func() []HistoryEntry
	Updated time.Time // zero without entries
}

// HistoryEntry is an incident or maintenance with all its updates.
type HistoryEntry struct {
	ID, Title, URL     string
	Planned            bool
	Starts, Ends       time.Time // of maintenance; Ends zero: open
	Published, Updated time.Time // the first and the last update
	Updates            []HistoryUpdate
}

// HistoryUpdate is an update, newest first.
type HistoryUpdate struct {
	Status incident.Status
	Date   time.Time
	Text   string
}

// historyFeed plans the feed of whole incidents.
func (p *planner) historyFeed() {
	stories := slices.Concat(p.incidents, p.maintenance)
	last := func(s *story) time.Time {
		var t time.Time
		for n := range s.Steps {
			if at := s.publishedAt(n); at.After(t) {
				t = at
			}
		}
		return t
	}
	slices.SortStableFunc(stories, func(a, b *story) int { return last(b).Compare(last(a)) })
	stories = stories[:min(len(stories), MaxFeedEntries)]
	f := HistoryFeed{Path: "history", ID: p.tag("/history"), Meta: p.meta}
	if len(stories) > 0 {
		f.Updated = last(stories[0])
	}
	f.Entries = func() []HistoryEntry {
		var entries []HistoryEntry
		for _, s := range stories {
			kind := "Incident"
			if s.Planned {
				kind = "Maintenance"
			}
			e := HistoryEntry{ID: p.tag(kind, s.ID), Title: s.State().Title, URL: p.meta.URL(s.ref), Planned: s.Planned, Starts: s.State().Starts, Ends: s.State().Ends,
				Published: s.publishedAt(0), Updated: last(s)}
			for n, step := range slices.Backward(s.Steps) {
				e.Updates = append(e.Updates, HistoryUpdate{step.After.Status, step.Update.Date, p.told(s, n, p.meta)})
			}
			entries = append(entries, e)
		}
		return entries
	}
	for _, format := range []string{".rss", ".atom"} {
		p.claim(f.Path+format, generated)
	}
	p.site.History = f
}

// began is when an incident began or the window of maintenance starts.
func (s *story) began() time.Time {
	if s.Planned {
		return s.State().Starts
	}
	return s.First()
}

func (p *planner) legacyItem(s *story) LegacyItem {
	item := LegacyItem{Title: s.State().Title, URL: p.meta.URL(s.ref), Date: s.began(), Resolved: s.End()}
	for _, alias := range s.aliases {
		if strings.HasPrefix(alias, "/issues/") {
			item.URL = p.meta.BaseURL + strings.TrimPrefix(alias, "/")
			break
		}
	}
	var html strings.Builder
	for _, step := range slices.Backward(s.Steps) {
		if step.Clock() {
			continue
		}
		html.WriteString("<p><strong>" + step.After.Status.Word() + "</strong> " + escape(p.instant(step.Update.Date)) + "</p>\n" + p.absoluteHTML(step.Update.Path, p.meta))
	}
	item.HTML = html.String()
	return item
}
