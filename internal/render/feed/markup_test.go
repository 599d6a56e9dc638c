package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"

	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
)

// vectors are texts that would run, or load something, if a reader decoded them once too often.
var vectors = []string{
	`<img src=x onerror=alert(1)>`,
	`<script>alert(1)</script>`,
	`<svg/onload=alert(1)>`,
	`</div></p><iframe src=//evil.example></iframe>`,
	`<a href="javascript:alert(1)">x</a>`,
	`&lt;img src=x onerror=alert(1)&gt;`,
	`]]><img src=x onerror=alert(1)>`,
	`<!--><img src=x onerror=alert(1)>-->`,
	`AT&T <3`,
}

// vectorSite plans a site with a vector in every field that feeds show: as plain text in titles,
// impact, ETA, a name and a description, and as code in bodies.
func vectorSite(t *testing.T, vector string) *site.Site {
	t.Helper()
	quoted := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	words := quoted("Words " + vector)
	body := "Code `` " + vector + " `` and\n\n```\n" + vector + "\n```\n"
	incident := "components: [api]\nimpact: " + words + "\neta: " + words + "\n---\n" + body
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"config.toml": "title = " + quoted("Example "+strings.ReplaceAll(vector, "'", "")) + "\ndescription = " + quoted(strings.ReplaceAll(vector, "'", "")) +
			"\nbase_url = \"https://status.example.com/\"\n[feeds]\ncstate = true\n[[components]]\nid = \"api\"\nname = \"API\"\naliases = [\"/affected/api/\"]\n",
		"content/incidents/a/01.md":     "---\ntitle: " + words + "\nseverity: P1\nstatus: investigating\ndate: 2026-10-01T10:00:00Z\naliases: [/issues/a/]\n" + incident,
		"content/incidents/a/02.md":     "---\nstatus: monitoring\ndate: 2026-10-01T10:30:00Z\n" + incident,
		"content/maintenance/m/01.md":   "---\ntitle: " + words + "\nstatus: scheduled\ndate: 2026-10-01T10:00:00Z\nstarts: 2026-10-01T10:10:00Z\nends: 2026-10-01T12:00:00Z\ncomponents: [api]\nimpact: " + words + "\n---\n" + body,
		"content/announcements/news.md": "---\ntitle: " + words + "\ndate: 2026-10-01T10:00:00Z\n---\n" + body,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	c, findings, err := config.Parse("config.toml", files["config.toml"].Data)
	if err != nil {
		t.Fatal(err, findings)
	}
	loaded, findings := content.Load(files, content.Options{Config: c})
	if len(loaded.Incidents) != 1 || len(loaded.Incidents[0].Updates) != 2 || len(loaded.Maintenance) != 1 || len(loaded.Announcements) != 1 {
		t.Fatalf("the content is not as written: %v", findings)
	}
	planned, _ := site.Plan(site.Input{Config: c, Content: loaded, Words: map[string]*locale.Locale{"en": english}, Now: origin})
	return planned
}

// TestTextIsEscaped decodes every field of every feed as readers do: first XML or JSON, then
// HTML if the format says so or most readers do. Plain text must still be plain text afterwards.
func TestTextIsEscaped(t *testing.T) {
	for _, vector := range vectors {
		planned := vectorSite(t, vector)
		documents := map[string][]byte{}
		put := func(name string, write func(w io.Writer) error) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			documents[name] = b.Bytes()
			if !strings.HasSuffix(name, ".json") {
				strict(t, b.Bytes())
			}
		}
		feeds := map[string]func(io.Writer, site.Feed, string) error{"rss": RSS, "atom": Atom, "json": JSON}
		histories := map[string]func(io.Writer, site.HistoryFeed) error{"rss": HistoryRSS, "atom": HistoryAtom}
		for i := range planned.Outputs {
			o := &planned.Outputs[i]
			switch v := o.View.(type) {
			case site.FeedView:
				put(o.Path, func(w io.Writer) error { return feeds[v.Format](w, planned.Feed(o), "") })
			case site.HistoryView:
				put(o.Path, func(w io.Writer) error { return histories[v.Format](w, planned.History(o)) })
			case site.CStateView:
				put(o.Path, func(w io.Writer) error { return CState(w, planned.Meta, planned.CState(o)) })
			}
		}
		if len(documents) < 8 {
			t.Fatalf("only %d feeds", len(documents))
		}
		for name, document := range documents {
			fields := htmlFields(t, name, document)
			if len(fields) == 0 {
				t.Errorf("%s: no field with HTML", name)
			}
			for _, html := range fields {
				judge(t, name, vector, html)
			}
			feed, err := gofeed.NewParser().Parse(bytes.NewReader(document))
			if err != nil {
				t.Fatal(name, err)
			}
			titles := 0
			for _, item := range feed.Items {
				if strings.Contains(item.Title, vector) {
					titles++
				}
			}
			if titles == 0 {
				t.Errorf("%s: no title has the words %q", name, vector)
			}
		}
	}
}

// htmlFields returns the fields of a feed that readers show as HTML.
func htmlFields(t *testing.T, name string, document []byte) []string {
	t.Helper()
	var fields []string
	if strings.HasSuffix(name, ".json") {
		var feed struct {
			Items []struct {
				HTML string `json:"content_html"`
			}
		}
		if err := json.Unmarshal(document, &feed); err != nil {
			t.Fatal(err)
		}
		for _, item := range feed.Items {
			fields = append(fields, item.HTML)
		}
		return fields
	}
	type entry struct {
		Description []string `xml:"description"`
		Encoded     []string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
		Texts       []struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:",any"`
	}
	var feed struct {
		Items   []entry `xml:"channel>item"`
		Entries []entry `xml:"entry"`
	}
	if err := xml.Unmarshal(document, &feed); err != nil {
		t.Fatal(err)
	}
	for _, e := range append(feed.Items, feed.Entries...) {
		fields = append(append(fields, e.Description...), e.Encoded...)
		for _, other := range e.Texts {
			if other.Type == "html" {
				fields = append(fields, other.Text)
			}
		}
	}
	return fields
}

// judge parses a field as HTML. It reports elements that feeds never contain, and vectors that are
// missing.
func judge(t *testing.T, name, vector, html string) {
	t.Helper()
	parsed, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	parsed.Find("body *").Each(func(_ int, s *goquery.Selection) {
		switch goquery.NodeName(s) {
		case "p", "strong", "small", "br", "var", "code", "pre", "div":
			for _, a := range s.Get(0).Attr {
				if a.Key != "data-var" {
					t.Errorf("%s: %q became the attribute %s", name, vector, a.Key)
				}
			}
		default:
			t.Errorf("%s: %q became <%s> in\n%s", name, vector, goquery.NodeName(s), html)
		}
	})
	if !strings.Contains(parsed.Text(), vector) {
		t.Errorf("%s: the words %q are gone from\n%s", name, vector, html)
	}
}
