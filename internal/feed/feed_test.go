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

	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/markdown"
	"settler.io/crier/internal/site"
)

var origin = time.Date(2026, 10, 2, 10, 4, 0, 0, time.UTC)

func example(title, html, text string) site.Feed {
	return site.Feed{
		Path: "feed", ID: "tag:example.com,2005:feed", Title: "Example " + title, Page: "index.html",
		Updated: origin.Add(2 * time.Hour), Meta: &site.Meta{Title: "Example " + title, BaseURL: "https://status.example.com/", Language: "en", Words: locale.English()},
		Entries: entries(
			site.Entry{ID: "tag:example.com,2005:Incident/a/02", Title: "[Resolved] " + title, URL: "https://status.example.com/incidents/a/#02", HTML: html, Text: text,
				Published: origin.Add(time.Hour), Updated: origin.Add(2 * time.Hour), Categories: []string{"resolved", "P0", title}},
			site.Entry{ID: "tag:example.com,2005:Incident/a/01", Title: "[Investigating] x", URL: "https://status.example.com/incidents/a/#01", HTML: "<p>x</p>", Text: "x", Published: origin, Updated: origin},
		),
	}
}

func entries(all ...site.Entry) func() []site.Entry { return func() []site.Entry { return all } }

// strict reads a document as a conforming XML parser must, to its end.
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
	if err := RSS(&b, s, Options{}); err != nil {
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
	if RSS(w, example("x", "", ""), Options{}) == nil {
		t.Error("no error")
	}
}

// FuzzRSS puts any text everywhere: the feed stays well-formed, and a feed reader gets the text back.
func FuzzRSS(f *testing.F) {
	f.Add("API down", "<p>x</p>")
	f.Add("]]>", "]]]]>><![CDATA[")
	f.Add("\x00\x0b\ufffe\xff", "&amp;&#0;")
	f.Add("<?xml?>", "<!-- --")
	f.Fuzz(func(t *testing.T, title, html string) {
		document := render(t, example(title, html, html))
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(document))
		if err != nil || len(feed.Items) != 2 {
			t.Fatalf("%v in\n%s", err, document)
		}
		// Carriage returns are line ends to XML (section 2.11).
		same := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		clean, _ := markdown.Clean(html)
		if got, want := same.Replace(feed.Items[0].Content), same.Replace(clean); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("content %q, want %q in\n%s", got, want, document)
		}
	})
}
