package notify

import (
	stdcmp "cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

var now = time.Date(2026, 10, 2, 10, 40, 0, 0, time.UTC)

const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

// news returns the updates of a site with an incident of two updates, maintenance, and a draft.
func news(t *testing.T) []Update {
	t.Helper()
	c, findings, err := config.Parse("config.toml", []byte("title = \"Example\"\nbase_url = \"https://status.example.com/\"\nlanguages = [\"de\"]\n[[components]]\nid = \"api\"\n[[components]]\nid = \"web\"\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"incidents/api-down/01-investigating.md":    "title: API down\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\ncomponents: [api]\nimpact: Requests fail.\n---\nWe look.\n",
		"incidents/api-down/02-resolved.md":         "status: resolved\ndate: 2026-10-02T10:30:00Z\n---\nIt works.\n",
		"incidents/api-down/03-resolved.md":         "status: resolved\ndate: 2026-10-02T10:31:00Z\ndraft: true\n---\nSecret.\n",
		"incidents/old/01-resolved.md":              "title: Long ago\nseverity: P3\nstatus: resolved\ndate: 2024-01-01T00:00:00Z\n---\nIt was.\n",
		"maintenance/upgrade/01-scheduled.md":       "title: Upgrade\nstatus: scheduled\ndate: 2026-10-02T09:00:00Z\nstarts: 2026-11-30T02:00:00Z\nends: 2026-11-30T03:00:00Z\ncomponents: [web]\n---\nWe upgrade.\n",
		"maintenance/soon/01-scheduled.md":          "title: Soon\nstatus: scheduled\ndate: 2026-09-01T09:00:00Z\nstarts: 2026-10-02T10:35:00Z\nends: 2026-11-30T03:00:00Z\n---\nWe work.\n",
		"announcements/region.md":                   "title: New region\ndate: 2026-10-02T08:00:00Z\n---\nWe run there.\n",
		"announcements/draft.md":                    "title: Secret\ndate: 2026-10-02T08:00:00Z\ndraft: true\n---\nSecret.\n",
		"incidents/held/01-investigating.md":        "title: Held\nseverity: P3\nstatus: investigating\ndate: 2026-10-02T10:39:00Z\nhold: 30m\n---\nNot yet.\n",
		"incidents/api-down/01-investigating.de.md": "title: API gestört\n---\nWir sehen nach.\n",
	} {
		files["content/"+name] = &fstest.MapFile{Data: []byte("---\n" + text)}
	}
	loaded, findings := content.Load(files, content.Options{Config: c})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	plan, _ := site.Plan(site.Input{Config: c, Content: loaded, Now: now})
	return Updates(plan, nil)
}

const (
	opened   = "tag:status.example.com,2005:Incident/api-down/01-investigating"
	resolved = "tag:status.example.com,2005:Incident/api-down/02-resolved"
	planned  = "tag:status.example.com,2005:Maintenance/upgrade/01-scheduled"
	started  = "tag:status.example.com,2005:Maintenance/soon/started" // started by the clock
	region   = "tag:status.example.com,2005:Announcement/region"
)

// receiver is a server that receives notifications. answer returns the status for a request about
// an update or feed.
type receiver struct {
	*httptest.Server
	mutex    sync.Mutex
	requests []request
	answer   func(about string) int
	location string // of a redirect
}

type request struct {
	about  string // the update's id or the feed's URL
	header http.Header
	body   []byte
}

func receive(t *testing.T) *receiver {
	r := &receiver{answer: func(string) int { return http.StatusNoContent }}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		about := q.Header.Get("Webhook-Id")
		if about == "" {
			q.Body = io.NopCloser(strings.NewReader(string(body)))
			about = q.PostFormValue("hub.url")
		}
		r.mutex.Lock()
		r.requests = append(r.requests, request{about, q.Header, body})
		r.mutex.Unlock()
		w.Header().Set("Location", r.location)
		w.WriteHeader(r.answer(about))
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) abouts() []string {
	var list []string
	for _, q := range r.requests {
		list = append(list, q.about)
	}
	return list
}

// memory remembers what was accepted, as the record does.
type memory map[string]bool

func (m memory) settled(u Update, channel string) bool { return m[channel+" "+u.FeedID] }

// patience waits in no time.
func patience(now time.Time) publish.Patience {
	return publish.Patience{Now: func() time.Time { return now }, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, Tell: func(string) {}, Began: now, Limit: timeout}
}

// webhook returns a recipient of the form webhook.
func webhook(name, url, secret string) Recipient {
	return Recipient{Notify: config.Notify{Name: name, Form: "webhook"}, URL: url, Secret: secret}
}

func (m memory) run(ctx context.Context, recipients []Recipient, list []Update, at time.Time) []Result {
	results := announce(ctx, nil, recipients, list, m.settled, patience(at))
	for _, r := range results {
		for _, u := range slices.Concat(r.Told, r.Refused) {
			m[r.Channel+" "+u.FeedID] = true
		}
	}
	return results
}

func TestWebhooksAreToldOnceAndSigned(t *testing.T) {
	r := receive(t)
	recipients := []Recipient{webhook("pager", r.URL, secret)}
	done := memory{}
	results := done.run(t.Context(), recipients, news(t), now)
	if len(results) != 1 || results[0].Err != nil || results[0].Waiting != 0 {
		t.Fatalf("%+v", results)
	}
	// Oldest first; nothing held, old or in draft.
	if want := []string{region, planned, opened, resolved, started}; !slices.Equal(r.abouts(), want) {
		t.Fatalf("told of %q, not of %q", r.abouts(), want)
	}
	judge, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range r.requests {
		if err := judge.VerifyIgnoringTimestamp(q.body, q.header); err != nil {
			t.Errorf("%s: %v", q.about, err)
		}
		if err := judge.VerifyIgnoringTimestamp(append(q.body, ' '), q.header); err == nil {
			t.Errorf("%s: a changed body has the same signature", q.about)
		}
	}
	if got := r.requests[0].header.Get("Webhook-Timestamp"); got != "1790937600" {
		t.Errorf("timestamp %s", got)
	}
	if results := done.run(t.Context(), recipients, news(t), now.Add(time.Hour)); len(results) != 0 {
		t.Errorf("told again: %+v", results)
	}
}

// of returns the update with an id.
func of(t *testing.T, id string) Update {
	t.Helper()
	for _, u := range news(t) {
		if u.FeedID == id {
			return u
		}
	}
	t.Fatalf("there is no %s", id)
	return Update{}
}

func TestTheBodyOfAnAnnouncement(t *testing.T) {
	body, err := Recipient{}.body(of(t, region))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"type":"update.published","timestamp":"2026-10-02T08:00:00Z","data":{"id":"tag:status.example.com,2005:Announcement/region","page":{"title":"Example","url":"https://status.example.com/"},` +
		`"kind":"announcement","incident":"region","components":[],"title":"New region","url":"https://status.example.com/#announcement-region","text":"We run there.","date":"2026-10-02T08:00:00Z","public_at":"2026-10-02T08:00:00Z"}}`
	if string(body) != want {
		t.Errorf("\n got %s\nwant %s", body, want)
	}
}

func TestTheBody(t *testing.T) {
	body, err := Recipient{}.body(of(t, opened))
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	json.Unmarshal([]byte(`{"type":"update.published","timestamp":"2026-10-02T10:04:00Z","data":{
		"id":"tag:status.example.com,2005:Incident/api-down/01-investigating","page":{"title":"Example","url":"https://status.example.com/"},
		"kind":"incident","incident":"api-down","update":"01-investigating","status":"investigating","severity":"P0","components":["api"],
		"title":"[Investigating] API down","url":"https://status.example.com/incidents/api-down/#01-investigating",
		"text":"We look.\nImpact: Requests fail.","date":"2026-10-02T10:04:00Z","public_at":"2026-10-02T10:04:00Z"}}`), &want)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestTheBodyOfTheDocs checks that the body in docs/notifications.md has the same keys.
func TestTheBodyOfTheDocs(t *testing.T) {
	raw, err := os.ReadFile("../../../docs/notifications.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "```json webhook\n")
	shown, _, _ := strings.Cut(rest, "```")
	keys := func(text []byte) map[string]bool {
		found := map[string]bool{}
		var walk func(string, any)
		walk = func(at string, value any) {
			found[at] = true
			if inner, ok := value.(map[string]any); ok {
				for key, v := range inner {
					walk(at+"."+key, v)
				}
			}
		}
		var value any
		if err := json.Unmarshal(text, &value); err != nil {
			t.Fatal(err)
		}
		walk("", value)
		return found
	}
	body, err := Recipient{}.body(of(t, opened))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(keys([]byte(shown)), keys(body)); d != "" {
		t.Error(d)
	}
}

func TestTheHubIsToldOfEachFeedOnce(t *testing.T) {
	r := receive(t)
	results := memory{}.run(t.Context(), []Recipient{Hub(r.URL)}, news(t), now)
	if len(results) != 1 || results[0].Err != nil || len(results[0].Told) != 5 {
		t.Fatalf("%+v", results)
	}
	var want []string
	for _, feed := range []string{"feed", "de/feed", "components/api/feed", "de/components/api/feed", "components/web/feed", "de/components/web/feed"} {
		for _, format := range []string{"rss", "atom", "json"} {
			want = append(want, "https://status.example.com/"+feed+"."+format)
		}
	}
	got := r.abouts()
	slices.Sort(got)
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if q := r.requests[0]; q.header.Get("Content-Type") != "application/x-www-form-urlencoded" || !strings.Contains(string(q.body), "hub.mode=publish") {
		t.Errorf("%s %s", q.header, q.body)
	}
}

// TestFailuresAreRetriedByTheNextRun lets recipients fail. What failed is sent again later, and
// what comes after it waits, so that updates arrive in order; what succeeded is not sent again.
// Where all updates are refused, as with a wrong secret, none is given up; where a later one is
// accepted, the one that was refused is, and is never sent after later ones.
func TestFailuresAreRetriedByTheNextRun(t *testing.T) {
	all := []string{region, planned, opened, resolved, started}
	for status, refused := range map[int]bool{503: false, 429: false, 408: false, 302: true, 400: true, 401: true, 413: true} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			hub, good, bad := receive(t), receive(t), receive(t)
			bad.answer, bad.location = func(string) int { return status }, good.URL // where no redirect leads
			hub.answer = func(string) int { return http.StatusBadGateway }
			recipients := []Recipient{Hub(hub.URL), webhook("good", good.URL, secret), webhook("bad", bad.URL, secret)}
			done := memory{}
			for _, r := range done.run(t.Context(), recipients, news(t), now) {
				if failed := r.Err != nil; failed != (r.Channel != "good") || failed && r.Waiting != len(all) || len(r.Refused) > 0 {
					t.Errorf("%+v", r)
				}
			}
			wantTries := maxAttempts
			if refused {
				wantTries = len(all)
			}
			if tries := len(bad.requests); tries != wantTries {
				t.Errorf("%d requests to a receiver that answers %d", tries, status)
			}
			var accepted []string
			bad.answer = func(about string) int {
				if about == opened {
					return status
				}
				accepted = append(accepted, about)
				return http.StatusOK
			}
			for _, r := range done.run(t.Context(), recipients, news(t), now) {
				if r.Channel == "bad" && (len(r.Refused) != map[bool]int{true: 1, false: 0}[refused] || r.Waiting != map[bool]int{true: 0, false: 3}[refused] || r.Err == nil) {
					t.Errorf("%+v", r)
				}
			}
			bad.answer = func(about string) int {
				accepted = append(accepted, about)
				return http.StatusOK
			}
			hub.answer = good.answer
			done.run(t.Context(), recipients, news(t), now.Add(10*time.Minute))
			want := all
			if refused {
				want = []string{region, planned, resolved, started}
			}
			if !slices.Equal(accepted, want) {
				t.Errorf("accepted %q, not %q", accepted, want)
			}
			if !slices.Equal(good.abouts(), all) {
				t.Errorf("the one that works was told of %q", good.abouts())
			}
			if results := done.run(t.Context(), recipients, news(t), now.Add(20*time.Minute)); len(results) > 0 {
				t.Errorf("something is left: %+v", results)
			}
		})
	}
}

