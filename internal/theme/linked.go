package theme

import (
	"encoding/json"
	"html/template"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// What follows are nodes of JSON-LD in the vocabulary of schema.org, their keys in alphabetical order.

type organization struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

type blogPosting struct {
	Type          string `json:"@type"`
	DateModified  string `json:"dateModified,omitempty"`
	DatePublished string `json:"datePublished"`
	Headline      string `json:"headline"`
	URL           string `json:"url"`
}

type liveBlogPosting struct {
	Context           string        `json:"@context"`
	Type              string        `json:"@type"`
	Author            organization  `json:"author"`
	CoverageEndTime   string        `json:"coverageEndTime,omitempty"`
	CoverageStartTime string        `json:"coverageStartTime"`
	DateModified      string        `json:"dateModified,omitempty"`
	DatePublished     string        `json:"datePublished"`
	Headline          string        `json:"headline"`
	InLanguage        string        `json:"inLanguage"`
	LiveBlogUpdate    []blogPosting `json:"liveBlogUpdate"`
	Publisher         organization  `json:"publisher"`
	URL               string        `json:"url"`
}

type virtualLocation struct {
	Type string `json:"@type"`
	URL  string `json:"url"`
}

type event struct {
	Context             string          `json:"@context"`
	Type                string          `json:"@type"`
	Description         string          `json:"description,omitempty"`
	EndDate             string          `json:"endDate,omitempty"`
	EventAttendanceMode string          `json:"eventAttendanceMode"`
	EventStatus         string          `json:"eventStatus"`
	InLanguage          string          `json:"inLanguage"`
	Location            virtualLocation `json:"location"`
	Name                string          `json:"name"`
	Organizer           organization    `json:"organizer"`
	StartDate           string          `json:"startDate"`
	URL                 string          `json:"url"`
}

const vocabulary = "https://schema.org"

// linked describes what a page is about for machines, in JSON: an incident as a LiveBlogPosting with its updates, maintenance as an
// Event; "" for pages that schema.org has no word for. json.Marshal writes nothing that could end a script.
func linked(page *site.Page) (template.JS, error) {
	node := described(page)
	if node == nil {
		return "", nil
	}
	b, err := json.Marshal(node)
	return template.JS(b), err
}

func described(page *site.Page) any {
	when := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	publisher := organization{"Organization", page.Site.Title, page.Site.URL("index.html")}
	switch v := page.View.(type) {
	case site.Incident:
		post := liveBlogPosting{Context: vocabulary, Type: "LiveBlogPosting", Headline: v.Title, URL: page.URL, InLanguage: page.Site.Language,
			DatePublished: when(v.Started), CoverageStartTime: when(v.Started), Author: publisher, Publisher: publisher}
		post.LiveBlogUpdate = make([]blogPosting, 0, len(v.Updates))
		for i := range v.Updates {
			u := &v.Updates[i]
			update := blogPosting{Type: "BlogPosting", Headline: "[" + page.Site.Words.Status(u.Status) + "] " + u.Title,
				DatePublished: when(u.Date), URL: page.Site.URL(v.Page.Anchor(u.ID))}
			if u.Amended != nil {
				update.DateModified = when(*u.Amended)
			}
			post.LiveBlogUpdate = append(post.LiveBlogUpdate, update)
		}
		if len(v.Updates) > 0 {
			post.DateModified = when(v.Updates[0].Date)
		}
		if !v.Ended.IsZero() {
			post.CoverageEndTime = when(v.Ended)
		}
		return &post
	case site.Maintenance:
		work := event{Context: vocabulary, Type: "Event", Name: v.Title, URL: page.URL, InLanguage: page.Site.Language,
			StartDate: when(v.Starts), EventStatus: vocabulary + "/EventScheduled", Organizer: publisher, Description: v.Impact,
			EventAttendanceMode: vocabulary + "/OnlineEventAttendanceMode", Location: virtualLocation{"VirtualLocation", page.Site.URL("index.html")}}
		if !v.Ends.IsZero() {
			work.EndDate = when(v.Ends)
		}
		if v.Status == incident.Cancelled {
			work.EventStatus = vocabulary + "/EventCancelled"
		}
		return &work
	}
	return nil
}
