package browser

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"settler.io/crier/internal/testsite/testenv"
)

// TestNoTextRunsInABrowser puts every attack of testdata/xss.toml in every field of every kind of
// content, of config.toml and of a theme's words, and opens the resulting pages in Chromium, with
// and without the Content-Security-Policy. Nothing may run, send requests to other hosts, or add
// elements, attributes or URLs that text must not create. Every field must be visible on a page.
// Without CRIER_LONG, the first 25 attacks must do.
func TestNoTextRunsInABrowser(t *testing.T) {
	testenv.NeedNode(t)
	a := &attack{hosts: &strayRequests{}}
	canary := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.hosts.add("the canary was asked for http://" + r.Host + r.URL.String())
	}))
	t.Cleanup(canary.Close)
	a.canary = strings.TrimPrefix(canary.URL, "http://")
	folder := t.TempDir()
	server := httptest.NewServer(bareAndStrict(folder, a.hosts))
	t.Cleanup(server.Close)

	vectors := readVectors(t)
	if len(vectors) < 100 {
		t.Fatalf("%d vectors", len(vectors))
	}
	if !testenv.Long() {
		vectors = vectors[:25]
	}
	const group = 25 // per site
	in := judged{Chromium: testenv.Chromium(t), Host: server.URL}
	for n := 0; n*group < len(vectors); n++ {
		some := vectors[n*group : min((n+1)*group, len(vectors))]
		site := &hostileSite{attack: a, name: fmt.Sprintf("s%d", n), base: server.URL + "/bare/", vectors: some}
		site.build(t, filepath.Join(folder, site.name))
		site.pages(filepath.Join(folder, site.name), &in, server.URL)
	}
	var out struct {
		Opened int
		Seen   []int
		Found  []struct{ URL, What string }
	}
	testenv.Node(t, "xss.mjs", in, &out)
	told := map[string]int{} // by field, so that one hole doesn't hide another
	for _, f := range out.Found {
		field := a.field(f.What)
		if told[field]++; told[field] <= 3 {
			t.Errorf("%s: %s%s", strings.TrimPrefix(f.URL, server.URL), f.What, a.origin(f.What))
		}
	}
	for field, n := range told {
		if n > 3 {
			t.Errorf("%s: %d findings in all", cmp.Or(field, "of no field"), n)
		}
	}
	for _, what := range a.hosts.list() {
		t.Errorf("%s%s", what, a.origin(what))
	}
	seen := map[int]bool{}
	for _, n := range out.Seen {
		seen[n] = true
	}
	missing := map[string][]string{}
	for n, p := range a.planted {
		if p.shown && !seen[n] {
			missing[p.field] = append(missing[p.field], p.vector)
		}
	}
	for field, vectors := range missing {
		t.Errorf("%s is in no page that was opened, with %d vectors such as %s", field, len(vectors), vectors[0])
	}
	t.Logf("%d vectors, %d times in a field, %d pages opened", len(vectors), len(a.planted), out.Opened)
	if out.Opened == 0 || out.Opened < len(in.Frames)+len(in.Searches)+len(in.Refreshed)+len(in.Embeds) {
		t.Errorf("%d pages were opened", out.Opened)
	}
}

// judged is the input of xss.mjs.
type judged struct {
	Chromium  string   `json:"chromium"`
	Host      string   `json:"host"`
	Frames    []string `json:"frames"`
	Searches  []query  `json:"searches"`
	Refreshed []string `json:"refreshed"`
	Embeds    []string `json:"embeds"`
}

type query struct {
	URL     string `json:"url"`
	Query   string `json:"query"`
	Results int    `json:"results"`
}

// attack records which vector is in which field, by number.
type attack struct {
	canary  string
	hosts   *strayRequests
	planted []planting
}

type planting struct {
	vector, field string
	shown         bool // some page must show it
}

