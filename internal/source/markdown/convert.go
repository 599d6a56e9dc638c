package markdown

import (
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"settler.io/crier/internal/diag"
)

// Converter converts Markdown of the GitHub flavour. It is safe for concurrent use.
type Converter struct {
	goldmark goldmark.Markdown
	pages    sync.Pool // of *page
}

// NewConverter makes a converter.
func NewConverter() *Converter {
	return &Converter{
		goldmark: goldmark.New(
			goldmark.WithParser(parser.NewParser(boundedParsers()...)),
			goldmark.WithExtensions(extension.GFM),
			goldmark.WithRendererOptions(
				html.WithWriter(cleanWriter{html.DefaultWriter}),
				renderer.WithNodeRenderers(util.Prioritized(nodes{}, 1)), // before those of goldmark
			),
		),
		pages: sync.Pool{New: func() any { return new(page) }},
	}
}

// Convert converts a text. It never fails: what must not be shown is dropped and reported, and a text beyond a limit is
// shown as it is written.
func (c *Converter) Convert(src Source) (*Document, []diag.Finding) { return c.convert(src, 3) }

// convert converts a text. What is cut may give the rest another meaning, so that the cleaned Markdown is converted too, up to
// the given number of times.
func (c *Converter) convert(src Source, times int) (*Document, []diag.Finding) {
	source := strings.ToValidUTF8(strings.ReplaceAll(src.Text, "\r\n", "\n"), "\uFFFD")
	clean, first := Clean(source)
	p := c.pages.Get().(*page)
	defer c.pages.Put(p)
	p.reset(src, clean)
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
	// goldmark has no other way out: its parsers and renderers return no errors that stop it.
	defer func() {
		switch r := recover().(type) {
		case nil:
		case limit:
			p.report(diag.MarkdownLimit, r.offset, "split the text, or link to a file that holds it", "%s: the text is shown as it is written", r.what)
			doc, p.cuts = asWritten(p.text), nil
		default: // a bug in the library must not cost the update
			p.report(diag.UnrenderableMarkdown, 0, "simplify it; its words are shown as they are", "this Markdown cannot be rendered: %v", r)
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
	p.Grow(len(p.source) + len(p.source)/4 + 64) // as much as most come to
	if err := c.goldmark.Renderer().Render(p, p.source, root); err != nil {
		panic(err)
	}
	doc = &Document{Text: words, Markdown: p.cleaned(), html: p.String()}
	if doc.Text == doc.Markdown {
		doc.Text = doc.Markdown // one string for both
	}
	if len(p.links)+len(p.anchors) > 0 {
		doc.rest = &rest{p.links, p.anchors, p.tags}
	}
	return doc
}

// asWritten shows a text without reading it as Markdown.
func asWritten(text string) *Document {
	text = strings.Trim(text, "\n")
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	return &Document{Text: text, Markdown: fence + "\n" + text + "\n" + fence, html: "<pre>\n" + escape(text) + "</pre>\n"}
}

// longestRun returns the length of the longest run of a character.
func longestRun(text string, char byte) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != char {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// cleaned returns the source without what was cut.
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

// trimmed returns a text without white space at its end and empty lines at its beginning. An indent means something.
func trimmed(text string) string {
	text = strings.TrimRight(text, " \t\r\n")
	return text[strings.LastIndexByte(text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))], '\n')+1:]
}
