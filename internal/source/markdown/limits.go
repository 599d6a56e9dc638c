package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Limits for one text. goldmark allocates memory for every cell that a table implies, and takes
// quadratic time for nested content and for the special characters in a paragraph. docs/content.md
// lists the limits.
const (
	maxSize   = 256 << 10 // bytes of Markdown, and of the URLs that references expand to
	maxCells  = 10_000    // of all tables
	maxBlocks = 10_000    // paragraphs and further lines, headings, items, quotes, code blocks
	maxDepth  = 100       // nested quotes and lists; nested emphasis and links
	maxMarks  = 500       // special characters per paragraph, heading or cell; escaped pipes
	maxMargin = 1 << 20   // bytes of indentation of list lines, in plain text
)

// limit is the panic value for a text that exceeds a limit, with the offset at which it does.
type limit struct {
	offset int
	what   string
}

// What the findings say about each limit.
const (
	large   = "more than 256 KiB of Markdown"
	cells   = "more than 10,000 table cells"
	blocks  = "more than 10,000 paragraphs, items and lines"
	nested  = "more than 100 levels of nesting"
	marked  = "more than 500 Markdown characters in one paragraph"
	repeats = "references to more than 256 KiB of URLs"
	margins = "more than 1 MiB of indentation in lists"
)

// counts holds what is counted during parsing.
type counts struct {
	blocks, cells, escapes int
	notes                  int // footnotes and references to them
	references             int // bytes of URLs that references expand to
	marks                  int // in the current paragraph
}

// boundedParsers returns goldmark's CommonMark parsers with the limits added.
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
			util.Prioritized(tables{}, 199),    // before extension.Table's, at 200
		)...),
	}
}

// boundedBlock wraps a goldmark parser and limits the number and the nesting of blocks.
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

// marks limits the characters in a paragraph, heading or cell for which goldmark may search for a
// partner.
type marks struct{}

func (marks) Trigger() []byte { return []byte("![]*_~`<") }

func (marks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, at := block.PeekLine()
	if line[0] == '!' && (len(line) == 1 || line[1] != '[') {
		return nil
	}
	run := 1
	if line[0] == '*' || line[0] == '_' || line[0] == '`' { // goldmark reads a run of these as one
		run = len(line) - len(bytes.TrimLeft(line, string(line[:1])))
	}
	counts := &pageOf(pc).counts
	if counts.marks += run; counts.marks > maxMarks {
		panic(limit{at.Start, marked})
	}
	return nil // leave the text to goldmark's parsers
}

// CloseBlock resets the count at the end of a paragraph.
func (marks) CloseBlock(_ ast.Node, _ text.Reader, pc parser.Context) { pageOf(pc).counts.marks = 0 }

// definitions limits the lines of a paragraph that may define a link.
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

// tables limits the cells of tables: every row has as many cells as the delimiter row below the
// header. If a paragraph is not a table, tables counts its lines.
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
