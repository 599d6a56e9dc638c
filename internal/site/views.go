package site

import (
	"html/template"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/internal/status"
)

// Page is what every page of the site has. It is the dot of a template. View is one of the views
// below.
type Page struct {
	Kind        Kind
	Path        string // of the file, such as "incidents/2026-10-02-api-down/index.html"
	URL         string // canonical: base URL and pretty path; "" for a page that has none
	Title       string // of the page, without the site's; "" on the overview
	Description string // one line for search engines
	Site        *Meta
	View        any
}

// Meta is shared by all pages of a language.
type Meta struct {
	Title       string
	Description string
	Language    string // BCP 47 tag
	Words       *locale.Locale
	Prefix      string     // of its files: "" for the first language, such as "de/" for the others
	Languages   []Language // all languages, if there are several
	BaseURL     string     // of the whole site; ends with a slash
	Zone        *time.Location
	Promises    bool   // whether there is a page of promises
	Navigation  []Link // the site's own sections and pages, then the links of config.toml
}

type Language struct {
	Code   string // BCP 47 tag
	Name   string // of the language, in itself
	Prefix string
	Page   Ref // the current page in this language, counted from the root of the site
}

// Link is a link with its text. Target is a Ref of this site, or an absolute URL.
type Link struct {
	Text   string
	Target Ref
}

type Overview struct {
	State         status.Overall
	Changed       time.Time // the last update of what is open, or else the last end of anything; zero: never
	Quiet         int       // how many days have ended since the last incident; zero while one is open
	Announcements []Announcement
	Open          []*Incident    // worst first, then newest
	Active        []*Maintenance // running now, by start
	Upcoming      []*Maintenance // of the next 14 days, by start
	Groups        []Group        // in the order of config.toml; those without one are in a group without a name
	Days          []Day          // of the last 15, newest first; what is open is not among them
}

type Group struct {
	ID          string
	Code        string // its id in the API
	Name        string
	Description string
	Condition   incident.Condition // the worst of its components
	Open        bool               // whether its components are shown at first
	Components  []Component
}

// Component is a component now, and its last 90 days.
type Component struct {
	ID          string
	Name        string
	Description string
	Group       string // name of its group, or ""
	Condition   incident.Condition
	Page        Ref
	Bars        []Bar  // oldest first, today last
	Uptime      string // over the ended days of the bars, such as "99.95"; "" if there is none
	Uptime30    string // over the ended days of the last 30 bars
}

// Bar is one day of a component.
type Bar struct {
	Start  time.Time          // midnight in the page's zone
	Worst  incident.Condition // zero: before the component's first day
	Events []BarEvent
}

// BarEvent is how one incident or maintenance affected the day.
type BarEvent struct {
	Title string
	Page  Ref
	Worst incident.Condition
	For   time.Duration // zero: ongoing
}

// Incident is an incident with all its updates. On its own page it is the view.
type Incident struct {
	ID         string
	Title      string
	Status     incident.Status
	Severity   incident.Severity // now
	Worst      incident.Severity // the highest it reached
	Started    time.Time
	Ended      time.Time // zero: still open
	Updated    time.Time // of an open one in full: its newest update, unless the page says that time elsewhere
	Page       Ref
	Affected   []Affected   // each at its worst; of an open one in full, as it is now
	Impact     string       // in force, or at the worst once it is resolved
	ETA        incident.ETA // zero once it is resolved
	Postmortem *Postmortem  // nil unless public
	Month      Link         // the page of the month in which it began

	updates func() []Update
}

// Updates returns all updates, newest first. They are made on demand, since most lists show none.
func (i *Incident) Updates() []Update { return i.updates() }

// Duration is how long it took; zero while it is open.
func (i *Incident) Duration() time.Duration {
	if i.Ended.IsZero() {
		return 0
	}
	return i.Ended.Sub(i.Started)
}

// Update is one update as the status template shows it: "[Status] Title", the text, impact and ETA.
type Update struct {
	ID       string // its anchor
	Status   incident.Status
	Title    string // the title in force
	Date     time.Time
	Amended  *time.Time // nil: never
	Severity incident.Severity
	Moved    string // "raised" or "lowered" if the update changed the severity
	HTML     template.HTML
	Markdown string
	Impact   string
	ETA      incident.ETA
	Changes  []Change // of components
	Clock    bool     // made by the clock, in maintenance
	Foreign  string   // the language of a text that is not translated; "" if it is
	Window   *Window  // if an update of maintenance sets or moves it
	// Published is when it was posted: when readers could first see it. Posted is the same if that
	// was after its deadline, and else zero.
	Published, Posted time.Time
}

