package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/githubissue/githubissuetest"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/testsite/testenv"
)

// TestTheTokenStaysWithItsHost checks that due and pending send no request to another host if the
// API redirects there, whatever the method.
func TestTheTokenStaysWithItsHost(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("%s %s arrived elsewhere, with %q", r.Method, r.URL, r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	dir := spread(t, map[string]string{"config.toml": "title = \"Example\"\n", "content/incidents/api-down/01-investigating.md": publicP1,
		"content/incidents/later/01-investigating.md": "---\ntitle: Later\nseverity: P3\nstatus: investigating\ndate: 2026-10-05T10:00:00Z\n---\nWe look.\n"})
	for _, command := range [][]string{{"due", "--issue", "example/status"}, {"pending", "--comment", "example/status#1"}} {
		for _, method := range []string{"GET", "POST"} {
			for _, status := range []int{301, 302, 307, 308} {
				server := githubissuetest.New()
				server.Add(githubissuetest.Issue{Title: "A pull request", PullRequest: &struct{}{}})
				real, _ := url.Parse(server.URL)
				forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(real) }}
				leading := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.Method == method {
						http.Redirect(w, r, elsewhere.URL+r.URL.Path, status)
						return
					}
					forward.ServeHTTP(w, r)
				}))
				exit, _, stderr := online(t, server, dir, time.Date(2026, 10, 4, 0, 0, 0, 0, time.UTC), append(command, "--api", leading.URL)...)
				if exit != exitFailed || !strings.Contains(stderr, "refused a redirect to "+elsewhere.URL+"\nhint: the token is sent only to the host of --api or GITHUB_API_URL") {
					t.Errorf("%s, %s %d: exit status %d\n%s", command, method, status, exit, stderr)
				}
				leading.Close()
				server.Close()
			}
		}
	}
}

// TestASiteThatLeadsElsewhere checks that publish fails quickly if base_url redirects to another
// host, and names that host.
func TestASiteThatLeadsElsewhere(t *testing.T) {
	github := githubtest.Start(t, testenv.MemoryDir(t))
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	site := httptest.NewServer(http.RedirectHandler("https://elsewhere.example.com/version.json", http.StatusMovedPermanently))
	defer site.Close()
	m.write("config.toml", fmt.Sprintf(smallSite, site.URL))
	m.commit()
	begin := m.now
	status, _, stderr := m.crier("publish", "--to", "github:settler/status#gh-pages", "--api", github.URL)
	want := "error: published, but " + site.URL + "/version.json redirects to another host, https://elsewhere.example.com\nhint: set base_url in config.toml to the URL at which this target is served\n"
	if status != exitFailed || !strings.HasSuffix(stderr, want) || m.now.Sub(begin) > time.Minute {
		t.Errorf("exit status %d after %s\n%s", status, m.now.Sub(begin), stderr)
	}
}