// TestWhatIsNoNewsIsNotTold checks that neither an old history nor updates refused for days are
// announced.
func TestWhatIsNoNewsIsNotTold(t *testing.T) {
	r := receive(t)
	results := memory{}.run(t.Context(), []Recipient{webhook("pager", r.URL, secret)}, news(t), now.Add(NewsFor))
	if len(results) != 0 {
		t.Errorf("%+v", results)
	}
	if results := (memory{}).run(t.Context(), nil, news(t), now); len(results) != 0 {
		t.Errorf("nobody was asked for, and yet %+v", results)
	}
}

// TestErrorsTellNoSecrets checks that errors contain no webhook URLs, which often include a
// password.
func TestErrorsTellNoSecrets(t *testing.T) {
	r := receive(t)
	address := r.URL + "/hook/c0nfidential"
	r.Close()
	for _, w := range []Recipient{webhook("gone", address, secret), webhook("weak", address, "c0nfidential"), webhook("coded", address, "whsec_c0nfidential!"), webhook("strange", "://c0nfidential", secret)} {
		results := memory{}.run(t.Context(), []Recipient{w}, news(t), now)
		if len(results) != 1 || results[0].Err == nil || strings.Contains(results[0].Err.Error(), "c0nfidential") {
			t.Errorf("%+v", results)
		}
	}
}

