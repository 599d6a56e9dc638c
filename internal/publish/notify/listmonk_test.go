package notify

import (
	"bytes"
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

	"github.com/santhosh-tekuri/jsonschema/v6"

	"settler.io/crier/internal/source/config"
)

// listmonk is a double of listmonk's API for campaigns (listmonk.app/docs/apis/campaigns). It
// checks the shape of requests, and lists campaigns page by page, as listmonk does. It can't search
// for names: many versions pass them to PostgreSQL's to_tsquery, which refuses colons.
type listmonk struct {
	*httptest.Server
	mutex     sync.Mutex
	campaigns []campaign
	subjects  []string
	sent      []string // names of the campaigns that were started
	lose      string   // method of a request whose answer is lost once
}

func serveListmonk(t *testing.T) *listmonk {
	schema := jsonschema.NewCompiler().MustCompile("../../render/message/testdata/listmonk.schema.json")
	l := &listmonk{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		if user, token, _ := r.BasicAuth(); user != "crier" || token != "t0ken" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		body, _ := io.ReadAll(r.Body)
		var answer any
		var id int
		switch _, err := fmt.Sscanf(r.URL.Path, "/api/campaigns/%d/status", &id); {
		case r.Method == "GET" && r.URL.Path == "/api/campaigns":
			if q := r.URL.Query(); q.Has("query") || q.Get("tag") != "crier" || q.Get("order_by") != "created_at" || q.Get("order") != "DESC" {
				t.Errorf("an unexpected question: %s", r.URL)
			}
			results := slices.Clone(l.campaigns)
			slices.Reverse(results)
			if most, _ := strconv.Atoi(r.URL.Query().Get("per_page")); len(results) > most {
				results = results[:most]
			}
			answer = map[string]any{"data": map[string]any{"results": results, "total": len(results)}}
		case r.Method == "POST" && r.URL.Path == "/api/campaigns":
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
			if err == nil {
				err = schema.Validate(value)
			}
			if err != nil {
				t.Errorf("%v\n%s", err, body)
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			var c struct{ Name, Subject string }
			json.Unmarshal(body, &c)
			l.subjects = append(l.subjects, c.Subject)
			l.campaigns = append(l.campaigns, campaign{len(l.campaigns) + 1, c.Name, "draft"})
			answer = map[string]any{"data": l.campaigns[len(l.campaigns)-1]}
		case r.Method == "PUT" && err == nil && id >= 1 && id <= len(l.campaigns) && string(body) == `{"status":"running"}`:
			c := &l.campaigns[id-1]
			if c.Status != "draft" {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			c.Status = "running"
			l.sent = append(l.sent, c.Name)
			answer = map[string]any{"data": c}
		default:
			t.Errorf("an unexpected request: %s %s %s", r.Method, r.URL, body)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if l.lose == r.Method {
			l.lose = ""
			panic(http.ErrAbortHandler)
		}
		json.NewEncoder(w).Encode(answer)
	}))
	l.Config.ErrorLog = quiet
	t.Cleanup(l.Close)
	return l
}

func (l *listmonk) recipient() Recipient {
	return Recipient{Notify: config.Notify{Name: "customers", Form: "listmonk", Lists: []int{3}}, URL: l.URL, Secret: "crier:t0ken"}
}

func TestACampaignIsSentOnce(t *testing.T) {
	for _, lost := range []string{"", "GET", "POST", "PUT"} {
		l := serveListmonk(t)
		l.campaigns = []campaign{{1, "tag:status.example.com,2005:Incident/other/01-investigating", "draft"}}
		l.lose = lost
		done := memory{}
		for range 3 { // a second run, and one that has forgotten
			done.run(t.Context(), []Recipient{l.recipient()}, news(t), now)
		}
		memory{}.run(t.Context(), []Recipient{l.recipient()}, news(t), now)
		// Of the news, only the P0's updates are significant.
		if want := []string{opened, resolved}; strings.Join(l.sent, "\n") != strings.Join(want, "\n") {
			t.Errorf("with the answer to %q lost, sent %q, not %q", lost, l.sent, want)
		}
		if l.campaigns[0].Status != "draft" {
			t.Error("someone else's draft was started")
		}
	}
}

func TestListmonkRefuses(t *testing.T) {
	l := serveListmonk(t)
	r := l.recipient()
	r.Secret = "crier:wr0ng"
	results := memory{}.run(t.Context(), []Recipient{r}, news(t), now)
	if len(results) != 1 || results[0].Err == nil || results[0].Err.Error() != "it answered 403 Forbidden" || results[0].Waiting != 2 {
		t.Errorf("%+v", results)
	}
}
