package markdown

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"settler.io/crier/internal/diag"
)

// Converter converts Markdown of the GitHub flavour. It is safe for concurrent use.
type Converter struct {
	parser parser.Parser
}

// NewConverter makes a converter.
func NewConverter() *Converter {
	return &Converter{parser: goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()}
}

// Convert converts a text. It never fails: what must not be shown is dropped and reported.
func (c *Converter) Convert(src Source) (*Document, []diag.Finding) {
	source := strings.ToValidUTF8(strings.ReplaceAll(src.Text, "\r\n", "\n"), "\uFFFD")
	clean, first := Clean(source)
	if first < 0 {
		if doc, ok := simple(strings.Trim(clean, "\n")); ok {
			return doc, nil
		}
	}
	w := &writer{path: src.Path, firstLine: max(1, src.FirstLine), prefix: src.IDPrefix, rank: min(max(1, src.Heading), 6), text: clean, source: []byte(clean)}
	if first >= 0 {
		line := strings.Count(source[:first], "\n")
		w.findings = append(w.findings, diag.ControlCharacter.New(
			diag.Position{Path: src.Path, Line: w.firstLine + line, Column: first - strings.LastIndexByte(source[:first], '\n')},
			"delete it", "a control character was dropped"))
	}
	return c.convert(w)
}

// simple converts what does not need goldmark.
func simple(text string) (*Document, bool) {
	if plainWords(text) {
		return &Document{Text: text, Markdown: text, plain: true}, true
	}
	return markedWords(text)
}

// convert leaves a text to goldmark.
func (c *Converter) convert(w *writer) (doc *Document, findings []diag.Finding) {
	defer func() {
		if r := recover(); r != nil { // a bug in the library must not cost the update: its words go out plainly
			at, clean := diag.Position{Path: w.path, Line: w.firstLine, Column: 1}, w.text
			findings = append(w.findings, diag.UnrenderableMarkdown.New(at, "simplify it; its words are shown as they are", "this Markdown cannot be rendered: %v", r))
			doc = &Document{Text: clean, Markdown: clean, html: "<p>" + escape(clean) + "</p>"}
		}
	}()
	root := c.parser.Parse(text.NewReader(w.source))
	w.out.Grow(len(w.source) + len(w.source)/4 + 64) // as much as most come to
	w.block(root)
	w.flush(nil)
	return w.document(root), w.findings
}

// document gives what was written.
func (w *writer) document(root ast.Node) *Document {
	d := &Document{Text: strings.TrimSpace(w.plain(root)), Markdown: w.cleaned()}
	if d.Text == d.Markdown {
		d.Text = d.Markdown // one string for both
	}
	parts := w.parts
	if len(parts) == 1 && parts[0].link == nil {
		d.html, parts = parts[0].html, nil
	}
	if len(w.links)+len(w.anchors)+len(parts) > 0 {
		d.rest = &rest{w.links, w.anchors, parts}
	}
	return d
}

// writer walks a parsed document and writes HTML of its own making: only what is listed here can come out.
type writer struct {
	path      string
	firstLine int
	prefix    string
	rank      int    // of the first headings
	above     []int  // the levels, as written, of the headings that the last one is under, itself included
	text      string // what is converted
	source    []byte // the same
	findings  []diag.Finding
	links     []Link
	parts     []part
	out       bytes.Buffer
	ids       map[string]int
	anchors   []string
	cuts      []cut    // of the source, never shown
	dropped   []string // destinations of links, as written, that are never shown
	at        int      // offset of the last text seen, for the positions of links
}

func (w *writer) position(offset int) diag.Position {
	offset = min(max(offset, 0), len(w.source))
	before := w.source[:offset]
	return diag.Position{Path: w.path, Line: w.firstLine + bytes.Count(before, []byte{'\n'}), Column: offset - bytes.LastIndexByte(before, '\n')}
}

func (w *writer) report(kind diag.Kind, offset int, hint, format string, args ...any) {
	w.findings = append(w.findings, kind.New(w.position(offset), hint, format, args...))
}

// flush ends the current piece of HTML, with a link after it or nil at the end.
func (w *writer) flush(link *hole) {
	if w.out.Len() > 0 || link != nil {
		w.parts = append(w.parts, part{w.out.String(), link})
		w.out.Reset()
	}
}

func (w *writer) children(n ast.Node) {
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		w.block(child)
	}
}

func (w *writer) element(name string, n ast.Node, newline string) {
	w.out.WriteString("<" + name + ">" + newline)
	w.children(n)
	w.out.WriteString("</" + name + ">\n")
}

