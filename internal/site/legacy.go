package site

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// LegacyFeed is a feed of a former cState site: one item per incident, at its old address.
type LegacyFeed struct {
	Path  string // of the file
	Title string
	URL   string // of the page that it belongs to
	Self  string
	Items []LegacyItem
}

// LegacyItem is an incident in cState's shape.
type LegacyItem struct {
	Title    string
	URL      string // the old address, also its guid
	Date     time.Time
	Resolved time.Time // zero while it is open
	HTML     string
}

// legacy plans /index.xml and /affected/<x>/index.xml of a former cState site, at the old addresses.
func (p *planner) legacy() {
	p.site.Legacy = func() []LegacyFeed { return nil }
	if !p.Config.Feeds.CState {
		return
	}
	const old = "/affected/"
	var mine []func(stories []*story) LegacyFeed
	add := func(file, title string, page Ref, component string) {
		if !p.claim(file, generated) {
			return
		}
		mine = append(mine, func(stories []*story) LegacyFeed {
			feed := LegacyFeed{Path: file, Title: title, URL: p.meta.URL(page), Self: p.meta.BaseURL + file}
			for _, s := range stories {
				if component != "" && !slices.Contains(s.components, component) || len(feed.Items) == MaxLegacyEntries {
					continue
				}
				feed.Items = append(feed.Items, p.legacyItem(s))
			}
			return feed
		})
	}
	add("index.xml", p.Config.Title, "index.html", "")
	for _, c := range p.Config.Components {
		for _, alias := range c.Aliases {
			if strings.HasPrefix(alias, old) {
				add(strings.Trim(alias, "/")+"/index.xml", c.Name+" on "+p.Config.Title, componentRef(c.ID), c.ID)
			}
		}
	}
	p.site.Legacy = sync.OnceValue(func() []LegacyFeed {
		stories := slices.Concat(p.incidents, p.maintenance)
		slices.SortStableFunc(stories, func(a, b *story) int { return b.began().Compare(a.began()) })
		feeds := make([]LegacyFeed, len(mine))
		for i, make := range mine {
			feeds[i] = make(stories)
		}
		return feeds
	})
}

func (p *planner) legacyItem(s *story) LegacyItem {
	item := LegacyItem{Title: s.State().Title, URL: p.meta.URL(s.ref), Date: s.began(), Resolved: s.End()}
	for _, alias := range s.aliases {
		if strings.HasPrefix(alias, "/issues/") {
			item.URL = p.meta.BaseURL + strings.TrimPrefix(alias, "/")
			break
		}
	}
	var html strings.Builder
	for _, step := range slices.Backward(s.Steps) {
		if step.Clock() {
			continue
		}
		html.WriteString("<p><strong>" + step.After.Status.Word() + "</strong> " + escape(p.instant(step.Update.Date)) + "</p>\n" + p.absoluteHTML(step.Update.Path, p.meta))
	}
	item.HTML = html.String()
	return item
}
