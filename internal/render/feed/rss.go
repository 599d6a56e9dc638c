// Package feed writes the site's feeds. It takes feeds of package site, and reads no clock.
package feed

import (
	"cmp"
	"encoding/xml"
	"io"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/markdown"
)

// The types of this package embed those of gorilla/feeds and add what they lack: links, several
// categories, and languages.

const (
	atomSpace    = "http://www.w3.org/2005/Atom"
	archiveSpace = "http://purl.org/syndication/history/1.0" // RFC 5005
	htmlSpace    = "http://www.w3.org/1999/xhtml"
)

type rssDocument struct {
	XMLName xml.Name    `xml:"rss"`
	Version string      `xml:"version,attr"`
	Lang    string      `xml:"xml:lang,attr,omitempty"`
	Content string      `xml:"xmlns:content,attr,omitempty"`
	Atom    string      `xml:"xmlns:atom,attr"`
	HTML    string      `xml:"xmlns:html,attr,omitempty"`
	Channel *rssChannel `xml:"channel"`
}

type rssChannel struct {
	*feeds.RssFeed
	Links []link `xml:"atom:link"`
	About *about `xml:"html:p"`
	Items []*rssItem
}

type link struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
}

// about explains the feed to people who open it in a browser. The stylesheet shows it.
type about struct {
	Text string `xml:",chardata"`
	Link struct {
		Href string `xml:"href,attr"`
		Text string `xml:",chardata"`
	} `xml:"html:a"`
}

type rssItem struct {
	XMLName xml.Name `xml:"item"`
	*feeds.RssItem
	Category []string `xml:"category"`
	Updated  string   `xml:"atom:updated,omitempty"` // if it differs from the date of publication
	Until    string   `xml:"maintenanceEndDate,omitempty"`
}

const icon site.Ref = "/icon.svg"

const rssType, atomType, jsonType = "application/rss+xml", "application/atom+xml", "application/feed+json"

// links returns the links of a document: self, hub, and the links between an Atom feed and its
// archives (RFC 5005, section 4).
func links(f site.Feed, extension, mime string) []link {
	url := func(path string) string { return f.Meta.URL(site.Ref("/" + path + extension)) }
	all := []link{{url(f.Path), "self", mime}}
	if f.Hub != "" && !f.Archived() {
		all = append(all, link{f.Hub, "hub", ""})
	}
	for _, other := range []struct{ path, rel string }{{f.Current, "current"}, {f.Previous, "prev-archive"}} {
		if other.path != "" {
			all = append(all, link{url(other.path), other.rel, mime})
		}
	}
	return all
}

// RSS writes a feed as RSS 2.0 (www.rssboard.org/rss-specification), with one item per update,
// newest first. style is the path of the stylesheet that browsers show the feed with; "" for none.
func RSS(w io.Writer, f site.Feed, style string) error {
	channel := newChannel(f.Meta, f.Title, f.Meta.URL(f.Page))
	channel.Links = links(f, ".rss", rssType)
	channel.About = newAbout(f)
	for _, e := range f.Entries() {
		item := &rssItem{RssItem: &feeds.RssItem{
			Title: clean(e.Title),
			Link:  e.URL,
			// Readers show the description as HTML (www.rssboard.org/rss-profile).
			Description: escaper.Replace(clean(e.Text)),
			Content:     &feeds.RssContent{Content: clean(e.HTML)},
			Guid:        &feeds.RssGuid{Id: e.ID, IsPermaLink: "false"},
			PubDate:     e.Published.UTC().Format(time.RFC1123Z),
		}}
		for _, category := range e.Categories {
			item.Category = append(item.Category, clean(category))
		}
		if e.Updated.After(e.Published) {
			item.Updated = stamp(e.Updated)
		}
		channel.Items = append(channel.Items, item)
	}
	if updated := f.Updated(); !updated.IsZero() {
		channel.LastBuildDate = updated.UTC().Format(time.RFC1123Z)
	}
	document := rssDocument{Version: "2.0", Lang: f.Meta.Language, Content: "http://purl.org/rss/1.0/modules/content/", Atom: atomSpace, HTML: htmlSpace, Channel: channel}
	return write(w, document, f.Path, style, channel.About)
}

func newAbout(f site.Feed) *about {
	a := &about{Text: f.Meta.Words.Word("feed_about") + " "}
	a.Link.Href, a.Link.Text = f.Meta.URL(f.Page), clean(f.Title)
	return a
}

// CState writes a feed in cState's format: one item per incident, with its old URL as link and
// guid.
func CState(w io.Writer, meta *site.Meta, legacy site.LegacyFeed) error {
	channel := newChannel(meta, legacy.Title, legacy.URL)
	channel.Links = []link{{legacy.Self, "self", rssType}}
	for _, i := range legacy.Items {
		item := &rssItem{RssItem: &feeds.RssItem{
			Title:       clean(i.Title),
			Link:        i.URL,
			Description: clean(i.HTML),
			Guid:        &feeds.RssGuid{Id: i.URL, IsPermaLink: "true"},
			PubDate:     i.Date.UTC().Format(time.RFC1123Z),
		}}
		if !i.Resolved.IsZero() {
			item.Title = "[Resolved] " + item.Title
			item.Category = []string{i.Resolved.UTC().Format(time.RFC3339)}
		}
		channel.Items = append(channel.Items, item)
	}
	return write(w, rssDocument{Version: "2.0", Lang: meta.Language, Atom: atomSpace, Channel: channel}, "", "", nil)
}

func newChannel(meta *site.Meta, title, link string) *rssChannel {
	description := cmp.Or(meta.Description, title)
	return &rssChannel{RssFeed: &feeds.RssFeed{Title: clean(title), Link: link, Description: clean(description), Language: meta.Language}}
}

// write writes an XML document. path and style are the paths of the document and its stylesheet
// from the root of the site. The text of a comes first, as a comment, for browsers that show the
// source of a feed.
func write(w io.Writer, document any, path, style string, a *about) error {
	head := xml.Header
	if style != "" {
		head += `<?xml-stylesheet type="text/css" href="` + strings.Repeat("../", strings.Count(path, "/")) + style + "\"?>\n"
	}
	if a != nil { // two hyphens would end the comment
		head += "<!-- " + strings.ReplaceAll(a.Text, "--", "–") + "-->\n"
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", " ")
	if err := encoder.Encode(document); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// clean removes characters that XML forbids, which gorilla/feeds would write in its CDATA sections.
func clean(text string) string {
	text, _ = markdown.Clean(text)
	return text
}
