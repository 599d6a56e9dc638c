package theme

import (
	"encoding/json"
	"html/template"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

const vocabulary = "https://schema.org"

// linked describes a page for machines as JSON-LD in the vocabulary of schema.org: an incident as a
// LiveBlogPosting with its updates, and maintenance as an Event. It returns "" for other pages. It
// doesn't use package json, because every page of an incident needs it. Keys are in alphabetical
// order.
func linked(page *site.Page) template.JS {
	return template.JS(drawn(func(b []byte) []byte {
		w := linkedWriter(b)
		switch v := page.View.(type) {
		case site.Incident:
			w.posting(page, &v)
		case site.Maintenance:
			w.event(page, &v)
		}
		return w
	}))
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
		w.time("dateModified", updates[0].Date)
	}
	w.time("datePublished", v.Started)
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
		w.time("datePublished", u.Date)
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
