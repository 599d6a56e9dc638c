package markdown

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"settler.io/crier/internal/diag"
)

// Converter converts GitHub Flavored Markdown. It is safe for concurrent use.
type Converter struct {
	goldmark goldmark.Markdown
}

func NewConverter() *Converter {
	return &Converter{goldmark.New(
		goldmark.WithParser(parser.NewParser(boundedParsers()...)),
		goldmark.WithParserOptions(append(footnoteParsers(), alertParsers())...),
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithRendererOptions(
			html.WithWriter(cleanWriter{html.DefaultWriter}),
			// These take precedence over goldmark's renderers.
			renderer.WithNodeRenderers(util.Prioritized(nodes{}, 1)),
		),
	)}
}

// Convert converts a text. It never fails: content that must not be shown is dropped and reported,
// and a text that exceeds a limit is shown as written, without formatting.
func (c *Converter) Convert(src Source) (*Document, []diag.Finding) { return c.convert(src, 3) }

// convert converts a text. Cutting part of the source may change the meaning of the rest, so
// convert also converts the cleaned Markdown, up to the given number of times.
func (c *Converter) convert(src Source, times int) (*Document, []diag.Finding) {
	source := strings.ToValidUTF8(strings.ReplaceAll(src.Text, "\r\n", "\n"), "\uFFFD")
	clean, first := Clean(source)
	p := newPage(src, clean)
	if first >= 0 {
		line := strings.Count(source[:first], "\n")
		p.findings = append(p.findings, diag.ControlCharacter.New(
			diag.Position{Path: src.Path, Line: p.firstLine + line, Column: first - strings.LastIndexByte(source[:first], '\n')},
			"delete it", "a control character was dropped"))
	}
	doc := c.render(p)
	switch {
	case len(p.cuts) == 0:
	case times == 0:
		doc.Markdown = asWritten(doc.Text).Markdown
	default:
		again, _ := c.convert(Source{Text: doc.Markdown}, times-1)
		doc.Markdown = again.Markdown
	}
	return doc, p.findings
}

func (c *Converter) render(p *page) (doc *Document) {
	// A panic is the only way to stop goldmark: its parsers return no errors.
	defer func() {
		switch r := recover().(type) {
		case nil:
		case limit:
			p.report(diag.MarkdownLimit, r.offset, "split the text, or link to a file that contains it", "%s: the text is shown as written", r.what)
			doc, p.cuts = asWritten(p.text), nil
		default: // a library bug must not lose the update
			p.report(diag.UnrenderableMarkdown, 0, "simplify it; it is shown as plain text", "this Markdown cannot be rendered: %v", r)
			doc, p.cuts = asWritten(p.text), nil
		}
	}()
	if len(p.source) > maxSize {
		panic(limit{0, large})
	}
	context := parser.NewContext()
	context.Set(pageKey, p)
	root := c.goldmark.Parser().Parse(text.NewReader(p.source), parser.WithContext(context))
	words := plainText(p, root)
	p.Grow(len(p.source) + len(p.source)/4 + 64) // enough for most texts
	if err := c.goldmark.Renderer().Render(p, p.source, root); err != nil {
		panic(err)
	}
	doc = &Document{Text: words, Markdown: p.cleaned(), html: p.String(), links: p.links, anchors: p.anchors, tags: p.tags}
	if doc.Text == doc.Markdown {
		doc.Text = doc.Markdown // share one string
	}
	return doc
}

// asWritten returns a document that shows a text verbatim.
func asWritten(text string) *Document {
	text = strings.Trim(text, "\n")
	longest := 2
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return r != '`' }) {
		longest = max(longest, len(run))
	}
	fence := strings.Repeat("`", longest+1)
	return &Document{Text: text, Markdown: fence + "\n" + text + "\n" + fence, html: "<pre>\n" + escape(text) + "</pre>\n"}
}

// cleaned returns the source without the cuts.
func (p *page) cleaned() string {
	if len(p.cuts) == 0 {
		return trimmed(p.text)
	}
	slices.SortStableFunc(p.cuts, func(a, b cut) int { return a.start - b.start })
	var b strings.Builder
	at := 0
	for _, c := range p.cuts {
		if c.start < at {
			continue
		}
		b.WriteString(p.text[at:c.start])
		b.WriteString(c.instead)
		at = c.stop
	}
	b.WriteString(p.text[at:])
	return trimmed(b.String())
}

// trimmed removes white space at the end of a text and empty lines at its start. It keeps the
// indentation of the first line, which has a meaning in Markdown.
func trimmed(text string) string {
	text = strings.TrimRight(text, " \t\r\n")
	return text[strings.LastIndexByte(text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))], '\n')+1:]
}
