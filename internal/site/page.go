package site

import (
	"html/template"
	"slices"
	"strings"

	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/source/content"
)

// Kind is a kind of page. Each has a template of that name.
type Kind string

// The kinds of pages.
const (
	KindOverview    Kind = "overview"
	KindIncident    Kind = "incident"
	KindMaintenance Kind = "maintenance"
	KindComponent   Kind = "component"
	KindHistory     Kind = "history"
	KindMonth       Kind = "month"
	KindSubscribe   Kind = "subscribe"
	KindPromises    Kind = "promises"
	KindCustom      Kind = "page"
	KindRedirect    Kind = "redirect"
	KindNotFound    Kind = "404"
)

// pageContext is the page that something is shown on: the path of its file, and its language.
type pageContext struct {
	file string
	*Meta
}

// Page makes the page of an output whose view is a PageView.
func (p *Site) Page(o *Output) Page {
	v := o.View.(PageView)
	meta := p.metas[v.language]
	make := v.make
	if v.incident != nil {
		make = func(p *Site, from pageContext) (string, string, any) { return p.incidentPage(v.incident, from) }
	}
	title, description, view := make(p, pageContext{o.Path, meta})
	page := Page{Kind: v.Kind, Path: o.Path, Title: title, Description: description, Site: meta, View: view}
	if v.Kind != KindNotFound && v.Kind != KindRedirect {
		page.URL = meta.URL(Ref("/" + o.Path))
	}
	return page
}

// NotPublic is the class of the paragraph that a preview puts before a text that may not be public.
const NotPublic = "crier-not-public"

// mark returns what a preview puts before the HTML of a text that may not be public; "" where it
// may.
func (p *Site) mark(source string) string {
	if why := p.public.Withheld[source]; why != "" {
		return `<p class="` + NotPublic + `">Not public: ` + why + "</p>\n"
	}
	return ""
}

// Withheld says why sources that a preview shows may not be public, by path. It is empty in a
// build.
func (p *Site) Withheld() map[string]string { return p.public.Withheld }

// html returns the HTML of a source's text with links relative to a page.
func (p *Site) html(source string, at pageContext) template.HTML {
	return template.HTML(p.linkedHTML(source, at.Meta, func(to Ref) string { return links.Relative(at.file, at.fromRoot(to)) }))
}

func (p *Site) absoluteHTML(source string, meta *Meta) string {
	return p.linkedHTML(source, meta, meta.URL)
}

// linkedHTML returns the HTML of a source's text. href makes the URLs of its links within the site.
func (p *Site) linkedHTML(source string, meta *Meta, href func(to Ref) string) string {
	return p.mark(source) + p.Content.Documents[source].HTML(func(destination string) (string, bool) {
		to, ok := p.texts.Resolve(source, destination)
		return href(p.texts.InLanguage(meta.Prefix, to)), ok
	})
}

func (p *Site) markdown(source string) string { return p.Content.Documents.Markdown(source) }
func (p *Site) text(source string) string     { return p.Content.Documents.Text(source) }

func (p *Site) customPage(page *content.Page, from pageContext) (title, description string, view any) {
	source, foreign := p.source(from.Meta, page.Path, page.Translations)
	title = from.titleOf(page.Title, page.Translations)
	return title, "", &CustomPage{Title: title, HTML: p.html(source, from), Markdown: p.markdown(source), Foreign: foreign}
}

func (p *Site) redirect(to Ref) (title, description string, view any) {
	return p.Meta.Words.Word("moved"), "", &Redirect{To: to, URL: p.Meta.URL(to)}
}

func notFound(_ *Site, from pageContext) (title, description string, view any) {
	return from.Words.Word("not_found"), "", nil
}

// Sitemap lists the absolute URLs of all pages for search engines, sorted.
func (p *Site) Sitemap() []string {
	var urls []string
	for i := range p.Outputs {
		o := &p.Outputs[i]
		if v, ok := o.View.(PageView); ok && v.Kind != KindNotFound && v.Kind != KindRedirect && !o.Markdown() {
			urls = append(urls, p.Meta.URL(Ref("/"+o.Path)))
		}
	}
	slices.Sort(urls)
	return urls
}

// Markdown reports whether the output is a page as plain Markdown.
func (o *Output) Markdown() bool { return strings.HasSuffix(o.Path, ".md") }
