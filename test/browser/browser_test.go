// Package browser tests Crier's output with independent checkers: a browser, axe-core, Lighthouse
// and the W3C's HTML checker.
package browser

// CRIER_SCREENSHOTS is the folder for screenshots of all kinds of pages.

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/rogpeppe/go-internal/txtar"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// crier runs the program in a folder, as if at the given time.
func crier(t *testing.T, dir string, now time.Time, args ...string) {
	t.Helper()
	var out, log bytes.Buffer
	if status := cli.Main(cli.System{Args: args, Stdout: &out, Stderr: &log, Dir: dir, Now: func() time.Time { return now }}); status != 0 {
		t.Fatalf("crier %s ends with %d\n%s", strings.Join(args, " "), status, log.String())
	}
}

var autumn = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// serve serves a folder on loopback as a CDN does, with index.html for folders, 404.html and gzip.
// The folder can be changed while it runs.
func serve(t *testing.T, folder *atomic.Value) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if folder.Load() == "" {
			http.Error(w, "out of order", http.StatusServiceUnavailable)
			return
		}
		name := filepath.Join(folder.Load().(string), filepath.FromSlash(path.Clean("/"+r.URL.Path)))
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			name = filepath.Join(name, "index.html")
		}
		content, err := os.ReadFile(name)
		status := http.StatusOK
		if err != nil {
			status = http.StatusNotFound
			content, _ = os.ReadFile(filepath.Join(folder.Load().(string), "404.html"))
			name = "404.html"
		}
		types := map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json", ".md": "text/markdown; charset=utf-8", ".rss": "application/rss+xml"}
		w.Header().Set("Content-Type", types[filepath.Ext(name)])
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		z := gzip.NewWriter(w)
		z.Write(content)
		z.Close()
	}))
	t.Cleanup(server.Close)
	return server
}

// sample writes and builds the sample site, which has everything that is hard to render, with the
// given base URL and languages.
func sample(t *testing.T, base string, languages []string, at string) (site, out string) {
	t.Helper()
	archive, err := txtar.ParseFile("sample.txtar")
	if err != nil {
		t.Fatal(err)
	}
	site, out = t.TempDir(), filepath.Join(t.TempDir(), "public")
	list, _ := json.Marshal(languages)
	for _, f := range archive.Files {
		text := strings.NewReplacer("BASE", base, "LANGUAGES", string(list), "LONG", strings.Repeat("A sentence that goes on. ", 900)).Replace(string(f.Data))
		testenv.Write(t, site, f.Name, text)
	}
	crier(t, site, autumn, "build", "--at", at, "--out", out)
	return site, out
}

const sampleTime = "2026-10-02T10:30:00Z"

// kindsOfPages has a page of every kind of the sample site.
var kindsOfPages = []string{"", "incidents/api-down/", "incidents/old/", "maintenance/now/", "components/api/", "components/never/", "history/", "history/2026-09/", "subscribe/", "promises/", "about/", "404.html"}

