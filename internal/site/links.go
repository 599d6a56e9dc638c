package site

import (
	"html/template"
	"net/url"
	"path"
	"strings"

	"settler.io/crier/internal/diag"
)

// venue is a page that something is shown on: the path of its file, and its language.
type venue struct {
	file string
	*Meta
}

// html gives the HTML of a source file's text as the page has to show it.
func (p *planner) html(source string, at venue) template.HTML {
	document := p.Content.Documents[source]
	if document == nil {
		return template.HTML(p.mark(source))
	}
	return template.HTML(p.mark(source) + document.HTML(func(destination string) (string, bool) {
		to, ok := p.resolve(source, destination)
		if !ok {
			return "", false
		}
		return relative(at.file, at.place(p.in(at.Meta, to))), true
	}))
}

// absoluteHTML gives the HTML of a source file's text for readers elsewhere: with absolute links.
func (p *planner) absoluteHTML(source string, meta *Meta) string {
	document := p.Content.Documents[source]
	if document == nil {
		return p.mark(source)
	}
	return p.mark(source) + document.HTML(func(destination string) (string, bool) {
		to, ok := p.resolve(source, destination)
		return meta.URL(p.in(meta, to)), ok
	})
}

func (p *planner) markdown(source string) string {
	if document := p.Content.Documents[source]; document != nil {
		return document.Markdown
	}
	return ""
}

// resolve finds the place that a link within the site leads to. Links may be written as addresses below the site ("/about/"),
// relative to the address of the page that shows the text, or as paths to other source files ("../../pages/about.md").
func (p *planner) resolve(source, destination string) (Ref, bool) {
	if plain, err := url.PathUnescape(destination); err == nil {
		destination = plain
	}
	target, anchor, anchored := strings.Cut(destination, "#")
	target, _, _ = strings.Cut(target, "?")
	home, _ := p.places.home(source)
	var to Ref
	ok := true
	switch {
	case target == "":
		to = Ref(home.File())
	case strings.HasPrefix(target, "/"):
		to, ok = p.find(strings.TrimPrefix(target, "/"))
	case path.Ext(target) == ".md":
		to, ok = p.places.home(path.Join(path.Dir(source), target))
		if !anchored || !ok {
			return to, ok
		}
		to = Ref(to.File())
	default:
		to, ok = p.find(path.Join(path.Dir(home.File()), target))
	}
	if !ok || !anchored || anchor == "" {
		return to, ok
	}
	if _, own, _ := strings.Cut(string(home), "#"); target == "" && p.places.anchored(to.File(), own+"-"+anchor) {
		anchor = own + "-" + anchor
	}
	return to.Anchor(anchor), p.places.anchored(to.File(), anchor)
}

// find gives the planned file that an address below the site leads to.
func (p *planner) find(address string) (Ref, bool) {
	address = strings.TrimSuffix(path.Clean("/" + address)[1:], "/")
	for _, file := range []string{address, path.Join(address, "index.html")} {
		if p.frame.has(file) {
			return Ref(file), true
		}
	}
	return "", false
}

// in gives a place as a language has it: what is there once for all languages, such as /maintenance.ics, is counted from the root.
func (p *planner) in(meta *Meta, to Ref) Ref {
	if _, ok := p.frame.claims[strings.ToLower(meta.Prefix+to.File())]; ok || meta.Prefix == "" || to.External() || to == "" {
		return to
	}
	return "/" + to
}

// checkLinks reports the links within public texts that lead nowhere.
func (p *planner) checkLinks() {
	for _, source := range p.linked() {
		for _, link := range p.Content.Documents[source].Links() {
			if _, ok := p.resolve(source, link.Destination); !ok {
				p.findings = append(p.findings, diag.BrokenLink.New(link.Position, "write an address such as /incidents/<name>/, or a full https:// one",
					"the link %q leads to no page of the site; its text is shown without it", link.Destination))
			}
		}
	}
}