type Window struct {
	Starts time.Time
	Ends   time.Time // zero: open
}

// Change is a component whose condition an update changed.
type Change struct {
	Affected
	Before incident.Condition
}

type Affected struct {
	Name      string
	Page      Ref // "" for a component that config.toml no longer lists
	Feed      Ref // its feed, as RSS; "" as well
	Condition incident.Condition
}

// Postmortem is a published post-mortem. Of what the incident shows, it has only what the document
// states otherwise.
type Postmortem struct {
	Title    string
	Date     time.Time // of the document; zero: none
	Detected time.Time // when the incident was noticed; zero unless that was before its first update
	Severity incident.Severity
	Started  time.Time
	Ended    time.Time
	Impact   string
	// UsersAffected and DataLoss are as the post-mortem states; "" if it does not.
	UsersAffected, DataLoss string
	HTML                    template.HTML
	Markdown                string
	Foreign                 string // as in an Update
}

// Maintenance is planned work. On its own page it is the view.
type Maintenance struct {
	ID       string
	Title    string
	Status   incident.Status
	Starts   time.Time
	Ends     time.Time // zero: open
	Page     Ref
	Calendar Ref // the maintenance as a calendar file
	Affected []Affected
	Impact   string

	updates func() []Update
}

// Updates returns all updates, newest first, made on demand.
func (m *Maintenance) Updates() []Update { return m.updates() }

// Announcement is a notice that is shown for a time.
type Announcement struct {
	ID       string
	Title    string
	Date     time.Time
	Until    time.Time // zero: no end
	HTML     template.HTML
	Markdown string
	Foreign  string // as in an Update
}

// Day is a day of the history and what began on it, or a run of days without incidents. On the
// overview, an incident that began before the first day is listed on the day of its last update.
type Day struct {
	Start       time.Time
	First       time.Time // of several quiet days, the first; else the same as Start
	Incidents   []*Incident
	Maintenance []*Maintenance
}

// History shows the last three months, and lists those before.
type History struct {
	Months []HistoryMonth // newest first
	Years  []Year         // of the earlier months, newest first
}

// HistoryMonth is a month and what began in it, newest first.
type HistoryMonth struct {
	Start       time.Time
	Page        Ref // "" if nothing began in it
	Incidents   []*Incident
	Maintenance []*Maintenance
}

// Year is a year and its months in which something happened, newest first.
type Year struct {
	Year   int
	Months []MonthLink
}

type MonthLink struct {
	Start                  time.Time
	Page                   Ref
	Incidents, Maintenance int
}

type Month struct {
	Start        time.Time
	Days         []Day // newest first
	Newer, Older *MonthLink
}

type ComponentPage struct {
	Component
	Open      []*Incident    // newest first
	Upcoming  []*Maintenance // planned or running, by start
	Months    []MonthUptime  // newest first
	Incidents []*Incident    // that are over, newest first, at most MaxComponentIncidents
	More      int            // how many older incidents there are
	Subscribe []Link         // to its feeds and its calendar
}

type MonthUptime struct {
	Start  time.Time
	Page   Ref    // the month in the history; "" where that tells nothing of the component
	Uptime string // percent, such as "99.95", over ended days
	SoFar  bool   // the month is not over
}

// Subscribe says how to hear of updates.
type Subscribe struct {
	Formats    []Link // feeds of everything, and the calendar
	Components []Subscription
	Form       config.Subscribe // of a mailing list; without an Action there is none
	Hub        string           // URL of the WebSub hub; "" for none
}

// Subscription has the feeds and the calendar of a component.
type Subscription struct {
	Name    string
	Formats []Link
}

type Promises struct {
	Quarters []Quarter // that have ended, newest first
}

// Quarter is about the incidents that were resolved in a quarter.
type Quarter struct {
	Year, Number int
	Severities   []policy.SeverityPromises // highest first
	Misses       []Miss
}

// Miss is a promise that was not kept. Rule is publish, for the first update, or resolve.
type Miss struct {
	Title string
	Page  Ref
	Rule  policy.Rule
	Late  time.Duration
}

// CustomPage is a page of content/pages.
type CustomPage struct {
	Title    string
	HTML     template.HTML
	Markdown string
	Foreign  string // as in an Update
}

// Redirect leads from an alias to the current URL.
type Redirect struct {
	To  Ref
	URL string // absolute
}
