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

// markedWords gives the document of plain words of which some are code, or stand between asterisks as words usually do. Whatever
// else means something in Markdown is left to goldmark.
func markedWords(text string) (*Document, bool) {
	var w words
	w.text.Grow(len(text))
	w.html.Grow(len(text) + len(text)/4 + 64)
	for n, paragraph := range strings.Split(text, "\n\n") {
		if n > 0 {
			w.add("\n\n", "\n")
		}
		w.add("", "<p>")
		for n, line := range strings.Split(paragraph, "\n") {
			if n > 0 {
				w.add("\n", "\n")
			}
			if !w.line(line) {
				return nil, false
			}
		}
		w.add("", "</p>")
	}
	w.add("", "\n")
	return &Document{Text: w.text.String(), Markdown: text, html: w.html.String()}, true
}

// words are words as far as they are read: as a reader sees them, and as HTML.
type words struct{ text, html strings.Builder }

func (w *words) add(text, html string) {
	w.text.WriteString(text)
	w.html.WriteString(html)
}

// line adds a line, and reports whether it could.
func (w *words) line(line string) bool {
	if line == "" || line[len(line)-1] == ' ' || !plainBeginning(line) {
		return false
	}
	from := 0
	for at := 0; at < len(line); {
		if c := line[at]; c != '`' && c != '*' {
			r, size := utf8.DecodeRuneInString(line[at:])
			if !plainRune(line, at, r) {
				return false
			}
			at += size
			continue
		}
		element, inner, end := code(line, at)
		if line[at] == '*' {
			element, inner, end = emphasis(line, at)
		}
		if element == "" {
			return false
		}
		w.add(line[from:at], escape(line[from:at]))
		w.add(inner, "<"+element+">"+escape(inner)+"</"+element+">")
		from, at = end, end
	}
	w.add(line[from:], escape(line[from:]))
	return true
}

// code gives the code between two backticks, and where the line goes on.
func code(line string, at int) (element, inner string, end int) {
	inner, rest, closed := strings.Cut(line[at+1:], "`")
	if !closed || inner == "" || inner[0] == ' ' || inner[len(inner)-1] == ' ' || strings.HasPrefix(rest, "`") {
		return "", "", 0
	}
	for i := range len(inner) {
		if inner[i] < ' ' || inner[i] >= 0x7f || inner[i] == '|' {
			return "", "", 0
		}
	}
	return "code", inner, len(line) - len(rest)
}

// emphasis gives plain words between one asterisk, or two, on either side. Before them is a space or a parenthesis, after them one too or
// what ends words, so that these asterisks open and close, and do nothing else.
func emphasis(line string, at int) (element, inner string, end int) {
	element, mark := "em", "*"
	if strings.HasPrefix(line[at:], "**") {
		element, mark = "strong", "**"
	}
	begin := at + len(mark)
	inner, rest, closed := strings.Cut(line[begin:], mark)
	if !closed || inner == "" || at == 0 || line[at-1] != ' ' && line[at-1] != '(' || !alphanumeric(inner[0]) || !alphanumeric(inner[len(inner)-1]) ||
		rest != "" && !strings.ContainsRune(" .,;:!?)", rune(rest[0])) {
		return "", "", 0
	}
	for i, r := range inner {
		if !plainRune(line, begin+i, r) {
			return "", "", 0
		}
	}
	return element, inner, len(line) - len(rest)
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
