// Package githubissuetest is a test double of the part of GitHub's API that githubissue uses:
// issues, their labels and comments. It is a server that keeps its state, paginates lists, and
// refuses requests without permission, as docs.github.com/rest/issues describes.
package githubissuetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Token is the server's default token.
const Token = "ghs_tokenOfTheDouble"

// Issue is an issue or a pull request.
type Issue struct {
	Number      int        `json:"number"`
	Title       string     `json:"title"`
	Body        string     `json:"body"`
	State       string     `json:"state"`
	StateReason string     `json:"state_reason,omitempty"`
	Labels      []Label    `json:"labels"`
	PullRequest *struct{}  `json:"pull_request,omitempty"`
	Comments    []*Comment `json:"-"`
}

type Label struct {
	Name string `json:"name"`
}

type Comment struct {
	ID          int64  `json:"id"`
	Body        string `json:"body"`
	Association string `json:"author_association"`
	User        User   `json:"user"`
}

// User is the author of a comment.
type User struct {
	Login string `json:"login"`
	Type  string `json:"type"`
}

// Server is the test double. Its fields may be changed between requests.
type Server struct {
	*httptest.Server
	mutex      sync.Mutex
	Issues     []*Issue
	Writes     []string // each request that changed something
	Denied     string   // an HTTP method that the token may not use; "" for none
	Token      string   // the only valid token
	Repository string   // the only repository
	// Permissions are what users may do: admin, write, read or none. Others are not collaborators.
	Permissions map[string]string
	comments    int64
}

// New starts a server for the repository example/status. Close it when done.
func New() *Server {
	s := &Server{Token: Token, Repository: "example/status"}
	s.Server = httptest.NewServer(s)
	return s
}

// Open lists the numbers of the open issues with a label.
func (s *Server) Open(label string) []int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var numbers []int
	for _, i := range s.Issues {
		if i.State == "open" && slices.Contains(i.Labels, Label{label}) {
			numbers = append(numbers, i.Number)
		}
	}
	return numbers
}

// Get returns an issue as it is now, or the zero value if there is none.
func (s *Server) Get(number int) Issue {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if number > len(s.Issues) {
		return Issue{}
	}
	return *s.Issues[number-1]
}

// Add adds an issue or a pull request and returns its number.
func (s *Server) Add(i Issue, comments ...Comment) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	i.Number, i.State = len(s.Issues)+1, "open"
	s.Issues = append(s.Issues, &i)
	for _, c := range comments {
		s.comment(&i, c)
	}
	return i.Number
}

func (s *Server) comment(i *Issue, c Comment) *Comment {
	s.comments++
	c.ID = s.comments
	i.Comments = append(i.Comments, &c)
	return &c
}

var paths = regexp.MustCompile(`^/repos/([^/]+/[^/]+)/issues(?:/([0-9]+)(/comments)?|/comments/([0-9]+))?$`)

var collaborators = regexp.MustCompile(`^/repos/([^/]+/[^/]+)/collaborators/([^/]+)/permission$`)

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	m := paths.FindStringSubmatch(r.URL.Path)
	if user := collaborators.FindStringSubmatch(r.URL.Path); user != nil {
		m = user[:2]
	}
	switch {
	case r.Header.Get("Authorization") != "Bearer "+s.Token:
		answer(w, http.StatusUnauthorized, map[string]string{"message": "Bad credentials"})
		return
	case m == nil || m[1] != s.Repository:
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
		return
	case r.Method == s.Denied:
		answer(w, http.StatusForbidden, map[string]string{"message": "Resource not accessible by integration"})
		return
	}
	if user := collaborators.FindStringSubmatch(r.URL.Path); user != nil {
		if permission, known := s.Permissions[user[2]]; known {
			answer(w, http.StatusOK, map[string]any{"permission": permission, "role_name": permission, "user": User{user[2], "User"}})
		} else {
			answer(w, http.StatusNotFound, map[string]string{"message": user[2] + " is not a user"})
		}
		return
	}
	var in struct {
		Title, Body, State *string
		StateReason        *string `json:"state_reason"`
		Labels             []string
	}
	if r.Method != http.MethodGet {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			answer(w, http.StatusBadRequest, map[string]string{"message": "Problems parsing JSON"})
			return
		}
		s.Writes = append(s.Writes, r.Method+" "+r.URL.Path)
	}
	number, _ := strconv.Atoi(m[2])
	if number > len(s.Issues) {
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
		return
	}
	switch {
	case m[4] != "" && r.Method == http.MethodPatch:
		id, _ := strconv.ParseInt(m[4], 10, 64)
		for _, i := range s.Issues {
			for _, c := range i.Comments {
				if c.ID == id {
					c.Body = *in.Body
					answer(w, http.StatusOK, c)
					return
				}
			}
		}
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
	case m[3] != "" && r.Method == http.MethodPost:
		answer(w, http.StatusCreated, s.comment(s.Issues[number-1], Comment{Body: *in.Body, Association: "NONE", User: User{"github-actions[bot]", "Bot"}}))
	case m[3] != "":
		page(w, r, s.Issues[number-1].Comments)
	case number > 0 && r.Method == http.MethodGet:
		answer(w, http.StatusOK, s.Issues[number-1])
	case number > 0 && r.Method == http.MethodPatch:
		i := s.Issues[number-1]
		for to, from := range map[*string]*string{&i.Title: in.Title, &i.Body: in.Body, &i.State: in.State, &i.StateReason: in.StateReason} {
			if from != nil {
				*to = *from
			}
		}
		answer(w, http.StatusOK, i)
	case number == 0 && r.Method == http.MethodPost:
		i := &Issue{Number: len(s.Issues) + 1, Title: *in.Title, Body: *in.Body, State: "open"}
		for _, label := range in.Labels {
			i.Labels = append(i.Labels, Label{label})
		}
		s.Issues = append(s.Issues, i)
		answer(w, http.StatusCreated, i)
	case number == 0 && r.Method == http.MethodGet:
		var list []*Issue
		for _, i := range slices.Backward(s.Issues) {
			fits := i.State == r.URL.Query().Get("state")
			for label := range strings.SplitSeq(r.URL.Query().Get("labels"), ",") {
				fits = fits && slices.Contains(i.Labels, Label{label})
			}
			if fits {
				list = append(list, i)
			}
		}
		page(w, r, list)
	default:
		answer(w, http.StatusNotFound, map[string]string{"message": "Not Found"})
	}
}

// page answers with one page of a list and a link to the next page (RFC 8288).
func page[T any](w http.ResponseWriter, r *http.Request, list []T) {
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, number = min(max(size, 1), 100), max(number, 1)
	from, to := min((number-1)*size, len(list)), min(number*size, len(list))
	if to < len(list) {
		query := r.URL.Query()
		query.Set("page", strconv.Itoa(number+1))
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?%s>; rel="next"`, r.Host, r.URL.Path, query.Encode()))
	}
	answer(w, http.StatusOK, append([]T{}, list[from:to]...))
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}