// TestPages opens pages of every kind, in light and dark, at three widths, with all details open.
// There must be no findings by axe-core and by pa11y's HTMLCS, nothing wider than the window, no
// console messages, and no requests to other hosts. English and Arabic have all kinds of pages, the
// other languages two, in light only: they have the same elements in the same colours. The site is
// below a path, as on GitHub's project pages. The width of 640 px is that of a desktop at a zoom of
// 200 %. Without CRIER_LONG, each page is opened at its smallest width, and the other languages
// aren't.
func TestPages(t *testing.T) {
	testenv.NeedNode(t)
	chromium := testenv.Chromium(t)
	folder := t.TempDir()
	var root atomic.Value
	root.Store(folder)
	server := serve(t, &root)
	languages := append([]string{"en"}, locale.Known()...)
	base := server.URL + "/status/"
	_, out := sample(t, base, languages, sampleTime)
	if err := os.Rename(out, filepath.Join(folder, "status")); err != nil {
		t.Fatal(err)
	}
	crier(t, empty(t, base+"empty/"), autumn, "build", "--out", filepath.Join(folder, "status", "empty"))
	crier(t, many(t, base+"many/", 200), autumn, "build", "--out", filepath.Join(folder, "status", "many"))
	type page struct {
		Name, URL string
		Widths    []int
		Light     bool // not in dark
	}
	var pages []page
	looks := 0
	add := func(name, path string, widths ...int) {
		if !testenv.Long() {
			widths = widths[:1]
		}
		pages = append(pages, page{name, base + path, widths, false})
		looks += 2 * len(widths)
	}
	translated := func(name, path string, widths ...int) {
		pages = append(pages, page{name, base + path, widths, true})
		looks += len(widths)
	}
	for _, kind := range kindsOfPages {
		name := strings.ReplaceAll(strings.Trim(kind, "/"), "/", "-")
		if name == "" {
			name = "overview"
		}
		add(name, kind, 320, 640, 768, 1280)
		add("ar-"+name, "ar/"+kind, 320, 1280)
	}
	for _, code := range locale.Known() {
		if code != "en" && code != "ar" && testenv.Long() {
			translated(code+"-overview", code+"/", 320, 1280)
			translated(code+"-incident", code+"/incidents/old/", 640)
		}
	}
	add("embed", "embed.html", 320)
	add("empty-overview", "empty/", 320, 1280)
	add("empty-history", "empty/history/", 320)
	add("many-overview", "many/", 320, 1280)
	var result struct {
		Looked int
		Found  []string
	}
	testenv.Node(t, "pages.mjs", map[string]any{"chromium": chromium, "pages": pages, "screenshots": os.Getenv("CRIER_SCREENSHOTS")}, &result)
	if result.Looked != looks {
		t.Errorf("%d looks, want %d", result.Looked, looks)
	}
	for _, f := range result.Found {
		t.Error(f)
	}
}

