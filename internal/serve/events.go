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

// client is a browser that shows a page and wants to know when it differs.
type client struct {
	page string // its address without the leading slash
	view View
	news chan []byte // the newest, at most one

	mu    sync.Mutex
	state int    // the number of the state that was told last
	hash  string // of the page then
	last  []byte // what was told
}

// news is what a browser is told. Instants are in RFC 3339.
type news struct {
	Run      string    `json:"run"`
	Hash     string    `json:"hash"` // of the page; "" when there is none
	Problems []Problem `json:"problems"`
	Below    string    `json:"below"` // what the page shows in spite of them
	Now      string    `json:"now"`   // the instant looked at
	Live     bool      `json:"live"`
	Hidden   bool      `json:"hidden"`
	Withheld int       `json:"withheld"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Changes  []string  `json:"changes"`
}

// news makes what there is to tell a client about a state.
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

// tell leaves news of a state for a client, unless it has them, or newer ones, already, and reports whether its page differs.
func (c *client) tell(state int, n news) bool {
	line, err := json.Marshal(n)
	if err != nil {
		panic(err) // texts and numbers only
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if state < c.state || bytes.Equal(line, c.last) {
		return false
	}
	differs := n.Hash != c.hash
	c.state, c.hash, c.last = state, n.Hash, line
	select {
	case <-c.news: // older, and not sent yet
	default:
	}
	c.news <- line
	return differs
}

// events tells a browser about its page for as long as it listens, by Server-Sent Events
// (html.spec.whatwg.org/multipage/server-sent-events.html). The first is how things are.
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
