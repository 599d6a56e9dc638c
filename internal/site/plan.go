// Package site plans the site: every URL and its typed view, what the feeds hold, and when the next change comes by itself.
// It is the only package that knows URLs. It takes content, configuration and the instant as arguments; it reads no clock
// and no files.
package site

import (
	"path"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/status"
)

// Input is what a site is planned from.
type Input struct {
	Config  *config.Config
	Content *content.Content
	Words   map[string]*locale.Locale // by language; English where one is missing
	Now     time.Time
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
	make     func(path string) Page
}

// Page makes the page with its view. It may be called more than once and from several goroutines.
func (p Planned) Page() Page { return p.make(p.Path) }

// Site is the plan.
type Site struct {
	Meta       *Meta // of the first language
	Pages      []Planned
	Feeds      []Feed // of each language and component, with their archives
	History    HistoryFeed
	Facts      *Facts
	Calendars  []Calendar
	Badges     []Badge
	Search     []SearchPart
	Legacy     []LegacyFeed
	Sitemap    []SitemapEntry // by path
	CNAME      string
	NextChange time.Time // the next instant at which any output would differ

	Public []Shown // all updates that the site shows

	// OpenIncidents and OpenMaintenance list the ids of what is not over, for the summary of a build.
	OpenIncidents, OpenMaintenance []string
	State                          status.Overall
}

// Limits of lists that would otherwise grow for ever.
const (
	MaxFeedEntries        = 50
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
	board       *status.Board
	incidents   []*story // newest first
	maintenance []*story // by start
	announced   []incident.Announcement
	claims      map[string]claim // output path in lower case -> who wants it
	homes       map[string]Ref   // source path -> the place where it is shown
	anchors     map[string]map[string]bool
	months      []*month // newest first
	findings    []diag.Finding
}

type claim struct{ path, source string }

// story is an incident or maintenance as far as it is public.
type story struct {
	incident.History
	ref       Ref
	published map[string]time.Time // by update id
	aliases   []string

	components []string // all that were ever affected
}

// Plan plans the site as it may be public at the instant.
func Plan(input Input) (*Site, []diag.Finding) {
	p := &planner{Input: input, claims: map[string]claim{}, homes: map[string]Ref{}, anchors: map[string]map[string]bool{}}
	p.site = &Site{CNAME: input.Config.Publish.CNAME}
	p.editions()
	p.release()
	p.judge()
	p.sortMonths()
	p.pages()
	p.checkLinks()
	items := p.items()
	for _, meta := range p.metas {
		p.feeds(meta, items)
		p.search(meta)
	}
	p.historyFeed()
	p.site.Facts = p.facts()
	p.calendars()
	p.badges()
	if p.Config.Feeds.CState {
		p.legacy()
	}
	p.navigation()
	p.site.State = p.board.Overall()
	p.site.Public = p.public()
	return p.site, diag.Sort(p.findings)
}

// next notes an instant at which an output will differ.
func (p *planner) next(t time.Time) {
	if t.After(p.Now) && (p.site.NextChange.IsZero() || t.Before(p.site.NextChange)) {
		p.site.NextChange = t
	}
}

// release lets through what may be public and folds it.
func (p *planner) release() {
	rules := p.Config.Rules
	p.next(status.NextMidnight(p.Now, p.Config.Zone))
	for _, i := range p.Content.Incidents {
		public, next := policy.Public(rules.Releases(i.Updates), p.Now)
		p.next(next)
		if len(public) > 0 {
			s := newStory(public)
			i.Updates = updatesOf(public)
			s.History = incident.Fold(i)
			p.incidents = append(p.incidents, s)
			p.odd(s)
		}
	}
	for _, m := range p.Content.Maintenance {
		public, next := policy.Public(rules.MaintenanceReleases(m.Updates), p.Now)
		p.next(next)
		if len(public) == 0 {
			continue
		}
		s := newStory(public)
		m.Updates = updatesOf(public)
		whole := incident.FoldMaintenance(m)
		for _, step := range whole.Steps {
			if step.Clock() { // updates count from their release on
				p.next(step.Update.Date)
			}
		}
		for _, span := range whole.Spans {
			p.next(span.From)
			p.next(span.To)
		}
		s.History = whole.Until(p.Now)
		p.maintenance = append(p.maintenance, s)
		p.odd(s)
	}
	for _, a := range p.Content.Announcements {
		if a.Draft {
			continue
		}
		from := a.Date.Add(-rules.Tolerance)
		p.next(from)
		p.next(a.Until)
		if !from.After(p.Now) {
			p.announced = append(p.announced, a)
		}
	}
	slices.SortStableFunc(p.incidents, func(a, b *story) int { return b.First().Compare(a.First()) })
	slices.SortStableFunc(p.maintenance, func(a, b *story) int { return a.State().Starts.Compare(b.State().Starts) })
	slices.SortStableFunc(p.announced, func(a, b incident.Announcement) int { return b.Date.Compare(a.Date) })
	for _, s := range slices.Concat(p.incidents, p.maintenance) {
		s.ref = Ref(s.section() + "/" + s.ID + "/index.html")
		s.components = s.Components()
	}
}

