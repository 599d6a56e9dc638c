// Package build is the pipeline: content, configuration, theme and the instant in; files, findings and the next change out.
// A build is a value: it touches no disk, no network, no git and no clock, and the same input gives the same bytes.
package build

import (
	"fmt"
	"io"
	"time"

	"settler.io/crier/internal/api"
	"settler.io/crier/internal/badge"
	"settler.io/crier/internal/calendar"
	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/feed"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/search"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/sitemap"
	"settler.io/crier/internal/theme"
)

// Input is all that a build depends on. Missing dates are filled in before.
type Input struct {
	Config  *config.Config
	Content *content.Content
	Theme   *theme.Theme
	Words   map[string]*locale.Locale // of each language of the site; English where one is missing
	Now     time.Time
	// Preview lets through, marked, what is a draft or held back: for looking at it before it is public, never for publishing.
	Preview bool
	// Fingerprint stands for the program, the configuration, the theme and its words; with one, and with content that has Sums,
	// files have keys.
	Fingerprint string
	Memory      *site.Memory // what one build may share with the next; nil for a build by itself
}

// Result is what a build gives.
type Result struct {
	Files    *fileset.Set
	Site     *site.Site
	Findings []diag.Finding // of the plan; those of configuration, content and theme came with them
	// NextChange is the next instant at which any file would differ.
	NextChange time.Time
}

// Build plans the site as it may be public at the instant, and says how each file is written.
func Build(input Input) Result {
	planned, findings := site.Plan(site.Input{Config: input.Config, Content: input.Content, Words: input.Words, Now: input.Now, Fingerprint: input.Fingerprint, Memory: input.Memory, Preview: input.Preview})
	b := builder{files: &fileset.Set{}, findings: findings}
	b.files.Grow(len(planned.Pages) + len(planned.Pages) + 3*len(planned.Feeds) + 200)
	for _, asset := range input.Theme.Assets {
		b.add(asset.Path, fileset.Asset, func(w io.Writer) error { _, err := w.Write(asset.Content); return err })
	}
	for _, page := range planned.Pages {
		b.keyed(page.Path, page.Key(), orderOf(page), func(w io.Writer) error { return input.Theme.Render(w, page.Page(), page.Markdown) })
	}
	options := feed.Options{Style: input.Theme.Place("feed.css"), Icon: "icon.svg"}
	for _, f := range planned.Feeds {
		key := f.Key()
		b.keyed(f.Path+".rss", key, fileset.Entry, func(w io.Writer) error { return feed.RSS(w, f, options) })
		b.keyed(f.Path+".atom", key, fileset.Entry, func(w io.Writer) error { return feed.Atom(w, f, options) })
		b.keyed(f.Path+".json", key, fileset.Entry, func(w io.Writer) error { return feed.JSON(w, f, options) })
	}
	b.add(site.HistoryPath+".rss", fileset.Entry, func(w io.Writer) error { return feed.HistoryRSS(w, planned.History()) })
	b.add(site.HistoryPath+".atom", fileset.Entry, func(w io.Writer) error { return feed.HistoryAtom(w, planned.History()) })
	for _, document := range api.Documents(planned.Facts()) {
		b.keyed(document.Path, document.Key, fileset.Entry, document.Write)
	}
	for _, c := range planned.Calendars {
		b.add(c.Path, fileset.Entry, func(w io.Writer) error { return calendar.Write(w, c) })
	}
	rtl := planned.Meta.Words.RTL
	for _, sign := range planned.Badges() {
		b.add(sign.Path+".svg", fileset.Entry, func(w io.Writer) error { return badge.SVG(w, sign, rtl) })
		b.add(sign.Path+".json", fileset.Entry, func(w io.Writer) error { return badge.Shields(w, sign) })
	}
	b.add("embed.js", fileset.Entry, func(w io.Writer) error { return badge.Script(w, planned.Meta.Title) })
	b.add("embed.html", fileset.Entry, func(w io.Writer) error { return badge.Frame(w, planned.Meta) })
	if text := securityText(input.Config); text != "" {
		b.add(".well-known/security.txt", fileset.Asset, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	}
	for _, part := range planned.Search {
		b.keyed(part.Path, part.Key(), fileset.Entry, func(w io.Writer) error { return search.Write(w, part.Entries()) })
	}
	for _, legacy := range planned.Legacy() {
		b.add(legacy.Path, fileset.Entry, func(w io.Writer) error { return feed.CState(w, planned.Meta, legacy) })
	}
	b.add("icon.svg", fileset.Entry, func(w io.Writer) error { return input.Theme.Icon(w, planned.State()) })
	b.add("sitemap.xml", fileset.Entry, func(w io.Writer) error { return sitemap.Write(w, planned) })
	b.add("robots.txt", fileset.Entry, func(w io.Writer) error { return sitemap.Robots(w, planned) })
	b.add(".nojekyll", fileset.Asset, func(io.Writer) error { return nil })
	if planned.CNAME != "" {
		b.add("CNAME", fileset.Asset, func(w io.Writer) error { _, err := io.WriteString(w, planned.CNAME+"\n"); return err })
	}
	b.add("_headers", fileset.Asset, func(w io.Writer) error { return headers(w, input.Theme.Policy, planned.Meta.Editions) })
	b.failed("version.json", b.files.Seal("version.json", func(tree fileset.Hash) []byte {
		return fmt.Appendf(nil, "{\"version\":%q}\n", tree)
	}))
	return Result{Files: b.files, Site: planned, Findings: diag.Sort(b.findings), NextChange: planned.NextChange}
}

type builder struct {
	files    *fileset.Set
	findings []diag.Finding
}

func (b *builder) add(path string, order fileset.Order, write func(io.Writer) error) {
	b.keyed(path, "", order, write)
}

// keyed adds a file whose content follows from a key; see fileset.File.
func (b *builder) keyed(path, key string, order fileset.Order, write func(io.Writer) error) {
	b.failed(path, b.files.Add(fileset.File{Path: path, Key: key, Order: order, Write: write}))
}

func (b *builder) failed(path string, err error) {
	if err != nil {
		b.findings = append(b.findings, diag.URLCollision.New(diag.File(path), "rename one of the two", "%v", err))
	}
}

// orderOf puts what readers enter by last, so that it never leads to a page that is not there yet.
func orderOf(page site.Planned) fileset.Order {
	if page.Kind == site.KindOverview {
		return fileset.Entry
	}
	return fileset.Page
}
