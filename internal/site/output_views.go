package site

import (
	"time"

	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
)

// View is what an output shows: one of the types below. Package build has a writer for each.
type View any

// Views of outputs. A method of Site makes the data that the writer needs.
type (
	// PageView is a page; see Site.Page.
	PageView struct {
		Kind Kind

		language int
		incident *published.Incident // of an incident or maintenance
		month    *published.Month    // of a month
		make     maker               // of all but incidents
	}
	// FeedView is a document of a feed of updates, as rss, atom or json; see Site.Feed.
	FeedView struct {
		Format string

		language int
		document *published.Feed
	}
	// HistoryView is the feed of whole incidents, as rss or atom; see Site.History.
	HistoryView struct{ Format string }
	// CStateView is a feed of a former cState site, of one component or all; see Site.CState.
	CStateView struct{ component *config.Component }
	// CalendarView is one maintenance, or that of one component or all; see Site.Calendar.
	CalendarView struct {
		component *config.Component
		incident  *published.Incident
	}
	// BadgeView is a badge as svg, or as json for shields.io: of the state, or of the uptime over
	// some days; see Site.Badge.
	BadgeView struct {
		Format string
		Days   int

		component *config.Component
	}
	// APIView is a document of Statuspage's API; see Site.Facts and Site.Record.
	APIView struct {
		Document  string
		Component int // in a document "component": its number in config.toml

		incident *published.Incident // in a document "incident"
	}
	// SearchView is what began in a month, for the search; see Site.Search.
	SearchView struct {
		language int
		month    time.Time
	}
	// SearchIndexView lists the parts of the search index; see Site.SearchParts.
	SearchIndexView struct{ language int }
	// AssetView is an asset of the theme, by its number in Input.Assets.
	AssetView int
	// SingleView is a file that exists once.
	SingleView uint8
)

// Files that exist once.
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

type maker = func(p *Site, from pageContext) (title, description string, view any)
