package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// plainText returns the text of a node, with an empty line between paragraphs.
func plainText(p *page, n ast.Node) string {
	w := plainWriter{page: p}
	w.block(n)
	return strings.TrimSpace(w.out.String())
}

type plainWriter struct {
	*page
	out     strings.Builder
	gap     string // line breaks to write before the next words
	indent  int    // of the lines of a list item
	margins int    // total bytes of indentation
}

// write writes text with the current indentation.
func (w *plainWriter) write(words string) {
	if words == "" {
		return
	}
	gap := w.gap
	w.gap = ""
	if w.indent == 0 {
		w.out.WriteString(gap + words)
	} else {
		margin := "\n" + strings.Repeat(" ", w.indent)
		lines := strings.ReplaceAll(gap+words, "\n\n", "\n")
		if w.margins += w.indent * strings.Count(lines, "\n"); w.margins > maxMargin {
			panic(limit{0, margins})
		}
		w.out.WriteString(strings.ReplaceAll(lines, "\n", margin))
	}
}

// end ends a block; gap is the minimum distance to the next one.
func (w *plainWriter) end(gap string) {
	if w.out.Len() > 0 && len(w.gap) < len(gap) {
		w.gap = gap
	}
}

func (w *plainWriter) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.Heading:
		w.write(w.inlines(n))
		w.end("\n\n")
	case *ast.TextBlock:
		w.write(w.inlines(n))
		w.end("\n")
	case *ast.List:
		number := n.Start
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			marker := "- "
			if n.IsOrdered() {
				marker = strconv.Itoa(number) + ". "
				number++
			}
			w.write(marker)
			w.indent += 2
			w.children(item)
			w.indent -= 2
			w.gap = "\n"
		}
		if w.indent == 0 {
			w.gap = "\n\n"
		}
	case *ast.Blockquote:
		if word := alertOf(n); word != "" {
			w.write(word + ":")
			w.end("\n")
		}
		w.children(n)
	case *east.Footnote:
		w.write("[" + strconv.Itoa(n.Index) + "] ")
		w.children(n)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		var b strings.Builder
		for i := range n.Lines().Len() {
			segment := n.Lines().At(i)
			b.Write(segment.Value(w.source))
		}
		w.write(strings.TrimRight(b.String(), "\n"))
		w.end("\n\n")
	case *ast.HTMLBlock:
		raw, _ := w.htmlLines(n)
		words, _ := stripTags(raw)
		w.write(strings.TrimSpace(words))
		w.end("\n\n")
	case *east.TableHeader, *east.TableRow:
		var b strings.Builder
		for cell := n.FirstChild(); cell != nil; cell = cell.NextSibling() {
			if cell.PreviousSibling() != nil {
				b.WriteString(" | ")
			}
			b.WriteString(w.inlines(cell))
		}
		w.write(b.String())
		w.end("\n")
	case *east.Table:
		w.children(n)
		w.end("\n\n")
	default:
		w.children(n)
	}
}

func (w *plainWriter) children(n ast.Node) {
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		w.block(child)
	}
}

func (w *plainWriter) inlines(n ast.Node) string {
	var b strings.Builder
	w.inline(&b, n, 0)
	return b.String()
}

// inline writes the text of a node's children. After the text of a link comes its URL, unless they
// are the same.
func (w *plainWriter) inline(b *strings.Builder, n ast.Node, depth int) {
	if depth > maxDepth {
		panic(limit{n.Pos(), nested})
	}
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch c := child.(type) {
		case *ast.Text:
			if value := c.Segment.Value(w.source); c.IsRaw() {
				b.Write(value)
			} else {
				b.WriteString(resolved(value))
			}
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.RawHTML:
			if c.Segments.Len() == 1 && lineBreak.Match(c.Segments.Value(w.source)) {
				b.WriteByte('\n')
			}
		case *ast.AutoLink:
			b.Write(c.Label(w.source))
		case *ast.Link:
			w.link(b, c, c.Destination, c.Reference, depth)
		case *ast.Image:
			w.link(b, c, c.Destination, c.Reference, depth)
		case *east.FootnoteLink:
			b.WriteString("[" + strconv.Itoa(c.Index) + "]")
		case *east.TaskCheckBox:
			if c.IsChecked {
				b.WriteString("[x] ")
			} else {
				b.WriteString("[ ] ")
			}
		default:
			w.inline(b, child, depth+1)
		}
	}
}

func (w *plainWriter) link(b *strings.Builder, n ast.Node, destination []byte, reference *ast.ReferenceLink, depth int) {
	if reference != nil {
		if w.counts.references += len(destination); w.counts.references > maxSize {
			panic(limit{n.Pos(), repeats})
		}
	}
	before := b.Len()
	w.inline(b, n, depth+1)
	words, address := b.String()[before:], string(destination)
	if judge(address) != outside || words == address {
		return
	}
	if words != "" {
		b.WriteByte(' ')
	}
	b.WriteString("(" + address + ")")
}
