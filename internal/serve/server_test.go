package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
)

var noon = time.Date(2026, 10, 2, 12, 0, 0, 0, time.UTC)

// testSite returns a state in which each page says what it is and in which view it is shown. pages
// alternates paths and texts.
func testSite(t *testing.T, problems []Problem, pages ...string) Site {
	t.Helper()
	return Site{
		Base: "https://status.example.com/", Below: "the last good build", Problems: problems,
		Life: func(page string) Life {
			return Life{From: noon.Add(-time.Hour), To: noon, Changes: []time.Time{noon.Add(-time.Minute)}}
		},
		Build: func(view View) Build {
			files := &fileset.Set{}
			for n := 0; n < len(pages); n += 2 {
				text := pages[n+1]
				if !view.At.IsZero() {
					text += " at " + view.At.Format(time.RFC3339)
				}
				if view.Present {
					text += " now"
				}
				if view.Hidden {
					text += " with drafts"
				}
				write := func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
				if text == "broken" {
					write = func(io.Writer) error { return errors.New("template overview.html:3: no such field") }
				}
				if err := files.Add(fileset.File{Path: pages[n], Write: write}); err != nil {
					t.Error(err)
				}
			}
			if err := files.Add(fileset.File{Path: "version.json", Digest: func(fileset.Hash) []byte { t.Error("all files were made"); return nil }}); err != nil {
				t.Error(err)
			}
			return Build{Files: files, Now: noon, Live: true}
		},
	}
}

const head = "<!DOCTYPE html>\n<html><head><title>T</title></head><body>"

// ask sends a request and does not follow redirects.
func ask(t *testing.T, s *Server, path string, change func(*http.Request)) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "localhost:1414"
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestFiles(t *testing.T) {
	s := New(Local)
	s.Show(testSite(t, nil, "index.html", head+"overview", "incidents/down/index.html", head+"down", "404.html", head+`<a href="https://status.example.com/history/">lost</a>`,
		"feed.rss", "<rss>", "feed.json", "{}", "maintenance.ics", "BEGIN", "assets/a.css", "a{}", "_headers", "/*", "incidents/down/index.md", "# Down"))
	for _, c := range []struct {
		path, kind, holds string
		status            int
	}{
		{"/", "text/html; charset=utf-8", "overview", 200},
		{"/index.html", "text/html; charset=utf-8", "overview", 200},
		{"/incidents/down/", "text/html; charset=utf-8", "down", 200},
		{"/incidents/down/index.html", "text/html; charset=utf-8", "down", 200},
		{"/nothing", "text/html; charset=utf-8", `<a href="/history/">lost</a>`, 404},
		{"/feed.rss", "application/rss+xml; charset=utf-8", "<rss>", 200},
		{"/feed.json", "application/feed+json; charset=utf-8", "{}", 200},
		{"/maintenance.ics", "text/calendar; charset=utf-8", "BEGIN", 200},
		{"/assets/a.css", "text/css; charset=utf-8", "a{}", 200},
		{"/_headers", "text/plain; charset=utf-8", "/*", 200},
		{"/incidents/down/index.md", "text/markdown; charset=utf-8", "# Down", 200},
		{"/version.json", "application/json; charset=utf-8", "preview", 200},
		{"/__crier/preview.js", "text/javascript; charset=utf-8", "EventSource", 200},
		{"/__crier/preview.css", "text/css; charset=utf-8", ".crier-not-public", 200},
		{"/__crier/bar.css", "text/css; charset=utf-8", ".bar", 200},
		{"/__crier/none", "text/plain; charset=utf-8", "404", 404},
	} {
		r := ask(t, s, c.path, nil)
		text := body(t, r)
		if r.StatusCode != c.status || r.Header.Get("Content-Type") != c.kind || !strings.Contains(text, c.holds) || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s %s\n%s", c.path, r.Status, r.Header, text)
		}
		if page := strings.HasPrefix(c.kind, "text/html"); page != strings.Contains(text, "<head><link rel=\"stylesheet\" href=\"/__crier/preview.css\"><script src=\"/__crier/preview.js\" defer data-page=\""+strings.TrimPrefix(c.path, "/")+"\"") {
			t.Errorf("%s: the preview's script is not where it belongs\n%s", c.path, text)
		}
	}
	for path, to := range map[string]string{"/incidents/down": "/incidents/down/", "/incidents//down/": "/incidents/down/", "/incidents/../incidents/down/?q=1": "/incidents/down/?q=1"} {
		if r := ask(t, s, path, nil); r.StatusCode != http.StatusFound || r.Header.Get("Location") != to {
			t.Errorf("%s: %s to %q", path, r.Status, r.Header.Get("Location"))
		}
	}
	if r := ask(t, s, "//evil.example/..", func(r *http.Request) { r.URL.Path = "//evil.example/x" }); strings.HasPrefix(r.Header.Get("Location"), "//") {
		t.Errorf("it leads to another host: %s", r.Header.Get("Location"))
	}
	if r := ask(t, s, "/", func(r *http.Request) { r.Method = "POST" }); r.StatusCode != http.StatusMethodNotAllowed {
		t.Error(r.Status)
	}
}

