// Package build is the pipeline: content, configuration, theme and the instant in; files, findings and the next change out.
// A build is a value: it touches no disk, no network, no git and no clock, and the same input gives the same bytes.
package build

import (
	"io"
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/feed"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/sitemap"
	"settler.io/crier/internal/theme"
)

// Input is all that a build depends on. Missing dates are filled in before.
type Input struct {
	Config  *config.Config
	Content *content.Content
	Theme   *theme.Theme
	Now     time.Time
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
	planned, findings := site.Plan(site.Input{Config: input.Config, Content: input.Content, Now: input.Now})
	b := builder{files: &fileset.Set{}, findings: findings}
	for _, asset := range input.Theme.Assets {
		b.add(asset.Path, fileset.Asset, func(w io.Writer) error { _, err := w.Write(asset.Content); return err })
	}
	for _, page := range planned.Pages {
		b.add(page.Path, orderOf(page), func(w io.Writer) error { return input.Theme.Render(w, page.Page(), page.Markdown) })
	}
	b.add("feed.rss", fileset.Entry, func(w io.Writer) error { return feed.RSS(w, planned) })
	for _, legacy := range planned.Legacy {
		b.add(legacy.Path, fileset.Entry, func(w io.Writer) error { return feed.CState(w, planned.Meta, legacy) })
	}
	b.add("sitemap.xml", fileset.Entry, func(w io.Writer) error { return sitemap.Write(w, planned) })
	b.add("robots.txt", fileset.Entry, func(w io.Writer) error { return sitemap.Robots(w, planned) })
	b.add(".nojekyll", fileset.Asset, func(io.Writer) error { return nil })
	if planned.CNAME != "" {
		b.add("CNAME", fileset.Asset, func(w io.Writer) error { _, err := io.WriteString(w, planned.CNAME+"\n"); return err })
	}
	return Result{Files: b.files, Site: planned, Findings: diag.Sort(b.findings), NextChange: planned.NextChange}
}

type builder struct {
	files    *fileset.Set
	findings []diag.Finding
}

func (b *builder) add(path string, order fileset.Order, write func(io.Writer) error) {
	if err := b.files.Add(fileset.File{Path: path, Order: order, Write: write}); err != nil {
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
