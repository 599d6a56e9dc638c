package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plainWords reports whether a text is paragraphs of words in which nothing means anything in Markdown, as that of most updates
// is. It exists because goldmark costs more than all the rest of reading a file; a fuzz test checks that it gives the same for
// all that passes here. What it is not sure of it leaves to goldmark.
func plainWords(text string) bool {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		for line := range strings.SplitSeq(paragraph, "\n") {
			if !plainLine(line) {
				return false
			}
		}
	}
	return true
}

// plainLine reports whether a line begins no block and holds no mark.
func plainLine(line string) bool {
	if line == "" || line[len(line)-1] == ' ' || !plainBeginning(line) {
		return false
	}
	for at, r := range line {
		if !plainRune(line, at, r) {
			return false
		}
	}
	return true
}

// plainRune reports whether a character of a line stands for itself.
func plainRune(line string, at int, r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
	case r == ' ', r == ',', r == ';', r == '\'', r == '"', r == '(', r == ')', r == '%', r == '$', r == '=', r == '?', r == '^', r == '{', r == '}',
		r == '/', r == '+', r == '-', r == '#', r == '!':
	case r == '.': // www.example.com becomes a link
		return at == 0 || line[at-1] != 'w' && line[at-1] != 'W'
	case r == ':': // and https://example.com
		return at+1 == len(line) || line[at+1] != '/'
	default:
		return r > 0x7f && unicode.IsLetter(r) || strings.ContainsRune("’‘“”–—…", r)
	}
	return true
}

// plainBeginning reports whether a line begins with a word, which is not the number of a list.
func plainBeginning(line string) bool {
	digits := 0
	for digits < len(line) && line[digits] >= '0' && line[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		return digits == len(line) || line[digits] != '.' && line[digits] != ')'
	}
	first := line[0]
	return first >= 'a' && first <= 'z' || first >= 'A' && first <= 'Z' || first >= 0x80 || first == '"' || first == '(' || first == '\''
}

// plainHTML gives the HTML of plain words.
func plainHTML(text string) string {
	return "<p>" + strings.ReplaceAll(escape(text), "\n\n", "</p>\n<p>") + "</p>\n"
}

// markedWords gives the document of paragraphs, and lists with dashes of one line for each item, of plain words of which some are code,
// stand between asterisks as words usually do, or lead to another site. Whatever else means something in Markdown is left to
// goldmark.
func markedWords(text string) (*Document, bool) {
	var w words
	w.text.Grow(len(text) + 4)
	w.html.Grow(len(text) + len(text)/4 + 64)
	for line := range strings.SplitSeq(text, "\n") {
		if !w.line(line) {
			return nil, false
		}
	}
	w.end()
	d := &Document{Text: w.text.String(), Markdown: text, html: w.html.String()}
	if d.Text == text {
		d.Text = text // one string for both
	}
	return d, true
}

// words are words as far as they are read: as a reader sees them, and as HTML.
type words struct {
	text, html strings.Builder
	in         block
	last       block // that ended before an empty line
}

// block is what a line belongs to.
type block int

const (
	none block = iota
	paragraph
	list
)

func (w *words) add(text, html string) {
	w.text.WriteString(text)
	w.html.WriteString(html)
}

// end ends a block.
func (w *words) end() {
	switch w.in {
	case paragraph:
		w.html.WriteString("</p>\n")
	case list:
		w.html.WriteString("</ul>\n")
	}
	w.last, w.in = w.in, none
}

// line adds a line, and reports whether it could.
func (w *words) line(line string) bool {
	item, listed := strings.CutPrefix(line, "- ")
	switch {
	case line == "":
		if w.in != none {
			w.end()
		}
		return true
	case line[len(line)-1] == ' ':
		return false
	case listed && w.in == none && w.last == list: // the same list goes on, and its items are paragraphs
		return false
	case listed:
		if w.in != list {
			w.begin(list, "<ul>\n")
		} else {
			w.text.WriteByte('\n')
		}
		w.add("- ", "<li>")
		if !plainBeginning(item) || !w.inline(item) {
			return false
		}
		w.html.WriteString("</li>\n")
		return true
	case w.in == list: // an item of several lines
		return false
	case w.in == paragraph:
		w.add("\n", "\n")
	default:
		w.begin(paragraph, "<p>")
	}
	return (line[0] == '[' || plainBeginning(line)) && w.inline(line)
}