func (s *story) section() string {
	if s.Planned {
		return "maintenance"
	}
	return "incidents"
}

func newStory(public []policy.Release) *story {
	s := &story{published: make(map[string]time.Time, len(public))}
	for _, release := range public {
		s.published[release.Update.ID] = release.Published
		s.aliases = append(s.aliases, release.Update.Aliases...)
	}
	return s
}

func updatesOf(releases []policy.Release) []incident.Update {
	updates := make([]incident.Update, len(releases))
	for i, release := range releases {
		updates[i] = release.Update
	}
	return updates
}

// odd reports the transitions that are worth a second look.
func (p *planner) odd(s *story) {
	for _, odd := range s.Odd {
		at := diag.File(s.Steps[odd.Step].Update.Path)
		switch {
		case odd.Oddity == incident.Reopening:
			p.findings = append(p.findings, diag.Reopened.New(at, "if it is another problem, give it an incident of its own", "reopens an incident that was resolved"))
		case odd.Oddity == incident.SecondEnd && !s.Planned:
			p.findings = append(p.findings, diag.ResolvedTwice.New(at, "a correction of the former update can be made in it, with amended:", "resolves an incident that is resolved"))
		default:
			p.findings = append(p.findings, diag.AfterCancelled.New(at, "if it is other work, give it a folder of its own", "follows the end of the maintenance"))
		}
	}
}

// judge makes the board of what every component is and was.
func (p *planner) judge() {
	input := status.Input{Zone: p.Config.Zone, Now: p.Now, Weights: map[incident.Condition]float64{
		incident.DegradedPerformance: p.Config.Uptime.DegradedPerformance,
		incident.PartialOutage:       p.Config.Uptime.PartialOutage,
		incident.MajorOutage:         p.Config.Uptime.MajorOutage,
	}}
	for _, c := range p.Config.Components {
		input.Components = append(input.Components, status.Component{ID: c.ID, Start: c.StartDate})
	}
	for _, s := range p.incidents {
		input.Incidents = append(input.Incidents, s.History)
		if !s.Over() {
			p.site.OpenIncidents = append(p.site.OpenIncidents, s.ID)
		}
	}
	for _, s := range p.maintenance {
		input.Maintenance = append(input.Maintenance, s.History)
		if !s.Over() {
			p.site.OpenMaintenance = append(p.site.OpenMaintenance, s.ID)
		}
	}
	p.board = status.New(input)
}

// claim takes a path of the output for a source. Two sources for one path are a mistake that names both.
func (p *planner) claim(file, source string) bool {
	key := strings.ToLower(file)
	if other, taken := p.claims[key]; taken {
		if other.source == source {
			return false
		}
		at := source
		if source == generated {
			at = other.source
		}
		at, _, _ = strings.Cut(at, " (") // a component of config.toml
		p.findings = append(p.findings, diag.URLCollision.New(diag.File(at), "rename one of the two",
			"%s and %s both want the address /%s", source, other.source, strings.TrimSuffix(file, "index.html")))
		return false
	}
	p.claims[key] = claim{file, source}
	return true
}

// add plans a page in a language, unless its path is taken.
func (p *planner) add(meta *Meta, file, source string, kind Kind, view func(from venue) (title, description string, view any)) {
	file = meta.Prefix + file
	if !p.claim(file, source) {
		return
	}
	markdown := path.Ext(file) == ".md"
	p.site.Pages = append(p.site.Pages, Planned{Path: file, Kind: kind, Markdown: markdown, make: func(file string) Page {
		title, description, v := view(venue{file, meta})
		page := Page{Kind: kind, Path: file, Title: title, Description: description, Site: meta, View: v}
		if kind != KindNotFound && kind != KindRedirect {
			page.URL = meta.URL(Ref("/" + file))
		}
		return page
	}})
}

// generated is the source of what no file of the content stands for.
const generated = "Crier"

func (p *planner) pages() {
	for _, fixed := range []string{"sitemap.xml", "robots.txt", ".nojekyll", "version.json", "_headers", "icon.svg", "embed.js", "embed.html", ".well-known/security.txt"} {
		p.claim(fixed, generated)
	}
	for _, s := range slices.Concat(p.incidents, p.maintenance) {
		p.place(s)
	}
	for _, page := range p.Content.Pages {
		if !page.Draft {
			p.homes[page.Path] = Ref(page.ID + "/index.html")
			for _, t := range page.Translations {
				p.homes[t.Path] = p.homes[page.Path]
			}
			p.anchor(p.homes[page.Path], p.Content.Documents[page.Path].Anchors...)
		}
	}
	for _, a := range p.announced {
		p.homes[a.Path] = Ref("index.html").Anchor("announcement-" + a.ID)
		for _, t := range a.Translations {
			p.homes[t.Path] = p.homes[a.Path]
		}
	}
	for _, meta := range p.metas {
		p.edition(meta)
	}
	p.redirects()
}

