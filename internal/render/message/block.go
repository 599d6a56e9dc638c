package message

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

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
	url                        string // http or mailto
}

// blocks splits a message's HTML, which Crier makes from Markdown, into blocks of textLimit in
// total. Anything without a counterpart in chats becomes plain text: a heading is a bold paragraph,
// a row of a table is a line.
func blocks(m Message) []block {
	nodes, err := html.ParseFragment(strings.NewReader(m.HTML), &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"})
	if err != nil { // only if reading fails, which a string never does
		return nil
	}
	r := &reader{}
	for _, n := range nodes {
		r.node(n, run{})
	}
	r.end()
	left := textLimit
	for i := range r.blocks {
		b := &r.blocks[i]
		for j, text := range b.runs {
			if b.runs[j].text = cut(text.text, left); b.runs[j].text != text.text {
				b.runs = b.runs[:j+1]
				return r.blocks[:i+1]
			}
			left -= len(utf16.Encode([]rune(text.text)))
		}
	}
	return r.blocks
}

// reader collects blocks on its way through a tree.
type reader struct {
	blocks []block
	next   block // being collected
	depth  int   // of lists
}

// end finishes the block being collected. A marker without text goes to the block that follows.
func (r *reader) end() {
	b := r.next
	r.next = block{quote: b.quote, indent: r.depth}
	for last := len(b.runs) - 1; last >= 0; last-- {
		if b.runs[last].text = strings.TrimRight(b.runs[last].text, " \n"); b.runs[last].text != "" {
			break
		}
		b.runs = b.runs[:last]
	}
	if len(b.runs) > 0 {
		r.blocks = append(r.blocks, b)
	} else {
		r.next.marker = b.marker
	}
}

var space = regexp.MustCompile(`[ \t\r\n]+`)

// add appends text to the block being collected. Outside of code it turns white space into single
// spaces, as browsers do.
func (r *reader) add(style run, text string) {
	if !r.next.code {
		text = space.ReplaceAllString(text, " ")
		if last := r.last(); last == "" || strings.HasSuffix(last, " ") || last == "\n" {
			text = strings.TrimPrefix(text, " ")
		}
	}
	if style.text = text; text != "" {
		r.next.runs = append(r.next.runs, style)
	}
}

// last returns the last piece of text of the block being collected; "" if there is none.
func (r *reader) last() string {
	if n := len(r.next.runs); n > 0 {
		return r.next.runs[n-1].text
	}
	return ""
}

func (r *reader) node(n *html.Node, style run) {
	block, quote := false, r.next.quote
	switch n.DataAtom {
	case atom.Strong:
		style.bold = true
	case atom.Em:
		style.italic = true
	case atom.Del:
		style.strike = true
	case atom.Code:
		style.code = !r.next.code
	case atom.A:
		if url, _ := attribute(n, "href"); strings.HasPrefix(url, "http") || strings.HasPrefix(url, "mailto:") {
			style.url = url
		}
	case atom.Input: // a task
		if _, checked := attribute(n, "checked"); checked {
			r.add(style, "☑ ")
		} else {
			r.add(style, "☐ ")
		}
	case atom.Br, atom.Tr:
		if r.last() != "" {
			r.next.runs = append(r.next.runs, run{text: "\n"})
		}
	case atom.Td, atom.Th:
		if last := r.last(); last != "" && last != "\n" {
			r.add(style, " | ")
		}
		style.bold = style.bold || n.DataAtom == atom.Th
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		block, style.bold = true, true
	case atom.P, atom.Div, atom.Section, atom.Table, atom.Hr, atom.Pre, atom.Blockquote:
		block = true
	case atom.Ul, atom.Ol:
		r.list(n, style)
		return
	case 0:
		if n.Type == html.TextNode {
			r.add(style, n.Data)
		}
	}
	if block {
		r.end()
		r.next.code, r.next.quote = n.DataAtom == atom.Pre, quote || n.DataAtom == atom.Blockquote
	}
	for c := range n.ChildNodes() {
		r.node(c, style)
	}
	if block {
		r.end()
		r.next.quote = quote
	}
}

func (r *reader) list(n *html.Node, style run) {
	r.end()
	start, _ := attribute(n, "start")
	number, err := strconv.Atoi(start)
	if err != nil {
		number = 1
	}
	r.depth++
	for item := range n.ChildNodes() {
		r.end()
		if r.next.marker = "•"; n.DataAtom == atom.Ol {
			r.next.marker = fmt.Sprintf("%d.", number)
		}
		if item.DataAtom == atom.Li {
			number++
			r.node(item, style)
		}
		r.end()
		r.next.marker = ""
	}
	r.depth--
	r.next.indent = r.depth
}

func attribute(n *html.Node, key string) (value string, ok bool) {
	at := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if at < 0 {
		return "", false
	}
	return n.Attr[at].Val, true
}
