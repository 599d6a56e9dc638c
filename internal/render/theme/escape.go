package theme

import (
	"strings"
	"unicode"
)

// escapeMarkdown escapes what would have a meaning in a line of plain text, and nothing else, so
// that the Markdown can be pasted into an e-mail.
func escapeMarkdown(text string) string {
	if !strings.ContainsAny(text, "\\`*_[<~#>&") {
		return text
	}
	var b strings.Builder
	line := []rune(text)
	at := func(n int) rune {
		if n < 0 || n >= len(line) {
			return ' '
		}
		return line[n]
	}
	paired := func(r rune) bool { return strings.Count(text, string(r)) > 1 }
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for n, r := range line {
		escape := false
		switch r {
		case '\\':
			escape = at(n+1) < unicode.MaxASCII && (unicode.IsPunct(at(n+1)) || unicode.IsSymbol(at(n+1)))
		case '`', '*', '~':
			escape = paired(r)
		case '_':
			escape = paired(r) && !(inWord(at(n-1)) && inWord(at(n+1)))
		case '[': // of a link; "[1]" is one only with a definition
			escape = strings.Contains(text, "](") || strings.Contains(text, "][")
		case '<':
			escape = unicode.IsLetter(at(n+1)) || strings.ContainsRune("/!?", at(n+1))
		case '&':
			escape = strings.ContainsRune(string(line[n:]), ';')
		case '>': // at the start of a line
			escape = n == 0
		case '#': // or at the end of a heading
			escape = n == 0 || strings.Trim(string(line[n:]), "# ") == ""
		}
		if escape {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
