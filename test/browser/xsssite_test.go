package browser

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/testsite/testenv"
)

// hostileSite is a site with vectors in every field.
type hostileSite struct {
	*attack
	name, base string // base is the base URL, without the name
	vectors    []string
}

// build writes the site and builds it into a folder.
func (s *hostileSite) build(t *testing.T, out string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range s.files(t) {
		testenv.Write(t, dir, name, text)
	}
	var log bytes.Buffer
	status := cli.Main(cli.System{Args: []string{"build", "--keep-going", "--no-cache", "--at", sampleTime, "--out", out}, Stdout: &log, Stderr: &log, Dir: dir,
		Now: func() time.Time { return autumn }})
	if status != 0 && status != 3 {
		t.Fatalf("the build ends with %d\n%s", status, log.String())
	}
}

// legal returns a vector as it may be used in the name of a file or a URL below the site.
func legal(vector string, length int) string {
	vector = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || strings.ContainsRune(`?#\:*"<>|%/.`, r) {
			return '\''
		}
		return r
	}, vector)
	return vector[:min(len(vector), length)]
}

// files returns the site's files. Content that shares a page, such as updates, has one vector each.
// Content with a page of its own, such as a component, has several in a row.
func (s *hostileSite) files(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{"config.toml": s.config(), "content/templates/hostile.md": "---\ntitle: " + s.hidden(s.vectors[0], "the title of a template") + "\n---\n"}
	for _, language := range []string{"en", "de"} {
		files["themes/hostile/languages/"+language+".toml"] = s.words(t)
	}
	both := func(vectors []string, name, front, what, keys string) { // in both languages
		for _, language := range []string{"", ".de"} {
			text := "---\n"
			if language == "" {
				text += front
			}
			for key := range strings.FieldsSeq(keys) {
				text += key + ": " + s.line(vectors, "the "+key+" of "+what+language) + "\n"
			}
			files["content/"+name+language+".md"] = text + "---\n" + s.body(vectors, "the text of "+what+language)
		}
	}
	for i, v := range s.vectors {
		one, number, minute := []string{v}, strconv.Itoa(i), fmt.Sprintf("2026-10-02T09:%02d:00Z", i)
		both(one, "incidents/open/"+number, "status: investigating\nseverity: P1\ncomponents: [c0]\ndate: "+minute+"\n", "an update", "title impact eta")
		both(one, "maintenance/planned/"+number, "status: in_progress\nstarts: 2026-10-02T08:00:00Z\nends: 2026-10-02T20:00:00Z\ndate: "+minute+"\n", "maintenance", "title impact eta")
		both(one, "announcements/a"+number, "date: "+minute+"\n", "an announcement", "title")
		// Pages may or may not show content with mistakes, but nothing in it may run.
		wrong := "content/incidents/wrong/" + number
		files[wrong+"-values.md"] = "---\ntitle: Wrong\ndate: 2026-09-20T10:00:00Z\nstatus: " + s.hidden(v, "a status") + "\nseverity: " + s.hidden(v, "a severity") +
			"\ncomponents: [" + s.hidden(v, "a component's id") + "]\naliases: [" + s.hidden(v, "an alias that is not valid") + "]\nhold: " + s.hidden(v, "a hold") + "\ndraft: " + s.hidden(v, "a draft") + "\n---\n"
		files[wrong+"-keys.md"] = "---\ntitle: Wrong\nseverity: P1\nstatus: investigating\ndate: 2026-09-20T10:00:00Z\ncomponents: {" + s.hidden(v, "a component's id in a map") + ": " +
			s.hidden(v, "a condition") + "}\n" + s.hidden(v, "a key") + ": 1\n---\n"
	}
	for i, few := range s.few() {
		number := strconv.Itoa(i)
		var aliases []string
		for _, v := range few {
			aliases = append(aliases, quoted("/old/"+legal(s.plain(v, "an alias"), 60)))
		}
		both(few, "pages/p"+number, "aliases: ["+strings.Join(aliases, ", ")+"]\n", "a page", "title")
		past := "incidents/past" + number + "/"
		both(few, past+"01", fmt.Sprintf("status: resolved\nseverity: P2\ncomponents: [c%d]\ndate: 2026-10-01T09:%02d:00Z\ndetected: 2026-10-01T08:00:00Z\n", i, i), "a resolved incident", "title impact eta")
		both(few, past+"postmortem", "public: true\nusers_affected: "+s.line(few, "users_affected of a post-mortem")+"\ndata_loss: "+s.line(few, "data_loss of a post-mortem")+"\n", "a post-mortem", "title impact")
	}
	return files
}

// few divides the vectors into groups that fit in one title.
func (s *hostileSite) few() [][]string { return slices.Collect(slices.Chunk(s.vectors, 5)) }

