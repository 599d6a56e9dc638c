package markdown

import (
	"bytes"
	"cmp"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxNotes limits the footnotes of a text, and the references to them: goldmark looks for each
// reference among all notes.
const maxNotes = 500

const noted = "more than 500 footnotes, or references to them"

// footnoteParsers are goldmark's parsers of footnotes, within limits.
func footnoteParsers() []parser.Option {
	return []parser.Option{
		parser.WithBlockParsers(util.Prioritized(boundedBlock{notes{extension.NewFootnoteBlockParser()}}, 999)),
		parser.WithInlineParsers(util.Prioritized(references{extension.NewFootnoteParser()}, 101)),
		parser.WithASTTransformers(util.Prioritized(noteList{extension.NewFootnoteASTTransformer()}, 999)),
	}
}

// notes reads footnotes that are not inside of something else, such as another footnote.
type notes struct{ parser.BlockParser }

func (n notes) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	label, _, _ := bytes.Cut(line, []byte("]"))
	if parent.Kind() != ast.KindDocument || bytes.ContainsAny(label, "<>&`\\") { // labels are never shown, so they have no markup
		return nil, parser.NoChildren
	}
	node, state := n.BlockParser.Open(parent, reader, pc)
	if node != nil {
		_, at := reader.Position()
		p := pageOf(pc)
		p.countNote(at.Start)
		p.keepNote(segment.Start)
	}
	return node, state
}

// lone matches a footnote whose first line is a single word, perhaps with a title after it. The
// groups hold what is before the word, and the word.
var lone = regexp.MustCompile(`^([^\]]*\]:)\s*(<[^<>\n]*>|\S+)(?:[ \t]*(?:\n|$)|\s+["'(])`)

// keepNote makes sure that the footnote at an offset is not a dangerous link for programs that have
// no footnotes: they read "[^1]: javascript:x" as the definition of a link. A definition has one
// word, so a second one, which is never seen, ends it.
func (p *page) keepNote(offset int) {
	found := lone.FindSubmatchIndex(p.source[offset:])
	if found == nil {
		return
	}
	word := bytes.Trim(p.source[offset+found[4]:offset+found[5]], "<>")
	if at := offset + found[3]; judge(resolved(word)) == dangerous {
		p.cuts = append(p.cuts, cut{start: at, stop: at, instead: " &nbsp; "})
	}
}

type references struct{ parser.InlineParser }

func (r references) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	node := r.InlineParser.Parse(parent, block, pc)
	if node != nil {
		_, at := block.Position()
		pageOf(pc).countNote(at.Start)
	}
	return node
}

// noteList keeps the footnotes that nothing refers to. goldmark would leave them out, and what is
// dropped in them would stay in the cleaned Markdown.
type noteList struct{ parser.ASTTransformer }

func (l noteList) Transform(document *ast.Document, reader text.Reader, pc parser.Context) {
	for n := document.FirstChild(); n != nil; n = n.NextSibling() {
		list, ok := n.(*east.FootnoteList)
		if !ok {
			continue
		}
		for n := list.FirstChild(); n != nil; n = n.NextSibling() {
			if note := n.(*east.Footnote); note.Index < 0 {
				list.Count++
				note.Index = list.Count
			}
		}
	}
	l.ASTTransformer.Transform(document, reader, pc)
}

func (p *page) countNote(offset int) {
	if p.counts.notes++; p.counts.notes > maxNotes {
		panic(limit{offset, noted})
	}
}

// noteID returns the id of a footnote, or of a reference to it. It is unique on every page that
// shows the text.
func (p *page) noteID(name string, index, reference int) string {
	id := cmp.Or(p.prefix, strings.TrimSuffix(path.Base(p.path), ".md")) + "-" + name + "-" + strconv.Itoa(index)
	if reference > 0 {
		id += "-" + strconv.Itoa(reference+1)
	}
	return id
}

// inner writes a link to a place in the same text.
func (p *page) inner(id, words string, offset int) {
	p.tags = append(p.tags, tag{p.Len(), len(p.links)})
	p.links = append(p.links, Link{"#" + id, p.position(offset)})
	p.WriteString(words)
	p.tags = append(p.tags, tag{p.Len(), -1})
}

func (p *page) footnoteLink(n ast.Node, entering bool) {
	if link := n.(*east.FootnoteLink); entering {
		id := p.noteID("ref", link.Index, link.RefIndex)
		p.anchors = append(p.anchors, id)
		p.WriteString(`<sup id="` + escape(id) + `">`)
		p.inner(p.noteID("note", link.Index, 0), strconv.Itoa(link.Index), n.Pos())
		p.WriteString("</sup>")
	}
}

func (p *page) footnoteBacklink(n ast.Node, entering bool) {
	if link := n.(*east.FootnoteBacklink); entering && link.RefCount > 0 {
		p.WriteString(" ")
		p.inner(p.noteID("ref", link.Index, link.RefIndex), "↩", n.Pos())
	}
}

func (p *page) footnote(n ast.Node, entering bool) {
	if !entering {
		p.WriteString("</li>\n")
		return
	}
	id := p.noteID("note", n.(*east.Footnote).Index, 0)
	p.anchors = append(p.anchors, id)
	p.WriteString(`<li id="` + escape(id) + "\">\n")
}

func (p *page) footnotes(_ ast.Node, entering bool) {
	if entering {
		p.WriteString("<ol class=\"footnotes\">\n")
	} else {
		p.WriteString("</ol>\n")
	}
}
