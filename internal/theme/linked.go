package theme

import (
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// thing is a node of JSON-LD in the vocabulary of schema.org.
type thing map[string]any

// linked describes what a page is about for machines: an incident as a LiveBlogPosting with its updates, maintenance as an
// Event; nil for pages that schema.org has no word for.
func linked(page *site.Page) thing {
	when := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	publisher := thing{"@type": "Organization", "name": page.Site.Title, "url": page.Site.URL("index.html")}
	switch v := page.View.(type) {
	case site.Incident:
		var posts []thing
		for _, u := range v.Updates {
			post := thing{"@type": "BlogPosting", "headline": "[" + page.Site.Words.Status(u.Status) + "] " + u.Title,
				"datePublished": when(u.Date), "url": page.Site.URL(v.Page.Anchor(u.ID))}
			if u.Amended != nil {
				post["dateModified"] = when(*u.Amended)
			}
			posts = append(posts, post)
		}
		post := thing{"@context": "https://schema.org", "@type": "LiveBlogPosting", "headline": v.Title, "url": page.URL, "inLanguage": page.Site.Language,
			"datePublished": when(v.Started), "coverageStartTime": when(v.Started), "author": publisher, "publisher": publisher, "liveBlogUpdate": posts}
		if len(v.Updates) > 0 {
			post["dateModified"] = when(v.Updates[0].Date)
		}
		if !v.Ended.IsZero() {
			post["coverageEndTime"] = when(v.Ended)
		}
		return post
	case site.Maintenance:
		event := thing{"@context": "https://schema.org", "@type": "Event", "name": v.Title, "url": page.URL, "inLanguage": page.Site.Language,
			"startDate": when(v.Starts), "eventStatus": "https://schema.org/EventScheduled", "organizer": publisher,
			"eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode", "location": thing{"@type": "VirtualLocation", "url": page.Site.URL("index.html")}}
		if !v.Ends.IsZero() {
			event["endDate"] = when(v.Ends)
		}
		if v.Status == incident.Cancelled {
			event["eventStatus"] = "https://schema.org/EventCancelled"
		}
		if v.Impact != "" {
			event["description"] = v.Impact
		}
		return event
	}
	return nil
}
