// Package site plans the site: every URL and its typed view, what the feeds hold, and when the next change comes by itself.
// It is the only package that knows URLs. It takes content, configuration and the instant as arguments; it reads no clock
// and no files.
package site

import (
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/status"
)

// Input is what a site is planned from.
type Input struct {
	Config  *config.Config
	Content *content.Content
	Words   map[string]*locale.Locale // by language; English where one is missing
	Now     time.Time
	// Preview lets through, marked, what is a draft or held back. It is for looking at one's own work before it is public, and
	// what comes of it is for nobody else.
	Preview bool
	// Fingerprint stands for all but content and the instant that outputs follow from: the program, the configuration, the theme
	// and its words. With one, outputs have keys; see key.go.
	Fingerprint string
	// Memory keeps what this plan may share with the next; nil keeps nothing.
	Memory *Memory
}

// Kind is a kind of page; each has a template of that name.
type Kind string

// The kinds of pages.
const (
	KindOverview    Kind = "overview"
	KindIncident    Kind = "incident"
	KindMaintenance Kind = "maintenance"
	KindComponent   Kind = "component"
	KindHistory     Kind = "history"
	KindMonth       Kind = "month"
	KindCustom      Kind = "page"
	KindRedirect    Kind = "redirect"
	KindNotFound    Kind = "404"
)

// Planned is a page that will be: its view is made when it is asked for.
type Planned struct {
	Path     string
	Kind     Kind
	Markdown bool // the page as plain Markdown

	planner *planner
	slot    *slot
}

// Page makes the page with its view. It may be called more than once and from several goroutines.
func (p Planned) Page() Page {
	view := p.slot.view
	if s := p.story(); s != nil {
		view = func(p *planner, from venue) (string, string, any) { return p.storyPage(s, from) }
	}
	meta := p.planner.metas[p.slot.edition]
	title, description, v := view(p.planner, venue{p.Path, meta})
	page := Page{Kind: p.Kind, Path: p.Path, Title: title, Description: description, Site: meta, View: v}
	if p.Kind != KindNotFound && p.Kind != KindRedirect {
		page.URL = meta.URL(Ref("/" + p.Path))
	}
	return page
}

// Site is the plan.
type Site struct {
	Meta      *Meta  // of the first language
	Frame     *Frame // of all pages
	Feeds     []Feed // of each language and component, with their archives
	Calendars []Calendar
	Search    []SearchPart
	// SearchIndexes are one for each language.
	SearchIndexes []SearchIndex
	CNAME         string
	NextChange    time.Time // the next instant at which any output would differ

	// What follows from all of the history is made once, when somebody asks for it; each may be called from any goroutine.

	State   func() status.Overall
	Facts   func() *Facts
	History func() HistoryFeed
	Badges  func() []Badge
	Legacy  func() []LegacyFeed
	Sitemap func() []SitemapEntry // by path
	Public  func() []Shown        // all updates that the site shows

	// OpenIncidents and OpenMaintenance list the ids of what is not over, for the summary of a build.
	OpenIncidents, OpenMaintenance []string

	withheld map[string]string
	planner  *planner
}

// Limits of lists that would otherwise grow for ever.
const (
	MaxLegacyEntries      = 500
	MaxComponentIncidents = 100
	RecentDays            = 15
	BarDays               = 90
	MaxUptimeMonths       = 60
)

// planner holds what the parts of the plan share.
type planner struct {
	Input
	meta        *Meta   // of the first language
	metas       []*Meta // of each
	site        *Site
	board       func() *status.Board
	memory      *Memory  // never nil
	open        []*story // those that are not settled
	incidents   []*story // newest first
	maintenance []*story // by start
	announced   []incident.Announcement
	frame       *Frame
	making      bool        // the frame is not whole yet
	granted     []bool      // what the frame has answered to the claims that are still to come
	searched    []time.Time // starts of the months in which something began, newest first
	items       listing     // of all feeds
	series      series      // of the feed of everything
	places      places
	listed      map[string]Link // the components that config.toml lists, and their pages
	months      []*month        // newest first
	findings    []diag.Finding
	withheld    map[string]string // in a preview: sources that may not be public, and why

	keys    map[*story]string // nil without a fingerprint
	salted  func() string
	digests *sync.Pool // of those that are at rest
}

