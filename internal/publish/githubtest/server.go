// Package githubtest is a test double of GitHub: the part of its API that is needed to publish,
// backed by a real git repository, with scripted faults and GitHub's documented limits. Beyond the
// happy path it does what GitHub documents: updating a ref answers 422 unless it is a fast-forward,
// creating one answers 422 if it exists or is a folder of another, an empty repository answers 409,
// a tree entry with neither content nor sha deletes a file, and base_tree must be a tree.
package githubtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

// Token is the only valid token.
const Token = "ghs_0123456789secretsecretsecret"

// Limits are rate and size limits; a zero value means no limit.
type Limits struct {
	PerHour          int // requests
	PointsPerMinute  int // a read costs 1, a write 5
	ContentPerMinute int // requests that create content
	ContentPerHour   int
	Body             int // bytes of a request
	TreeEntries      int // of a listing; longer ones are truncated and marked
}

// Documented are the limits for a workflow's token in
// docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, and those in
// docs.github.com/rest/git/trees. The limit for bodies is a conservative guess.
var Documented = Limits{PerHour: 1000, PointsPerMinute: 900, ContentPerMinute: 80, ContentPerHour: 500, Body: 10 << 20, TreeEntries: 100000}

// Server is a GitHub with a single repository, settler/status.
type Server struct {
	URL   string // of the API
	Dir   string // of the bare repository
	store *store

	// Limits may be set before the first request.
	Limits Limits
	// Late is how much later than it could the server answers each request.
	Late time.Duration
	// Now is the clock for the rate limits.
	Now func() time.Time
	// Faults are keyed by the number of the request, counted from 0.
	Faults map[int]Fault
	// Protected is a branch that can't be moved.
	Protected string
	// ReadOnly rejects every write.
	ReadOnly bool
	// Pages is the response to GET /pages; nil: Pages is not enabled.
	Pages map[string]any
	// Build is the response to GET /pages/builds/latest.
	Build map[string]any

	mutex    sync.Mutex
	requests []Request
	points   []spent
	moves    map[string]int
}

// Request is a request that was made.
type Request struct {
	Method, Path string
	Body         int
	Status       int
	At           time.Time // when it arrived
}

type spent struct {
	at     time.Time
	points int
	makes  bool
}

// Start starts a server with an empty repository in a folder. It runs until the test ends.
func Start(t testing.TB, dir string) *Server {
	t.Helper()
	store, err := newStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Dir: dir, store: store, Now: time.Now, Faults: map[int]Fault{}, moves: map[string]int{}}
	server := httptest.NewServer(s)
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Requests returns all requests since the last Forget.
func (s *Server) Requests() []Request {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Request{}, s.requests...)
}

func (s *Server) Forget() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.requests = nil
}

// Moves returns how many times a branch was created or moved.
func (s *Server) Moves(branch string) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.moves["refs/heads/"+branch]
}

// Git runs git on the repository.
func (s *Server) Git(t testing.TB, args ...string) string {
	t.Helper()
	return testenv.Git(t, s.Dir, args...)
}

// Files returns all files of a branch, as read by git.
func (s *Server) Files(t testing.TB, branch string) map[string]string {
	t.Helper()
	return FilesOf(t, s.Dir, branch)
}

// File returns a file of a branch.
func (s *Server) File(branch, path string) (content []byte, ok bool) {
	sha, _ := s.store.ref("refs/heads/" + branch)
	c, _ := s.store.commit(sha)
	sha = c.tree
	for name := range strings.SplitSeq(path, "/") {
		entries, _ := s.store.entries(sha)
		n := slices.IndexFunc(entries, func(e node) bool { return e.name == name })
		if n < 0 {
			return nil, false
		}
		sha = entries[n].sha
	}
	return s.store.get("blob", sha)
}

// Commit commits files to a branch, as someone else would. Nil content deletes a file.
func (s *Server) Commit(branch, message string, files map[string][]byte) string {
	name := "refs/heads/" + branch
	for {
		from, _ := s.store.ref(name)
		c := commit{message: message}
		root := ""
		if from != "" {
			before, _ := s.store.commit(from)
			c.parents, root = []string{from}, before.tree
		}
		tree, _ := openFolder(s.store, root)
		for path, content := range files {
			if content == nil {
				tree.remove(path)
			} else {
				tree.set(path, "100644", s.store.put("blob", content))
			}
		}
		c.tree = tree.write()
		to := s.store.putCommit(c, "Somebody", "somebody@example.com", s.Now().Unix())
		if s.store.setRef(name, from, to) {
			return to
		}
	}
}

// ServeHTTP answers a request or triggers its fault.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	at := time.Now()
	time.Sleep(s.Late)
	s.mutex.Lock()
	n := len(s.requests)
	s.requests = append(s.requests, Request{r.Method, r.URL.Path, len(body), 0, at})
	fault, faulty := s.Faults[n]
	s.mutex.Unlock()
	answer := func() (int, any) { return s.answer(r, body) }
	if faulty && fault.goOff(s, w, r, answer) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+Token {
		s.write(w, n, http.StatusUnauthorized, message("Bad credentials"))
		return
	}
	if code, value := s.limit(w, r, len(body)); code != 0 {
		s.write(w, n, code, value)
		return
	}
	code, value := answer()
	s.write(w, n, code, value)
}

func (s *Server) write(w http.ResponseWriter, n, code int, value any) {
	s.mutex.Lock()
	if n < len(s.requests) {
		s.requests[n].Status = code
	}
	s.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	if value != nil {
		json.NewEncoder(w).Encode(value)
	}
}

func message(format string, arguments ...any) map[string]any {
	return map[string]any{"message": fmt.Sprintf(format, arguments...), "documentation_url": "https://docs.github.com/rest"}
}

// limit rejects requests beyond a limit, with the headers that GitHub documents.
func (s *Server) limit(w http.ResponseWriter, r *http.Request, body int) (int, any) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now, cost, makes := s.Now(), 1, r.Method != "GET"
	if makes {
		cost = 5
	}
	if s.Limits.Body > 0 && body > s.Limits.Body {
		return http.StatusRequestEntityTooLarge, message("Request entity too large")
	}
	hour, minute, content, contentHour := 0, 0, 0, 0
	var oldest time.Time
	for _, p := range s.points {
		age := now.Sub(p.at)
		if age < time.Hour {
			hour++
			if oldest.IsZero() {
				oldest = p.at
			}
			if p.makes {
				contentHour++
			}
		}
		if age < time.Minute {
			minute += p.points
			if p.makes {
				content++
			}
		}
	}
	over := func(limit, used int) bool { return limit > 0 && used > limit }
	switch {
	case over(s.Limits.PerHour, hour+1):
		w.Header().Set("X-RateLimit-Limit", strconv.Itoa(s.Limits.PerHour))
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(oldest.Add(time.Hour).Unix(), 10))
		return http.StatusForbidden, message("API rate limit exceeded for installation ID 1.")
	case over(s.Limits.PointsPerMinute, minute+cost), makes && over(s.Limits.ContentPerMinute, content+1), makes && over(s.Limits.ContentPerHour, contentHour+1):
		return http.StatusForbidden, message("You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	}
	s.points = append(s.points, spent{now, cost, makes})
	if s.Limits.PerHour > 0 {
		w.Header().Set("X-RateLimit-Limit", strconv.Itoa(s.Limits.PerHour))
		w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(s.Limits.PerHour-hour-1))
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(now.Add(time.Hour).Unix(), 10))
	}
	return 0, nil
}
