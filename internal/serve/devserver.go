// Package devserver serves a site to the browsers of those who write it. It takes states of the site, each a way to build it as
// it is at an instant, and gives pages, made when they are asked for; it tells a browser when the page that it shows would differ,
// and shows mistakes over the last good page. Nothing that it adds to a page is in any build. It is for looking at one's own work,
// never for readers.
package serve

import (
	"bytes"
	"crypto/rand"
	"sync"
	"time"

	"settler.io/crier/internal/fileset"
)

// Site is a state of the site.
type Site struct {
	// Build gives the site as a view shows it: what was built last without a mistake. It is called from several goroutines. Nil:
	// there is nothing to show yet.
	Build func(View) Build
	// Life gives the time in which the subject of a page, by the path of its file, lived.
	Life func(page string) Life
	// Below says what Build gives while there are problems, such as "the last good build".
	Below string
	// Problems keep the site from being built as it is written now.
	Problems []Problem
	// Base is the address of the public site, which the 404 page links to.
	Base string
}

// View is how somebody looks at the site. Each browser has its own.
type View struct {
	At      time.Time // the instant looked at; zero: as the preview was started, or Present
	Present bool      // now, whatever the preview was started with
	Hidden  bool      // shows drafts and what is held back
}

// Build is the site in a view.
type Build struct {
	Files    *fileset.Set
	Now      time.Time // the instant that it shows
	Live     bool      // Now is the present
	Withheld int       // texts that are shown and may not be public
}

// Life is a time to look at, and the instants in it at which something changed.
type Life struct {
	From, To time.Time
	Changes  []time.Time
}

// Problem is what somebody has to mend.
type Problem struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Excerpt string `json:"excerpt,omitempty"` // the lines around it
}

// Server is the handler of all requests.
type Server struct {
	allowed func(host string) bool
	run     string // names this run, so that what a browser remembers of another doesn't count

	mu      sync.Mutex
	state   *state
	clients map[*client]bool
}

// New makes a server that answers requests for the hosts that are allowed, as their Host headers name them, without port.
func New(allowed func(host string) bool) *Server {
	return &Server{allowed: allowed, run: rand.Text()[:8], state: &state{}, clients: map[*client]bool{}}
}

// Shown says what a new state meant to the browsers.
type Shown struct{ Open, Differ int } // pages that are open, and those of them that differ now

// Show takes a new state of the site and tells every browser whose page, or whose problems, differ from those it has.
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

// state is a site with the pages that were made of it.
type state struct {
	Site
	number int // each state has a higher one than those before
	mu     sync.Mutex
	pages  map[pageKey]page
}

type pageKey struct {
	view View
	path string
}

// page is a file as it is sent, but for what is added to it.
type page struct {
	path    string // of the file; "" where nothing could be made
	content []byte
	hash    fileset.Hash
	found   bool
	problem *Problem // it could not be made
}

// kept is how many pages of a state are kept: those that browsers show are made when they are told of a change, and asked for
// right after.
const kept = 16

// page makes the file that an address without its leading slash leads to, or the 404 page.
func (s *state) page(view View, address string) page {
	key := pageKey{view, address}
	s.mu.Lock()
	made, ok := s.pages[key]
	s.mu.Unlock()
	if ok {
		return made
	}
	made = s.make(view, address)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pages == nil || len(s.pages) >= kept {
		s.pages = map[pageKey]page{}
	}
	s.pages[key] = made
	return made
}

func (s *state) make(view View, address string) page {
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
	case file.Digest != nil: // naming all files would mean to make them all, and the preview tells of changes by itself
		b.WriteString("{\"version\":\"preview\"}\n")
	default:
		if err := file.Write(&b); err != nil {
			made.problem = &Problem{Path: file.Path, Message: err.Error(), Hint: "see the template that the message names"}
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

// lookup finds the file of an address: of a folder its index.html.
func lookup(files *fileset.Set, address string) (fileset.File, bool) {
	if address == "" || address[len(address)-1] == '/' {
		return files.Lookup(address + "index.html")
	}
	return files.Lookup(address)
}
