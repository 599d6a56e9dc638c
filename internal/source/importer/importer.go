// Package importer turns what was read from another status page into a Crier site. Each source is a
// package below this one: it reads an export or a repository, and returns a Site in the source's
// own terms, with its own keys of components, the wanted ids, and the former URLs. Convert then
// chooses ids, drops URLs that collide, and returns config.toml and content/, a table of what
// became what, and notes on everything that was guessed or lost. The same Site always yields the
// same files, so a second import changes nothing. The package reads no clock and no files.
//
// A source never drops a text, time, status or component without a Note. Every update needs a
// status and a date; the first update of an incident also needs a title, a severity and components,
// that of maintenance a title and the window.
package importer

import (
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// Site is what a source read.
type Site struct {
	Title, BaseURL, Description, Language string

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
}

// Incident is an incident or maintenance.
type Incident struct {
	At         diag.Position // in the source
	ID         string        // wanted name of the folder, and so the end of its URL
	Planned    bool
	Old        []string // former URLs, as paths that start with a slash
	Updates    []Update // oldest first
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

// Note reports something that was guessed, lost or wrong.
func (s *Site) Note(kind diag.Kind, at diag.Position, format string, args ...any) {
	hint := "correct the source and import again"
	switch kind {
	case diag.LostInImport:
		hint = "check whether the new site needs it"
	case diag.GuessInImport:
		hint = "correct the imported file if this is wrong"
	}
	at.Line, at.Column = max(1, at.Line), max(1, at.Column)
	s.Notes = append(s.Notes, kind.New(at, hint, format, args...))
}

// Component returns the component with a key. If there is none, it adds one to the group Other,
// with a note.
func (s *Site) Component(key, name string, at diag.Position) *Component {
	for i := range s.Components {
		if s.Components[i].Key == key {
			return &s.Components[i]
		}
	}
	s.Note(diag.GuessInImport, at, "the source does not list %q, so it became a component of the group Other", name)
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