// empty builds a site with nothing but a title.
func empty(t *testing.T, base string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte("title = \"Example Status\"\nbase_url = \""+base+"\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// many builds a site with many components, a third of which have an incident.
func many(t *testing.T, base string, components int) string {
	t.Helper()
	dir := t.TempDir()
	var config, affected strings.Builder
	fmt.Fprintf(&config, "title = \"Example Status\"\nbase_url = %q\n", base)
	for g := range 10 {
		fmt.Fprintf(&config, "[[groups]]\nid = \"g%d\"\nname = \"Group %d\"\n", g, g)
	}
	for c := range components {
		fmt.Fprintf(&config, "[[components]]\nid = \"c%d\"\nname = \"Component %d\"\ngroup = \"g%d\"\n", c, c, c%10)
		if c%3 == 0 {
			fmt.Fprintf(&affected, "c%d, ", c)
		}
	}
	files := map[string]string{
		"config.toml": config.String(),
		"content/incidents/2026-10-01-all/01-investigating.md": "---\ntitle: All of it\nseverity: P0\nstatus: investigating\ndate: 2026-10-01T11:00:00Z\nimpact: All of it.\ncomponents: [" +
			strings.TrimSuffix(affected.String(), ", ") + "]\n---\nWe look into it.\n",
	}
	for name, text := range files {
		testenv.Write(t, dir, name, text)
	}
	return dir
}

// TestFromDisk opens pages of Settler's site from disk, as in a preview or a copy. The stylesheet
// must load, every link must lead to a file, and the page's own policy must not block anything.
func TestFromDisk(t *testing.T) {
	testenv.NeedNode(t)
	chromium := testenv.Chromium(t)
	out := t.TempDir()
	crier(t, "../..", autumn.Add(22*time.Hour+30*time.Minute), "build", "--out", out)
	type page struct {
		Name, URL string
		Widths    []int
	}
	var pages []page
	names := []string{"index.html", "incidents/2026-10-02-api-down/index.html", "components/api/index.html", "history/index.html"}
	for _, name := range names {
		pages = append(pages, page{name, "file://" + filepath.Join(out, name), []int{1280}})
		f, err := os.Open(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		document, err := goquery.NewDocumentFromReader(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if document.Find("h1").Length() != 1 {
			t.Errorf("%s has %d headings of the first level", name, document.Find("h1").Length())
		}
		document.Find("a[href], link[rel=stylesheet]").Each(func(_ int, s *goquery.Selection) {
			href, _, _ := strings.Cut(s.AttrOr("href", ""), "#")
			if href == "" || strings.Contains(href, "://") {
				return
			}
			if info, err := os.Stat(filepath.Join(out, filepath.Dir(name), href)); err != nil || info.IsDir() {
				t.Errorf("%s links to %s, which is not a file", name, href)
			}
		})
	}
	var result struct {
		Looked int
		Found  []string
	}
	testenv.Node(t, "pages.mjs", map[string]any{"chromium": chromium, "pages": pages}, &result)
	if result.Looked != 2*len(names) {
		t.Errorf("%d looks", result.Looked)
	}
	for _, f := range result.Found {
		t.Error(f)
	}
}

// TestLighthouse requires full scores for the overview, and with CRIER_LONG for an incident, on a
// simulated slow phone.
func TestLighthouse(t *testing.T) {
	testenv.NeedNode(t)
	chromium := testenv.Chromium(t)
	var folder atomic.Value
	server := serve(t, &folder)
	_, out := sample(t, server.URL+"/", []string{"en", "de"}, sampleTime)
	folder.Store(out)
	var results []struct {
		URL    string
		Scores map[string]float64
		Low    []string
		Runs   int
	}
	pages := []string{server.URL + "/", server.URL + "/incidents/api-down/"}
	if !testenv.Long() {
		pages = pages[:1]
	}
	testenv.Node(t, "lighthouse.mjs", map[string]any{"chromium": chromium, "pages": pages}, &results)
	for _, r := range results {
		t.Log(r.URL, r.Scores, "in the best of", r.Runs)
		for _, category := range []string{"performance", "accessibility", "best-practices", "seo"} {
			if r.Scores[category] < 1 {
				t.Errorf("%s: %s %.2f, because of %s", r.URL, category, r.Scores[category], strings.Join(r.Low, "; "))
			}
		}
	}
	if len(results) != len(pages) {
		t.Errorf("%d pages were judged", len(results))
	}
}

// TestNuHTML checks all pages of Settler's site, the imported site and the sample site with the
// W3C's checker.
func TestNuHTML(t *testing.T) {
	testenv.NeedNode(t)
	t.Parallel()
	testenv.Need(t, "java")
	const root = "../.."
	settler, imported, jenkins := filepath.Join(t.TempDir(), "public"), t.TempDir(), filepath.Join(t.TempDir(), "public")
	crier(t, root, autumn, "build", "--at", sampleTime, "--out", settler)
	crier(t, root, autumn, "import", "cstate", "internal/source/importer/cstate/testdata/jenkins", "--site", imported)
	crier(t, root, autumn, "build", "--site", imported, "--at", sampleTime, "--out", jenkins)
	_, sampled := sample(t, "https://status.example.com/", []string{"en", "de", "ar", "zh-Hant"}, sampleTime)
	c := exec.CommandContext(t.Context(), "java", "-Xss4m", "-jar", "node_modules/vnu-jar/build/dist/vnu.jar", "--format", "json", "--errors-only", "--skip-non-html", settler, jenkins, sampled)
	log, err := c.CombinedOutput()
	var result struct {
		Messages []struct {
			URL, Message, Extract string
		}
	}
	if failure := json.Unmarshal(log, &result); failure != nil {
		t.Fatalf("%v, %v\n%s", failure, err, log)
	}
	for n, m := range result.Messages {
		t.Errorf("%s: %s: %s", strings.TrimPrefix(m.URL, "file:"), m.Message, m.Extract)
		if n > 30 {
			t.Fatal("and more")
		}
	}
}

// TestHTMLValidate checks the same pages with html-validate.
func TestHTMLValidate(t *testing.T) {
	testenv.NeedNode(t)
	settler := filepath.Join(t.TempDir(), "public")
	crier(t, "../..", autumn, "build", "--at", sampleTime, "--out", settler)
	_, sampled := sample(t, "https://status.example.com/", []string{"en", "de", "ar"}, sampleTime)
	var result struct {
		Judged int
		Found  []string
	}
	testenv.Node(t, "validate.mjs", map[string]any{"folders": []string{settler, sampled}}, &result)
	for _, f := range result.Found {
		t.Error(f)
	}
	if result.Judged < 40 {
		t.Errorf("%d files were judged", result.Judged)
	}
}

// TestBehaviour checks what the scripts add, and that the pages are complete without them.
func TestBehaviour(t *testing.T) {
	testenv.NeedNode(t)
	t.Parallel() // like the other test that mostly waits
	chromium := testenv.Chromium(t)
	var folder atomic.Value
	server := serve(t, &folder)
	_, first := sample(t, server.URL+"/", []string{"en", "de"}, sampleTime)
	_, second := sample(t, server.URL+"/", []string{"en", "de"}, "2026-10-02T12:30:00Z")
	folder.Store(first)
	swap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		folder.Store(map[string]string{"/next": second, "/down": "", "/up": second}[r.URL.Path])
	}))
	t.Cleanup(swap.Close)

	site := testsite.Generate(testsite.Options{Incidents: 10000, Seed: 1})
	library := httptest.NewServer(fromMemory(t, site))
	t.Cleanup(library.Close)
	oldest, err := fs.Glob(site, "content/incidents/2021/*/*-00003-trouble/01-*.md")
	if err != nil || len(oldest) != 1 {
		t.Fatal(oldest, err)
	}
	raw, err := fs.ReadFile(site, oldest[0])
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "title: ")
	title, _, _ := strings.Cut(rest, "\n")

	var result struct {
		Seen struct {
			Own, Before, Dark, Kept, After, Mark, Focused, Announced, Stale, Results, Led, Icon, Joined, Copied, Query, Submitted string
			Skipped, Toggled, Scrolled, Folded, Hidden, Clean                                                                     bool
			Searched, Unasked, Asked, Noted                                                                                       int
			Moved                                                                                                                 float64
		}
		Problems []string
	}
	testenv.Node(t, "behaviour.mjs", map[string]any{"chromium": chromium, "url": server.URL + "/", "kinds": kindsOfPages, "swap": swap.URL, "search": map[string]string{
		"url": library.URL + "/history/", "query": title, "title": title}}, &result)
	for _, p := range result.Problems {
		t.Error(p)
	}
	seen := result.Seen
	t.Logf("the oldest of 10,000 incidents was found in %d ms: %s", seen.Searched, seen.Results)
	if seen.Own != "2\u00a0Oct,\u00a015:34 (2 Oct 2026, 12:04 CEST)" {
		t.Errorf("in Kolkata 10:04 UTC is shown as %q", seen.Own)
	}
	if seen.Noted == 0 || seen.Moved != 0 {
		t.Errorf("after the first paint %d times of the reader's own moved the page by %g", seen.Noted, seen.Moved)
	}
	if seen.Before == seen.Dark || seen.Dark != seen.Kept {
		t.Errorf("the ground was %s, dark %s, after a reload %s", seen.Before, seen.Dark, seen.Kept)
	}
	if seen.After != "All Systems Operational" || seen.Mark == "" || !seen.Scrolled || !seen.Folded {
		t.Errorf("after the next build: %q, %q, scrolled as before %v, folded as before %v", seen.After, seen.Mark, seen.Scrolled, seen.Folded)
	}
	if !seen.Skipped || !seen.Toggled {
		t.Errorf("by keyboard: past the navigation %v, a group folded %v", seen.Skipped, seen.Toggled)
	}
	if seen.Focused != "SUMMARY" || seen.Announced != "The page has changed. All Systems Operational" || seen.Stale != "This page could not be refreshed. What it shows may be old." {
		t.Errorf("the focus went to %s, what was said: %q, and out of order %q", seen.Focused, seen.Announced, seen.Stale)
	}
	if len(seen.Icon) < 2 {
		t.Error("the icon of the tab was not asked for again, though the state is another")
	}
	if want := "POST https://lists.example.com/subscription/form email=reader%40example.com&l=one&l=two&nonce="; seen.Joined != want {
		t.Errorf("to join the mailing list, the form sent %q, want %q", seen.Joined, want)
	}
	if want := "/feed subscribe " + server.URL + "/feed.rss"; seen.Copied != want {
		t.Errorf("the first button copied %q, want %q", seen.Copied, want)
	}
	if seen.Unasked != 0 || seen.Asked < 2 {
		t.Errorf("before the search was used, %d parts of it were loaded, then %d", seen.Unasked, seen.Asked)
	}
	if seen.Query != title || !seen.Clean || seen.Submitted != "Nothing found." {
		t.Errorf("the search has the URL ?q=%s, leads to a clean URL: %v, after the button it says %q", seen.Query, seen.Clean, seen.Submitted)
	}
	if seen.Led != title || !strings.HasSuffix(seen.Results, "results") || !seen.Hidden {
		t.Errorf("the search led to %q, said %q, was hidden without scripts: %v", seen.Led, seen.Results, seen.Hidden)
	}
}

