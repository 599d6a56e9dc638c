package site

import (
	"time"

	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
)

// View is what an output shows: one of the types below. Package build has a writer for each.
type View any

// Views of outputs. A Site makes of each what its writer needs.
type (
	// PageView is a page; Site.Page makes it.
	PageView struct {
		Kind Kind

		language int
		incident *published.Incident // of an incident or maintenance
		month    *published.Month    // of a month
		make     maker               // of all but incidents
	}
	// FeedView is a document of a feed of updates, in a format: rss, atom or json; Site.Feed makes it.
	FeedView struct {
		Format string

		language int
		document *published.Feed
	}
	// HistoryView is the feed of whole incidents, as rss or atom; Site.History makes it.
	HistoryView struct{ Format string }
	// CStateView is a feed of a former cState site, of all incidents or those of a component; Site.CState makes it.
	CStateView struct{ component *config.Component }
	// CalendarView is the maintenance of the site or of a component; Site.Calendar makes it.
	CalendarView struct{ component *config.Component }
	// BadgeView is a badge as svg, or json for shields.io: of the state, or of the uptime of some days; Site.Badge makes it.
	BadgeView struct {
		Format string
		Days   int

		component *config.Component
	}
	// APIView is a document of the API of Statuspage; Site.Facts and Site.Record say what is in it.
	APIView struct {
		Document  string
		Component int // in a document "component": its number in config.toml

		incident *published.Incident // in a document "incident"
	}
	// SearchView is what began in a month, for the search; Site.Search makes it.
	SearchView struct {
		language int
		month    time.Time
	}
	// SearchIndexView lists the parts of the search index; Site.SearchParts makes it.
	SearchIndexView struct{ language int }
	// AssetView is an asset of the theme, by its number in Input.Assets.
	AssetView int
	// SingleView is a file of which there is one.
	SingleView uint8
)

// Files of which there is one.
const (
	Version SingleView = iota
	Headers
	Sitemap
	Robots
	Icon
	EmbedScript
	EmbedFrame
	CNAME
	SecurityText
	Empty
)

// maker makes the view of a page.
type maker = func(p *Site, from pageContext) (title, description string, view any)
