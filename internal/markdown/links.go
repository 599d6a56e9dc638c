package markdown

import (
	"bytes"
	"html"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"settler.io/crier/internal/diag"
)

// place says where a destination leads.
type place int

const (
	inside place = iota
	outside
	dangerous
)

// judge says where a destination leads, as a browser would understand it.
func judge(destination string) place {
	// Browsers drop white space and control characters before they look for the scheme.
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

func (w *writer) link(raw string, n ast.Node, image bool) {
	destination := resolved([]byte(raw))
	offset := w.linkOffset(n, raw)
	where := judge(destination)
	if where == dangerous {
		w.report(diag.DroppedLink, offset, "only http, https, mailto and tel links reach a page", "the link to %q was dropped", short(destination))
		w.dropped = append(w.dropped, raw)
		w.linkText(n, image)
		return
	}
	if where == outside {
		if image {
			w.report(diag.LinkedImage, offset, "pages load nothing from elsewhere", "the image %q is shown as a link", short(destination))
		}
		w.out.WriteString(`<a href="` + escape(string(util.URLEscape([]byte(destination), false))) + `" rel="noopener">`)
		w.linkText(n, image)
		w.out.WriteString("</a>")
		return
	}
	w.links = append(w.links, Link{destination, w.position(offset)})
	before := w.out.Len()
	w.linkText(n, image)
	content := string(w.out.Bytes()[before:])
	w.out.Truncate(before)
	w.flush(&hole{destination, content})
}

func (w *writer) linkText(n ast.Node, image bool) {
	if image && n.FirstChild() == nil {
		w.out.WriteString("image")
		return
	}
	// Images within links are their words only.
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		if _, nested := child.(*ast.Image); nested {
			w.linkText(child, true)
			continue
		}
		w.block(child)
	}
}

// linkOffset finds where a link or image stands in the source; goldmark does not say.
func (w *writer) linkOffset(n ast.Node, raw string) int {
	at := w.bracket(n, raw)
	if _, image := n.(*ast.Image); image && at > 0 && w.source[at-1] == '!' {
		return at - 1
	}
	return at
}

// bracket finds the "[" with which a link begins.
func (w *writer) bracket(n ast.Node, raw string) int {
	from := min(w.at, len(w.source))
	if first, ok := n.FirstChild().(*ast.Text); ok {
		from = first.Segment.Start
		if from > 0 && w.source[from-1] == '[' {
			return from - 1
		}
	}
	if i := bytes.Index(w.source[from:], []byte(raw)); i >= 0 && raw != "" {
		if open := bytes.LastIndexByte(w.source[:from+i], '['); open >= 0 {
			return open
		}
		return from + i
	}
	return from
}

func (w *writer) autoLink(n *ast.AutoLink) {
	label := string(n.Label(w.source))
	destination := string(n.URL(w.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(destination), "mailto:") {
		destination = "mailto:" + destination
	}
	if judge(destination) != outside {
		w.report(diag.DroppedLink, max(0, bytes.Index(w.source, []byte(label))), "only http, https, mailto and tel links reach a page",
			"the link to %q was dropped", short(destination))
		w.dropped = append(w.dropped, label)
		w.out.WriteString(escape(label))
		return
	}
	w.out.WriteString(`<a href="` + escape(string(util.URLEscape([]byte(destination), false))) + `" rel="noopener">` + escape(label) + "</a>")
}

// short cuts a text for a message.
func short(text string) string {
	if len(text) > 60 {
		return strings.ToValidUTF8(text[:57], "") + "..."
	}
	return text
}
