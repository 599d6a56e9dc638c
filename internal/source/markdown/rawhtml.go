package markdown

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"settler.io/crier/internal/diag"
)

// silent lists the elements whose content is not shown to readers.
var silent = map[string]bool{
	"script": true, "style": true, "template": true, "iframe": true, "object": true, "embed": true, "svg": true, "math": true,
	"noscript": true, "textarea": true, "title": true, "xmp": true, "noembed": true, "noframes": true, "plaintext": true, "select": true,
}

const htmlHint = "use Markdown; raw HTML is never published"

// cut is a part of the source that is never shown, and its replacement in the cleaned Markdown.
type cut struct {
	start, stop int
	instead     string
}

var lineBreak = regexp.MustCompile(`(?i)^<br\s*/?>$`)

// rawHTML drops a tag or comment inside a paragraph. It keeps the words around it, and keeps <br>
// as a line break.
func (p *page) rawHTML(node ast.Node, entering bool) {
	n := node.(*ast.RawHTML)
	if !entering || n.Segments.Len() == 0 {
		return
	}
	for i := range n.Segments.Len() {
		segment := n.Segments.At(i)
		p.cuts = append(p.cuts, cut{start: segment.Start, stop: segment.Stop})
	}
	tag := n.Segments.Value(p.source)
	if lineBreak.Match(tag) {
		p.cuts[len(p.cuts)-1].instead = " "
		p.WriteString("<br>\n")
		return
	}
	if !bytes.HasPrefix(tag, []byte("<!--")) && !bytes.HasPrefix(tag, []byte("</")) {
		p.report(diag.DroppedHTML, n.Segments.At(0).Start, htmlHint, "the HTML %s was dropped", short(string(tag)))
	}
}

// htmlBlock drops the tags of an HTML block and keeps its words as plain paragraphs, so that no
// sentence of an update is lost.
func (p *page) htmlBlock(node ast.Node, entering bool) {
	n := node.(*ast.HTMLBlock)
	raw, start := p.htmlLines(n)
	if !entering || start < 0 {
		return
	}
	words, dropped := stripTags(raw)
	if dropped {
		first, _, _ := strings.Cut(raw, "\n")
		p.report(diag.DroppedHTML, start, htmlHint, "the HTML %s was dropped", short(strings.TrimSpace(first)))
	}
	for paragraph := range strings.SplitSeq(words, "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" {
			p.WriteString("<p>" + escape(paragraph) + "</p>\n")
		}
	}
	from := len(p.cuts)
	for i := range n.Lines().Len() {
		p.cuts = append(p.cuts, cut{start: n.Lines().At(i).Start, stop: n.Lines().At(i).Stop})
	}
	if n.HasClosure() {
		p.cuts = append(p.cuts, cut{start: n.ClosureLine.Start, stop: n.ClosureLine.Stop})
	}
	if words = strings.TrimSpace(words); words != "" && from < len(p.cuts) {
		p.cuts[from].instead = special.ReplaceAllString(words, `\$0`) + "\n"
	}
}

// special matches the characters that have a meaning in Markdown.
var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>()#+!|~&.:-]")

// htmlLines returns the source of a block and its offset, or -1 if the block is empty.
func (p *page) htmlLines(n *ast.HTMLBlock) (raw string, start int) {
	var b strings.Builder
	start = -1
	add := func(segment text.Segment) {
		if start < 0 {
			start = segment.Start
		}
		b.Write(segment.Value(p.source))
	}
	for i := range n.Lines().Len() {
		add(n.Lines().At(i))
	}
	if n.HasClosure() {
		add(n.ClosureLine)
	}
	return b.String(), start
}

// stripTags returns the words in a piece of HTML. dropped reports whether it contained anything
// besides words and comments.
func stripTags(raw string) (words string, dropped bool) {
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(raw))
	hidden := ""
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			words, _ = Clean(b.String()) // decoded entities may be control characters
			return words, dropped
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
