package compose

import (
	"fmt"
	"strings"
	"unicode"

	"settler.io/crier/internal/source/frontmatter"
)

// scalar returns a text as a YAML scalar: plain if it reads back as the same text, otherwise in
// double quotes.
func scalar(text string) string {
	if plainScalar(text) {
		return text
	}
	return Quoted(text)
}

// Item returns a text as a YAML scalar for use inside [] or {}, where commas and colons need
// quotes.
func Item(text string) string {
	if plainScalar(text) && !strings.ContainsAny(text, ",:") {
		return text
	}
	return Quoted(text)
}

// plainScalar reports whether a text can be written without quotes: it starts with a letter, does
// not look like a number, date, boolean or null, and contains nothing that is special in YAML.
func plainScalar(text string) bool {
	for i, r := range text {
		switch {
		case unicode.IsLetter(r):
		case i == 0, strings.ContainsRune(`[]{}"\\#|>@`+"`", r):
			return false
		case r != ' ' && !unicode.IsGraphic(r), unicode.IsSpace(r) && r != ' ':
			return false
		}
	}
	if text == "" {
		return false
	}
	root, err := frontmatter.YAML([]byte("key: "+text+"\n"), 1)
	if err != nil || root.Kind != frontmatter.Map || len(root.Entries) != 1 {
		return false
	}
	value := root.Entries[0].Value
	return value.Kind == frontmatter.Text && value.Text == text
}

// Quoted returns a text in double quotes, in a form that is valid in both YAML (1.2, section 7.3.1)
// and TOML.
func Quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == ' ' || r != 0xFEFF && unicode.IsPrint(r):
			b.WriteRune(r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
