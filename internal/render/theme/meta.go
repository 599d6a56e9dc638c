package theme

import (
	"cmp"
	"encoding/json"
	"html/template"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

const vocabulary = "https://schema.org"

// meta renders what the head of a page says about it: its title, and what search engines, social
// networks and other programs read. text is the description where the page has none of its own;
// picture may be "".
func meta(page *site.Page, text, picture string) template.HTML {
	return drawn(func(b []byte) []byte {
		tag := func(attribute, name, content string) {
			b = appendAll(b, "<meta ", attribute, `="`, name, `" content="`, plain(content), "\">\n")
		}
		b = append(b, "<title>"...)
		if page.Title != "" {
			b = appendAll(b, plain(page.Title), " · ")
		}
		b = appendAll(b, plain(page.Site.Title), "</title>\n")
		if page.Description != "" {
			tag("name", "description", page.Description)
		}
		if page.URL == "" {
			return b
		}
		b = appendAll(b, `<link rel="canonical" href="`, plain(page.URL), "\">\n")
		alternate := func(language, url, prefix string) {
			b = appendAll(b, `<link rel="alternate" hreflang="`, plain(language), `" href="`, plain(url), "\">\n")
			if prefix == "" {
				b = appendAll(b, `<link rel="alternate" hreflang="x-default" href="`, plain(url), "\">\n")
			}
		}
		if others := page.Elsewhere(); others != nil {
			alternate(page.Site.Language, page.URL, page.Site.Prefix)
			for _, l := range others {
				alternate(l.Code, page.Site.URL(l.Page), l.Prefix)
			}
		}
		kind := "website"
		if page.Kind == site.KindIncident {
			kind = "article"
		}
		tag("property", "og:title", cmp.Or(page.Title, page.Site.Title))
		tag("property", "og:description", cmp.Or(text, page.Description, page.Site.Title))
		tag("property", "og:type", kind)
		tag("property", "og:url", page.URL)
		tag("property", "og:site_name", page.Site.Title)
		tag("name", "twitter:card", "summary")
		if picture != "" {
			tag("property", "og:image", picture)
		}
		return linked(b, page)
	})
}

// linked appends a description of an incident or maintenance in the vocabulary of schema.org, as
// JSON-LD: an incident is a LiveBlogPosting with its updates, and maintenance an Event. It doesn't
// use package json, because every page of an incident needs it. Keys are in alphabetical order.
func linked(b []byte, page *site.Page) []byte {
	w := linkedWriter(append(b, `<script type="application/ld+json">`...))
	switch v := page.View.(type) {
	case *site.Incident:
		w.posting(page, v)
	case *site.Maintenance:
		w.event(page, v)
	default:
		return b
	}
	return append(w, "</script>\n"...)
}

// linkedWriter is the JSON written so far.
type linkedWriter []byte

func (w *linkedWriter) posting(page *site.Page, v *site.Incident) {
	w.begin("LiveBlogPosting", true)
	w.organization(page, "author")
	w.time("coverageEndTime", v.Ended)
	w.time("coverageStartTime", v.Started)
	updates := v.Updates()
	if len(updates) > 0 {
		w.time("dateModified", updates[0].Published)
		w.time("datePublished", updates[len(updates)-1].Published)
	}
	w.text("headline", v.Title)
	w.text("inLanguage", page.Site.Language)
	w.raw(`,"liveBlogUpdate":[`)
	own := page.Site.URL(site.Ref(v.Page.File()))
	for i := range updates {
		u := &updates[i]
		if i > 0 {
			w.raw(",")
		}
		w.begin("BlogPosting", false)
		if u.Amended != nil {
			w.time("dateModified", *u.Amended)
		}
		w.time("datePublished", u.Published)
		w.text("headline", "[", page.Site.Words.Status(u.Status), "] ", u.Title)
		w.text("url", own, "#", u.ID)
		w.raw("}")
	}
	w.raw("]")
	w.organization(page, "publisher")
	w.text("url", page.URL)
	w.raw("}")
}

func (w *linkedWriter) event(page *site.Page, v *site.Maintenance) {
	w.begin("Event", true)
	if v.Impact != "" {
		w.text("description", v.Impact)
	}
	w.time("endDate", v.Ends)
	w.text("eventAttendanceMode", vocabulary+"/OnlineEventAttendanceMode")
	status := "/EventScheduled"
	if v.Status == incident.Cancelled {
		status = "/EventCancelled"
	}
	w.text("eventStatus", vocabulary+status)
	w.text("inLanguage", page.Site.Language)
	w.raw(`,"location":`)
	w.begin("VirtualLocation", false)
	w.text("url", page.Site.URL("index.html"))
	w.raw("}")
	w.text("name", v.Title)
	w.organization(page, "organizer")
	w.time("startDate", v.Starts)
	w.text("url", page.URL)
	w.raw("}")
}

func (w *linkedWriter) raw(text string) { *w = append(*w, text...) }

// begin starts an object with its type. The caller adds the other members and the closing brace.
func (w *linkedWriter) begin(kind string, top bool) {
	w.raw("{")
	if top {
		w.raw(`"@context":"` + vocabulary + `",`)
	}
	w.raw(`"@type":"`)
	w.raw(kind)
	w.raw(`"`)
}

func (w *linkedWriter) organization(page *site.Page, key string) {
	w.key(key)
	w.begin("Organization", false)
	w.text("name", page.Site.Title)
	w.text("url", page.Site.URL("index.html"))
	w.raw("}")
}

// time writes a member with an instant, unless it is zero.
func (w *linkedWriter) time(key string, t time.Time) {
	if !t.IsZero() {
		w.key(key)
		w.raw(`"`)
		*w = t.UTC().AppendFormat(*w, time.RFC3339)
		w.raw(`"`)
	}
}

// text writes a member with a text. Package json also escapes anything that could end a script
// element.
func (w *linkedWriter) text(key string, parts ...string) {
	w.key(key)
	start := len(*w)
	w.raw(`"`)
	for _, part := range parts {
		w.raw(part)
	}
	for _, c := range (*w)[start+1:] {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(string((*w)[start+1:])) // marshalling a string cannot fail
			*w = append((*w)[:start], quoted...)
			return
		}
	}
	w.raw(`"`)
}

// key writes the key of a member other than the first.
func (w *linkedWriter) key(key string) {
	w.raw(`,"`)
	w.raw(key)
	w.raw(`":`)
}
