package site

import (
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/site/published"
)

// LegacyFeed is a feed of a former cState site: one item per incident, at its old URL.
type LegacyFeed struct {
	Path  string // of the file
	Title string
	URL   string // of the overview or the component
	Self  string
	Items []LegacyItem
}

// LegacyItem is an incident in cState's shape.
type LegacyItem struct {
	Title    string
	URL      string // the old URL, also its guid
	Date     time.Time
	Resolved time.Time // zero while it is open
	HTML     string
}

// CState returns a feed of a former cState site, at its old URL.
func (p *Site) CState(o *Output) LegacyFeed {
	feed := LegacyFeed{Path: o.Path, Title: p.Config.Title, URL: p.Meta.URL("index.html"), Self: p.Meta.BaseURL + o.Path}
	component := o.View.(CStateView).component
	if component != nil {
		feed.Title, feed.URL = component.Name+" on "+p.Config.Title, p.Meta.URL(componentRef(component.ID))
	}
	incidents := p.public.All()
	slices.SortStableFunc(incidents, func(a, b *published.Incident) int { return b.Began.Compare(a.Began) })
	for _, s := range incidents {
		if len(feed.Items) < MaxLegacyEntries && (component == nil || slices.Contains(s.EverAffected, component.ID)) {
			feed.Items = append(feed.Items, p.legacyItem(s))
		}
	}
	return feed
}

func (p *Site) legacyItem(s *published.Incident) LegacyItem {
	item := LegacyItem{Title: s.State().Title, URL: p.Meta.URL(refOf(s)), Date: s.Began, Resolved: s.End()}
	for _, alias := range s.Aliases {
		if strings.HasPrefix(alias.Path, "/issues/") {
			item.URL = p.Meta.BaseURL + strings.TrimPrefix(alias.Path, "/")
			break
		}
	}
	var html strings.Builder
	for _, step := range slices.Backward(s.Steps) {
		if step.Clock() {
			continue
		}
		html.WriteString("<p><strong>" + step.After.Status.Word() + "</strong> " + escape(p.instant(step.Update.Date)) + "</p>\n" + p.absoluteHTML(step.Update.Path, p.Meta))
	}
	item.HTML = html.String()
	return item
}
