package site

import (
	"strings"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
)

// Output is a file of the site. The outputs of a plan are the only list of its URLs.
type Output struct {
	Path string
	View View // what the file shows
	// Key stands for everything that the bytes follow from: the same key at the same path means the
	// same bytes, in any build. It is "" where it is not known; see key.go.
	Key string
	*Route

	source string // the source file, or generated
}

// Route is a kind of output, and how hosts serve it.
type Route struct {
	Pattern     string // of the path, below the language: "components/:id/feed.rss"
	Languages   bool   // there is one for each language
	Order       fileset.Order
	ContentType string // "": what hosts send by themselves
	Cache       Cache
	Rule        string // the pattern of the rule in _headers, where many routes share one: "incidents/*"
	Unframed    bool   // other sites may not frame it

	names precedence
	when  func(*config.Config) bool // nil: always. The path of one that is switched off is reserved
	list  func(c *contents, language int, add func(id, source string, view View))
}

// Cache says how long a file is fresh.
type Cache uint8

// How long a file is fresh: seconds if it shows the state, forever if its name has a hash.
const (
	Unsaid Cache = iota
	Short
	Forever
)

// precedence decides which output gets a path that several want: Crier's own first, then incidents
// and maintenance, then pages, then redirects.
type precedence uint8

const (
	own precedence = iota
	ofIncidents
	ofPages
	ofAliases
	precedences
)

const (
	xmlType      = "application/xml; charset=utf-8" // RSS and Atom types keep browsers from using the stylesheet
	jsonFeedType = "application/feed+json; charset=utf-8"
	calendarType = "text/calendar; charset=utf-8"
)

