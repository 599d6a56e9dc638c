package markdown

import (
	"strings"
	"unicode"
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
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		case strings.ContainsRune(` ,;'"()%$=?^{}/+-#!`, r):
		case r == '.': // www.example.com becomes a link
			if at > 0 && (line[at-1] == 'w' || line[at-1] == 'W') {
				return false
			}
		case r == ':': // and https://example.com
			if at+1 < len(line) && line[at+1] == '/' {
				return false
			}
		case r > 0x7f && unicode.IsLetter(r), strings.ContainsRune("’‘“”–—…", r):
		default:
			return false
		}
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