// Plan plans the site as it may be public at the instant.
func Plan(input Input) (*Site, []diag.Finding) {
	p := &planner{Input: input, digests: &sync.Pool{}}
	p.site = &Site{CNAME: input.Config.Publish.CNAME, planner: p}
	if p.Preview {
		p.reveal()
	}
	p.listComponents()
	p.editions()
	p.release()
	p.site.withheld = p.withheld
	p.judge()
	p.sortMonths()
	p.sortSearch()
	p.cutFeeds()
	p.makeFrame()
	for _, meta := range p.metas {
		p.feeds(meta)
		p.search(meta)
	}
	p.historyFeed()
	p.site.Facts = sync.OnceValue(p.facts)
	p.calendars()
	p.badges()
	p.legacy()
	p.closeFrame()
	p.checkLinks() // when every address is known
	p.navigation()
	p.site.State = func() status.Overall { return p.board().Overall() }
	p.fillKeys()
	p.site.Public = sync.OnceValue(p.shown)
	return p.site, diag.Sort(p.findings)
}

// next notes an instant at which an output will differ.
func (p *planner) next(t time.Time) {
	if t.After(p.Now) && (p.site.NextChange.IsZero() || t.Before(p.site.NextChange)) {
		p.site.NextChange = t
	}
}

// judge lists what is not over.
func (p *planner) judge() {
	for _, s := range p.incidents {
		if !s.over {
			p.site.OpenIncidents = append(p.site.OpenIncidents, s.ID)
		}
	}
	for _, s := range p.maintenance {
		if !s.over {
			p.site.OpenMaintenance = append(p.site.OpenMaintenance, s.ID)
		}
	}
	p.board = sync.OnceValue(p.status)
}

// status makes the board of what every component is and was.
func (p *planner) status() *status.Board {
	input := status.Input{Zone: p.Config.Zone, Now: p.Now, Weights: map[incident.Condition]float64{
		incident.DegradedPerformance: p.Config.Uptime.DegradedPerformance,
		incident.PartialOutage:       p.Config.Uptime.PartialOutage,
		incident.MajorOutage:         p.Config.Uptime.MajorOutage,
	}}
	for _, c := range p.Config.Components {
		input.Components = append(input.Components, status.Component{ID: c.ID, Start: c.StartDate})
	}
	input.Incidents = make([]incident.History, 0, len(p.incidents))
	for _, s := range p.incidents {
		input.Incidents = append(input.Incidents, s.History)
	}
	for _, s := range p.maintenance {
		input.Maintenance = append(input.Maintenance, s.History)
	}
	return status.New(input)
}

// add plans a page in a language, unless its path is taken.
func (p *planner) add(edition int, file, source string, kind Kind, view func(p *planner, from venue) (title, description string, view any)) {
	p.plan(slot{path: p.metas[edition].Prefix + file, kind: kind, edition: edition, story: -1, month: -1, view: view}, source)
}

// addStory plans the page of a story in a language, and that of an incident as Markdown.
func (p *planner) addStory(edition, number int, s *story) {
	prefix := p.metas[edition].Prefix
	page := slot{path: prefix + string(s.ref), kind: KindIncident, edition: edition, planned: s.Planned, story: number, month: -1}
	if s.Planned {
		page.kind = KindMaintenance
	}
	p.plan(page, s.Path)
	if !s.Planned {
		page.path = prefix + string(s.markdown)
		p.plan(page, s.Path)
	}
}

func (p *planner) plan(page slot, source string) {
	if p.frame.claim(page.path, source) {
		page.markdown = path.Ext(page.path) == ".md"
		p.frame.slots = append(p.frame.slots, page)
	}
}

// generated is the source of what no file of the content stands for.
const generated = "Crier"

func (p *planner) pages() {
	for _, fixed := range []string{"sitemap.xml", "robots.txt", ".nojekyll", "version.json", "_headers", "icon.svg", "embed.js", "embed.html", ".well-known/security.txt"} {
		p.frame.claim(fixed, generated)
	}
	p.frame.slots = make([]slot, 0, len(p.metas)*(2*len(p.incidents)+len(p.maintenance)+len(p.months)+100))
	for edition := range p.metas {
		p.edition(edition)
	}
	p.redirects()
}

