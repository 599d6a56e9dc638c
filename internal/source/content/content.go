// Package content turns a tree of Markdown files with front matter into incidents, maintenance, announcements, pages and
// templates. Every mistake is a finding, and what can be understood is kept all the same: doubt about a state never makes it
// look better, and doubt about a draft withholds it. It reads only the fs.FS that it is given, and no clock.
package content

import (
	"crypto/sha256"
	"path"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
)

// Content is all that a site has to say, whether or not it may be public yet.
type Content struct {
	Incidents     []incident.Incident     // by ID
	Maintenance   []incident.Maintenance  // by ID
	Announcements []incident.Announcement // by ID
	Pages         []Page                  // by ID
	Templates     []Template              // by ID

	// Documents holds the Markdown of every file above, translations and post-mortems too, by the file's path.
	Documents map[string]*markdown.Document
	// Keys are the places of the keys' values in the front matter of every update and post-mortem, by path.
	Keys map[string]Keys
	// Secret are the folders of incidents with a file that can't be read and may tell of a security incident: see MayBeSecret.
	Secret map[string]bool
	// Sums are the SHA-256 hashes of the files' bytes, by path, where Options ask for them.
	Sums map[string][sha256.Size]byte
}

// MayBeSecret reports whether a file lies beside one that can't be read and may tell of a security incident, of which logs say
// nothing.
func (c *Content) MayBeSecret(file string) bool { return c.Secret[path.Dir(file)] }

// Page is a custom page: content/pages/about.md becomes /about/.
type Page struct {
	ID      string // the path below content/pages without extension, such as "about" or "legal/privacy"
	Path    string
	Title   string
	Draft   bool
	Aliases []string
	// Translations by language tag.
	Translations map[string]incident.Translation
}

// Template is a starting point for a first update. It is never published.
type Template struct {
	ID     string
	Path   string
	Source string // the whole file

	Description string
	Update      incident.Update // what its front matter says; without ID and Path
	Text        string          // the Markdown below it
}

// Options say how to load.
type Options struct {
	Config  *config.Config
	Workers int // how many files are read at once; 0: as many as processors
	// FrontMatterOnly leaves the Markdown unread: there are no Documents, and no findings about it.
	FrontMatterOnly bool
	// Dates is asked with the paths of all updates that state no date, when there are any, and then with those of such
	// announcements. Nil knows none.
	Dates func(paths []string) Dates

	Sums bool // fill in Content.Sums
	// Memory keeps what the files came to for the next load; nil keeps nothing.
	Memory *Memory
	// Changed lists the paths of files and folders that may have changed, come or gone since the last load with the memory.
	// What is not listed is not even looked at. Nil: anything may have; then every file is read, and what has not changed is
	// not parsed again.
	Changed []string
}

// Dates is what evidence, such as git's history, knows about updates that state no date.
type Dates struct {
	Known map[string]time.Time
	Now   time.Time                // counts for what is not known; zero: such an update is left out
	New   func(path string) bool   // whether a path is not committed, so that it needs no date yet; called from several goroutines
	Why   func(path string) string // why a path is not known; called from several goroutines
}

// Limits on content, all documented in docs/content.md.
const (
	MaxFileSize    = 1 << 20 // bytes in one Markdown file
	MaxUpdates     = 1000    // updates of one incident
	MaxPathLength  = 200     // bytes of a path below the site
	MaxTitleLength = 1000    // bytes of a title
	MaxNameLength  = 100     // bytes of the name of an incident's folder, or of an update
)