// begin begins a block, and ends the one before.
func (w *words) begin(in block, html string) {
	if w.in != none {
		w.end()
	}
	if w.last != none {
		w.text.WriteString("\n\n")
	}
	w.in = in
	w.html.WriteString(html)
}

// inline adds what a line or an item says, and reports whether it could.
func (w *words) inline(line string) bool {
	from := 0
	for at := 0; at < len(line); {
		text, html, end := "", "", 0
		switch line[at] {
		case '`':
			text, html, end = code(line, at)
		case '*':
			text, html, end = emphasis(line, at)
		case '[':
			text, html, end = away(line, at)
		default:
			r, size := utf8.DecodeRuneInString(line[at:])
			if !plainRune(line, at, r) {
				return false
			}
			at += size
			continue
		}
		if end == 0 {
			return false
		}
		w.add(line[from:at], escape(line[from:at]))
		w.add(text, html)
		from, at = end, end
	}
	w.add(line[from:], escape(line[from:]))
	return true
}

// code gives the code between two backticks, and where the line goes on; 0 says that it is none.
func code(line string, at int) (text, html string, end int) {
	inner, rest, closed := strings.Cut(line[at+1:], "`")
	if !closed || inner == "" || inner[0] == ' ' || inner[len(inner)-1] == ' ' || strings.HasPrefix(rest, "`") {
		return "", "", 0
	}
	for i := range len(inner) {
		if inner[i] < ' ' || inner[i] >= 0x7f || inner[i] == '|' {
			return "", "", 0
		}
	}
	return inner, "<code>" + escape(inner) + "</code>", len(line) - len(rest)
}

// emphasis gives plain words between one asterisk, or two, on either side. Before them is a space or a parenthesis, after them one too or
// what ends words, so that these asterisks open and close, and do nothing else.
func emphasis(line string, at int) (text, html string, end int) {
	element, mark := "em", "*"
	if strings.HasPrefix(line[at:], "**") {
		element, mark = "strong", "**"
	}
	begin := at + len(mark)
	inner, rest, closed := strings.Cut(line[begin:], mark)
	if !closed || inner == "" || at == 0 || line[at-1] != ' ' && line[at-1] != '(' || !alphanumeric(inner[0]) || !alphanumeric(inner[len(inner)-1]) ||
		rest != "" && !strings.ContainsRune(" .,;:!?)", rune(rest[0])) || !plainRunes(line, begin, inner) {
		return "", "", 0
	}
	return inner, "<" + element + ">" + escape(inner) + "</" + element + ">", len(line) - len(rest)
}

// away gives a link from plain words to a plain address at another site.
func away(line string, at int) (text, html string, end int) {
	inner, rest, closed := strings.Cut(line[at+1:], "](")
	address, rest, ended := strings.Cut(rest, ")")
	if !closed || !ended || inner == "" || inner != strings.TrimSpace(inner) || at > 0 && line[at-1] == '!' || !plainRunes(line, at+1, inner) || !plainAddress(address) {
		return "", "", 0
	}
	return inner + " (" + address + ")", `<a href="` + escape(address) + `" rel="noopener">` + escape(inner) + "</a>", len(line) - len(rest)
}

// plainAddress reports whether an address of the web has no character that would have to be resolved or escaped in a link.
func plainAddress(address string) bool {
	host, found := strings.CutPrefix(address, "https://")
	if !found {
		host, found = strings.CutPrefix(address, "http://")
	}
	for i := range len(host) {
		if c := host[i]; !alphanumeric(c) && !strings.ContainsRune("/.-_?=&#+,~:@", rune(c)) {
			return false
		}
	}
	return found && host != ""
}

// plainRunes reports whether the characters of a part of a line stand for themselves.
func plainRunes(line string, at int, part string) bool {
	for i, r := range part {
		if !plainRune(line, at+i, r) {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
