package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// plain gives a block's plain text, with an empty line after each paragraph.
func (w *writer) plain(n ast.Node) string {
	var b strings.Builder
	switch n := n.(type) {
	case *ast.Paragraph, *ast.Heading:
		return w.plainInline(n) + "\n\n"
	case *ast.TextBlock:
		return w.plainInline(n) + "\n"
	case *ast.List:
		number := n.Start
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			marker := "- "
			if n.IsOrdered() {
				marker = strconv.Itoa(number) + ". "
				number++
			}
			text := strings.ReplaceAll(strings.TrimSpace(w.plainChildren(item)), "\n\n", "\n")
			b.WriteString(marker + strings.ReplaceAll(text, "\n", "\n  ") + "\n")
		}
		if _, nested := n.Parent().(*ast.ListItem); !nested {
			b.WriteByte('\n')
		}
		return b.String()
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		for i := range n.Lines().Len() {
			segment := n.Lines().At(i)
			b.Write(segment.Value(w.source))
		}
		return b.String() + "\n"
	case *ast.HTMLBlock:
		raw, _ := w.htmlLines(n)
		words, _ := stripTags(raw)
		words, _ = Clean(words)
		if words = strings.TrimSpace(words); words != "" {
			return words + "\n\n"
		}
		return ""
	case *ast.ThematicBreak:
		return ""
	case *east.TableHeader, *east.TableRow:
		var cells []string
		for cell := n.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, w.plainInline(cell))
		}
		return strings.Join(cells, " | ") + "\n"
	case *east.Table:
		return w.plainChildren(n) + "\n"
	}
	return w.plainChildren(n)
}

func (w *writer) plainChildren(n ast.Node) string {
	if only := n.FirstChild(); only != nil && only.NextSibling() == nil {
		return w.plain(only)
	}
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		b.WriteString(w.plain(child))
	}
	return b.String()
}

// plainInline gives the words of a paragraph; a link's address follows its text unless it is the same.
func (w *writer) plainInline(n ast.Node) string {
	var b strings.Builder
	for child := n.FirstChild(); child != nil; child = child.NextSibling() {
		switch c := child.(type) {
		case *ast.Text:
			b.Write(w.unescaped(c))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.RawHTML:
			if c.Segments.Len() == 1 && lineBreak.Match(c.Segments.Value(w.source)) {
				b.WriteByte('\n')
			}
		case *ast.AutoLink:
			b.Write(c.Label(w.source))
		case *ast.Link, *ast.Image:
			words := w.plainInline(c)
			destination := ""
			if link, ok := c.(*ast.Link); ok {
				destination = string(link.Destination)
			} else {
				destination = string(c.(*ast.Image).Destination)
			}
			b.WriteString(words)
			if judge(destination) == outside && destination != words {
				if words != "" {
					b.WriteByte(' ')
				}
				b.WriteString("(" + destination + ")")
			}
		case *east.TaskCheckBox:
			if c.IsChecked {
				b.WriteString("[x] ")
			} else {
				b.WriteString("[ ] ")
			}
		default:
			b.WriteString(w.plainInline(child))
		}
	}
	return b.String()
}
