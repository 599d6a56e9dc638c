package site

import (
	"slices"
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

// Feed is a feed of updates.
type Feed struct {
	Path    string // of the file
	Meta    *Meta
	Entries []Entry // newest first, at most MaxFeedEntries
}

// feed gathers the newest entries and, where configured, the feeds of a former cState site.
func (p *planner) feed(meta *Meta) {
	feed := Feed{Path: meta.Prefix + "feed.rss", Meta: meta}
	type item struct {
		story *story
		step  *incident.Step
		n     int // of the step
		at    time.Time
	}
	var items []item
	for _, s := range slices.Concat(p.incidents, p.maintenance) {
		for i := range s.Steps {
			step := &s.Steps[i]
			at, ok := s.published[step.Update.ID]
			if !ok || step.Clock() {
				at = step.Update.Date
			}
			items = append(items, item{s, step, i, at})
		}
	}
	slices.SortStableFunc(items, func(a, b item) int {
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return b.step.Update.Date.Compare(a.step.Update.Date)
	})
	for _, i := range items[:min(len(items), MaxFeedEntries)] {
		feed.Entries = append(feed.Entries, p.entry(i.story, i.n, i.at, meta))
	}
	for _, a := range p.announced {
		source, _ := p.source(meta, a.Path, a.Translations)
		title := a.Title
		if t, ok := meta.translated(a.Translations); ok && t.Title != "" {
			title = t.Title
		}
		feed.Entries = append(feed.Entries, Entry{
			ID: p.tag("Announcement", a.ID), Title: title, URL: meta.URL(p.homes[a.Path]), Published: a.Date, Updated: a.Date,
			HTML: p.absoluteHTML(source, meta), Text: p.text(source), Categories: []string{"announcement"},
		})
	}
	slices.SortStableFunc(feed.Entries, func(a, b Entry) int { return b.Published.Compare(a.Published) })
	feed.Entries = feed.Entries[:min(len(feed.Entries), MaxFeedEntries)]
	p.site.Feeds = append(p.site.Feeds, feed)
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
	if step.After.Severity != 0 {
		e.Categories = append(e.Categories, step.After.Severity.String())
	}
	for _, a := range step.After.Affected {
		e.Categories = append(e.Categories, a.Component)
	}
	html, lines := &strings.Builder{}, []string(nil)
	if u.Path != "" {
		source, _ := p.source(meta, u.Path, u.Translations)
		html.WriteString(p.absoluteHTML(source, meta))
		if text := p.text(source); text != "" {
			lines = append(lines, text)
		}
	}
	fact := func(label, value string) {
		if value != "" {
			html.WriteString("<p><strong>" + label + ":</strong> " + escape(value) + "</p>\n")
			lines = append(lines, label+": "+value)
		}
	}
	impact, eta := meta.stated(u)
	fact(meta.Words.Word("impact"), impact)
	fact(meta.Words.Word("eta"), p.eta(eta))
	if s.Planned && !step.Clock() && (!u.Starts.IsZero() || !u.Ends.IsZero()) {
		ends := meta.Words.Word("further_notice")
		if !step.After.Ends.IsZero() {
			ends = p.instant(step.After.Ends)
		}
		fact(meta.Words.Word("window"), meta.Words.Word("range", "from", p.instant(step.After.Starts), "to", ends))
	}
	e.HTML, e.Text = html.String(), strings.Join(lines, "\n")
	return e
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
