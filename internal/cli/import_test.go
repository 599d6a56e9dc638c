package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"settler.io/crier/internal/testsite/testenv"
)

const (
	statuspageKey = "5p-k3y-s3cret"
	statuspageV1  = "../source/importer/statuspage/testdata/v1"
)

// statuspageDouble answers as api.statuspage.io and the page do. It checks each request against the
// documented shape.
type statuspageDouble struct {
	t         *testing.T
	now       *time.Time
	last      time.Time
	asked     []string
	failAfter int // requests; 0: never
	incidents []json.RawMessage
}

func (d *statuspageDouble) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if !d.last.IsZero() && d.now.Sub(d.last) < time.Second {
		d.t.Errorf("%s was asked for after %s", r.URL, d.now.Sub(d.last))
	}
	d.last = *d.now
	d.asked = append(d.asked, r.URL.String())
	key := r.Header.Get("Authorization")
	if r.URL.Host == "status.example.com" {
		if key != "" || r.URL.Path != "/history.atom" {
			d.t.Errorf("the page was asked for %s with the key %q", r.URL, key)
		}
		d.file(w, "history.atom")
		return w.Result(), nil
	}
	query := r.URL.Query()
	n, _ := strconv.Atoi(query.Get("page"))
	switch {
	case r.Method != http.MethodGet || r.URL.Scheme != "https" || r.URL.Host != "api.statuspage.io":
		d.t.Errorf("the request %s %s", r.Method, r.URL)
	case key != "OAuth "+statuspageKey:
		w.WriteHeader(http.StatusUnauthorized)
	case d.failAfter > 0 && len(d.asked) > d.failAfter:
		w.WriteHeader(http.StatusBadGateway)
	case len(d.asked) == 2: // too fast for it, once
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(420)
	case r.URL.Path == "/v1/pages/kctbh9vrtdwd":
		d.file(w, "page.json")
	case r.URL.Path == "/v1/pages/kctbh9vrtdwd/components" && query.Get("per_page") == "100" && n == 1:
		d.file(w, "components-001.json")
	case r.URL.Path == "/v1/pages/kctbh9vrtdwd/component-groups" && query.Get("per_page") == "100" && n == 1:
		d.file(w, "component-groups-001.json")
	case r.URL.Path == "/v1/pages/kctbh9vrtdwd/incidents" && query.Get("limit") == "100" && n >= 1:
		from := min((n-1)*100, len(d.incidents))
		json.NewEncoder(w).Encode(d.incidents[from:min(from+100, len(d.incidents))])
	case r.URL.Path == "/v1/pages/kctbh9vrtdwd/subscribers" && query.Get("limit") == "100" && n == 1:
		fmt.Fprint(w, `[{"id":"s1","mode":"email","email":"ann@example.com","quarantined_at":null,"components":["apiapiapi001"]},
			{"id":"s2","mode":"email","email":"bob@example.com","quarantined_at":"2026-01-01T00:00:00.000Z"},
			{"id":"s3","mode":"sms","phone_number":"5550100","phone_country":"us"},
			{"id":"s4","mode":"email","email":"=cmd@example.com,x"},
			{"id":"s5","mode":"email","email":"eve@example.com"}]`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
	return w.Result(), nil
}

func (d *statuspageDouble) file(w http.ResponseWriter, name string) {
	raw, err := os.ReadFile(filepath.Join(statuspageV1, name))
	if err != nil {
		d.t.Fatal(err)
	}
	w.Write(raw)
}

// TestImportStatuspage downloads an export with an interruption, imports it, and compares what feed
// readers and API clients see with what they saw on Statuspage.
func TestImportStatuspage(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	double := &statuspageDouble{t: t, now: &m.now, failAfter: 5}
	for _, name := range []string{"incidents-001.json", "incidents-002.json"} {
		raw, err := os.ReadFile(filepath.Join(statuspageV1, name))
		if err != nil {
			t.Fatal(err)
		}
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			t.Fatal(err)
		}
		double.incidents = append(double.incidents, list...)
	}
	for n := range 150 { // more than a page
		double.incidents = append(double.incidents, json.RawMessage(fmt.Sprintf(
			`{"id":"older%07d","name":"Older %d","impact":"none","status":"resolved","created_at":"2023-01-01T00:00:00Z","incident_updates":[{"id":"olderu%06d","status":"resolved","body":"It was.","created_at":"2023-01-01T00:00:00Z"}]}`, n, n, n)))
	}
	m.transport = double
	outside := t.TempDir()
	export := filepath.Join(outside, "export")
	command := []string{"import", "statuspage", export, "--page", "kctbh9vrtdwd"}
	fails := func(want string, args ...string) {
		t.Helper()
		double.last = time.Time{}
		if status, stdout, stderr := m.crier(args...); status == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%q: %d %s%s", args, status, stdout, stderr)
		}
	}
	fails("there is no API key", command...)
	m.env["STATUSPAGE_API_KEY"] = "wr0ng"
	double.asked = nil
	fails("the key in STATUSPAGE_API_KEY was refused", command...)
	m.env["STATUSPAGE_API_KEY"] = statuspageKey
	fails("is not the id of a page", "import", "statuspage", export, "--page", "../x")
	fails("is in the site or in a git repository", "import", "statuspage", "a/b/export", "--page", "kctbh9vrtdwd")
	testenv.Git(t, outside, "init", "--quiet", "repository")
	fails("is in the site or in a git repository", "import", "statuspage", filepath.Join(outside, "repository", "export"), "--page", "kctbh9vrtdwd")
	if err := os.Symlink("repository", filepath.Join(outside, "link")); err != nil {
		t.Fatal(err)
	}
	fails("is in the site or in a git repository", "import", "statuspage", filepath.Join(outside, "link", "new"), "--page", "kctbh9vrtdwd")
	os.Remove(filepath.Join(outside, "link"))

	double.asked = nil
	fails("the export is not complete: api.statuspage.io/v1/pages/kctbh9vrtdwd/incidents answered 502 Bad Gateway\nhint: run the command again", command...)
	if _, err := os.Stat(filepath.Join(m.dir, "config.toml")); err == nil {
		t.Error("half a site was written")
	}
	double.failAfter, double.last = 0, time.Time{}
	double.asked = []string{"", ""}
	stdout := m.must(command...)
	if !strings.Contains(stdout, "2 subscribers by e-mail in subscribers.csv; 3 others") || !strings.Contains(stdout, "153 incidents, 1 maintenance window") {
		t.Error(stdout)
	}
	for _, url := range double.asked {
		if strings.HasSuffix(url, "kctbh9vrtdwd") || strings.Contains(url, "components") {
			t.Errorf("%s was downloaded again", url)
		}
	}
	raw, err := os.ReadFile(filepath.Join(export, "subscribers.csv"))
	if err != nil || string(raw) != "email,name,attributes\nann@example.com,,\"{\"\"statuspage_components\"\":[\"\"apiapiapi001\"\"]}\"\neve@example.com,,\n" {
		t.Errorf("%q %v", raw, err)
	}
	if info, err := os.Stat(filepath.Join(export, "subscribers.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the subscribers: %v %v", info.Mode(), err)
	}
	double.asked = nil
	if stdout := m.must(command...); !strings.Contains(stdout, ": 0 files written,") || len(double.asked) != 0 {
		t.Errorf("the second run: %s%q", stdout, double.asked)
	}
	m.env["STATUSPAGE_API_KEY"] = ""
	if stdout := m.must("import", "statuspage", export, "--dry-run"); !strings.Contains(stdout, ": 0 files to write,") || !strings.Contains(stdout, "content/incidents/2025/p31zjtct2jer") {
		t.Error(stdout)
	}
	for name, text := range filesOf(t, outside) {
		if strings.Contains(text, statuspageKey) {
			t.Errorf("the key is in %s", name)
		}
	}
	if strings.Contains(m.said.String(), statuspageKey) {
		t.Error("the key is printed")
	}
	m.env["STATUSPAGE_API_KEY"], double.last = statuspageKey, time.Time{}
	var progress bytes.Buffer
	Main(System{Args: []string{"import", "statuspage", filepath.Join(outside, "second"), "--page", "kctbh9vrtdwd", "--dry-run"}, Stdout: io.Discard, Stderr: &progress, Dir: m.dir,
		Now: m.present, Sleep: func(ctx context.Context, d time.Duration) error { m.wait(d); return ctx.Err() }, Getenv: func(name string) string { return m.env[name] },
		Transport: m.transport, Terminal: Terminal{Interactive: true}})
	if !strings.Contains(progress.String(), "\r\x1b[Kincidents-002.json") || strings.Contains(m.said.String(), "\r") {
		t.Errorf("the progress is shown on a terminal only: %q", progress.String())
	}
	m.env["STATUSPAGE_API_KEY"] = ""
	testenv.Write(t, outside, "export/incidents-002.json", `[{"id":`)
	fails("incidents-002.json ends too early", "import", "statuspage", export)

	// What readers see.
	m.must("build")
	output := filesOf(t, filepath.Join(m.dir, "public"))
	source, err := gofeed.NewParser().ParseString(filesOf(t, export)["history.atom"])
	if err != nil {
		t.Fatal(err)
	}
	ids := func(feed string) string {
		t.Helper()
		parsed, err := gofeed.NewParser().ParseString(output[feed])
		if err != nil {
			t.Fatal(err)
		}
		list := ""
		for _, item := range parsed.Items {
			list += item.GUID + "\n"
		}
		return list
	}
	for _, item := range source.Items {
		if !strings.Contains(ids("history.atom"), item.GUID+"\n") || !strings.Contains(ids("history.rss"), item.Link+"\n") {
			t.Errorf("%s or %s is not in the feeds: %s%s", item.GUID, item.Link, ids("history.atom"), ids("history.rss"))
		}
	}
	var summary struct {
		Components []struct{ ID string }
		Incidents  []struct {
			ID      string
			Updates []struct{ ID string } `json:"incident_updates"`
		}
		Maintenance []struct {
			ID      string
			Updates []struct{ ID string } `json:"incident_updates"`
		} `json:"scheduled_maintenances"`
	}
	for _, name := range []string{"components", "incidents", "scheduled-maintenances"} {
		if err := json.Unmarshal([]byte(output["api/v2/"+name+".json"]), &summary); err != nil {
			t.Fatal(name, err)
		}
	}
	if got, want := fmt.Sprint(summary.Components, summary.Incidents[:2], summary.Maintenance),
		"[{mailmail0003} {g1group00001} {apiapiapi001} {webwebweb002} {"; !strings.HasPrefix(got, want) ||
		!strings.Contains(got, "{openopen0004 [{u4u4u4u4u401}]}") || !strings.Contains(got, "{u1u1u1u1u103} {u1u1u1u1u102} {u1u1u1u1u101}]}") ||
		!strings.Contains(got, "[{maintain0003 [{u3u3u3u3u303} {u3u3u3u3u302} {u3u3u3u3u301}]}]") {
		t.Errorf("the API has %s", got)
	}
	for _, page := range []string{"incidents/p31zjtct2jer/index.html", "incidents/maintain0003/index.html", "api/v2/incidents/p31zjtct2jer.json"} {
		if output[page] == "" {
			t.Errorf("there is no %s", page)
		}
	}
}
