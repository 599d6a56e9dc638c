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

// Language is the site in one language.
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

// Overview is the first page.
type Overview struct {
	State         status.Overall
	Changed       time.Time // the last update of what is open; zero if nothing is
	Announcements []Announcement
	Open          []Incident    // worst first, then newest
	Active        []Maintenance // running now, by start
	Upcoming      []Maintenance // by start
	Groups        []Group       // in the order of config.toml; those without one are in a group without a name
	Days          []Day         // the last 15, today first
	History       Ref
	Feeds         []Link
}

// Group is a heading and its components.
type Group struct {
	ID          string
	Name        string
	Description string
	State       status.Overall
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
	Page       Ref
	Markdown   Ref
	Latest     *Update    // the newest of its updates; nil in a list without texts
	Affected   []Affected // now, or at the worst once it is resolved
	Impact     string     // the last one stated; "" once it is resolved
	ETA        incident.ETA
	Stated     bool        // there is an impact or an ETA
	Postmortem *Postmortem // nil unless public
	Month      Link        // the page of the month in which it began

	updates func() []Update // nil in a list without texts
}

// Updates returns all updates, newest first. They are made on demand, since most pages with a list
// show the latest only. A list without texts has none.
func (i Incident) Updates() []Update {
	if i.updates == nil {
		return nil
	}
	return i.updates()
}

// Duration is how long it took; zero while it is open.
func (i Incident) Duration() time.Duration {
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
	Stated   bool     // there is an impact or an ETA
	Changes  []Change // of components
	Clock    bool     // made by the clock, in maintenance
	Foreign  string   // the language of a text that is not translated; "" if it is
	Window   *Window  // if an update of maintenance sets or moves it
}

// Window is a time of maintenance.
type Window struct {
	Starts time.Time
	Ends   time.Time // zero: open
}

// Change is a component whose condition an update changed.
type Change struct {
	Affected
	Before incident.Condition
}

// Affected is a component and how it is affected.
type Affected struct {
	Name      string
	Page      Ref // "" for a component that config.toml no longer lists
	Condition incident.Condition
}

// Postmortem is a published post-mortem.
type Postmortem struct {
	Title    string
	Date     time.Time // of the document; zero: none
	Severity incident.Severity
	Started  time.Time
	Ended    time.Time // zero: still open
	Impact   string
	// UsersAffected and DataLoss are as the post-mortem states; "" if it does not.
	UsersAffected, DataLoss string
	Timeline                []Moment // from the updates; empty when the text has a timeline of its own
	HTML                    template.HTML
	Markdown                string
	Foreign                 string // as in an Update
}

// Duration is how long the incident took; zero while it is open.
func (p Postmortem) Duration() time.Duration {
	if p.Ended.IsZero() {
		return 0
	}
	return p.Ended.Sub(p.Started)
}

// Moment is one line of a timeline.
type Moment struct {
	Time     time.Time
	Status   incident.Status   // 0: Detected
	Severity incident.Severity // the new severity; 0: unchanged
}

// Detected reports whether the moment is when the incident was noticed.
func (m Moment) Detected() bool { return m.Status == 0 }

// Maintenance is planned work. On its own page it is the view.
type Maintenance struct {
	ID       string
	Title    string
	Status   incident.Status
	Starts   time.Time
	Ends     time.Time // zero: open
	Page     Ref
	Updates  []Update // newest first
	Affected []Affected
	Impact   string
}

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

// Day is a day of the history and what began on it. On the overview, an incident that began before
// the first day is listed on the day of its last update.
type Day struct {
	Start       time.Time
	First       time.Time // of several quiet days, the first; else the same as Start
	Incidents   []Incident
	Maintenance []Maintenance
}

// History lists all months.
type History struct {
	Years []Year // newest first
}

// Year is a year and its months in which something happened, newest first.
type Year struct {
	Year   int
	Months []MonthLink
}

// MonthLink is a month and how much happened in it.
type MonthLink struct {
	Start                  time.Time
	Page                   Ref
	Incidents, Maintenance int
}

// Month is one month of the history.
type Month struct {
	Start          time.Time
	Days           []Day // newest first; those on which nothing began stand for all that follow one another
	Newer, Older   *MonthLink
	AllHistoryPage Ref
}

// ComponentPage is a component's own page.
type ComponentPage struct {
	Component
	Months    []MonthUptime // newest first
	Incidents []Incident    // newest first, at most MaxComponentIncidents, without their texts
	More      int           // how many older incidents there are
	Upcoming  []Maintenance // planned or running, by start
	Subscribe []Link        // to its feeds and its calendar
	History   Ref
}

// MonthUptime is the uptime of one month.
type MonthUptime struct {
	Start  time.Time
	Page   Ref    // the month in the history; "" where that tells nothing of the component
	Uptime string // percent, such as "99.95"
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

// Promises says how the promises were kept.
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

// NotFound is the page for URLs that do not exist.
type NotFound struct {
	Overview Ref
	History  Ref
}
