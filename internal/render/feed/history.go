package feed

import (
	"io"
	"strings"
	"time"

	"github.com/gorilla/feeds"

	"settler.io/crier/internal/site"
)

// HistoryRSS writes the history as Statuspage does at /history.rss: one item per incident, whose
// content is its updates, newest first.
func HistoryRSS(w io.Writer, f site.HistoryFeed) error {
	channel := newChannel(f.Meta, f.Meta.Title, f.Meta.URL("index.html"))
	channel.Links = []link{{f.Meta.URL(site.Ref("/" + f.Path + ".rss")), "self", rssType}}
	for _, e := range f.Entries {
		at := e.Updated
		item := &rssItem{}
		if e.Planned {
			at = e.Starts
			if !e.Ends.IsZero() {
				item.Until = e.Ends.UTC().Format(time.RFC1123Z)
			}
		}
		item.RssItem = &feeds.RssItem{Title: clean(e.Title), Link: e.URL, Description: clean(story(e, f.Meta.Zone)),
			Guid: &feeds.RssGuid{Id: e.GUID}, PubDate: at.UTC().Format(time.RFC1123Z)}
		channel.Items = append(channel.Items, item)
	}
	if !f.Updated.IsZero() {
		channel.RssFeed.PubDate = f.Updated.UTC().Format(time.RFC1123Z)
	}
	return write(w, rssDocument{Version: "2.0", Lang: f.Meta.Language, Atom: atomSpace, Channel: channel}, "", "", nil)
}

// HistoryAtom writes the history as Statuspage does at /history.atom.
func HistoryAtom(w io.Writer, f site.HistoryFeed) error {
	document := newAtom(f.Meta, f.ID, f.Meta.Title, f.Updated)
	document.Link = []link{{f.Meta.URL(site.Ref("/" + f.Path + ".atom")), "self", atomType}, {f.Meta.URL("index.html"), "alternate", "text/html"}}
	for _, e := range f.Entries {
		document.Entries = append(document.Entries, &atomEntry{AtomEntry: &feeds.AtomEntry{
			Title: clean(e.Title), Id: e.ID, Published: stamp(e.Published), Updated: stamp(e.Updated),
			Links:   []feeds.AtomLink{{Href: e.URL, Rel: "alternate", Type: "text/html"}},
			Content: &feeds.AtomContent{Content: clean(story(e, f.Meta.Zone)), Type: "html"},
		}})
	}
	return write(w, document, "", "", nil)
}

// story returns an incident's updates as HTML in Statuspage's format. Clients read the status from
// the first <strong> element.
func story(e site.HistoryEntry, zone *time.Location) string {
	var b strings.Builder
	if e.Planned {
		starts, ends := e.Starts.In(zone), e.Ends.In(zone)
		b.WriteString("<p><strong>THIS IS A SCHEDULED EVENT " + starts.Format("Jan _2, 15:04"))
		if !e.Ends.IsZero() {
			format := "15:04"
			if starts.YearDay() != ends.YearDay() || starts.Year() != ends.Year() {
				format = "Jan _2, 15:04"
			}
			b.WriteString(" - " + ends.Format(format))
		}
		b.WriteString(" " + starts.Format("MST") + "</strong></p>\n")
	}
	for _, u := range e.Updates {
		at := u.Date.In(zone)
		b.WriteString(at.Format("<p><small>Jan <var data-var='date'>_2</var>, <var data-var='time'>15:04</var> MST</small><br><strong>"))
		b.WriteString(u.Status.Word() + "</strong> - " + strings.ReplaceAll(escaper.Replace(u.Text), "\n", "<br>") + "</p>\n")
	}
	return b.String()
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
