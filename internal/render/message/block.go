package message

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// block is a paragraph, an item of a list or a piece of code.
type block struct {
	marker string // "•" or "2." for the first block of an item
	indent int    // depth of the list
	quote  bool
	code   bool
	runs   []run
}

// run is text in one style. The text is literal: no markup.
type run struct {
	text                       string
	bold, italic, strike, code bool
	url                        string
}

// blocks splits the HTML that Crier makes from Markdown into blocks. Anything without a counterpart
// in chats becomes plain text: a heading is a bold paragraph, a row of a table is a line.
func blocks(source string) []block {
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	nodes, err := html.ParseFragment(strings.NewReader(source), body)
	if err != nil { // only if reading fails, which a string never does
		return nil
	}
	r := &reader{}
	for _, n := range nodes {
		r.node(n, run{})
	}
	r.end()
	return r.blocks
}

// reader collects blocks on its way through a tree.
type reader struct {
	blocks []block
	next   block // being collected
	lists  []int // number of the next item of each open list; 0: bullets
}

// end finishes the block being collected.
func (r *reader) end() {
	b := r.next
	r.next = block{quote: b.quote, indent: len(r.lists)}
	if !b.code {
		b.runs = trim(b.runs)
	}
	if len(b.runs) > 0 {
		r.blocks = append(r.blocks, b)
	} else if b.marker != "" {
		r.next.marker = b.marker
	}
}

func (r *reader) children(n *html.Node, style run) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		r.node(c, style)
	}
}

func (r *reader) node(n *html.Node, style run) {
	if n.Type == html.TextNode {
		style.text = n.Data
		if !r.next.code {
			style.text = collapse(n.Data)
			if last := len(r.next.runs) - 1; last >= 0 && strings.HasSuffix(r.next.runs[last].text, "\n") {
				style.text = strings.TrimLeft(style.text, " ")
			}
		}
		r.next.runs = append(r.next.runs, style)
		return
	}
	if n.Type != html.ElementNode {
		return
	}
	switch n.DataAtom {
	case atom.Script, atom.Style:
	case atom.Strong, atom.B:
		style.bold = true
		r.children(n, style)
	case atom.Em, atom.I:
		style.italic = true
		r.children(n, style)
	case atom.Del, atom.S:
		style.strike = true
		r.children(n, style)
	case atom.Code:
		style.code = !r.next.code
		r.children(n, style)
	case atom.A:
		if url := attribute(n, "href"); strings.HasPrefix(url, "http") || strings.HasPrefix(url, "mailto:") {
			style.url = url
		}
		r.children(n, style)
	case atom.Br:
		style.text = "\n"
		r.next.runs = append(r.next.runs, style)
	case atom.Input: // a task
		style.text = "☐ "
		if attribute(n, "checked") != "-" {
			style.text = "☑ "
		}
		r.next.runs = append(r.next.runs, style)
	case atom.Td, atom.Th:
		if len(trim(r.next.runs)) > 0 {
			r.next.runs = append(r.next.runs, run{text: " | "})
		}
		style.bold = style.bold || n.DataAtom == atom.Th
		r.children(n, style)
	case atom.Ul, atom.Ol:
		r.end()
		first := 0
		if n.DataAtom == atom.Ol {
			first = 1
			if start, err := strconv.Atoi(attribute(n, "start")); err == nil {
				first = start
			}
		}
		r.lists = append(r.lists, first)
		r.children(n, style)
		r.end()
		r.lists = r.lists[:len(r.lists)-1]
		r.next.indent = len(r.lists)
	case atom.Li:
		r.end()
		r.next.marker = "•"
		if last := len(r.lists) - 1; last >= 0 && (r.lists[last] > 0 || n.Parent != nil && n.Parent.DataAtom == atom.Ol) {
			r.next.marker = strconv.Itoa(r.lists[last]) + "."
			r.lists[last]++
		}
		r.children(n, style)
		r.end()
		r.next.marker = ""
	case atom.Pre:
		r.end()
		r.next.code = true
		r.children(n, run{})
		r.end()
	case atom.Blockquote:
		r.end()
		outer := r.next.quote
		r.next.quote = true
		r.children(n, style)
		r.end()
		r.next.quote = outer
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.end()
		style.bold = true
		r.children(n, style)
		r.end()
	case atom.P, atom.Div, atom.Tr, atom.Section, atom.Hr:
		r.end()
		r.children(n, style)
		r.end()
	default:
		r.children(n, style)
	}
}

// attribute returns an attribute's value, or "-" if there is none.
func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return "-"
}

// collapse turns every run of white space into one space, as browsers do.
func collapse(text string) string {
	fields := strings.Join(strings.Fields(text), " ")
	if fields == "" {
		return " "
	}
	if strings.TrimLeft(text, " \t\r\n") != text {
		fields = " " + fields
	}
	if strings.TrimRight(text, " \t\r\n") != text {
		fields += " "
	}
	return fields
}

// trim removes white space around a block.
func trim(runs []run) []run {
	for len(runs) > 0 {
		if runs[0].text = strings.TrimLeft(runs[0].text, " \n"); runs[0].text != "" {
			break
		}
		runs = runs[1:]
	}
	for last := len(runs) - 1; last >= 0; last-- {
		if runs[last].text = strings.TrimRight(runs[last].text, " \n"); runs[last].text != "" {
			break
		}
		runs = runs[:last]
	}
	return runs
}

// limit shortens blocks to a number of UTF-16 units in total.
func limit(list []block, most int) []block {
	for i, b := range list {
		for j, r := range b.runs {
			short := cut(r.text, most)
			if short != r.text || most == 0 {
				b.runs = append(b.runs[:j:j], run{text: short, bold: r.bold, italic: r.italic, code: r.code, url: r.url})
				return append(list[:i:i], b)
			}
			most -= len([]rune(r.text)) * 2
			most = max(most, 0)
		}
	}
	return list
}
