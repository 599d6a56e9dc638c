package markdown

import (
	"bytes"
	"cmp"
	stdhtml "html"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"settler.io/crier/internal/diag"
)

// buffer is a bytes.Buffer with the methods that goldmark requires.
type buffer struct{ bytes.Buffer }

func (b *buffer) Buffered() int { return 0 }
func (b *buffer) Flush() error  { return nil }

// page is one conversion. goldmark's parsers find it in their context, and goldmark's renderer
// writes to it.
type page struct {
	buffer    // the HTML
	path      string
	firstLine int
	prefix    string
	rank      int    // level of the highest headings
	text      string // the text to convert
	source    []byte // the same, as bytes
	findings  []diag.Finding
	cuts      []cut // parts of the source to leave out
	counts    counts

	above   []int // levels, as written, of the current heading and those above it
	ids     map[string]int
	anchors []string
	links   []Link
	tags    []tag
	open    []place // kinds of the enclosing links and images; dangerous if shown as text only

	seen      int // state of position: last offset, lines before it, start of its line
	line      int
	lineStart int
}

// pageKey is the key of the page in a parser's context.
var pageKey = parser.NewContextKey()

func pageOf(pc parser.Context) *page { return pc.Get(pageKey).(*page) }

func newPage(src Source, clean string) *page {
	return &page{path: src.Path, firstLine: max(1, src.FirstLine), prefix: src.IDPrefix, rank: min(max(1, src.Heading), 6), text: clean, source: []byte(clean)}
}

// position returns the line and column of an offset. It continues from the previous offset, because
// most findings come in order.
func (p *page) position(offset int) diag.Position {
	offset = min(max(offset, 0), len(p.source))
	if offset < p.seen {
		p.seen, p.line, p.lineStart = 0, 0, 0
	}
	between := p.source[p.seen:offset]
	if last := bytes.LastIndexByte(between, '\n'); last >= 0 {
		p.line += bytes.Count(between, []byte{'\n'})
		p.lineStart = p.seen + last + 1
	}
	p.seen = offset
	return diag.Position{Path: p.path, Line: p.firstLine + p.line, Column: offset - p.lineStart + 1}
}

func (p *page) report(kind diag.Kind, offset int, hint, format string, args ...any) {
	p.findings = append(p.findings, kind.New(p.position(offset), hint, format, args...))
}

// nodes renders the nodes that differ from goldmark's output.
type nodes struct{}

func (nodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	register := func(kind ast.NodeKind, render func(p *page, n ast.Node, entering bool)) {
		r.Register(kind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
			render(w.(*page), n, entering)
			return ast.WalkContinue, nil
		})
	}
	register(ast.KindHeading, (*page).heading)
	register(ast.KindHTMLBlock, (*page).htmlBlock)
	register(ast.KindRawHTML, (*page).rawHTML)
	register(ast.KindLink, (*page).link)
	register(ast.KindImage, (*page).image)
	register(ast.KindAutoLink, (*page).autoLink)
	register(ast.KindLinkReferenceDefinition, (*page).definition)
	register(ast.KindBlockquote, (*page).blockquote)
	register(east.KindFootnoteLink, (*page).footnoteLink)
	register(east.KindFootnoteBacklink, (*page).footnoteBacklink)
	register(east.KindFootnote, (*page).footnote)
	register(east.KindFootnoteList, (*page).footnotes)
	register(east.KindTaskCheckBox, (*page).checkBox)
	register(east.KindTable, (*page).table)
	register(east.KindTableCell, (*page).cell)
}

// heading chooses the level of a heading by the headings above it, so that no level is skipped.
func (p *page) heading(n ast.Node, entering bool) {
	level := strconv.Itoa(min(p.rank+len(p.above)-1, 6))
	if !entering {
		p.WriteString("</h" + level + ">\n")
		return
	}
	written := n.(*ast.Heading).Level
	for len(p.above) > 0 && p.above[len(p.above)-1] >= written {
		p.above = p.above[:len(p.above)-1]
	}
	p.above = append(p.above, written)
	level = strconv.Itoa(min(p.rank+len(p.above)-1, 6))
	p.WriteString("<h" + level + ` id="` + p.headingID(plainText(p, n)) + `">`)
}

// headingID returns an id made of a heading's words that is unique in the document.
func (p *page) headingID(words string) string {
	id := strings.Join(strings.FieldsFunc(strings.ToLower(words), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), "-")
	id = cmp.Or(id, "section")
	if p.prefix != "" {
		id = p.prefix + "-" + id
	}
	if p.ids == nil {
		p.ids = map[string]int{}
	}
	p.ids[id]++
	if count := p.ids[id]; count > 1 {
		id += "-" + strconv.Itoa(count)
		p.ids[id]++
	}
	p.anchors = append(p.anchors, id)
	return id
}

func (p *page) checkBox(n ast.Node, entering bool) {
	switch {
	case !entering:
	case n.(*east.TaskCheckBox).IsChecked:
		p.WriteString("☑ ")
	default:
		p.WriteString("☐ ")
	}
}

func (p *page) table(_ ast.Node, entering bool) {
	if entering {
		p.WriteString("<div class=\"scroll\"><table>\n")
	} else {
		p.WriteString("</table></div>\n")
	}
}

// cell aligns with a class because the pages' Content-Security-Policy forbids style attributes.
func (p *page) cell(n ast.Node, entering bool) {
	name, scope := "td", ""
	if n.Parent().Kind() == east.KindTableHeader {
		name, scope = "th", ` scope="col"`
	}
	switch alignment := n.(*east.TableCell).Alignment; {
	case !entering:
		p.WriteString("</" + name + ">\n")
	case alignment == east.AlignNone:
		p.WriteString("<" + name + scope + ">")
	default:
		p.WriteString("<" + name + scope + ` class="` + alignment.String() + `">`)
	}
}

// cleanWriter writes text as goldmark does, but drops entities for characters that Clean drops.
type cleanWriter struct{ html.Writer }

func (c cleanWriter) Write(w util.BufWriter, source []byte) {
	if bytes.IndexByte(source, '&') < 0 {
		c.Writer.Write(w, source)
		return
	}
	c.RawWrite(w, []byte(resolved(source)))
}

// resolved resolves backslash escapes and entities, and drops the characters that Clean drops.
func resolved(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 && bytes.IndexByte(raw, '&') < 0 {
		return string(raw)
	}
	var b buffer
	html.DefaultWriter.Write(&b, raw)
	text, _ := Clean(stdhtml.UnescapeString(b.String()))
	return text
}
