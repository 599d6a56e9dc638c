// Package incident is the domain: incidents, maintenance, announcements and their updates, and Fold, which turns updates
// into steps and spans. It takes updates in any order and gives a state for whatever they say; it reads no clock and no
// files.
package incident

import "time"

// Incident is a folder of updates. Its ID, the folder's name, is its address for ever.
type Incident struct {
	ID         string
	Path       string // the folder, slash-separated, relative to the site
	Updates    []Update
	Postmortem *Postmortem // nil without postmortem.md
}

// Secret reports whether this is a security incident: an update says so, or a draft. No log, comment or commit message that
// others may read says anything about it.
func (i Incident) Secret() bool {
	for _, u := range i.Updates {
		if u.ForRunbook().Security != "" {
			return true
		}
	}
	return false
}

// Maintenance is planned work: a folder of updates as well, with a window of time.
type Maintenance struct {
	ID      string
	Path    string
	Updates []Update
}

// Announcement is a notice shown while it runs. It has no effect on any status.
type Announcement struct {
	ID    string // the file's name without extension
	Path  string
	Title string
	Date  time.Time // from when it is shown
	Until time.Time // zero: without end
	Draft bool
	// Aliases are former addresses, as paths that start with a slash.
	Aliases []string
	// Translations by language tag.
	Translations map[string]Translation
}

// Update is a file: one thing said about an incident or about maintenance. A zero field means "unchanged".
type Update struct {
	ID   string // the file's name without extension, such as "01-investigating": its anchor and part of its feed id
	Path string // the file; empty for a transition that the clock made

	Title    string
	Status   Status
	Severity Severity // not in maintenance
	// SeverityUnclear is true if a severity is stated and could not be understood. Severity is zero then.
	SeverityUnclear bool
	Draft           bool // also if it is in doubt whether this is a draft
	Date            time.Time

	// Components replaces the set of affected components; nil leaves it as it is, an empty set clears it.
	Components *Components

	Impact string // belongs to this update; see State for what is shown while an incident is open
	ETA    ETA

	Detected     time.Time // first update only
	Acknowledged time.Time

	Hold    Hold
	Amended time.Time

	Starts, Ends time.Time // maintenance only: the window

	Runbook *Runbook // for the rules; in no output; nil, as in most: nothing is stated; see ForRunbook

	// Aliases are former addresses of the whole incident, as paths that start with a slash.
	Aliases []string
	// Translations by language tag.
	Translations map[string]Translation
}

// Components is a set of affected components, in the order written.
type Components struct {
	List []Affected
	// Explicit is true for a map of conditions, false for a plain list whose conditions follow the severity in force.
	Explicit bool
	// Unclear is true if a component or condition could not be understood. Then components that the set leaves out stay as
	// they were, since one of them may be meant.
	Unclear bool
}

// Affected is a component and how it is affected.
type Affected struct {
	Component string    // its id
	Condition Condition // zero in a plain list, and in a map if it could not be understood
}

// ETA is when things are expected to be well again: an instant, or words. At most one of the two is set.
type ETA struct {
	Time  time.Time
	Words string
}

// IsZero reports whether nothing is said.
func (e ETA) IsZero() bool { return e.Time.IsZero() && e.Words == "" }

// Hold keeps an update back: for a duration after its date, or until an instant. At most one of the fields is set.
type Hold struct {
	For     time.Duration
	Until   time.Time
	Unclear bool // it could not be understood: it counts as the longest possible hold
}

// IsZero reports whether nothing is held.
func (h Hold) IsZero() bool { return h.For == 0 && h.Until.IsZero() && !h.Unclear }

// Runbook holds what an update states for the runbook's obligations. No output shows any of it.
type Runbook struct {
	Security  string               // "", "incident" or "breach"
	DataLoss  bool                 //
	Escalate  []string             // parties that a person says must be told: lead, cto, ceo
	Escalated map[string]time.Time // party -> when it was told, as stated
	Notified  time.Time            // when customers were notified of a breach, as stated
	Waive     map[string]string    // rule -> reason why it is set aside
}

// ForRunbook gives what the update states for the runbook.
func (u *Update) ForRunbook() Runbook {
	if u.Runbook == nil {
		return Runbook{}
	}
	return *u.Runbook
}

// Translation is what 01-investigating.de.md may say of 01-investigating.md. Empty fields fall back to the original.
type Translation struct {
	Path    string
	Title   string
	Impact  string
	ETA     string // words
	Draft   bool
	Amended time.Time
}

// Postmortem is postmortem.md. What its front matter leaves out follows from the updates.
type Postmortem struct {
	Path    string
	Title   string
	Draft   bool
	Public  bool      // shown below the incident
	Meeting time.Time // when the meeting was held
	Date    time.Time // of the document
	// Stated facts; zero means: from the fold.
	Severity      Severity
	Started       time.Time
	Ended         time.Time
	Impact        string
	UsersAffected string
	DataLoss      string
	Translations  map[string]Translation
	Actions       []Action // in the order written; in no output but the runbook's
}

// Action is an action item of a post-mortem: "- [ ] What - Owner: who - Due: 2026-11-01".
type Action struct {
	What  string
	Owner string    // "" where none is named
	Due   time.Time // the end of its day in the page's zone; zero: none is named
	Done  bool
	Line  int // of the file
}
