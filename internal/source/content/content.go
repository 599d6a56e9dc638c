// Package content loads incidents, maintenance, announcements, pages and templates from a tree of
// Markdown files with front matter. Every mistake is a finding, and everything that can be
// understood is kept. Doubt about a state never makes the state look better, and doubt about a
// draft withholds it. The package reads only the given fs.FS, and no clock.
package content

import (
	"path"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
)

// Content is everything in a site's content folder, public or not.
type Content struct {
	Incidents     []incident.Incident     // by ID
	Maintenance   []incident.Maintenance  // by ID
	Announcements []incident.Announcement // by ID
	Pages         []Page                  // by ID
	Templates     []Template              // by ID

	// Documents holds the converted Markdown of every file above, including translations and
	// post-mortems, by path.
	Documents markdown.Documents
	// Keys holds the positions of the front matter values of every file, by path.
	Keys map[string]Keys
	// Secret holds the folders of incidents that have an unreadable file that might be about a
	// security incident: see MayBeSecret.
	Secret map[string]bool
	// Sums holds the git blob hashes of the files, by path.
	Sums map[string]fileset.Hash
}

// MayBeSecret reports whether a file is in the same folder as an unreadable file that might be
// about a security incident. Logs must not mention such files.
func (c *Content) MayBeSecret(file string) bool { return c.Secret[path.Dir(file)] }

// Page is a custom page: content/pages/about.md becomes /about/.
type Page struct {
	ID      string // path in content/pages without .md, such as "about" or "legal/privacy"
	Path    string
	Title   string
	Draft   bool
	Aliases []string
	// Translations holds the translations by language tag.
	Translations map[string]incident.Translation
}

// Template is a starting point for the first update of an incident. It is never published.
type Template struct {
	ID     string
	Path   string
	Source string // the whole file

	Description string
	Update      incident.Update // from the front matter, without ID and Path
	Text        string          // the Markdown below the front matter, without the playbook
	Playbook    string          // the Markdown below playbookMark, for the engineer on call
}

// playbookMark separates the text of a template from its checklist and playbook.
const playbookMark = "<!-- playbook -->"

type Options struct {
	Config  *config.Config
	Workers int // number of files to read at once; 0: one per processor
	// FrontMatterOnly skips the Markdown: there are no Documents, and no findings about Markdown.
	FrontMatterOnly bool
	// Dates looks up dates. It is called with the hashes, by path, of all updates and announcements
	// without a date, if there are any. It may be nil.
	Dates func(undated map[string]fileset.Hash) Dates

	// Memory caches the parsed files for the next load. It may be nil.
	Memory *Memory
	// Changed lists the paths of all files and folders that may have been changed, added or removed
	// since the last load with the same memory. Load doesn't look at any others. If Changed is nil,
	// Load reads every file, but parses only those that have changed.
	Changed []string
}

// Dates holds what evidence such as git's history says about updates without a date.
type Dates struct {
	Known map[string]time.Time
	Now   time.Time                // for updates that are not in Known; zero: leave them out
	New   func(path string) bool   // whether a file is not committed yet; called concurrently
	Why   func(path string) string // why a path is not in Known; called concurrently
}

// AllDated dates every update that states no date at the given time, for callers that don't look at
// dates.
func AllDated(now time.Time) func(undated map[string]fileset.Hash) Dates {
	return func(undated map[string]fileset.Hash) Dates {
		dates := Dates{Known: map[string]time.Time{}}
		for path := range undated {
			dates.Known[path] = now
		}
		return dates
	}
}

// Limits on content. docs/content.md documents all of them.
const (
	MaxFileSize    = 1 << 20 // bytes in one Markdown file
	MaxUpdates     = 1000    // updates of one incident
	MaxPathLength  = 200     // bytes of a path in the site
	MaxTitleLength = 1000    // bytes of a title
	MaxNameLength  = 100     // bytes of the name of an incident's folder or of an update
)