// config returns config.toml.
func (s *hostileSite) config() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("title = %s", s.line(s.vectors, "the site's title"))
	line("description = %s", s.line(s.vectors, "the site's description"))
	line("base_url = %q\nlanguages = [\"en\", \"de\"]\ntheme = \"hostile\"", s.base+s.name+"/")
	v := s.vectors[0]
	line("[brand]\ncolour = %s\nlogo = %s\nicon = %s\nconditions = {major_outage = %s}", s.hidden(v, "the brand's colour"), s.hidden(v, "the brand's logo"), s.hidden(v, "the brand's icon"), s.hidden(v, "a condition's colour"))
	line("[feeds]\nhub = %s", quoted("https://hub.example.com/"+s.plain(v, "the feeds' hub")))
	line("[security]\ncontact = [%s]\nexpires = 2027-10-01\npolicy = %s", quoted("https://example.com/"+s.plain(v, "a security contact")), quoted("https://example.com/"+s.plain(v, "a security policy")))
	for i, few := range s.few() {
		line("[[groups]]\nid = \"g%d\"\nname = %s\ndescription = %s", i, s.line(few, "a group's name"), s.line(few, "a group's description"))
		line("[[components]]\nid = \"c%d\"\ngroup = \"g%d\"\nname = %s\ndescription = %s", i, i, s.line(few, "a component's name"), s.line(few, "a component's description"))
	}
	for i, v := range s.vectors {
		line("[[links]]\nname = %s\nurl = \"https://example.com/%d\"", s.line([]string{v}, "a link's name"), i)
		line("[[links]]\nurl = %s", quoted("https://example.com/"+s.plain(v, "a link's URL, of another host")))
		line("[[links]]\nurl = %s", quoted("/"+s.plain(v, "a link's path")))
		line("[[links]]\nurl = %s", quoted(s.plain(v, "a link's URL")))
	}
	return b.String()
}

// plain returns a vector without quotes around it.
func (s *hostileSite) plain(vector, field string) string {
	text, _ := s.plant(vector, field, false)
	return text
}

// words returns a catalogue of hostile words.
func (s *hostileSite) words(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../../internal/source/locale/catalogues/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	var catalogue map[string]any
	if err := toml.Unmarshal(raw, &catalogue); err != nil {
		t.Fatal(err)
	}
	delete(catalogue, "dates") // patterns, which are not shown literally
	at := 0
	var hostile func(name string, node any) any
	hostile = func(name string, node any) any {
		switch node := node.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(node)) {
				node[key] = hostile(name+" "+key, node[key])
			}
		case string:
			at++
			return node + " " + strings.NewReplacer("{", "", "}", "", "\x00", "", "\x01", "").Replace(s.plain(s.vectors[at%len(s.vectors)], "the words"+name))
		}
		return node
	}
	out, err := toml.Marshal(hostile("", catalogue))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// pages adds the pages of the site to open: all of them without a policy, and one of each kind with
// it.
func (s *hostileSite) pages(out string, in *judged, host string) {
	attacking := "?" + url.Values{"q": {s.vectors[0]}, "background": {s.vectors[0]}, "color": {s.vectors[0]}, "target": {"body"}}.Encode()
	kinds := []string{"", "incidents/open/", "maintenance/planned/", "history/" + attacking, "history/2026-10/", "404.html", "embed.html" + attacking, "badge.svg", "feed.rss", "feed.atom", "de/"}
	others := []string{"index.md", "incidents/open/index.md", "feed.json", "history.rss", "history.atom", "api/v2/summary.json", "maintenance.ics", "sitemap.xml",
		"de/incidents/open/", "de/maintenance/planned/", "de/history/2026-10/", "de/feed.atom"}
	for i := range s.few() {
		for _, form := range []string{"incidents/past#/", "components/c#/", "components/c#/badge.svg", "p#/", "de/incidents/past#/", "de/p#/"} {
			name := strings.Replace(form, "#", strconv.Itoa(i), 1)
			if i == 0 {
				kinds = append(kinds, name)
			} else {
				others = append(others, name)
			}
		}
	}
	some := func(to *[]string, pattern string, most int) { // optional pages
		found, _ := filepath.Glob(filepath.Join(out, filepath.FromSlash(pattern)))
		for _, file := range found[:min(most, len(found))] {
			name, _ := filepath.Rel(out, file)
			*to = append(*to, (&url.URL{Path: filepath.ToSlash(name)}).EscapedPath())
		}
	}
	some(&kinds, "old/*/index.html", 2)
	some(&others, "incidents/wrong/index.html", 1)
	some(&others, "feed-*.atom", 9)
	some(&others, ".well-known/security.txt", 1)
	for _, mode := range []string{"/bare/", "/strict/"} {
		base := host + mode + s.name + "/"
		for _, name := range kinds {
			if mode == "/bare/" || s.name == "s0" || !strings.HasPrefix(name, "de/") {
				in.Frames = append(in.Frames, base+name)
			}
		}
		if mode == "/bare/" || s.name == "s0" {
			in.Searches = append(in.Searches, query{base + "history/", "w", 2 + len(s.few())})
			in.Refreshed = append(in.Refreshed, base)
			in.Embeds = append(in.Embeds, host+"/host"+mode+s.name)
		}
	}
	for _, name := range others {
		in.Frames = append(in.Frames, host+"/bare/"+s.name+"/"+name)
	}
}
