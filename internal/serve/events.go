package serve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// client is a browser that shows a page and waits for changes.
type client struct {
	page string // URL path of the page, without the leading slash
	view View
	news chan []byte // the newest event, at most one

	mu    sync.Mutex
	state int    // number of the state that was sent last
	hash  string // of the page in that state
	last  []byte // the event sent last
}

// news is the event that a browser receives. Instants are in RFC 3339.
type news struct {
	Run      string    `json:"run"`
	Hash     string    `json:"hash"` // of the page; "" if there is none
	Problems []Problem `json:"problems"`
	Below    string    `json:"below"` // what the page shows while there are problems
	Now      string    `json:"now"`   // the instant shown
	Live     bool      `json:"live"`
	Hidden   bool      `json:"hidden"`
	Withheld int       `json:"withheld"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Changes  []string  `json:"changes"`
}

// news returns the event that tells a client about a state.
func (s *Server) news(now *state, c *client) news {
	n := news{Run: s.run, Problems: slices.Clone(now.Problems), Below: now.Below, Hidden: c.view.Hidden, Changes: []string{}}
	if now.Build != nil {
		build, made := now.Build(c.view), now.page(c.view, c.page)
		n.Hash = made.hash.String()
		if made.problem != nil {
			n.Hash, n.Problems = "", append(n.Problems, *made.problem)
		}
		n.Now, n.Live, n.Withheld = stamp(build.Now), build.Live, build.Withheld
		life := now.Life(c.page)
		n.From, n.To = stamp(life.From), stamp(life.To)
		for _, change := range life.Changes {
			n.Changes = append(n.Changes, stamp(change))
		}
	}
	if n.Problems == nil {
		n.Problems = []Problem{}
	}
	return n
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// tell queues the event of a state for a client, unless the client already has the same event or
// one of a newer state. It reports whether the client's page changed.
func (c *client) tell(state int, n news) bool {
	line, err := json.Marshal(n)
	if err != nil {
		panic(err) // unreachable: the fields are strings, numbers and booleans
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if state < c.state || bytes.Equal(line, c.last) {
		return false
	}
	differs := n.Hash != c.hash
	c.state, c.hash, c.last = state, n.Hash, line
	select {
	case <-c.news: // discard an older event that was not sent yet
	default:
	}
	c.news <- line
	return differs
}

// events sends the events of a page until the browser disconnects, as Server-Sent Events
// (html.spec.whatwg.org/multipage/server-sent-events.html). The first event is the current state.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "events cannot be sent", http.StatusInternalServerError)
		return
	}
	c := &client{page: r.URL.Query().Get("page"), view: s.view(r), news: make(chan []byte, 1)}
	s.mu.Lock()
	now := s.state
	s.clients[c] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.clients, c)
		s.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	c.tell(now.number, s.news(now, c))
	for {
		select {
		case <-r.Context().Done():
			return
		case line := <-c.news:
			if _, err := fmt.Fprintf(w, "data: %s\n\n", line); err != nil {
				return
			}
			flusher.Flush()
		}
	}
}
