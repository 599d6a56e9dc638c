// Package site plans the site: every URL and its typed view. It is the only package that knows
// URLs. It takes content, configuration and the instant as arguments, and reads no clock and no
// files. A plan is a value made in steps, each a function of earlier results: published.At decides
// what is public, outputs lists the outputs, address settles which output gets which path, and the
// view files say what each output shows.
package site

import (
	"sync"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/internal/status"
)

type Input struct {
	Config  *config.Config
	Content *content.Content
	Words   map[string]*locale.Locale // by language; English if missing
	Assets  []string                  // paths of the theme's assets, below assets/
	Now     time.Time
	Posted  *published.Posted // when updates were posted; nil: when they were released
	// Preview includes drafts and held updates, marked as such, to check them before they are
	// public. It must never be set for publishing.
	Preview bool
	// Fingerprint stands for everything but content and the instant that outputs follow from: the
	// program, the configuration and the theme with its words. If it is set and the content has
	// Sums, outputs have keys; see key.go.
	Fingerprint string
	Memory      *published.Memory // what this plan shares with the next; nil: nothing
}

// Site is the plan. It does not change, and may be used from several goroutines.
type Site struct {
	Meta       *Meta // of the first language
	Outputs    []Output
	NextChange time.Time // when outputs differ next without a change of content
	NextEdge   time.Time // the same, apart from midnight: a release, a start or an end; zero: none

	// OpenIncidents and OpenMaintenance list the ids of what is not over.
	OpenIncidents, OpenMaintenance []string

	Input      // with the content that the plan shows
	public     *published.Snapshot
	paths      fileset.Paths
	texts      links.Addresses
	metas      []*Meta                             // of each language
	components map[string]Affected                 // of config.toml, without conditions
	months     []*published.Month                  // newest first
	byMonth    map[time.Time][]*published.Incident // by the start of the month
	feeds      published.Feeds

	// Computed once, on first use, since they follow from the whole history.
	board func() *status.Board
	facts func() *Facts
	since func() time.Time // the site began
}

// Limits of lists that would otherwise grow forever.
const (
	MaxLegacyEntries      = 500
	MaxComponentIncidents = 100
	RecentDays            = 15
	UpcomingDays          = 14
	HistoryMonths         = 3
	BarDays               = 90
	MaxOpenComponents     = 12 // of a page whose groups are all open
	MaxUptimeMonths       = 60
)

// Plan returns the site as it may be public at the instant, and its findings.
func Plan(input Input) (*Site, []diag.Finding) {
	public, anomalies := published.At(published.Input{Config: input.Config, Content: input.Content, Now: input.Now, Posted: input.Posted, Preview: input.Preview, Memory: input.Memory})
	input.Content = public.Content
	months, begun, feeds := public.Months(), public.ByMonth(), public.Feeds(input.Config, input.Now)
	languages := languagesOf(input.Config, input.Words)
	list, reserved := outputs(&contents{input.Config, languages, public, months, searched(begun), feeds, input.Assets})
	list, paths, collisions := address(list, reserved)
	texts := links.New(paths, public)
	entries, brokenLinks := navigation(input.Config, languages, &texts)

	site := &Site{
		Outputs: list, NextChange: public.NextChange, NextEdge: public.NextEdge, OpenIncidents: open(public.Incidents), OpenMaintenance: open(public.Maintenance),
		Input: input, public: public, paths: paths, texts: texts, metas: metasOf(input, languages, entries), components: listedComponents(input.Config),
		months: months, byMonth: begun, feeds: feeds,
	}
	site.Meta = site.metas[0]
	site.board = sync.OnceValue(func() *status.Board { return public.Board(input.Config, input.Now) })
	site.facts = sync.OnceValue(site.newFacts)
	site.since = sync.OnceValue(site.began)
	site.Outputs = site.keyed(site.Outputs)

	findings := append(append(anomalies, collisions...), brokenLinks...)
	return site, diag.Sort(append(findings, texts.Broken()...))
}

// Files returns the set of all files. The function makes the file of an output, by its number.
func (p *Site) Files(file func(i int) fileset.File) *fileset.Set { return p.paths.Files(file) }

// Prefixes lists the folders of the languages, such as "de/"; that of the first is "".
func (p *Site) Prefixes() (prefixes []string) {
	for _, meta := range p.metas {
		prefixes = append(prefixes, meta.Prefix)
	}
	return prefixes
}

// open lists the ids of those that are not over.
func open(incidents []*published.Incident) (ids []string) {
	for _, s := range incidents {
		if !s.Over() {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func (p *Site) State() status.Overall { return p.board().Overall() }

// listedComponents returns the components of config.toml, by id.
func listedComponents(c *config.Config) map[string]Affected {
	listed := make(map[string]Affected, len(c.Components))
	for i := range c.Components {
		component := &c.Components[i]
		if _, twice := listed[component.ID]; !twice {
			listed[component.ID] = Affected{Name: component.Name, Page: componentRef(component.ID), Feed: Ref("components/" + component.ID + "/feed.rss")}
		}
	}
	return listed
}