// TestASlowReceiverEndsWithTheRun checks that a receiver that never answers delays a run no longer
// than the run's own limit.
func TestASlowReceiverEndsWithTheRun(t *testing.T) {
	arrived, release := make(chan bool, 1), make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived <- true
		<-release
	}))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	results := memory{}.run(ctx, []Recipient{webhook("slow", server.URL, secret)}, news(t), now)
	if len(results) != 1 || results[0].Err == nil || len(results[0].Told) > 0 {
		t.Errorf("%+v", results)
	}
}

// TestWants lists which updates of an incident, raised from P3 to P1 and lowered again, each
// recipient gets.
func TestWants(t *testing.T) {
	c, findings, err := config.Parse("config.toml", []byte("title = \"Example\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\n[[components]]\nid = \"web\"\n"))
	if err != nil || len(findings) > 0 {
		t.Fatal(findings, err)
	}
	files := fstest.MapFS{}
	for n, text := range []string{
		"title: Slow\nseverity: P3\nstatus: investigating\ncomponents: [api]\n", "severity: P1\nstatus: identified\ncomponents: [api, web]\n",
		"severity: P3\nstatus: monitoring\ncomponents: [api]\nemail: false\n", "status: resolved\n",
	} {
		files[fmt.Sprintf("content/incidents/slow/%d.md", n+1)] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\n%sdate: 2026-10-02T10:0%d:00Z\n---\nx\n", text, n)}
	}
	files["content/maintenance/upgrade/5.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Upgrade\nstatus: scheduled\ndate: 2026-10-02T10:05:00Z\nstarts: 2026-11-30T02:00:00Z\nends: 2026-11-30T03:00:00Z\n---\nx\n")}
	files["content/announcements/6.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Region\ndate: 2026-10-02T10:06:00Z\n---\nx\n")}
	loaded, _ := content.Load(files, content.Options{Config: c})
	plan, _ := site.Plan(site.Input{Config: c, Content: loaded, Now: now.Add(24 * time.Hour)})
	for _, tc := range []struct {
		n    config.Notify
		want string
	}{
		{config.Notify{Form: "slack"}, "1 2 3 4 5 6"},
		{config.Notify{Form: "slack", Severities: []incident.Severity{incident.P1}}, "2 3 4"},
		{config.Notify{Form: "slack", Severities: []incident.Severity{incident.P3}}, "1 2 3 4"},
		{config.Notify{Form: "slack", Severities: []incident.Severity{incident.P0}}, ""},
		{config.Notify{Form: "slack", Components: []string{"web"}}, "2 3"},
		{config.Notify{Form: "slack", Events: []string{"opened", "resolved"}}, "1 4"},
		{config.Notify{Form: "slack", Events: []string{"maintenance", "announcement"}}, "5 6"},
		{config.Notify{Form: "smtp"}, "2 4"},
		{config.Notify{Form: "listmonk", Severities: []incident.Severity{incident.P3}}, "1 2 4"},
		{config.Notify{Form: "listmonk", Events: []string{"maintenance"}}, "5"},
	} {
		var got []string
		for _, u := range Updates(plan, nil) {
			if (Recipient{Notify: tc.n}).Wants(u) {
				got = append(got, stdcmp.Or(u.Update, u.ID))
			}
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%+v gets %q, not %q", tc.n, got, tc.want)
		}
	}
}
