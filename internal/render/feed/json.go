package feed

import (
	"encoding/json"
	"io"

	"github.com/gorilla/feeds"

	"settler.io/crier/internal/site"
)

type jsonFeed struct {
	*feeds.JSONFeed
	Items []*feeds.JSONItem `json:"items"` // present even if empty
}

// JSON writes a feed as JSON Feed 1.1 (www.jsonfeed.org/version/1.1), with one item per update,
// newest first.
func JSON(w io.Writer, f site.Feed, _ string) error {
	document := jsonFeed{Items: []*feeds.JSONItem{}, JSONFeed: &feeds.JSONFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: clean(f.Title), Language: f.Meta.Language, HomePageUrl: f.Meta.URL(f.Page), FeedUrl: f.Meta.URL(site.Ref("/" + f.Path + ".json")), Favicon: f.Meta.URL(icon),
		Description: clean(f.Meta.Description), Authors: []*feeds.JSONAuthor{{Name: clean(f.Meta.Title), Url: f.Meta.URL("index.html")}},
	}}
	if f.Hub != "" {
		document.Hubs = []*feeds.JSONHub{{Type: "WebSub", Url: f.Hub}}
	}
	for _, e := range f.Entries() {
		published, updated := e.Published.UTC(), e.Updated.UTC()
		item := &feeds.JSONItem{Id: e.ID, Url: e.URL, Title: clean(e.Title), ContentHTML: clean(e.HTML), Summary: clean(e.Text), PublishedDate: &published, ModifiedDate: &updated}
		for _, category := range e.Categories {
			item.Tags = append(item.Tags, clean(category))
		}
		document.Items = append(document.Items, item)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(document)
}
