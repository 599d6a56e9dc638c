package feed

import (
	"encoding/json"
	"io"
	"sync"

	"github.com/gorilla/feeds"

	"settler.io/crier/internal/site"
)

type jsonFeed struct {
	*feeds.JSONFeed
	Items []*feeds.JSONItem `json:"items"` // present even if empty
}

// JSON writes a feed as JSON Feed 1.1 (www.jsonfeed.org/version/1.1), with one item per update,
// newest first.
func JSON(w io.Writer, f site.Feed, o Options) error {
	document := jsonFeed{Items: []*feeds.JSONItem{}, JSONFeed: &feeds.JSONFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: clean(f.Title), Language: f.Meta.Language, HomePageUrl: f.Meta.URL(f.Page), FeedUrl: f.Meta.URL(site.Ref("/" + f.Path + ".json")),
		Description: clean(f.Meta.Description), Authors: []*feeds.JSONAuthor{{Name: clean(f.Meta.Title), Url: f.Meta.URL("index.html")}},
	}}
	if o.Icon != "" {
		document.Favicon = f.Meta.URL(site.Ref("/" + o.Icon))
	}
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
	return writeJSON(w, document)
}

// encoder writes JSON to a writer that can be replaced. Reusing encoders saves allocating their
// buffers: a feed has a hundred kilobytes, and a site has hundreds of feeds.
type encoder struct {
	io.Writer
	json *json.Encoder
}

var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.json = json.NewEncoder(e)
	e.json.SetEscapeHTML(false)
	e.json.SetIndent("", " ")
	return e
}}

func writeJSON(w io.Writer, document any) error {
	e := encoders.Get().(*encoder)
	e.Writer = w
	if err := e.json.Encode(document); err != nil {
		return err // an encoder that failed returns its error forever: don't reuse it
	}
	e.Writer = nil
	encoders.Put(e)
	return nil
}
