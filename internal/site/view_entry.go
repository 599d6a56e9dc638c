package site

import (
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/site/published"
)

// Entry is an item of a feed: one update, as the status template shows it.
type Entry struct {
	ID         string // a tag URI (RFC 4151), permanent
	Title      string // in the form of the template: "[Investigating] API returning errors"
	URL        string
	HTML       string // the text, then impact and ETA; the title if there is none of these
	Text       string // the same in plain text
	Published  time.Time
	Updated    time.Time // later than Published only if the text was amended
	Categories []string  // status, severity, components
}

func (p *Site) entry(i *published.Item, meta *Meta) Entry {
	if i.Announcement != nil {
		return p.announcementEntry(i, meta)
	}
	s, n := i.Incident, int(i.Step)
	step := &s.Steps[n]
	u := step.Update
	e := Entry{
		ID: p.tag(s.Kind(), s.ID, u.ID), Title: meta.heading(step.After.Status, s.TitleIn(meta.translation(), n)),
		URL: meta.URL(refOf(s).Anchor(u.ID)), Published: i.At, Updated: updated(i, meta), Categories: []string{step.After.Status.String()},
	}
	if step.After.Severity != 0 {
		e.Categories = append(e.Categories, step.After.Severity.String())
	}
	for _, a := range step.After.Affected {
		e.Categories = append(e.Categories, a.Component)
	}
	if u.Path != "" {
		e.HTML = p.feedHTML(u.Path, u.Translations, meta)
	}
	for _, fact := range p.stated(s, n, meta) {
		e.HTML += "<p><strong>" + escape(fact[0]) + ":</strong> " + escape(fact[1]) + "</p>\n"
	}
	e.Text = p.plainText(s, n, meta)
	if e.HTML == "" { // a transition of the clock, or a file that states its status only
		e.HTML, e.Text = "<p>"+escape(e.Title)+"</p>\n", e.Title
	}
	return e
}

func (p *Site) announcementEntry(i *published.Item, meta *Meta) Entry {
	a := i.Announcement
	source, _ := p.source(meta, a.Path, a.Translations)
	return Entry{
		ID: p.tag("Announcement", a.ID), Title: meta.titleOf(a.Title, a.Translations), URL: meta.URL(links.OfAnnouncement(a)), Published: i.At, Updated: i.At,
		HTML: p.feedHTML(a.Path, a.Translations, meta), Text: p.text(source), Categories: []string{"announcement"},
	}
}

// feedHTML returns the HTML of a text with absolute links, marked with its language if that is not
// the feed's.
func (p *Site) feedHTML(path string, translations map[string]incident.Translation, meta *Meta) string {
	source, foreign := p.source(meta, path, translations)
	html := p.absoluteHTML(source, meta)
	if foreign != "" {
		html = `<div lang="` + escape(foreign) + "\">\n" + html + "</div>\n"
	}
	return html
}

// tag returns a permanent id: a tag URI (RFC 4151).
func (p *Site) tag(parts ...string) string {
	return "tag:" + p.Config.Feeds.Host + ",2005:" + strings.Join(parts, "/")
}

// plainText returns an update in plain text: its text, then impact and ETA, a line each.
func (p *Site) plainText(s *published.Incident, n int, meta *Meta) (text string) {
	u := s.Steps[n].Update
	if u.Path != "" {
		source, _ := p.source(meta, u.Path, u.Translations)
		text = p.text(source)
	}
	for _, fact := range p.stated(s, n, meta) {
		text += "\n" + fact[0] + ": " + fact[1]
	}
	return strings.TrimPrefix(text, "\n")
}

// stated returns impact, ETA and window as an update states them, with their labels.
func (p *Site) stated(s *published.Incident, n int, meta *Meta) (facts [][2]string) {
	step := &s.Steps[n]
	u := step.Update
	fact := func(label, value string) {
		if value != "" {
			facts = append(facts, [2]string{meta.Words.Word(label), value})
		}
	}
	impact, eta := u.StatedIn(meta.translation())
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

func (p *Site) eta(e incident.ETA) string {
	if !e.Time.IsZero() {
		return p.instant(e.Time)
	}
	return e.Words
}

// instant formats a time in the page's zone, as the status template does: 2026-10-02 11:00 UTC.
func (p *Site) instant(t time.Time) string {
	return t.In(p.Config.Zone).Format("2006-01-02 15:04 MST")
}
