package build

import (
	"fmt"
	"io"
	"sync"

	"settler.io/crier/internal/render/badge"
	"settler.io/crier/internal/render/feed"
	"settler.io/crier/internal/render/ical"
	"settler.io/crier/internal/render/search"
	"settler.io/crier/internal/render/statuspage"
	"settler.io/crier/internal/site"
)

// writer writes the outputs of a plan.
type writer struct {
	Input
	site *site.Site
	api  func() *statuspage.API
}

func newWriter(input Input, planned *site.Site) *writer {
	return &writer{input, planned, sync.OnceValue(func() *statuspage.API { return statuspage.New(planned) })}
}

var (
	feeds     = map[string]func(w io.Writer, f site.Feed, style string) error{"rss": feed.RSS, "atom": feed.Atom, "json": feed.JSON}
	histories = map[string]func(io.Writer, site.HistoryFeed) error{"rss": feed.HistoryRSS, "atom": feed.HistoryAtom}
)

func (w *writer) write(out io.Writer, o *site.Output) error {
	s := w.site
	switch v := o.View.(type) {
	case site.PageView:
		return w.Theme.Render(out, s.Page(o), o.Markdown())
	case site.FeedView:
		return feeds[v.Format](out, s.Feed(o), w.Theme.Place("feed.css"))
	case site.HistoryView:
		return histories[v.Format](out, s.History(o))
	case site.CStateView:
		return feed.CState(out, s.Meta, s.CState(o))
	case site.CalendarView:
		return ical.Write(out, s.Calendar(v))
	case site.APIView:
		return w.api().Write(out, v)
	case site.BadgeView:
		if v.Format == "svg" {
			return badge.SVG(out, s.Badge(v), s.Meta.Words.RTL)
		}
		return badge.Shields(out, s.Badge(v))
	case site.SearchView:
		return search.WritePart(out, s.Search(v))
	case site.SearchIndexView:
		return search.WriteParts(out, s.SearchParts(v))
	case site.AssetView:
		return text(out, w.Theme.Assets[v].Content)
	case site.SingleView:
		return w.single(out, v)
	}
	return fmt.Errorf("writing %s: there is no writer for a %T", o.Path, o.View)
}

func (w *writer) single(out io.Writer, v site.SingleView) error {
	switch v {
	case site.Headers:
		return headers(out, w.Theme.Policy, w.Config.Subscribe.Origin, w.site)
	case site.Sitemap:
		return search.WriteSitemap(out, w.site.Sitemap())
	case site.Robots:
		return search.WriteRobots(out, w.site.Meta.BaseURL)
	case site.Icon:
		return w.Theme.Icon(out, w.site.State())
	case site.EmbedScript:
		return badge.Script(out, w.site.Meta.Title)
	case site.EmbedFrame:
		return badge.Frame(out, w.site.Meta, w.Theme.Place("style.css"))
	case site.CNAME:
		return text(out, []byte(w.Config.Publish.CNAME+"\n"))
	case site.SecurityText:
		return text(out, []byte(securityText(w.Config)))
	}
	return nil // site.Empty
}

func text(out io.Writer, content []byte) error {
	_, err := out.Write(content)
	return err
}