// fromMemory serves a site without writing it. It renders each file on request.
func fromMemory(t *testing.T, site fs.FS) http.Handler {
	t.Helper()
	input, _, err := build.Load(site, content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	input.Now = autumn
	files := build.Build(input).Files
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if strings.HasSuffix(r.URL.Path, "/") {
			name += "index.html"
		}
		f, ok := files.Lookup(name)
		switch {
		case !ok:
			http.NotFound(w, r)
		case name == "version.json": // its hash would render all files
			io.WriteString(w, `{"version":"1"}`)
		default:
			w.Header().Set("Content-Type", mime.TypeByExtension(filepath.Ext(name)))
			f.Write(w)
		}
	})
}

// TestTheFirstPaintIsOneSmallResponse measures the overview of 20 components, three open incidents
// and 15 days.
func TestTheFirstPaintIsOneSmallResponse(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, testsite.Generate(testsite.Options{Incidents: 200, Seed: 1})); err != nil {
		t.Fatal(err)
	}
	for i, severity := range []string{"P0", "P1", "P2"} {
		for n, status := range []string{"investigating", "identified", "monitoring"} {
			text := "---\n"
			if n == 0 {
				text += "title: Requests to a part of the platform are failing\nseverity: " + severity + "\ncomponents: [component-" + string(rune('0'+i)) + ", component-" + string(rune('5'+i)) + "]\n"
			}
			text += "status: " + status + "\ndate: 2026-10-01T1" + string(rune('0'+n)) + ":04:00Z\nimpact: Some of the requests fail.\neta: 2026-10-01T15:00:00Z\n---\nWe're currently investigating elevated error rates, and will say more within the hour.\n"
			testenv.Write(t, dir, fmt.Sprintf("content/incidents/open-%s/0%d-%s.md", severity, n+1, status), text)
		}
	}
	crier(t, dir, autumn.Add(2*time.Hour), "build")
	zipped := func(names ...string) int {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(z, bytes.NewReader(raw))
		}
		z.Close()
		return b.Len()
	}
	overview := filepath.Join(dir, "public", "index.html")
	raw, _ := os.ReadFile(overview)
	if strings.Count(string(raw), `<svg class="bars"`) != 20 || strings.Count(string(raw), `class="card p-P`) != 3 || !strings.Contains(string(raw), `<section class="days">`) {
		t.Fatal("this is another overview")
	}
	if strings.Contains(string(raw), `rel="stylesheet"`) || !strings.Contains(string(raw), "<style>") {
		t.Error("the first paint needs another response")
	}
	if n := zipped(overview); n >= 14000 {
		t.Errorf("the overview has %d bytes, gzipped", n)
	} else {
		t.Logf("the overview has %d bytes, gzipped", n)
	}
	scripts, _ := filepath.Glob(filepath.Join(dir, "public", "assets", "*.js"))
	if n := zipped(scripts...); n >= 3000 || len(scripts) != 2 {
		t.Errorf("%d scripts have %d bytes, gzipped", len(scripts), n)
	}
	for _, asset := range scripts {
		if raw, _ := os.ReadFile(asset); bytes.Contains(raw, []byte("http://")) || bytes.Contains(raw, []byte("https://")) {
			t.Errorf("%s names another host", asset)
		}
	}
}