// Routes lists every kind of output. To add one, add a row here and a writer in package build.
func Routes() []*Route {
	return []*Route{
		{Pattern: "assets/:id", Order: fileset.Asset, Cache: Forever, Rule: "assets/*", list: listAssets},

		{Pattern: "index.html", Languages: true, Order: fileset.Entry, Cache: Short, Unframed: true, list: page(KindOverview, (*Site).overview)},
		{Pattern: "index.md", Languages: true, Order: fileset.Entry, list: page(KindOverview, (*Site).overview)},
		{Pattern: "incidents/:id/index.html", Languages: true, Order: fileset.Page, Cache: Short, Rule: "incidents/*", Unframed: true, names: ofIncidents, list: listIncidents},
		{Pattern: "incidents/:id/index.md", Languages: true, Order: fileset.Page, names: ofIncidents, list: listIncidents},
		{Pattern: "maintenance/:id/index.html", Languages: true, Order: fileset.Page, Cache: Short, Rule: "maintenance/*", Unframed: true, names: ofIncidents, list: listMaintenance},
		{Pattern: "maintenance/:id/event.ics", Order: fileset.Page, ContentType: calendarType, Cache: Short, names: ofIncidents, list: listEvents},
		{Pattern: "components/:id/index.html", Languages: true, Order: fileset.Page, Cache: Short, Rule: "components/*", Unframed: true, list: eachComponent(componentView)},
		{Pattern: "history/index.html", Languages: true, Order: fileset.Page, Cache: Short, Rule: "history/*", Unframed: true, list: page(KindHistory, (*Site).history)},
		{Pattern: "history/:id/index.html", Languages: true, Order: fileset.Page, Cache: Short, Rule: "history/*", Unframed: true, list: listMonths},
		{Pattern: "subscribe/index.html", Languages: true, Order: fileset.Page, Rule: "subscribe/*", Unframed: true, list: page(KindSubscribe, (*Site).subscribe)},
		{Pattern: "promises/index.html", Languages: true, Order: fileset.Page, when: func(c *config.Config) bool { return c.Promises }, list: page(KindPromises, (*Site).promises)},
		{Pattern: ":id/index.html", Languages: true, Order: fileset.Page, names: ofPages, list: listCustomPages},
		{Pattern: "404.html", Languages: true, Order: fileset.Page, list: page(KindNotFound, notFound)},
		{Pattern: ":id", Order: fileset.Page, names: ofAliases, list: listRedirects},

		{Pattern: "feed.rss", Languages: true, Order: fileset.Entry, ContentType: xmlType, Cache: Short, list: feedOfAll("rss")},
		{Pattern: "components/:id/feed.rss", Languages: true, Order: fileset.Entry, ContentType: xmlType, Cache: Short, list: eachComponent(feedOf("rss"))},
		{Pattern: "feed.atom", Languages: true, Order: fileset.Entry, ContentType: xmlType, Cache: Short, list: atomOfAll},
		{Pattern: "components/:id/feed.atom", Languages: true, Order: fileset.Entry, ContentType: xmlType, Cache: Short, list: eachComponent(feedOf("atom"))},
		{Pattern: "feed.json", Languages: true, Order: fileset.Entry, ContentType: jsonFeedType, Cache: Short, list: feedOfAll("json")},
		{Pattern: "components/:id/feed.json", Languages: true, Order: fileset.Entry, ContentType: jsonFeedType, Cache: Short, list: eachComponent(feedOf("json"))},
		{Pattern: "feed/:id.atom", Languages: true, Order: fileset.Entry, list: listArchives},
		{Pattern: "search/index.json", Languages: true, Order: fileset.Entry, list: searchIndex},
		{Pattern: "search/:id.json", Languages: true, Order: fileset.Entry, list: listSearchParts},

		{Pattern: "history.rss", Order: fileset.Entry, ContentType: xmlType, Cache: Short, list: once(HistoryView{"rss"})},
		{Pattern: "history.atom", Order: fileset.Entry, ContentType: xmlType, Cache: Short, list: once(HistoryView{"atom"})},
		{Pattern: "index.xml", Order: fileset.Entry, when: formerlyCState, list: once(CStateView{})},
		{Pattern: ":id/index.xml", Order: fileset.Entry, when: formerlyCState, list: eachFormerComponent},
		{Pattern: "maintenance.ics", Order: fileset.Entry, ContentType: calendarType, Cache: Short, list: once(CalendarView{})},
		{Pattern: "components/:id/maintenance.ics", Order: fileset.Entry, ContentType: calendarType, Cache: Short, list: eachComponent(calendarView)},

		{Pattern: "api/v2/summary.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "summary"})},
		{Pattern: "api/v2/status.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "status"})},
		{Pattern: "api/v2/components.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "components"})},
		{Pattern: "api/v2/incidents.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "incidents"})},
		{Pattern: "api/v2/incidents/unresolved.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "incidents/unresolved"})},
		{Pattern: "api/v2/scheduled-maintenances.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "scheduled-maintenances"})},
		{Pattern: "api/v2/scheduled-maintenances/upcoming.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "scheduled-maintenances/upcoming"})},
		{Pattern: "api/v2/scheduled-maintenances/active.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "scheduled-maintenances/active"})},
		{Pattern: "api/v2/uptime.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: once(APIView{Document: "uptime"})},
		{Pattern: "api/v2/incidents/:id.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: listAPIRecords},
		{Pattern: "api/v2/components/:id.json", Order: fileset.Entry, Cache: Short, Rule: "api/*", list: listAPIComponents},

		{Pattern: "badge.svg", Order: fileset.Entry, Cache: Short, list: once(BadgeView{Format: "svg"})},
		{Pattern: "badge.json", Order: fileset.Entry, Cache: Short, list: once(BadgeView{Format: "json"})},
		{Pattern: "components/:id/badge.svg", Order: fileset.Entry, Cache: Short, list: eachComponent(badgeView("svg", 0))},
		{Pattern: "components/:id/badge.json", Order: fileset.Entry, Cache: Short, list: eachComponent(badgeView("json", 0))},
		{Pattern: "badge-uptime-30.svg", Order: fileset.Entry, list: once(BadgeView{Format: "svg", Days: 30})},
		{Pattern: "badge-uptime-30.json", Order: fileset.Entry, list: once(BadgeView{Format: "json", Days: 30})},
		{Pattern: "badge-uptime-90.svg", Order: fileset.Entry, list: once(BadgeView{Format: "svg", Days: 90})},
		{Pattern: "badge-uptime-90.json", Order: fileset.Entry, list: once(BadgeView{Format: "json", Days: 90})},
		{Pattern: "components/:id/badge-uptime-30.svg", Order: fileset.Entry, list: eachComponent(badgeView("svg", 30))},
		{Pattern: "components/:id/badge-uptime-30.json", Order: fileset.Entry, list: eachComponent(badgeView("json", 30))},
		{Pattern: "components/:id/badge-uptime-90.svg", Order: fileset.Entry, list: eachComponent(badgeView("svg", 90))},
		{Pattern: "components/:id/badge-uptime-90.json", Order: fileset.Entry, list: eachComponent(badgeView("json", 90))},
		{Pattern: "embed.js", Order: fileset.Entry, Cache: Short, list: once(EmbedScript)},
		{Pattern: "embed.html", Order: fileset.Entry, Cache: Short, list: once(EmbedFrame)},

		{Pattern: "version.json", Order: fileset.Seal, Cache: Short, list: once(Version)},
		{Pattern: "icon.svg", Order: fileset.Entry, Cache: Short, list: once(Icon)},
		{Pattern: "sitemap.xml", Order: fileset.Entry, list: once(Sitemap)},
		{Pattern: "robots.txt", Order: fileset.Entry, list: once(Robots)},
		{Pattern: "_headers", Order: fileset.Asset, list: once(Headers)},
		{Pattern: ".nojekyll", Order: fileset.Asset, list: once(Empty)},
		{Pattern: "CNAME", Order: fileset.Asset, when: func(c *config.Config) bool { return c.Publish.CNAME != "" }, list: once(CNAME)},
		{Pattern: ".well-known/security.txt", Order: fileset.Asset, when: func(c *config.Config) bool { return len(c.Security.Contact) > 0 }, list: once(SecurityText)},
	}
}

// contents is what outputs are listed from.
type contents struct {
	config    *config.Config
	languages []Language
	public    *published.Snapshot
	months    []*published.Month
	searched  []time.Time
	feeds     published.Feeds
	assets    []string
}

// generated is the source of outputs that no file of the content stands for.
const generated = "Crier"

// outputs lists all outputs in order of precedence, and the paths of those that are switched off.
func outputs(c *contents) (list []Output, reserved []string) {
	routes := Routes()
	incidents := len(c.public.Incidents) + len(c.public.Maintenance)
	list = make([]Output, 0, len(c.languages)*(2*incidents+len(c.months)+100)+incidents)
	for rank := range precedences {
		for language := range c.languages {
			prefix := c.languages[language].Prefix
			for _, route := range routes {
				if route.names != rank || language > 0 && !route.Languages {
					continue
				}
				before, after, _ := strings.Cut(route.Pattern, ":id")
				off := route.when != nil && !route.when(c.config)
				route.list(c, language, func(id, source string, view View) {
					path := prefix + before + id + after
					if off {
						reserved = append(reserved, path)
						return
					}
					list = append(list, Output{Path: path, View: view, Route: route, source: source})
				})
			}
		}
	}
	return list, reserved
}

type lister = func(c *contents, language int, add func(id, source string, view View))

func once(view View) lister {
	return func(_ *contents, _ int, add func(id, source string, view View)) { add("", generated, view) }
}

func page(kind Kind, make maker) lister {
	return func(_ *contents, language int, add func(id, source string, view View)) {
		add("", generated, PageView{Kind: kind, language: language, make: make})
	}
}

func eachComponent(view func(c *contents, language int, component *config.Component) View) lister {
	return func(c *contents, language int, add func(id, source string, view View)) {
		for i := range c.config.Components {
			component := &c.config.Components[i]
			add(component.ID, componentSource(component), view(c, language, component))
		}
	}
}

func componentSource(c *config.Component) string { return "config.toml (component " + c.ID + ")" }

func componentView(_ *contents, language int, c *config.Component) View {
	return PageView{Kind: KindComponent, language: language, make: func(p *Site, from pageContext) (string, string, any) { return p.componentPage(c, from) }}
}

func listIncidents(c *contents, language int, add func(id, source string, view View)) {
	for _, s := range c.public.Incidents {
		add(s.ID, s.Path, PageView{Kind: KindIncident, language: language, incident: s})
	}
}

func listMaintenance(c *contents, language int, add func(id, source string, view View)) {
	for _, s := range c.public.Maintenance {
		add(s.ID, s.Path, PageView{Kind: KindMaintenance, language: language, incident: s})
	}
}

func listEvents(c *contents, _ int, add func(id, source string, view View)) {
	for _, s := range c.public.Maintenance {
		add(s.ID, s.Path, CalendarView{incident: s})
	}
}

func listAssets(c *contents, _ int, add func(id, source string, view View)) {
	for i, path := range c.assets {
		add(strings.TrimPrefix(path, "assets/"), generated, AssetView(i))
	}
}

func listMonths(c *contents, language int, add func(id, source string, view View)) {
	for i, m := range c.months {
		add(m.Start.Format(monthForm), generated, PageView{Kind: KindMonth, language: language, month: m, make: func(p *Site, from pageContext) (string, string, any) { return p.month(i, from) }})
	}
}

func listCustomPages(c *contents, language int, add func(id, source string, view View)) {
	for i := range c.public.Content.Pages {
		page := &c.public.Content.Pages[i]
		if !page.Draft {
			add(page.ID, page.Path, PageView{Kind: KindCustom, language: language, make: func(p *Site, from pageContext) (string, string, any) { return p.customPage(page, from) }})
		}
	}
}

func listRedirects(c *contents, _ int, add func(id, source string, view View)) {
	redirect := func(alias, source string, to Ref) {
		file := strings.Trim(alias, "/")
		if !strings.HasSuffix(file, ".html") {
			file += "/index.html"
		}
		if file != string(to) {
			add(file, source, PageView{Kind: KindRedirect, make: func(p *Site, _ pageContext) (string, string, any) { return p.redirect(to) }})
		}
	}
	for i := range c.config.Components {
		component := &c.config.Components[i]
		for _, alias := range component.Aliases {
			redirect(alias, componentSource(component), componentRef(component.ID))
		}
	}
	for _, s := range c.public.All() {
		for _, alias := range s.Aliases {
			redirect(alias.Path, alias.Source, refOf(s))
		}
	}
	for _, page := range c.public.Content.Pages {
		for _, alias := range page.Aliases {
			if !page.Draft {
				redirect(alias, page.Path, links.OfPage(&page))
			}
		}
	}
	for _, a := range c.public.Announcements {
		for _, alias := range a.Aliases {
			redirect(alias, a.Path, "index.html")
		}
	}
}

func listSearchParts(c *contents, language int, add func(id, source string, view View)) {
	for _, month := range c.searched {
		add(month.Format(monthForm), generated, SearchView{language, month})
	}
}

func searchIndex(_ *contents, language int, add func(id, source string, view View)) {
	add("", generated, SearchIndexView{language})
}

func listAPIRecords(c *contents, _ int, add func(id, source string, view View)) {
	for _, s := range c.public.All() {
		add(codeOf(s), s.Path, APIView{Document: "incident", incident: s})
	}
}

func listAPIComponents(c *contents, _ int, add func(id, source string, view View)) {
	for i := range c.config.Components {
		component := &c.config.Components[i]
		add(componentCode(component), componentSource(component), APIView{Document: "component", Component: i})
	}
}

func calendarView(_ *contents, _ int, c *config.Component) View { return CalendarView{component: c} }

func badgeView(format string, days int) func(*contents, int, *config.Component) View {
	return func(_ *contents, _ int, c *config.Component) View { return BadgeView{format, days, c} }
}

func formerlyCState(c *config.Config) bool { return c.Feeds.CState }

// eachFormerComponent lists the feeds of components of a former cState site, at their old paths.
func eachFormerComponent(c *contents, _ int, add func(id, source string, view View)) {
	for i := range c.config.Components {
		component := &c.config.Components[i]
		for _, alias := range component.Aliases {
			if strings.HasPrefix(alias, "/affected/") {
				add(strings.Trim(alias, "/"), componentSource(component), CStateView{component})
			}
		}
	}
}

func feedOfAll(format string) lister {
	return func(c *contents, language int, add func(id, source string, view View)) {
		add("", generated, FeedView{format, language, &c.feeds.All})
	}
}

func atomOfAll(c *contents, language int, add func(id, source string, view View)) {
	add("", generated, FeedView{"atom", language, &c.feeds.Current})
}

func listArchives(c *contents, language int, add func(id, source string, view View)) {
	for i := range c.feeds.Archives {
		archive := &c.feeds.Archives[i]
		add(archive.Archive, generated, FeedView{"atom", language, archive})
	}
}

func feedOf(format string) func(*contents, int, *config.Component) View {
	return func(c *contents, language int, component *config.Component) View {
		return FeedView{format, language, c.feeds.Components[component.ID]}
	}
}

const monthForm = "2006-01"
