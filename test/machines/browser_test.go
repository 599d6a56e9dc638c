package machines

import (
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/testsite/testenv"
)

// TestAPersonUnderstandsAFeed opens feeds in a browser, with the content types of _headers.
func TestAPersonUnderstandsAFeed(t *testing.T) {
	chromium := testenv.Chromium(t)
	folder := build(t, settler, trouble)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".rss") || strings.HasSuffix(r.URL.Path, ".atom") {
			w.Header().Set("Content-Type", "application/xml; charset=utf-8")
		}
		http.FileServer(http.Dir(folder)).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	var seen [][]string
	testenv.Node(t, "styled.mjs", map[string]any{"chromium": chromium, "feeds": []string{server.URL + "/feed.rss", server.URL + "/feed.atom", server.URL + "/components/api/feed.atom"}}, &seen)
	for n, texts := range seen {
		all := strings.Join(texts, "\n")
		for _, want := range []string{"title: [Investigating] API returning errors", "Impact: All API requests fail.\nETA: 2026-10-02 11:00 UTC", "a: "} {
			if !strings.Contains(all, want) {
				t.Errorf("feed %d: nobody sees %q in\n%s", n, want, all)
			}
		}
		for _, hidden := range []string{"tag:", "<p>", "category", "guid:", "icon:"} {
			if strings.Contains(all, hidden) {
				t.Errorf("feed %d shows %q:\n%s", n, hidden, all)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d feeds were seen", len(seen))
	}
}

// TestTheBannerOnAnotherSite opens a page of another origin. Its policy only allows what it loads
// from the status page.
func TestTheBannerOnAnotherSite(t *testing.T) {
	chromium := testenv.Chromium(t)
	states := map[string]string{"well": build(t, settler, "2026-06-01T12:00:00Z"), "partial": build(t, settler, trouble), "major": "", "down": ""}
	raw, err := os.ReadFile(filepath.Join(states["partial"], "_headers"))
	if err != nil {
		t.Fatal(err)
	}
	policy := regexp.MustCompile(`Content-Security-Policy: (.*)`).FindStringSubmatch(string(raw))[1]
	var state atomic.Value
	state.Store("well")
	var asked atomic.Int64 // requests for badge.json
	status := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Security-Policy", policy)
		if r.URL.Path == "/badge.json" {
			asked.Add(1)
		}
		switch now := state.Load().(string); {
		case now == "down":
			http.Error(w, `{"color":"red","message":"out of order"}`, http.StatusServiceUnavailable)
		case now == "major" && r.URL.Path == "/badge.json":
			fmt.Fprint(w, `{"schemaVersion":1,"label":"Status","message":"Major System Outage","color":"red"}`)
		default:
			content, err := os.ReadFile(filepath.Join(cmp.Or(states[now], states["partial"]), filepath.FromSlash(r.URL.Path)))
			if err != nil {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(r.URL.Path)))
			w.Write(content)
		}
	}))
	t.Cleanup(status.Close)
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			w.WriteHeader(http.StatusNoContent) // an icon
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; img-src 'self'; "+
			"script-src "+status.URL+"; connect-src "+status.URL+"; frame-src "+status.URL)
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>Shop</title><script src="%[1]s/embed.js" defer data-target="#top" data-color="black" data-background="gold" data-every="0.2"></script></head>`+
			`<body><div id="top"></div><main><h1>Shop</h1><p>Goods.</p></main><iframe title="Status" src="%[1]s/embed.html?every=0.2&amp;color=rgb(1,2,3)"></iframe></body></html>`, status.URL)
	}))
	t.Cleanup(host.Close)
	swap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { state.Store(strings.TrimPrefix(r.URL.Path, "/")) }))
	t.Cleanup(swap.Close)

	type banner struct {
		Text, Role, Href, Background, Color, Parent string
		Shown                                       bool
	}
	var result struct {
		Seen     map[string]struct{ Page, Frame []banner }
		Problems []string
	}
	start := time.Now()
	testenv.Node(t, "embed.mjs", map[string]any{"chromium": chromium, "host": host.URL + "/", "swap": swap.URL}, &result)
	// The page and the frame ask for 5 requests a second each, and get one.
	if n, most := asked.Load(), int64(2*time.Since(start).Seconds())+4; n > most {
		t.Errorf("%d requests for badge.json, want at most %d", n, most)
	}
	for _, p := range result.Problems {
		t.Error(p)
	}
	for _, silent := range []string{"start", "well", "down"} {
		if seen := result.Seen[silent]; len(seen.Page)+len(seen.Frame) > 0 {
			t.Errorf("%s: %+v", silent, seen)
		}
	}
	on := func(text, background string) []banner {
		return []banner{{"Settler Status: " + text, "status", status.URL + "/", background, "rgb(0, 0, 0)", "top", true}}
	}
	within := func(text, background string) []banner {
		return []banner{{"Settler Status: " + text, "status", status.URL + "/", background, "rgb(1, 2, 3)", "main", true}}
	}
	want := map[string][2][]banner{
		"partial": {on("Partial System Outage", "rgb(255, 215, 0)"), within("Partial System Outage", "rgb(176, 70, 0)")},
		"major":   {on("Major System Outage", "rgb(255, 215, 0)"), within("Major System Outage", "rgb(194, 30, 43)")},
	}
	for name, w := range want {
		if d := gocmp.Diff(w, [2][]banner{result.Seen[name].Page, result.Seen[name].Frame}); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