// block writes a node, block or inline.
func (w *writer) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Document:
		w.children(n)
	case *ast.Heading:
		w.heading(n)
	case *ast.Paragraph:
		w.element("p", n, "")
	case *ast.TextBlock:
		w.children(n)
		if n.NextSibling() != nil {
			w.out.WriteByte('\n')
		}
	case *ast.Blockquote:
		w.element("blockquote", n, "\n")
	case *ast.List:
		name := "ul"
		if n.IsOrdered() {
			name = "ol"
			if n.Start != 1 {
				w.out.WriteString(`<ol start="` + strconv.Itoa(n.Start) + "\">\n")
				w.children(n)
				w.out.WriteString("</ol>\n")
				return
			}
		}
		w.element(name, n, "\n")
	case *ast.ListItem:
		w.element("li", n, "")
	case *ast.ThematicBreak:
		w.out.WriteString("<hr>\n")
	case *ast.CodeBlock:
		w.code(n, "")
	case *ast.FencedCodeBlock:
		w.code(n, string(n.Language(w.source)))
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *east.Table:
		w.out.WriteString("<div class=\"scroll\"><table>\n")
		w.children(n)
		w.out.WriteString("</table></div>\n")
	case *east.TableHeader:
		w.out.WriteString("<thead><tr>")
		w.children(n)
		w.out.WriteString("</tr></thead>\n")
	case *east.TableRow:
		w.element("tr", n, "")
	case *east.TableCell:
		name := "td"
		if _, header := n.Parent().(*east.TableHeader); header {
			name = "th"
		}
		attribute := ""
		if n.Alignment != east.AlignNone {
			attribute = ` class="` + n.Alignment.String() + `"`
		}
		w.out.WriteString("<" + name + attribute + ">")
		w.children(n)
		w.out.WriteString("</" + name + ">")
	default:
		w.inline(n)
	}
}

// heading ranks a heading by those it is under, so that no level is skipped whatever the text begins with.
func (w *writer) heading(n *ast.Heading) {
	for len(w.above) > 0 && w.above[len(w.above)-1] >= n.Level {
		w.above = w.above[:len(w.above)-1]
	}
	w.above = append(w.above, n.Level)
	level := min(w.rank+len(w.above)-1, 6)
	id := w.headingID(w.plainInline(n))
	fmt.Fprintf(&w.out, `<h%d id="%s">`, level, id)
	w.children(n)
	fmt.Fprintf(&w.out, "</h%d>\n", level)
}

// headingID makes an id from a heading's words, unique in the document.
func (w *writer) headingID(words string) string {
	id := strings.Join(strings.FieldsFunc(strings.ToLower(words), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), "-")
	if id == "" {
		id = "section"
	}
	if w.prefix != "" {
		id = w.prefix + "-" + id
	}
	if w.ids == nil {
		w.ids = map[string]int{}
	}
	w.ids[id]++
	if count := w.ids[id]; count > 1 {
		id += "-" + strconv.Itoa(count)
		w.ids[id]++
	}
	w.anchors = append(w.anchors, id)
	return id
}

func (w *writer) code(n ast.Node, language string) {
	w.out.WriteString("<pre><code")
	if language != "" {
		w.out.WriteString(` class="language-` + escape(language) + `"`)
	}
	w.out.WriteString(">")
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		w.out.WriteString(escape(string(segment.Value(w.source))))
	}
	w.out.WriteString("</code></pre>\n")
}

func (w *writer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.at = n.Segment.Start
		w.out.WriteString(escape(string(w.unescaped(n))))
		switch {
		case n.HardLineBreak():
			w.out.WriteString("<br>\n")
		case n.SoftLineBreak():
			w.out.WriteByte('\n')
		}
	case *ast.String:
		w.out.WriteString(escape(string(n.Value)))
	case *ast.CodeSpan:
		w.out.WriteString("<code>")
		for child := n.FirstChild(); child != nil; child = child.NextSibling() {
			if t, ok := child.(*ast.Text); ok {
				w.at = t.Segment.Start
				w.out.WriteString(escape(strings.ReplaceAll(string(t.Segment.Value(w.source)), "\n", " ")))
			}
		}
		w.out.WriteString("</code>")
	case *ast.Emphasis:
		name := "em"
		if n.Level == 2 {
			name = "strong"
		}
		w.out.WriteString("<" + name + ">")
		w.children(n)
		w.out.WriteString("</" + name + ">")
	case *east.Strikethrough:
		w.out.WriteString("<del>")
		w.children(n)
		w.out.WriteString("</del>")
	case *east.TaskCheckBox:
		if n.IsChecked {
			w.out.WriteString("☑ ")
		} else {
			w.out.WriteString("☐ ")
		}
	case *ast.Link:
		w.link(string(n.Destination), n, false)
	case *ast.Image:
		w.link(string(n.Destination), n, true)
	case *ast.AutoLink:
		w.autoLink(n)
	case *ast.RawHTML:
		w.rawHTML(n)
	default:
		w.children(n)
	}
}

// unescaped resolves backslash escapes and entities of a text node. An entity may stand for a character that Clean drops.
func (w *writer) unescaped(n *ast.Text) []byte {
	value := n.Segment.Value(w.source)
	if n.IsRaw() || bytes.IndexByte(value, '\\') < 0 && bytes.IndexByte(value, '&') < 0 {
		return value
	}
	return []byte(resolved(value))
}

// resolved resolves backslash escapes and entities.
func resolved(raw []byte) string {
	text, _ := Clean(string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(raw)))))
	return text
}
