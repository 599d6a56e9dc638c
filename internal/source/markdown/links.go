package markdown

import (
	"html"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"settler.io/crier/internal/diag"
)

// place is where a link leads: inside or outside the site, or to a dangerous URL.
type place int

const (
	inside place = iota
	outside
	dangerous
)

// judge returns where a link leads, as a browser would interpret it.
func judge(destination string) place {
	// Browsers remove white space and control characters before they look for the scheme.
	bare := strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f && r <= 0x9f {
			return -1
		}
		return r
	}, html.UnescapeString(destination))
	bare = strings.ReplaceAll(bare, `\`, "/")
	if strings.HasPrefix(bare, "//") {
		return outside
	}
	scheme, _, found := strings.Cut(bare, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		if _, err := url.Parse(bare); err != nil {
			return dangerous
		}
		return inside
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return outside
	}
	return dangerous
}

const linkHint = "use http, https, mailto or tel; other links are never published"

func (p *page) link(n ast.Node, entering bool) {
	if entering {
		p.openLink(n, n.(*ast.Link).Destination)
	} else {
		p.closeLink()
	}
}

// image renders an image as a link to it.
func (p *page) image(n ast.Node, entering bool) {
	if !entering {
		p.closeLink()
		return
	}
	p.openLink(n, n.(*ast.Image).Destination)
	if n.FirstChild() == nil {
		p.WriteString("image")
	}
}

func (p *page) openLink(n ast.Node, raw []byte) {
	destination := resolved(raw)
	where := judge(destination)
	if where == dangerous {
		p.report(diag.DroppedLink, n.Pos(), linkHint, "the link to %q was dropped", short(destination))
	} else if len(p.open) > 0 { // inside a link, an image is reduced to its text
		where = dangerous
	}
	p.open = append(p.open, where)
	switch where {
	case outside:
		if n.Kind() == ast.KindImage {
			p.report(diag.LinkedImage, n.Pos(), "pages load nothing from other sites", "the image %q is shown as a link", short(destination))
		}
		p.openOutside(destination)
	case inside:
		p.tags = append(p.tags, tag{p.Len(), len(p.links)})
		p.links = append(p.links, Link{destination, p.position(n.Pos())})
	}
}

func (p *page) closeLink() {
	last := len(p.open) - 1
	switch p.open[last] {
	case outside:
		p.WriteString("</a>")
	case inside:
		p.tags = append(p.tags, tag{p.Len(), -1})
	}
	p.open = p.open[:last]
}

func (p *page) openOutside(destination string) {
	p.WriteString(`<a href="` + escape(string(util.URLEscape([]byte(destination), false))) + `" rel="noopener">`)
}

func (p *page) autoLink(node ast.Node, entering bool) {
	if !entering {
		return
	}
	n := node.(*ast.AutoLink)
	label := n.Label(p.source)
	destination := string(n.URL(p.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(destination), "mailto:") {
		destination = "mailto:" + destination
	}
	where := judge(destination)
	if where != outside {
		p.report(diag.DroppedLink, n.Pos(), linkHint, "the link to %q was dropped", short(destination))
		if at := n.Pos() + 1; p.source[n.Pos()] == '<' {
			p.cuts = append(p.cuts, cut{at, at + len(label), "#"})
		}
	}
	if where == outside && len(p.open) == 0 {
		p.openOutside(destination)
		defer p.WriteString("</a>")
	}
	p.WriteString(escape(string(label)))
}

// definition cuts the URL of a dropped link from a link reference definition.
func (p *page) definition(node ast.Node, entering bool) {
	n := node.(*ast.LinkReferenceDefinition)
	if lines := n.Lines(); entering && judge(resolved(n.Destination)) == dangerous {
		p.cuts = append(p.cuts, cut{lines.At(0).Start, lines.At(lines.Len() - 1).Stop, "[" + string(n.Label) + "]: #"})
	}
}

// links wraps goldmark's link parser to cut the URLs of dropped links. It does so during parsing
// because the nodes of the syntax tree do not record where a link ends.
type links struct{ parser.InlineParser }

func (l links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	_, start := block.Position() // of the "]" after the link text, if the result is a link
	n := l.InlineParser.Parse(parent, block, pc)
	var destination []byte
	switch n := n.(type) {
	case *ast.Link:
		if n.Reference == nil {
			destination = n.Destination
		}
	case *ast.Image:
		if n.Reference == nil {
			destination = n.Destination
		}
	}
	if len(destination) > 0 && judge(resolved(destination)) == dangerous {
		_, stop := block.Position()
		p := pageOf(pc)
		p.cuts = append(p.cuts, cut{start.Start, stop.Start, "](#)"})
	}
	return n
}

func (l links) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	l.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

// short truncates a text for a message.
func short(text string) string {
	if len(text) > 60 {
		return strings.ToValidUTF8(text[:57], "") + "..."
	}
	return text
}
