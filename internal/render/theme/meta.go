package theme

import (
	"cmp"
	"encoding/json"
	"html/template"
	"maps"
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
// JSON-LD: an incident is a LiveBlogPosting with its updates, and maintenance an Event.
func linked(b []byte, page *site.Page) []byte {
	var about object
	switch v := page.View.(type) {
	case *site.Incident:
		about = posting(page, v)
	case *site.Maintenance:
		about = eventOf(page, v)
	default:
		return b
	}
	about["@context"] = vocabulary
	text, err := json.Marshal(about)
	if err != nil {
		panic(err) // unreachable: all values are strings
	}
	return appendAll(b, `<script type="application/ld+json">`, string(text), "</script>\n")
}

// object is an object of the vocabulary, by property.
type object map[string]any

// thing returns an object of a type, without the properties that are empty.
func thing(kind string, properties object) object {
	maps.DeleteFunc(properties, func(_ string, value any) bool { return value == "" })
	properties["@type"] = kind
	return properties
}

func posting(page *site.Page, v *site.Incident) object {
	updates, owner := v.Updates(), ownerOf(page)
	p := object{"author": owner, "publisher": owner, "coverageStartTime": stamp(v.Started), "coverageEndTime": stamp(v.Ended),
		"headline": v.Title, "inLanguage": page.Site.Language, "url": page.URL}
	own := page.Site.URL(site.Ref(v.Page.File())) + "#"
	posts := make([]object, len(updates))
	for i, u := range updates {
		post := object{"datePublished": stamp(u.Published), "headline": "[" + page.Site.Words.Status(u.Status) + "] " + u.Title, "url": own + u.ID}
		if u.Amended != nil {
			post["dateModified"] = stamp(*u.Amended)
		}
		posts[i] = thing("BlogPosting", post)
	}
	p["liveBlogUpdate"] = posts
	if len(updates) > 0 {
		p["dateModified"], p["datePublished"] = stamp(updates[0].Published), stamp(updates[len(updates)-1].Published)
	}
	return thing("LiveBlogPosting", p)
}

func eventOf(page *site.Page, v *site.Maintenance) object {
	status := "/EventScheduled"
	if v.Status == incident.Cancelled {
		status = "/EventCancelled"
	}
	return thing("Event", object{"name": v.Title, "description": v.Impact, "startDate": stamp(v.Starts), "endDate": stamp(v.Ends),
		"eventAttendanceMode": vocabulary + "/OnlineEventAttendanceMode", "eventStatus": vocabulary + status, "inLanguage": page.Site.Language,
		"location": thing("VirtualLocation", object{"url": page.Site.URL("index.html")}), "organizer": ownerOf(page), "url": page.URL})
}

func ownerOf(page *site.Page) object {
	return thing("Organization", object{"name": page.Site.Title, "url": page.Site.URL("index.html")})
}

// stamp formats an instant; "" for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
