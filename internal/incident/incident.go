// Package incident defines incidents, maintenance, announcements and their updates. Fold turns
// updates into steps and spans. It accepts updates in any order and never fails. The package reads
// no clock and no files.
package incident

import (
	"slices"
	"time"
)

// Incident is a folder of updates. Its ID is the folder's name, and is part of its permanent URL.
type Incident struct {
	ID         string
	Path       string // the folder, slash-separated, relative to the site
	Updates    []Update
	Postmortem *Postmortem // nil without postmortem.md
}

// Secret reports whether this is a security incident, according to any update, drafts included.
// Logs, comments and commit messages that others may read must not mention secret incidents.
func (i Incident) Secret() bool {
	return slices.ContainsFunc(i.Updates, func(u Update) bool { return u.ForRunbook().Security != "" })
}

// Maintenance is planned work. Like an incident, it is a folder of updates, but it also has a
// window of time.
type Maintenance struct {
	ID      string
	Path    string
	Updates []Update
}

// Announcement is a notice shown for a period of time. It doesn't affect any component's status.
type Announcement struct {
	ID    string // the file's name without its extension
	Path  string
	Title string
	Date  time.Time // start of the period
	Until time.Time // end of the period; zero: shown indefinitely
	Draft bool
	// Aliases are former URLs, written as paths that start with a slash.
	Aliases []string
	// Translations are keyed by language tag.
	Translations map[string]Translation
}

// Update is one update of an incident or maintenance, written in one file. A zero field means
// "unchanged".
type Update struct {
	ID   string // the file's name without its extension: its anchor and part of its feed id
	Path string // the file; empty for an automatic transition

	Title    string
	Status   Status
	Severity Severity // not in maintenance
	// SeverityUnclear is true if the update states a severity that is not valid. Severity is zero
	// then.
	SeverityUnclear bool
	Draft           bool // also true if the value of draft is not valid
	Date            time.Time

	// Components replaces the set of affected components. Nil leaves the set unchanged; an empty
	// set clears it.
	Components *Components

	Impact string // of this update; see State.Impact for the current one
	ETA    ETA

	Detected     time.Time // first update only
	Acknowledged time.Time

	Hold    Hold
	Amended time.Time

	Starts, Ends time.Time // the window; maintenance only

	Runbook *Runbook // input to the rules, never published; usually nil; see ForRunbook

	// Aliases are former URLs of the whole incident, written as paths that start with a slash.
	Aliases []string
	// AtomID is the id of the incident's entry in /history.atom of the page that it was imported
	// from. Only that of the first update counts.
	AtomID string
	// Translations are keyed by language tag.
	Translations map[string]Translation
}

// Components is a set of affected components, in the order written.
type Components struct {
	List []Affected
	// Explicit is true for a map of conditions, and false for a plain list, whose conditions follow
	// from the current severity.
	Explicit bool
	// Unclear is true if a component or condition was not valid. Components missing from the set
	// then stay as they were, because the invalid entry may have meant one of them.
	Unclear bool
}

type Affected struct {
	Component string    // its ID
	Condition Condition // zero in a plain list, or if it was not valid in a map
}

// ETA is when service is expected to be restored, as an instant or in words. At most one of the
// fields is set.
type ETA struct {
	Time  time.Time
	Words string
}

func (e ETA) IsZero() bool { return e.Time.IsZero() && e.Words == "" }

// Hold delays an update by a duration after its date, or until an instant. At most one of the
// fields is set.
type Hold struct {
	For     time.Duration
	Until   time.Time
	Unclear bool // the value was not valid: treated as the longest possible hold
}

func (h Hold) IsZero() bool { return h.For == 0 && h.Until.IsZero() && !h.Unclear }

// Runbook holds the facts that an update states for the runbook's obligations. They are never
// published.
type Runbook struct {
	Security  string               // "", "incident" or "breach"
	DataLoss  bool                 // data was lost
	Retracted bool                 // resolved because it was opened by mistake
	Escalate  []string             // parties to be told on someone's request: lead, cto, ceo
	Escalated map[string]time.Time // party -> when it was told, as stated
	Notified  time.Time            // when customers were notified of a breach, as stated
	Email     Choice               // whether to send this update by e-mail
	Ticket    string               // URL of the incident's ticket
	Waive     map[string]string    // rule -> reason for waiving it
}

// Choice overrides a default. The zero value leaves it.
type Choice int8

const (
	Yes Choice = iota + 1
	No
)

// ForRunbook returns the facts stated for the runbook, or the zero value if there are none.
func (u *Update) ForRunbook() Runbook {
	if u.Runbook == nil {
		return Runbook{}
	}
	return *u.Runbook
}

// Translation holds the fields that a translation such as 01-investigating.de.md may set. Empty
// fields fall back to the original.
type Translation struct {
	Path    string
	Title   string
	Impact  string
	ETA     string // in words only
	Draft   bool
	Amended time.Time
}

// Postmortem is the content of postmortem.md. Facts that its front matter doesn't state are taken
// from the updates.
type Postmortem struct {
	Path    string
	Title   string
	Draft   bool
	Public  bool      // shown below the incident
	Meeting time.Time // when the meeting was held
	Date    time.Time // date of the document
	Code    string    // id of its update in the API, from Statuspage; "": made from the incident's
	// Stated facts. Zero means that the value comes from the history.
	Severity      Severity
	Started       time.Time
	Ended         time.Time
	Impact        string
	UsersAffected string
	DataLoss      string
	Translations  map[string]Translation
	Actions       []Action // in the order written; never published
}

// Action is an action item of a post-mortem, written as "- [ ] What - Owner: who - Due:
// 2026-11-01".
type Action struct {
	What  string
	Owner string    // may be empty
	Due   time.Time // the end of the day in the page's zone; zero: no due date
	Done  bool
	Line  int // line number in the file
}
