package build

import (
	"io"
	"sync"

	"settler.io/crier/internal/api"
	"settler.io/crier/internal/badge"
	"settler.io/crier/internal/calendar"
	"settler.io/crier/internal/feed"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/search"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/sitemap"
)

// parts lists what the files of a site are made of, in the order in which they get their paths. How many files a part has, and
// their paths, follow from the frame of the plan, the configuration and the theme alone.
func parts(input Input, planned *site.Site) []part {
	pages := part{count: planned.Len, file: func(i int) fileset.File {
		page := planned.Page(i)
		return fileset.File{Path: page.Path, Key: page.Key(), Order: orderOf(page), Write: func(w io.Writer) error {
			page := planned.Page(i) // rather than to hold on to it
			return input.Theme.Render(w, page.Page(), page.Markdown)
		}}
	}}
	options := feed.Options{Style: input.Theme.Place("feed.css"), Icon: "icon.svg"}
	return []part{
		list(func(l *files) {
			for _, asset := range input.Theme.Assets {
				l.add(asset.Path, fileset.Asset, text(asset.Content))
			}
		}),
		pages,
		list(func(l *files) {
			for _, f := range planned.Feeds {
				key := f.Key()
				for _, format := range f.Formats {
					write := map[string]func(io.Writer, site.Feed, feed.Options) error{".rss": feed.RSS, ".atom": feed.Atom, ".json": feed.JSON}[format]
					l.keyed(f.Path+format, key, func(w io.Writer) error { return write(w, f, options) })
				}
			}
			l.add(site.HistoryPath+".rss", fileset.Entry, func(w io.Writer) error { return feed.HistoryRSS(w, planned.History()) })
			l.add(site.HistoryPath+".atom", fileset.Entry, func(w io.Writer) error { return feed.HistoryAtom(w, planned.History()) })
		}),
		list(func(l *files) {
			for _, document := range api.Documents(planned.Facts()) {
				l.keyed(document.Path, document.Key, document.Write)
			}
		}),
		list(func(l *files) {
			for _, c := range planned.Calendars {
				l.add(c.Path, fileset.Entry, func(w io.Writer) error { return calendar.Write(w, c) })
			}
		}),
		list(func(l *files) {
			rtl := planned.Meta.Words.RTL
			for _, sign := range planned.Badges() {
				l.add(sign.Path+".svg", fileset.Entry, func(w io.Writer) error { return badge.SVG(w, sign, rtl) })
				l.add(sign.Path+".json", fileset.Entry, func(w io.Writer) error { return badge.Shields(w, sign) })
			}
			l.add("embed.js", fileset.Entry, func(w io.Writer) error { return badge.Script(w, planned.Meta.Title) })
			l.add("embed.html", fileset.Entry, func(w io.Writer) error { return badge.Frame(w, planned.Meta) })
		}),
		list(func(l *files) {
			if security := securityText(input.Config); security != "" {
				l.add(".well-known/security.txt", fileset.Asset, text([]byte(security)))
			}
			for _, index := range planned.SearchIndexes {
				l.add(index.Path, fileset.Entry, func(w io.Writer) error { return search.WriteParts(w, index.Parts) })
			}
			for _, part := range planned.Search {
				l.keyed(part.Path, part.Key(), func(w io.Writer) error { return search.Write(w, part.Entries()) })
			}
			for _, legacy := range planned.Legacy() {
				l.add(legacy.Path, fileset.Entry, func(w io.Writer) error { return feed.CState(w, planned.Meta, legacy) })
			}
			l.add("icon.svg", fileset.Entry, func(w io.Writer) error { return input.Theme.Icon(w, planned.State()) })
			l.add("sitemap.xml", fileset.Entry, func(w io.Writer) error { return sitemap.Write(w, planned) })
			l.add("robots.txt", fileset.Entry, func(w io.Writer) error { return sitemap.Robots(w, planned) })
			l.add(".nojekyll", fileset.Asset, text(nil))
			if planned.CNAME != "" {
				l.add("CNAME", fileset.Asset, text([]byte(planned.CNAME+"\n")))
			}
			l.add("_headers", fileset.Asset, func(w io.Writer) error { return headers(w, input.Theme.Policy, planned.Meta.Editions) })
		}),
	}
}

// files are the files of a part.
type files struct{ list []fileset.File }

// list makes a part of files that are few, or seldom asked for: all at once.
func list(fill func(l *files)) part {
	made := sync.OnceValue(func() []fileset.File {
		var l files
		fill(&l)
		return l.list
	})
	return part{count: func() int { return len(made()) }, file: func(i int) fileset.File { return made()[i] }}
}

func (l *files) add(path string, order fileset.Order, write func(io.Writer) error) {
	l.list = append(l.list, fileset.File{Path: path, Order: order, Write: write})
}

// keyed adds a file whose content follows from a key; see fileset.File.
func (l *files) keyed(path, key string, write func(io.Writer) error) {
	l.list = append(l.list, fileset.File{Path: path, Key: key, Order: fileset.Entry, Write: write})
}

func text(content []byte) func(io.Writer) error {
	return func(w io.Writer) error { _, err := w.Write(content); return err }
}
