// Package feed writes the site's feeds. It takes entries of package site and gives bytes; it reads no clock.
package feed

import (
	"bytes"
	"encoding/xml"
	"io"
	"time"

	"github.com/gorilla/feeds"

	"settler.io/crier/internal/markdown"
	"settler.io/crier/internal/site"
)

// The types below embed those of gorilla/feeds and add what it lacks: a self link and several categories.

type rssDocument struct {
	XMLName xml.Name    `xml:"rss"`
	Version string      `xml:"version,attr"`
	Content string      `xml:"xmlns:content,attr,omitempty"`
	Atom    string      `xml:"xmlns:atom,attr"`
	Channel *rssChannel `xml:"channel"`
}

type rssChannel struct {
	*feeds.RssFeed
	Self  selfLink   `xml:"atom:link"`
	Items []*rssItem `xml:"item"`
}

type selfLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	*feeds.RssItem
	Category []string `xml:"category"`
}

// RSS writes a feed.rss: RSS 2.0 (www.rssboard.org/rss-specification), one item per update, newest first.
func RSS(w io.Writer, f site.Feed) error {
	channel := newChannel(f.Meta, f.Meta.Title, f.Meta.URL("index.html"), f.Meta.URL(site.Ref("/"+f.Path)))
	for _, e := range f.Entries {
		item := &rssItem{RssItem: &feeds.RssItem{
			Title:       clean(e.Title),
			Link:        e.URL,
			Description: clean(e.Text),
			Content:     &feeds.RssContent{Content: clean(e.HTML)},
			Guid:        &feeds.RssGuid{Id: e.ID, IsPermaLink: "false"},
			PubDate:     e.Published.UTC().Format(time.RFC1123Z),
		}}
		for _, category := range e.Categories {
			item.Category = append(item.Category, clean(category))
		}
		channel.Items = append(channel.Items, item)
	}
	if len(f.Entries) > 0 {
		channel.LastBuildDate = f.Entries[0].Published.UTC().Format(time.RFC1123Z)
	}
	return write(w, channel, "http://purl.org/rss/1.0/modules/content/")
}

// CState writes a feed in the shape of a cState site: one item per incident, its old address as link and guid.
func CState(w io.Writer, meta *site.Meta, legacy site.LegacyFeed) error {
	channel := newChannel(meta, legacy.Title, legacy.URL, legacy.Self)
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
	return write(w, channel, "")
}

func newChannel(meta *site.Meta, title, link, self string) *rssChannel {
	description := meta.Description
	if description == "" {
		description = title
	}
	return &rssChannel{
		RssFeed: &feeds.RssFeed{Title: clean(title), Link: link, Description: clean(description), Language: meta.Language},
		Self:    selfLink{self, "self", "application/rss+xml"},
	}
}

func write(w io.Writer, channel *rssChannel, content string) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	encoder := xml.NewEncoder(&b)
	encoder.Indent("", " ")
	err := encoder.Encode(rssDocument{Version: "2.0", Content: content, Atom: "http://www.w3.org/2005/Atom", Channel: channel})
	if err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err = w.Write(b.Bytes())
	return err
}

// clean drops what XML forbids, which gorilla/feeds would let into its CDATA sections.
func clean(text string) string {
	text, _ = markdown.Clean(text)
	return text
}
