// Package serve serves a preview of a site to the people who write it.
//
// The server takes states of the site, each of which can be built for any instant, and makes pages
// when they are requested. It tells a browser when the page it shows would change, and shows
// problems above the last good page. What it adds to a page is in no build. It is for viewing one's
// own work, never for readers.
//
// Watch reports which files of a folder changed. Notifications from the operating system are only
// hints: a batch lists paths that are worth another look, and never says what happened to them.
// Where the system can't watch any more folders, and regularly in any case, Watch compares sizes
// and modification times instead. It reads no file contents.
package serve

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"settler.io/crier/internal/fileset"
)

type Site struct {
	// Build returns the site in a view, as last built without a problem. It is called from several
	// goroutines. Nil means that there is nothing to show yet.
	Build func(View) Build
	// Life returns the period that the subject of a page covers. page is the path of the page's
	// file.
	Life func(page string) Life
	// Below describes what Build returns while there are problems, such as "the last good build".
	Below string
	// Problems are the reasons why the current state of the site can't be built.
	Problems []Problem
	// Base is the URL of the public site, to which the 404 page links.
	Base string
}

// View is what a browser looks at. Each browser has its own.
type View struct {
	At      time.Time // the instant to show; zero: the preview's own instant, or the present
	Present bool      // show the present, whatever instant the preview was started with
	Hidden  bool      // also show drafts and updates that are held back
}

// Build is the site as built for a view.
type Build struct {
	Files    *fileset.Set
	Now      time.Time // the instant that it shows
	Live     bool      // Now is the present
	Withheld int       // number of texts shown that may not be public
}

// Life is a period of time and the instants in it at which something changed.
type Life struct {
	From, To time.Time
	Changes  []time.Time
}

// Problem is an error that the author has to fix.
type Problem struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Excerpt string `json:"excerpt,omitempty"` // the lines around it
}

// Server is the HTTP handler of the preview.
type Server struct {
	allowed func(host string) bool
	run     string // identifies this run, so that cookies from another run are ignored

	mu      sync.Mutex
	state   *state
	clients map[*client]bool
}

// New returns a server that answers only requests whose Host header, without its port, is allowed.
func New(allowed func(host string) bool) *Server {
	return &Server{allowed: allowed, run: rand.Text()[:8], state: &state{}, clients: map[*client]bool{}}
}

// Shown is how a new state affected the browsers.
type Shown struct{ Open, Differ int } // open pages, and those of them that changed

// String returns the end of a sentence; "" if no page is open.
func (s Shown) String() string {
	switch {
	case s.Open == 0:
		return ""
	case s.Open == 1 && s.Differ == 1:
		return ", the open page differs"
	case s.Open == 1:
		return ", the open page is the same"
	}
	return fmt.Sprintf(", %d of %d open pages differ", s.Differ, s.Open)
}

// Show takes a new state of the site and notifies every browser whose page or problems changed.
func (s *Server) Show(site Site) Shown {
	s.mu.Lock()
	next := &state{Site: site, number: s.state.number + 1}
	s.state = next
	clients := make([]*client, 0, len(s.clients))
	for c := range s.clients {
		clients = append(clients, c)
	}
	s.mu.Unlock()
	shown := Shown{Open: len(clients)}
	for _, c := range clients {
		if c.tell(next.number, s.news(next, c)) {
			shown.Differ++
		}
	}
	return shown
}

func (s *Server) now() *state {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// state is a state of the site.
type state struct {
	Site
	number int // higher than that of every earlier state
}

// page is a file as it is sent, without what the preview adds.
type page struct {
	path    string // of the file; "" if nothing could be made
	content []byte
	hash    fileset.Hash
	found   bool
	problem *Problem // why the page could not be made
}

// page returns the file at a URL path without its leading slash, or the 404 page.
func (s *state) page(view View, address string) page {
	files := s.Build(view).Files
	file, found := lookup(files, address)
	if !found {
		if file, _ = files.Lookup("404.html"); file.Write == nil {
			return page{path: "404.html", content: []byte("<!DOCTYPE html>\n<html lang=\"en\"><head><title>Not found</title></head><body><main><h1>There is no such page</h1></main></body></html>\n")}
		}
	}
	made := page{path: file.Path, found: found}
	var b bytes.Buffer
	switch {
	// The digest of all files would require making all of them, and the preview notifies browsers
	// itself.
	case file.Digest != nil:
		b.WriteString("{\"version\":\"preview\"}\n")
	default:
		if err := file.Write(&b); err != nil {
			made.problem = &Problem{Path: file.Path, Message: err.Error(), Hint: "see the template named in the message"}
			b.Reset()
		}
	}
	made.content = b.Bytes()
	if file.Path == "404.html" && s.Base != "" {
		made.content = bytes.ReplaceAll(made.content, []byte(`"`+s.Base), []byte(`"/`))
	}
	made.hash = fileset.Sum(made.content)
	return made
}

// lookup returns the file at a URL path. A folder's file is its index.html.
func lookup(files *fileset.Set, address string) (fileset.File, bool) {
	if address == "" || address[len(address)-1] == '/' {
		return files.Lookup(address + "index.html")
	}
	return files.Lookup(address)
}