// edition plans the pages of a language.
func (p *planner) edition(edition int) {
	p.add(edition, "index.html", generated, KindOverview, (*planner).overview)
	p.add(edition, "index.md", generated, KindOverview, (*planner).overview)
	p.add(edition, "history/index.html", generated, KindHistory, (*planner).history)
	for i := range p.months {
		p.plan(slot{path: p.metas[edition].Prefix + string(p.months[i].ref), kind: KindMonth, edition: edition, story: -1, month: i,
			view: func(p *planner, from venue) (string, string, any) { return p.month(i, from) }}, generated)
	}
	for i := range p.Config.Components {
		c := p.Config.Components[i]
		p.add(edition, string(componentRef(c.ID)), "config.toml (component "+c.ID+")", KindComponent, func(p *planner, from venue) (string, string, any) { return p.componentPage(c, from) })
	}
	for number, s := range p.incidents {
		p.addStory(edition, number, s)
	}
	for number, s := range p.maintenance {
		p.addStory(edition, number, s)
	}
	for number, page := range p.Content.Pages {
		if page.Draft {
			continue
		}
		p.add(edition, page.ID+"/index.html", page.Path, KindCustom, func(p *planner, from venue) (string, string, any) {
			page := &p.Content.Pages[number]
			source, foreign := p.source(from.Meta, page.Path, page.Translations)
			title := from.pageTitle(page)
			return title, "", CustomPage{Title: title, HTML: p.html(source, from), Markdown: p.markdown(source), Foreign: foreign}
		})
	}
	p.add(edition, "404.html", generated, KindNotFound, func(_ *planner, from venue) (string, string, any) {
		return from.Words.Word("not_found"), "", NotFound{Overview: "index.html", History: "history/index.html"}
	})
}

func (m *Meta) pageTitle(page *content.Page) string {
	if t, ok := m.translated(page.Translations); ok && t.Title != "" {
		return t.Title
	}
	return page.Title
}

// redirects plans a page at every former address.
func (p *planner) redirects() {
	redirect := func(alias, source string, to Ref) {
		file := strings.Trim(alias, "/")
		if path.Ext(file) != ".html" {
			file += "/index.html"
		}
		if file == string(to) {
			return
		}
		p.add(0, file, source, KindRedirect, func(p *planner, _ venue) (string, string, any) {
			return p.meta.Words.Word("moved"), "", Redirect{To: to, URL: p.meta.URL(to)}
		})
	}
	for _, s := range slices.Concat(p.incidents, p.maintenance) {
		for _, alias := range s.aliases {
			redirect(alias, s.Path, s.ref)
		}
	}
	for _, c := range p.Config.Components {
		for _, alias := range c.Aliases {
			redirect(alias, "config.toml (component "+c.ID+")", componentRef(c.ID))
		}
	}
	for _, page := range p.Content.Pages {
		for _, alias := range page.Aliases {
			if !page.Draft {
				redirect(alias, page.Path, Ref(page.ID+"/index.html"))
			}
		}
	}
	for _, a := range p.announced {
		for _, alias := range a.Aliases {
			redirect(alias, a.Path, "index.html")
		}
	}
}

// navigation fills in the links that all pages share, and the map of the site.
func (p *planner) navigation() {
	var links []Link
	for _, l := range p.Config.Links {
		target := Ref(l.URL)
		if strings.HasPrefix(l.URL, "/") {
			found, ok := p.find(strings.TrimPrefix(l.URL, "/"))
			if !ok {
				p.findings = append(p.findings, diag.BrokenLink.New(l.At, "write an address such as /about/, or a full https:// one", "the link %q leads to no page of the site", l.URL))
				continue
			}
			target = p.in(p.metas[len(p.metas)-1], found)
		}
		links = append(links, Link{l.Name, target})
	}
	for _, meta := range p.metas {
		meta.Navigation = []Link{{meta.Words.Word("status"), "index.html"}, {meta.Words.Word("history"), "history/index.html"}}
		for i := range p.Content.Pages {
			if page := &p.Content.Pages[i]; !page.Draft {
				meta.Navigation = append(meta.Navigation, Link{meta.pageTitle(page), Ref(page.ID + "/index.html")})
			}
		}
		meta.Navigation = append(meta.Navigation, links...)
	}
	p.site.Sitemap = sync.OnceValue(func() []SitemapEntry {
		var entries []SitemapEntry
		for i := range p.frame.slots {
			if page := &p.frame.slots[i]; !page.markdown && page.kind != KindNotFound && page.kind != KindRedirect {
				entries = append(entries, SitemapEntry{URL: p.meta.URL(Ref("/" + page.path))})
			}
		}
		slices.SortFunc(entries, func(a, b SitemapEntry) int { return strings.Compare(a.URL, b.URL) })
		return entries
	})
}

// SitemapEntry is an address for search engines.
type SitemapEntry struct{ URL string }

// listComponents makes once what the views of all stories have in common.
func (p *planner) listComponents() {
	p.listed = make(map[string]Link, len(p.Config.Components))
	for i := range p.Config.Components {
		c := &p.Config.Components[i]
		if _, twice := p.listed[c.ID]; !twice {
			p.listed[c.ID] = Link{c.Name, componentRef(c.ID)}
		}
	}
}

func componentRef(id string) Ref { return Ref("components/" + id + "/index.html") }