// edition plans the pages of a language.
func (p *planner) edition(meta *Meta) {
	p.add(meta, "index.html", generated, KindOverview, p.overview)
	p.add(meta, "index.md", generated, KindOverview, p.overview)
	p.add(meta, "history/index.html", generated, KindHistory, p.history)
	for i := range p.months {
		p.add(meta, string(p.months[i].ref), generated, KindMonth, func(from venue) (string, string, any) { return p.month(i, from) })
	}
	for i := range p.Config.Components {
		c := p.Config.Components[i]
		p.add(meta, string(componentRef(c.ID)), "config.toml (component "+c.ID+")", KindComponent, func(from venue) (string, string, any) { return p.componentPage(c, from) })
	}
	for _, s := range p.incidents {
		view := func(from venue) (string, string, any) {
			v := p.incident(s, from)
			return v.Title, meta.describe(v.Updates), v
		}
		p.add(meta, string(s.ref), s.Path, KindIncident, view)
		p.add(meta, strings.TrimSuffix(string(s.ref), "html")+"md", s.Path, KindIncident, view)
	}
	for _, s := range p.maintenance {
		p.add(meta, string(s.ref), s.Path, KindMaintenance, func(from venue) (string, string, any) {
			v := p.maintenanceView(s, from)
			return v.Title, meta.describe(v.Updates), v
		})
	}
	for _, page := range p.Content.Pages {
		if page.Draft {
			continue
		}
		p.add(meta, page.ID+"/index.html", page.Path, KindCustom, func(from venue) (string, string, any) {
			source, foreign := p.source(meta, page.Path, page.Translations)
			title := meta.pageTitle(page)
			return title, "", CustomPage{Title: title, HTML: p.html(source, from), Markdown: p.markdown(source), Foreign: foreign}
		})
	}
	p.add(meta, "404.html", generated, KindNotFound, func(venue) (string, string, any) {
		return meta.Words.Word("not_found"), "", NotFound{Overview: "index.html", History: "history/index.html"}
	})
}

func (m *Meta) pageTitle(page content.Page) string {
	if t, ok := m.translated(page.Translations); ok && t.Title != "" {
		return t.Title
	}
	return page.Title
}

// place notes where the files of a story are shown, and its anchors.
func (p *planner) place(s *story) {
	for i := range s.Steps {
		u := &s.Steps[i].Update
		p.anchor(s.ref, u.ID)
		if u.Path != "" {
			p.homes[u.Path] = s.ref.Anchor(u.ID)
			p.anchor(s.ref, p.Content.Documents[u.Path].Anchors...)
			for _, t := range u.Translations {
				p.homes[t.Path] = p.homes[u.Path]
			}
		}
	}
	if s.publicPostmortem() {
		p.homes[s.Postmortem.Path] = s.ref.Anchor("postmortem")
		p.anchor(s.ref, "postmortem")
		p.anchor(s.ref, p.Content.Documents[s.Postmortem.Path].Anchors...)
		for _, t := range s.Postmortem.Translations {
			p.homes[t.Path] = p.homes[s.Postmortem.Path]
		}
	}
}

func (s *story) publicPostmortem() bool {
	return s.Postmortem != nil && s.Postmortem.Public && !s.Postmortem.Draft
}

func (p *planner) anchor(ref Ref, ids ...string) {
	file := ref.File()
	if p.anchors[file] == nil {
		p.anchors[file] = map[string]bool{}
	}
	for _, id := range ids {
		p.anchors[file][id] = true
	}
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
		p.add(p.meta, file, source, KindRedirect, func(venue) (string, string, any) {
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
			target = found
		}
		links = append(links, Link{l.Name, target})
	}
	for _, meta := range p.metas {
		meta.Navigation = []Link{{meta.Words.Word("status"), "index.html"}, {meta.Words.Word("history"), "history/index.html"}}
		for _, page := range p.Content.Pages {
			if !page.Draft {
				meta.Navigation = append(meta.Navigation, Link{meta.pageTitle(page), Ref(page.ID + "/index.html")})
			}
		}
		meta.Navigation = append(meta.Navigation, links...)
	}
	for _, page := range p.site.Pages {
		if page.Markdown || page.Kind == KindNotFound || page.Kind == KindRedirect {
			continue
		}
		p.site.Sitemap = append(p.site.Sitemap, SitemapEntry{URL: p.meta.URL(Ref("/" + page.Path))})
	}
	slices.SortFunc(p.site.Sitemap, func(a, b SitemapEntry) int { return strings.Compare(a.URL, b.URL) })
}

// SitemapEntry is an address for search engines.
type SitemapEntry struct{ URL string }

func componentRef(id string) Ref { return Ref("components/" + id + "/index.html") }
