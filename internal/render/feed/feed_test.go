package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/internal/source/markdown"
)

var (
	origin  = time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)
	english = locale.English()
)

func example(title, html, text string) site.Feed {
	return site.Feed{
		Path: "feed", ID: "tag:example.com,2005:feed", Title: "Example " + title, Page: "index.html",
		Updated: func() time.Time { return origin.Add(2 * time.Hour) }, Meta: &site.Meta{Title: "Example " + title, BaseURL: "https://status.example.com/", Language: "en", Words: english},
		Entries: entries(
			site.Entry{ID: "tag:example.com,2005:Incident/a/02", Title: "[Resolved] " + title, URL: "https://status.example.com/incidents/a/#02", HTML: html, Text: text,
				Published: origin.Add(time.Hour), Updated: origin.Add(2 * time.Hour), Categories: []string{"resolved", "P0", title}},
			site.Entry{ID: "tag:example.com,2005:Incident/a/01", Title: "[Investigating] x", URL: "https://status.example.com/incidents/a/#01", HTML: "<p>x</p>", Text: "x", Published: origin, Updated: origin},
		),
	}
}

func entries(all ...site.Entry) func() []site.Entry { return func() []site.Entry { return all } }

// strict checks that the whole document is well-formed XML.
func strict(t *testing.T, document []byte) {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(document))
	decoder.Strict = true
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
	}
}

func render(t *testing.T, s site.Feed) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := RSS(&b, s, ""); err != nil {
		t.Fatal(err)
	}
	strict(t, b.Bytes())
	return b.Bytes()
}

func TestRSS(t *testing.T) {
	document := render(t, example("API & \"web\" <down>", "<p>It is <em>back</em>.</p>", "It is back."))
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	if feed.Title != `Example API & "web" <down>` || feed.Link != "https://status.example.com/" || feed.FeedLink != "https://status.example.com/feed.rss" || feed.Language != "en" || len(feed.Items) != 2 {
		t.Errorf("%+v", feed)
	}
	item := feed.Items[0]
	if item.Title != `[Resolved] API & "web" <down>` || item.GUID != "tag:example.com,2005:Incident/a/02" || item.Link != "https://status.example.com/incidents/a/#02" ||
		item.Description != "It is back." || item.Content != "<p>It is <em>back</em>.</p>" || !item.PublishedParsed.Equal(origin.Add(time.Hour)) {
		t.Errorf("%+v", item)
	}
	if strings.Join(item.Categories, "|") != `resolved|P0|API & "web" <down>` {
		t.Error(item.Categories)
	}
	raw, err := new(rss.Parser).Parse(bytes.NewReader(document))
	if err != nil || raw.Items[0].GUID.IsPermalink != "false" || raw.Version != "2.0" || raw.LastBuildDate != "Fri, 02 Oct 2026 12:04:00 +0000" {
		t.Errorf("%+v %v", raw, err)
	}
}

func TestAnEmptyFeed(t *testing.T) {
	s := example("x", "", "")
	s.Entries = entries()
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(render(t, s)))
	if err != nil || len(feed.Items) != 0 {
		t.Error(feed, err)
	}
}

func TestCState(t *testing.T) {
	var b bytes.Buffer
	err := CState(&b, &site.Meta{Title: "Example", Description: "About", BaseURL: "https://status.example.com/", Language: "en"}, site.LegacyFeed{
		Path: "index.xml", Title: "Example", URL: "https://status.example.com/", Self: "https://status.example.com/index.xml",
		Items: []site.LegacyItem{
			{Title: "API down", URL: "https://status.example.com/issues/api/", Date: origin, Resolved: origin.Add(time.Hour), HTML: "<p>Back ]]> \x01</p>"},
			{Title: "Web down", URL: "https://status.example.com/issues/web/", Date: origin},
		}})
	if err != nil {
		t.Fatal(err)
	}
	strict(t, b.Bytes())
	feed, err := gofeed.NewParser().Parse(&b)
	if err != nil || len(feed.Items) != 2 {
		t.Fatal(feed, err)
	}
	one, two := feed.Items[0], feed.Items[1]
	if one.Title != "[Resolved] API down" || one.GUID != "https://status.example.com/issues/api/" || one.Categories[0] != "2026-10-02T11:04:00Z" || one.Description != "<p>Back ]]> </p>" {
		t.Errorf("%+v", one)
	}
	if two.Title != "Web down" || len(two.Categories) != 0 {
		t.Errorf("%+v", two)
	}
}

func TestAWriterThatFails(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if RSS(w, example("x", "", ""), "") == nil {
		t.Error("no error")
	}
}

func TestArchiveLinks(t *testing.T) {
	f := example("x", "<p>y</p>", "y")
	f.Path, f.Current, f.Previous, f.Hub = "feed/2026-2", "feed", "feed/2026-1", "https://hub.example.com/"
	for _, write := range []func(io.Writer, site.Feed, string) error{Atom} {
		var b bytes.Buffer
		if err := write(&b, f, "assets/feed.css"); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if !strings.Contains(text, "https://status.example.com/feed/2026-1.") || strings.Contains(text, "hub.example.com") {
			t.Error(text)
		}
		if strings.HasPrefix(text, "<?xml") && !strings.Contains(text, `href="../assets/feed.css"`) {
			t.Error("the stylesheet is not where it is:", text)
		}
	}
}