// TestHosts checks that another website whose host name resolves to this machine can't read what is
// not public.
func TestHosts(t *testing.T) {
	s := New(Local)
	s.Show(testSite(t, nil, "index.html", head))
	for host, status := range map[string]int{"localhost": 200, "localhost:1414": 200, "127.0.0.1:1414": 200, "127.8.8.8": 200, "[::1]:1414": 200, "[::1]": 200,
		"evil.example": 403, "evil.example:1414": 403, "localhost.evil.example": 403, "192.0.2.1": 403, "": 403, "127.0.0.1.evil.example": 403} {
		for _, path := range []string{"/", "/__crier/preview.js"} {
			if r := ask(t, s, path, func(r *http.Request) { r.Host = host }); r.StatusCode != status {
				t.Errorf("%q%s: %s", host, path, r.Status)
			}
		}
	}
}

func TestPolicies(t *testing.T) {
	for before, after := range map[string]string{
		"": "",
		"default-src 'none'; script-src 'self'; style-src 'self' 'sha256-x'; connect-src 'self'": "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-x'; connect-src 'self'",
		"default-src 'none'":                           "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
		"default-src 'self' https://cdn.example.com":   "default-src 'self' https://cdn.example.com; script-src 'self' https://cdn.example.com; style-src 'self' https://cdn.example.com; connect-src 'self' https://cdn.example.com",
		"img-src *; SCRIPT-SRC 'none' ;":               "img-src *; SCRIPT-SRC 'self'",
		"script-src https://a.example; script-src b.c": "script-src https://a.example 'self'; script-src b.c",
	} {
		if got := allow(before); got != after {
			t.Errorf("%q\nbecomes %q\nnot     %q", before, got, after)
		}
	}
	page := string(inject([]byte(`<html><HEAD lang="x"><meta http-equiv="Content-Security-Policy" content="connect-src &#39;none&#39;">`), "<tags>"))
	if want := `<html><HEAD lang="x"><tags><meta http-equiv="Content-Security-Policy" content="connect-src &#39;self&#39;">`; page != want {
		t.Errorf("%s", page)
	}
	if page := string(inject([]byte("no head, but a <header>"), "<tags>")); page != "no head, but a <header><tags>" {
		t.Error(page)
	}
}

func TestViews(t *testing.T) {
	s := New(Local)
	s.Show(testSite(t, nil, "index.html", head+"page"))
	for value, want := range map[string]string{
		s.run + "~~0": "page", s.run + "~now~0": "page now", s.run + "~now~1": "page now with drafts", s.run + "~2026-10-02T10:30:00Z~0": "page at 2026-10-02T10:30:00Z",
		s.run + "~2026-10-02T12:30:00+02:00~1": "page at 2026-10-02T10:30:00Z with drafts", s.run + "~nonsense~x": "page", "another~now~1": "page", "~": "page", "": "page",
	} {
		text := body(t, ask(t, s, "/", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie, Value: value}) }))
		if !strings.HasSuffix(text, "<body>"+want) {
			t.Errorf("%q: %s", value, text)
		}
	}
}

// listen subscribes to the events of a page and returns a function that waits for the next one.
func listen(t *testing.T, s *Server, page string) func() news {
	t.Helper()
	server := httptest.NewServer(s)
	r, err := http.Get(server.URL + Prefix + "events?page=" + page)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Body.Close(); server.CloseClientConnections(); server.Close() })
	if r.Header.Get("Content-Type") != "text/event-stream" {
		t.Error(r.Header)
	}
	lines := bufio.NewScanner(r.Body)
	return func() news {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var n news
				if err := json.Unmarshal([]byte(data), &n); err != nil {
					t.Fatal(err)
				}
				return n
			}
		}
		t.Fatal("nothing more is told")
		return news{}
	}
}

