package markdown

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"settler.io/crier/internal/diag"
)

// silent holds the elements whose content is no text for readers.
var silent = map[string]bool{
	"script": true, "style": true, "template": true, "iframe": true, "object": true, "embed": true, "svg": true, "math": true,
	"noscript": true, "textarea": true, "title": true, "xmp": true, "noembed": true, "noframes": true, "plaintext": true, "select": true,
}

const htmlHint = "raw HTML never reaches a page; write Markdown"

// cut is a piece of the source that never reaches a page, and what takes its place in the cleaned source.
type cut struct {
	start, stop int
	instead     string
}

var lineBreak = regexp.MustCompile(`(?i)^<br\s*/?>$`)

// rawHTML drops a tag or comment within a paragraph. The words around it stay, and <br> breaks the line as it was meant to.
func (w *writer) rawHTML(n *ast.RawHTML) {
	if n.Segments.Len() == 0 {
		return
	}
	first := n.Segments.At(0)
	var tag strings.Builder
	for i := range n.Segments.Len() {
		segment := n.Segments.At(i)
		tag.Write(segment.Value(w.source))
		w.cuts = append(w.cuts, cut{start: segment.Start, stop: segment.Stop})
	}
	w.at = first.Start
	if lineBreak.MatchString(tag.String()) {
		w.cuts[len(w.cuts)-1].instead = " "
		w.out.WriteString("<br>\n")
		return
	}
	if !strings.HasPrefix(tag.String(), "<!--") && !strings.HasPrefix(tag.String(), "</") {
		w.report(diag.DroppedHTML, first.Start, htmlHint, "the HTML %s was dropped", short(tag.String()))
	}
}

// htmlBlock drops a block of HTML and keeps the words in it as plain paragraphs, so that no sentence of an update is lost.
func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	raw, start := w.htmlLines(n)
	if start < 0 {
		return
	}
	words, dropped := stripTags(raw)
	words, _ = Clean(words) // entities
	if dropped {
		w.report(diag.DroppedHTML, start, htmlHint, "the HTML %s was dropped", short(strings.TrimSpace(strings.SplitN(raw, "\n", 2)[0])))
	}
	for paragraph := range strings.SplitSeq(words, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			w.out.WriteString("<p>" + escape(paragraph) + "</p>\n")
		}
	}
	from := len(w.cuts)
	for i := range n.Lines().Len() {
		w.cuts = append(w.cuts, cut{start: n.Lines().At(i).Start, stop: n.Lines().At(i).Stop})
	}
	if n.HasClosure() {
		w.cuts = append(w.cuts, cut{start: n.ClosureLine.Start, stop: n.ClosureLine.Stop})
	}
	if words = strings.TrimSpace(words); words != "" && from < len(w.cuts) {
		w.cuts[from].instead = special.ReplaceAllString(words, `\$0`) + "\n"
	}
}

// special matches what has a meaning in Markdown.
var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>()#+!|~&.:-]")

// htmlLines gives a block's source and the offset at which it starts, -1 for none.
func (w *writer) htmlLines(n *ast.HTMLBlock) (raw string, start int) {
	var b strings.Builder
	start = -1
	add := func(segment text.Segment) {
		if start < 0 {
			start = segment.Start
		}
		b.Write(segment.Value(w.source))
	}
	for i := range n.Lines().Len() {
		add(n.Lines().At(i))
	}
	if n.HasClosure() {
		add(n.ClosureLine)
	}
	return b.String(), start
}

// stripTags gives the words of a piece of HTML; dropped tells whether there was anything but comments and words.
func stripTags(raw string) (words string, dropped bool) {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(raw))
	hidden := ""
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return b.String(), dropped
		case html.StartTagToken:
			dropped = true
			name, _ := tokens.TagName()
			if hidden == "" && silent[string(name)] {
				hidden = string(name)
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == hidden {
				hidden = ""
			}
		case html.SelfClosingTagToken, html.DoctypeToken:
			dropped = true
		case html.TextToken:
			if hidden == "" {
				b.WriteString(html.UnescapeString(string(tokens.Raw())))
			}
		}
	}
}

// cleaned gives the source without what was cut, and with "#" for the address of each link that was dropped.
func (w *writer) cleaned() string {
	if len(w.cuts)+len(w.dropped) == 0 {
		return strings.TrimSpace(w.text)
	}
	var b strings.Builder
	at := 0
	for _, c := range w.cuts {
		if c.start < at {
			continue
		}
		b.Write(w.source[at:c.start])
		b.WriteString(c.instead)
		at = c.stop
	}
	b.Write(w.source[at:])
	text := b.String()
	for _, destination := range w.dropped {
		link := regexp.MustCompile(`(\]\(\s*<?|\]:[\s>]*<?|<)` + regexp.QuoteMeta(destination))
		text = link.ReplaceAllString(text, "${1}#")
	}
	return strings.TrimSpace(text)
}
