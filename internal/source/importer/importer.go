// Package importer turns what was read from another status page into a Crier site. Each source is a
// package below this one: it reads an export or a repository, and returns a Site in the source's
// own terms, with its own keys of components, the wanted ids, and the former URLs. Convert then
// chooses ids, drops URLs that collide, and returns config.toml and content/, a table of what
// became what, and notes on everything that was guessed or lost. The same Site always yields the
// same files, so a second import changes nothing. The package reads no clock and no files.
//
// A source never drops a text, time, status or component without a Note. Every update needs a
// status and a date, and the first one a title and components; that of an incident also needs a
// severity. Convert adds what is missing of the window of maintenance.
package importer

import (
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// Site is what a source read.
type Site struct {
	Title, BaseURL, Description, Language string

	Code string // id in Statuspage's API

	TimeZone string // an IANA name; "" for UTC

	CState        bool // keep the feeds of a cState site
	Links         []Link
	Groups        []Group
	Components    []Component
	Incidents     []Incident
	Announcements []Announcement
	Pages         []Page
	Notes         []diag.Finding
}

// Link is an entry of the navigation. Only absolute URLs are imported.
type Link struct {
	At        diag.Position
	Name, URL string
}

// Group is a heading for components.
type Group struct {
	Key               string // the source's own, unique
	Name, Description string
	Code              string // id in Statuspage's API
	Collapse          bool   // collapsed while all is well
}

// Component is a part of the platform. Several may have the same key: an update that names it then
// affects all of them.
type Component struct {
	Key               string // the source's own
	ID                string // wanted; "": made from the name
	Name, Description string
	Group             string // the key of a group; "" for none
	Code              string // id in Statuspage's API
	Start             time.Time
	Old               []string // former URLs, as paths that start with a slash
	Now               string   // the condition it is in; Convert reports one that no incident explains
}

// Incident is an incident or maintenance.
type Incident struct {
	At         diag.Position // in the source
	ID         string        // wanted name of the folder, and so the end of its URL
	Planned    bool
	Old        []string  // former URLs, as paths that start with a slash
	Updates    []Update  // oldest first; at least one
	End        time.Time // Convert adds it if no update says it; zero if it is open
	Postmortem *Postmortem
}

// Update is an update and its text. Its components are keys, not ids. Its ID ends the name of its
// file. Path is not used.
type Update struct {
	incident.Update
	Body string
}

// Postmortem is a public post-mortem.
type Postmortem struct {
	Date time.Time
	Code string // id in Statuspage's API
	Body string
}

// Announcement is a notice. Its ID is wanted, and its Aliases are former URLs.
type Announcement struct {
	At diag.Position
	incident.Announcement
	Body string
}

// Page is a custom page.
type Page struct {
	At    diag.Position
	ID    string // wanted path of the URL, such as "about" or "legal/privacy"
	Title string
	Draft bool
	Old   []string // former URLs, as paths that start with a slash
	Body  string
}

// Amended returns when a text was changed, or zero if that was within the minute in which sources
// write it.
func Amended(changed, written time.Time) time.Time {
	if changed.Sub(written) > time.Minute {
		return changed
	}
	return time.Time{}
}

// Note reports something wrong in the source.
func (s *Site) Note(kind diag.Kind, at diag.Position, format string, args ...any) {
	s.Notes = append(s.Notes, kind.New(at, "correct the source and import again", format, args...))
}

// Lost reports something that was not imported.
func (s *Site) Lost(at diag.Position, format string, args ...any) {
	s.Notes = append(s.Notes, diag.LostInImport.New(at, "check whether the new site needs it", format, args...))
}

// Guess reports something that the source doesn't say.
func (s *Site) Guess(at diag.Position, format string, args ...any) {
	s.Notes = append(s.Notes, diag.GuessInImport.New(at, "correct the imported file if this is wrong", format, args...))
}

// Severity returns the severity that a word of the source means, or P2, with a note.
func (s *Site) Severity(words map[string]incident.Severity, word string, at diag.Position) incident.Severity {
	severity, ok := words[word]
	if !ok {
		s.Guess(at, "the source has no severity %q, so it became P2", word)
		severity = incident.P2
	}
	return severity
}

// Component returns the component with a key. If there is none, it adds one to the group Other,
// with a note.
func (s *Site) Component(key, name string, at diag.Position) *Component {
	for i := range s.Components {
		if s.Components[i].Key == key {
			return &s.Components[i]
		}
	}
	s.Guess(at, "the source does not list %q, so it became a component of the group Other", name)
	s.Components = append(s.Components, Component{Key: key, Name: name, Group: s.other()})
	return &s.Components[len(s.Components)-1]
}

// other returns the key of the group Other, and adds the group if there is none.
func (s *Site) other() string {
	const other = "Other"
	for _, g := range s.Groups {
		if g.Name == other {
			return g.Key
		}
	}
	s.Groups = append(s.Groups, Group{Key: other, Name: other})
	return other
}