func TestEvents(t *testing.T) {
	s := New(Local)
	s.Show(testSite(t, nil, "index.html", head+"first", "about/index.html", head+"about"))
	overview, about := listen(t, s, ""), listen(t, s, "about/")
	opened := overview()
	if opened.Run != s.run || opened.Now != "2026-10-02T12:00:00Z" || !opened.Live || opened.From != "2026-10-02T11:00:00Z" || opened.To != opened.Now ||
		len(opened.Changes) != 1 || opened.Problems == nil || opened.Hash != fileset.Sum([]byte(head+"first")).String() {
		t.Errorf("%+v", opened)
	}
	about()

	if shown := s.Show(testSite(t, nil, "index.html", head+"second", "about/index.html", head+"about")); shown != (Shown{Open: 2, Differ: 1}) {
		t.Errorf("%+v", shown)
	}
	if n := overview(); n.Hash == opened.Hash {
		t.Errorf("%+v", n)
	}
	if shown := s.Show(testSite(t, nil, "index.html", head+"second", "about/index.html", head+"about")); shown != (Shown{Open: 2}) {
		t.Errorf("%+v", shown)
	}

	problem := Problem{Path: "content/a.md", Line: 3, Column: 11, Code: "unknown-severity", Message: "unknown severity", Hint: "write P0"}
	if shown := s.Show(testSite(t, []Problem{problem}, "index.html", head+"second", "about/index.html", head+"about")); shown.Differ != 0 {
		t.Errorf("%+v", shown)
	}
	// The page about was not notified of the edits.
	for name, next := range map[string]func() news{"overview": overview, "about": about} {
		if n := next(); len(n.Problems) != 1 || n.Problems[0] != problem || n.Below == "" {
			t.Errorf("%s: %+v", name, n)
		}
	}
	s.Show(testSite(t, nil, "index.html", "broken", "about/index.html", head+"about"))
	if n := overview(); n.Hash != "" || len(n.Problems) != 1 || n.Problems[0].Path != "index.html" || !strings.Contains(n.Problems[0].Message, "overview.html:3") {
		t.Errorf("%+v", n)
	}
	if r := ask(t, s, "/", nil); r.StatusCode != http.StatusInternalServerError || !strings.Contains(body(t, r), "preview.js") {
		t.Error(r.Status)
	}
	if n := about(); len(n.Problems) != 0 {
		t.Errorf("%+v", n)
	}
}

func TestNothingYet(t *testing.T) {
	s := New(Local)
	problem := Problem{Path: "config.toml", Message: "cannot be read"}
	s.Show(Site{Problems: []Problem{problem}})
	if r := ask(t, s, "/about/", nil); r.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body(t, r), `data-page="about/" data-hash=""`) {
		t.Error(r.Status)
	}
	if n := listen(t, s, "about/")(); n.Hash != "" || n.Now != "" || n.Problems[0] != problem {
		t.Errorf("%+v", n)
	}
	s.Show(testSite(t, nil, "index.html", head))
	if r := ask(t, s, "/about/", nil); r.StatusCode != http.StatusNotFound || !strings.Contains(body(t, r), "There is no such page") {
		t.Error(r.Status)
	}
}

// TestTheEnd checks that an open connection does not stop the server from shutting down.
func TestTheEnd(t *testing.T) {
	listener, err := Listen("127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	s := New(Local)
	s.Show(testSite(t, nil, "index.html", head))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Serve(ctx, listener) }()
	r, err := http.Get("http://" + listener.Addr().String() + Prefix + "events?page=")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	io.Copy(io.Discard, r.Body)
	again, err := Listen("127.0.0.1", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
}

func TestShown(t *testing.T) {
	for shown, want := range map[Shown]string{{}: "", {1, 1}: ", the open page differs", {1, 0}: ", the open page is the same", {3, 2}: ", 2 of 3 open pages differ"} {
		if got := shown.String(); got != want {
			t.Errorf("%+v: %q", shown, got)
		}
	}
}

func TestWhatCannotBeListenedAt(t *testing.T) {
	taken, err := Listen("localhost", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		host  string
		port  int
		hint  string
		usage bool
	}{
		{"localhost", -1, "ports are 1 to 65535; 0 picks a free one", true},
		{"example.com", 0, "write localhost, or an IP address of this machine", true},
		{"localhost", taken.Addr().(*net.TCPAddr).Port, "choose another with --port, or a free one with --port 0", false},
		{"192.0.2.1", 0, "choose another --port or --host", false},
	} {
		if _, err := Listen(c.host, c.port); !strings.HasPrefix(diag.HintOf(err), c.hint) || c.hint == "" || diag.IsUsage(err) != c.usage {
			t.Errorf("%s %d: %v; %s", c.host, c.port, err, diag.HintOf(err))
		}
	}
}
