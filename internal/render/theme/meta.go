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
// JSON-LD: an incident is a LiveBlogPosting with its updates, and maintenance an Event.
func linked(b []byte, page *site.Page) []byte {
	var about any
	switch v := page.View.(type) {
	case *site.Incident:
		about = posting(page, v)
	case *site.Maintenance:
		about = eventOf(page, v)
	default:
		return b
	}
	text, err := json.Marshal(about)
	if err != nil {
		panic(err) // unreachable: all fields are strings
	}
	return appendAll(b, `<script type="application/ld+json">`, string(text), "</script>\n")
}

// thing is what every object has.
type thing struct {
	Context string `json:"@context,omitempty"` // of the outermost object only
	Type    string `json:"@type"`
}

type organization struct {
	thing
	Name string `json:"name,omitempty"`
	URL  string `json:"url"`
}

type blogPosting struct {
	thing
	DateModified  string `json:"dateModified,omitempty"`
	DatePublished string `json:"datePublished"`
	Headline      string `json:"headline"`
	URL           string `json:"url"`
}

type liveBlogPosting struct {
	thing
	Author            organization  `json:"author"`
	CoverageEndTime   string        `json:"coverageEndTime,omitempty"`
	CoverageStartTime string        `json:"coverageStartTime,omitempty"`
	DateModified      string        `json:"dateModified,omitempty"`
	DatePublished     string        `json:"datePublished,omitempty"`
	Headline          string        `json:"headline"`
	InLanguage        string        `json:"inLanguage"`
	LiveBlogUpdate    []blogPosting `json:"liveBlogUpdate"`
	Publisher         organization  `json:"publisher"`
	URL               string        `json:"url"`
}

type event struct {
	thing
	Description         string       `json:"description,omitempty"`
	EndDate             string       `json:"endDate,omitempty"`
	EventAttendanceMode string       `json:"eventAttendanceMode"`
	EventStatus         string       `json:"eventStatus"`
	InLanguage          string       `json:"inLanguage"`
	Location            organization `json:"location"`
	Name                string       `json:"name"`
	Organizer           organization `json:"organizer"`
	StartDate           string       `json:"startDate,omitempty"`
	URL                 string       `json:"url"`
}

func posting(page *site.Page, v *site.Incident) liveBlogPosting {
	updates, owner := v.Updates(), ownerOf(page)
	p := liveBlogPosting{thing: thing{vocabulary, "LiveBlogPosting"}, Author: owner, CoverageEndTime: stamp(v.Ended), CoverageStartTime: stamp(v.Started),
		Headline: v.Title, InLanguage: page.Site.Language, LiveBlogUpdate: make([]blogPosting, len(updates)), Publisher: owner, URL: page.URL}
	own := page.Site.URL(site.Ref(v.Page.File())) + "#"
	for i, u := range updates {
		p.LiveBlogUpdate[i] = blogPosting{thing{Type: "BlogPosting"}, "", stamp(u.Published), "[" + page.Site.Words.Status(u.Status) + "] " + u.Title, own + u.ID}
		if u.Amended != nil {
			p.LiveBlogUpdate[i].DateModified = stamp(*u.Amended)
		}
	}
	if len(updates) > 0 {
		p.DateModified, p.DatePublished = stamp(updates[0].Published), stamp(updates[len(updates)-1].Published)
	}
	return p
}

func eventOf(page *site.Page, v *site.Maintenance) event {
	status := "/EventScheduled"
	if v.Status == incident.Cancelled {
		status = "/EventCancelled"
	}
	owner := ownerOf(page)
	return event{thing: thing{vocabulary, "Event"}, Description: v.Impact, EndDate: stamp(v.Ends), EventAttendanceMode: vocabulary + "/OnlineEventAttendanceMode",
		EventStatus: vocabulary + status, InLanguage: page.Site.Language, Location: organization{thing: thing{Type: "VirtualLocation"}, URL: owner.URL},
		Name: v.Title, Organizer: owner, StartDate: stamp(v.Starts), URL: page.URL}
}

func ownerOf(page *site.Page) organization {
	return organization{thing{Type: "Organization"}, page.Site.Title, page.Site.URL("index.html")}
}

// stamp formats an instant; "" for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
