package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The limits of one text. goldmark takes memory for every cell that a table implies, and its time grows with the square of
// what a text nests and of the marks in a paragraph. docs/content.md lists the limits.
const (
	maxSize   = 256 << 10 // bytes of Markdown, and of the addresses that its references stand for
	maxCells  = 10_000    // of all tables
	maxBlocks = 10_000    // paragraphs and their further lines, headings, items, quotes, pieces of code
	maxDepth  = 100       // quotes and lists within one another; emphasis and links within one another
	maxMarks  = 500       // characters that may mean something, in one paragraph, heading or cell; pipes escaped within tables
	maxMargin = 1 << 20   // bytes of spaces before the lines of lists, in plain text
)

// limit is the panic of a text beyond a limit, and where it is.
type limit struct {
	offset int
	what   string
}

// What is said of a limit.
const (
	large   = "more than 256 KiB of Markdown"
	cells   = "more than 10,000 table cells"
	blocks  = "more than 10,000 paragraphs, items and lines"
	nested  = "more than 100 levels of nesting"
	marked  = "more than 500 Markdown characters in one paragraph"
	repeats = "references to more than 256 KiB of addresses"
	margins = "more than 1 MiB of spaces before the lines of lists"
)

// counts is what is counted while a text is parsed.
type counts struct {
	blocks, cells, escapes int
	references             int // bytes of the addresses that references stand for
	marks                  int // of the paragraph at hand
}

// boundedParsers are goldmark's parsers of CommonMark, with what counts.
func boundedParsers() []parser.Option {
	blocks := parser.DefaultBlockParsers()
	for i := range blocks {
		blocks[i].Value = boundedBlock{blocks[i].Value.(parser.BlockParser)}
	}
	inlines := append(parser.DefaultInlineParsers(), util.Prioritized(marks{}, 1))
	for i := range inlines {
		if inlines[i].Value == parser.NewLinkParser() {
			inlines[i].Value = links{parser.NewLinkParser()}
		}
	}
	return []parser.Option{
		parser.WithBlockParsers(blocks...),
		parser.WithInlineParsers(inlines...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(definitions{}, 1), // before goldmark's, at 100
			util.Prioritized(tables{}, 199),    // before that of extension.Table, at 200
		)...),
	}
}

// boundedBlock is a parser of goldmark, with a count of the blocks and their depth.
type boundedBlock struct{ parser.BlockParser }

func (b boundedBlock) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	_, at := reader.Position()
	n, state := b.BlockParser.Open(parent, reader, pc)
	if n == nil {
		return n, state
	}
	p := pageOf(pc)
	if p.counts.blocks++; p.counts.blocks > maxBlocks {
		panic(limit{at.Start, blocks})
	}
	if container(n) {
		depth := 1
		for ; parent != nil; parent = parent.Parent() {
			if container(parent) {
				depth++
			}
		}
		if depth > maxDepth {
			panic(limit{at.Start, nested})
		}
	}
	return n, state
}

func container(n ast.Node) bool { return n.Kind() == ast.KindBlockquote || n.Kind() == ast.KindList }

// marks counts the characters of a paragraph, heading or cell that goldmark may look for a partner of.
type marks struct{}

func (marks) Trigger() []byte { return []byte("![]*_~`<") }

func (marks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	if line[0] == '!' && (len(line) == 1 || line[1] != '[') {
		return nil
	}
	run := 1
	if line[0] == '*' || line[0] == '_' || line[0] == '`' { // goldmark reads these as one
		run = len(line) - len(bytes.TrimLeft(line, string(line[:1])))
	}
	counts := &pageOf(pc).counts
	if counts.marks += run; counts.marks > maxMarks {
		panic(limit{at.Start, marked})
	}
	return nil // left to goldmark
}

// CloseBlock ends a paragraph.
func (marks) CloseBlock(_ ast.Node, _ text.Reader, pc parser.Context) { pageOf(pc).counts.marks = 0 }

// definitions counts the lines of a paragraph that may define a link.
type definitions struct{}

func (definitions) Transform(n *ast.Paragraph, reader text.Reader, _ parser.Context) {
	found := 0
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		if bytes.HasPrefix(bytes.TrimLeft(line.Value(reader.Source()), " >\t"), []byte("[")) {
			if found += 2; found > maxMarks {
				panic(limit{line.Start, marked})
			}
		}
	}
}

// tables counts the cells of a table: each of its rows has as many as the line below its header. It counts the lines of a paragraph
// that is no table.
type tables struct{}

func (tables) Transform(n *ast.Paragraph, reader text.Reader, pc parser.Context) {
	lines, counts := n.Lines(), &pageOf(pc).counts
	most, escapes := 0, 0
	for i := range lines.Len() {
		segment := lines.At(i)
		line := segment.Value(reader.Source())
		escapes += bytes.Count(line, []byte(`\|`))
		if i > 0 && bytes.IndexByte(line, '-') >= 0 && len(bytes.Trim(line, "-|: \t\n")) == 0 {
			columns := bytes.Count(bytes.Trim(line, "| \t\n"), []byte("|")) + 1
			most = max(most, columns*(lines.Len()-i))
		}
	}
	if most == 0 {
		if counts.blocks += max(0, lines.Len()-1); counts.blocks > maxBlocks {
			panic(limit{lines.At(0).Start, blocks})
		}
		return
	}
	if counts.cells += most; counts.cells > maxCells {
		panic(limit{lines.At(0).Start, cells})
	}
	if counts.escapes += escapes; counts.escapes > maxMarks {
		panic(limit{lines.At(0).Start, marked})
	}
}