// plant returns a vector as it appears in a field, and its number.
func (a *attack) plant(vector, field string, shown bool) (text string, n int) {
	n = len(a.planted)
	a.planted = append(a.planted, planting{vector, field, shown})
	number := strconv.Itoa(n)
	text = strings.NewReplacer("xss()", "xss("+number+")", "xss(&#41;", "xss("+number+"&#41;", "CANARY", a.canary+"/"+number).Replace(vector)
	encoded := func(name string, encode func(string) string) {
		before, rest, found := strings.Cut(text, name+"(")
		if !found {
			return
		}
		end, depth := 0, 1
		for ; end < len(rest) && depth > 0; end++ {
			switch rest[end] {
			case '(':
				depth++
			case ')':
				depth--
			}
		}
		text = before + encode(rest[:end-1]) + rest[end:]
	}
	encoded("BASE64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })
	encoded("ENTITIES", func(s string) string {
		var b strings.Builder
		for _, c := range s {
			fmt.Fprintf(&b, "&#x%X", c)
		}
		return b.String()
	})
	return text, n
}

// line returns vectors for a field of plain text, as a string in YAML and TOML. Each has a word to
// find it by.
func (a *attack) line(vectors []string, field string) string {
	var b strings.Builder
	for _, v := range vectors {
		text, n := a.plant(v, field, true)
		fmt.Fprintf(&b, "%s w%dw ", text, n)
	}
	return quoted(strings.TrimSuffix(b.String(), " "))
}

// hidden returns a vector for a field that pages need not show.
func (a *attack) hidden(vector, field string) string {
	text, _ := a.plant(vector, field, false)
	return quoted(text)
}

// quoted returns a string as a literal of both YAML and TOML.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// body returns vectors in Markdown, each as a block and within a sentence. Several of them are in a
// list, whose items close whatever a vector leaves open.
func (a *attack) body(vectors []string, field string) string {
	var b strings.Builder
	for _, v := range vectors {
		text, n := a.plant(v, field, true)
		amid, _ := a.plant(v, field+" (amid a sentence)", false)
		item := fmt.Sprintf("w%dw\n\n%s\n\nWords %s words.\n", n, text, amid)
		if len(vectors) > 1 {
			item = "- " + strings.ReplaceAll(item, "\n", "\n  ") + "\n"
		}
		b.WriteString(item)
	}
	return b.String()
}

var number = regexp.MustCompile(`xss\((\d+)|127\.0\.0\.1:\d+/(\d+)|w(\d+)w`)

// named returns the plantings whose numbers a finding contains.
func (a *attack) named(what string) []planting {
	var list []planting
	for _, m := range number.FindAllStringSubmatch(what, -1) {
		if n, err := strconv.Atoi(m[1] + m[2] + m[3]); err == nil && n < len(a.planted) && !slices.Contains(list, a.planted[n]) {
			list = append(list, a.planted[n])
		}
	}
	return list
}

// field returns the first field that a finding names, or "".
func (a *attack) field(what string) string {
	for _, p := range a.named(what) {
		return p.field
	}
	return ""
}

// origin describes the vectors and fields that a finding names.
func (a *attack) origin(what string) string {
	var b strings.Builder
	for _, p := range a.named(what) {
		fmt.Fprintf(&b, "\n\tthe vector %s in %s", p.vector, p.field)
	}
	return b.String()
}

// strayRequests are requests that no page of Crier makes by itself.
type strayRequests struct {
	mu   sync.Mutex
	said []string
}

func (s *strayRequests) add(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, what)
}

func (s *strayRequests) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said
}

func readVectors(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile("testdata/xss.toml")
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Source []struct {
			Name, URL string
			Vectors   []string
		}
	}
	if err := toml.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	var vectors []string
	known := map[string]bool{}
	for _, s := range list.Source {
		if s.Name == "" || s.URL == "" {
			t.Errorf("the vectors of %q have no source", s.Name)
		}
		for _, v := range s.Vectors {
			if known[v] {
				t.Errorf("the vector %q is there twice", v)
			}
			known[v] = true
			vectors = append(vectors, v)
		}
	}
	return vectors
}

var metaPolicy = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`)

// bareAndStrict serves built sites at /bare/ without any policy, and at /strict/ with the policy of
// their _headers in addition to their own. No header stops the browser from guessing content types.
// A request for a file that doesn't exist is a stray request.
func bareAndStrict(folder string, stray *strayRequests) http.Handler {
	types := map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
		".json": "application/json", ".md": "text/plain; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".ics": "text/plain; charset=utf-8", ".rss": "application/xml; charset=utf-8", ".atom": "application/xml; charset=utf-8", ".xml": "application/xml"}
	var mu sync.Mutex
	version := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/favicon.ico":
			return
		case "/blank":
			w.Header().Set("Content-Type", types[".html"])
			fmt.Fprint(w, "<!DOCTYPE html><html lang=en><title>frames</title><body>")
			return
		}
		// This is another site, with the banner.
		if site, found := strings.CutPrefix(r.URL.Path, "/host/"); found {
			w.Header().Set("Content-Type", types[".html"])
			fmt.Fprintf(w, `<!DOCTYPE html><html lang=en><title>another site</title><body><script src="/%s/embed.js"></script><iframe src="/%s/embed.html"></iframe>`, site, site)
			return
		}
		_, rest, _ := strings.Cut(strings.TrimPrefix(path.Clean(r.URL.Path), "/"), "/")
		strict := strings.HasPrefix(r.URL.Path, "/strict/")
		site, _, _ := strings.Cut(rest, "/")
		name := filepath.Join(folder, filepath.FromSlash(rest))
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			name = filepath.Join(name, "index.html")
		}
		content, err := os.ReadFile(name)
		if err != nil {
			stray.add("there is no " + r.URL.String() + ", which was asked for by " + r.Header.Get("Referer"))
			http.NotFound(w, r)
			return
		}
		extension := filepath.Ext(name)
		w.Header().Set("Content-Type", types[extension])
		mu.Lock()
		defer mu.Unlock()
		version++
		switch {
		case path.Base(name) == "version.json":
			content = fmt.Appendf(nil, `{"version":"%d"}`, version)
		case extension == ".html": // a new version every time, so that open pages update
			content = bytes.Replace(content, []byte("</main>"), fmt.Appendf(nil, "<!-- %d --></main>", version), 1)
		}
		if strict {
			headers, _ := os.ReadFile(filepath.Join(folder, site, "_headers"))
			_, policy, _ := strings.Cut(string(headers), "Content-Security-Policy: ")
			policy, _, _ = strings.Cut(policy, "\n")
			w.Header().Set("Content-Security-Policy", policy)
		} else {
			content = metaPolicy.ReplaceAll(content, nil)
		}
		w.Write(content)
	})
}