func TestXMLFeedsExplainThemselves(t *testing.T) {
	f := example("x -- y", "<p>y</p>", "y")
	for _, write := range []func(io.Writer, site.Feed, string) error{RSS, Atom} {
		var b bytes.Buffer
		if err := write(&b, f, "feed.css"); err != nil {
			t.Fatal(err)
		}
		strict(t, b.Bytes())
		lines := strings.SplitN(b.String(), "\n", 4)
		if lines[1] != `<?xml-stylesheet type="text/css" href="feed.css"?>` || !strings.HasPrefix(lines[2], "<!-- This is a feed.") {
			t.Error(b.String())
		}
	}
}

// history returns a feed of an incident and of maintenance.
func history(title, text string) site.HistoryFeed {
	zone := time.FixedZone("CET", 3600)
	return site.HistoryFeed{
		Path: "history", ID: "tag:example.com,2005:/history", Updated: origin,
		Meta: &site.Meta{Title: "Example " + title, BaseURL: "https://status.example.com/", Language: "en", Zone: zone},
		Entries: []site.HistoryEntry{
			{ID: "tag:example.com,2005:Incident/a", Title: title, URL: "https://status.example.com/incidents/a/", GUID: "https://status.example.com/incidents/a/", Published: origin.Add(-time.Hour), Updated: origin,
				Updates: []site.HistoryUpdate{{Status: incident.Resolved, Date: origin, Text: text}, {Status: incident.Investigating, Date: origin.Add(-time.Hour), Text: "x"}}},
			{ID: "tag:example.com,2005:Maintenance/b", Title: title, URL: "https://status.example.com/maintenance/b/", Planned: true, Published: origin.Add(-time.Hour), Updated: origin,
				Starts: origin.AddDate(0, 0, 4), Ends: origin.AddDate(0, 0, 5), Updates: []site.HistoryUpdate{{Status: incident.Scheduled, Date: origin, Text: text}}},
			{ID: "tag:example.com,2005:Maintenance/c", Title: title, URL: "https://status.example.com/maintenance/c/", Planned: true, Starts: origin},
		},
	}
}

func TestHistoryIsInStatuspagesShape(t *testing.T) {
	for _, format := range []struct {
		name  string
		write func(io.Writer, site.HistoryFeed) error
		guid  string
	}{{"RSS", HistoryRSS, "https://status.example.com/incidents/a/"}, {"Atom", HistoryAtom, "tag:example.com,2005:Incident/a"}} {
		var b bytes.Buffer
		if err := format.write(&b, history("Down", "a < b\nImpact: c")); err != nil {
			t.Fatal(err)
		}
		feed, err := gofeed.NewParser().Parse(&b)
		if err != nil || len(feed.Items) != 3 {
			t.Fatal(err, feed)
		}
		content := func(n int) string { return feed.Items[n].Description + feed.Items[n].Content }
		want := "<p><small>Oct <var data-var='date'> 2</var>, <var data-var='time'>11:04</var> CET</small><br><strong>Resolved</strong> - a &lt; b<br>Impact: c</p>\n" +
			"<p><small>Oct <var data-var='date'> 2</var>, <var data-var='time'>10:04</var> CET</small><br><strong>Investigating</strong> - x</p>"
		if strings.TrimSpace(content(0)) != want || feed.Items[0].GUID != format.guid {
			t.Errorf("%s: %q %q, want %q", format.name, feed.Items[0].GUID, content(0), want)
		}
		for n, want := range map[int]string{1: "<p><strong>THIS IS A SCHEDULED EVENT Oct  6, 11:04 - Oct  7, 11:04 CET</strong></p>", 2: "<p><strong>THIS IS A SCHEDULED EVENT Oct  2, 11:04 CET</strong></p>"} {
			if !strings.HasPrefix(content(n), want) {
				t.Errorf("%s: %q, want %q", format.name, content(n), want)
			}
		}
		if at := feed.Items[1].PublishedParsed; format.name == "RSS" && !at.Equal(origin.AddDate(0, 0, 4)) {
			t.Errorf("maintenance is of %s, not of its start", at)
		}
	}
}

// FuzzFeeds puts any text in every field. Feeds of all formats must stay well-formed, and a reader
// must get the text back.
func FuzzFeeds(f *testing.F) {
	f.Add("API down", "<p>x</p>")
	f.Add("]]>", "]]]]>><![CDATA[")
	f.Add("\x00\x0b\ufffe\xff", "&amp;&#0;")
	f.Add("<?xml?>", "<!-- --")
	parser := gofeed.NewParser() // creating a parser takes longer than parsing
	f.Fuzz(func(t *testing.T, title, html string) {
		// XML treats carriage returns as line ends (section 2.11).
		same := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		clean, _ := markdown.Clean(html)
		for name, write := range map[string]func(io.Writer, site.Feed, string) error{"RSS": RSS, "Atom": Atom, "JSON": JSON} {
			var b bytes.Buffer
			if err := write(&b, example(title, html, html), ""); err != nil {
				t.Fatal(err)
			}
			if name != "JSON" {
				strict(t, b.Bytes())
			}
			document := b.String()
			feed, err := parser.Parse(&b)
			if err != nil || len(feed.Items) != 2 {
				t.Fatalf("%s: %v in\n%s", name, err, document)
			}
			if got, want := same.Replace(feed.Items[0].Content), same.Replace(clean); strings.TrimSpace(got) != strings.TrimSpace(want) {
				t.Errorf("%s: content %q, want %q in\n%s", name, got, want, document)
			}
		}
		for _, write := range []func(io.Writer, site.HistoryFeed) error{HistoryRSS, HistoryAtom} {
			var b bytes.Buffer
			if err := write(&b, history(title, html)); err != nil {
				t.Fatal(err)
			}
			strict(t, b.Bytes())
			if feed, err := parser.Parse(&b); err != nil || len(feed.Items) != 3 {
				t.Fatal(err)
			}
		}
	})
}
