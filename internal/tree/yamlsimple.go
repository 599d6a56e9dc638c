package tree

import (
	"bytes"
	"strings"
)

// simpleYAML reads the plain subset of YAML that most front matter is made of: lines of "key: word word" with unquoted
// scalars, flow lists of plain words, empty lines and whole-line comments. It gives nil for anything else, which is then left
// to the library: a fuzz test checks that both agree on what it takes. It exists because the library costs more than
// all the rest of reading a file.
func simpleYAML(src []byte, firstLine int) *Node {
	if len(src) > MaxNodes {
		return nil // it may hold too many values, which are counted elsewhere
	}
	root := &Node{Kind: Map, Line: firstLine, Column: 1}
	for number := firstLine; len(src) > 0; number++ {
		line, rest, _ := bytes.Cut(src, []byte{'\n'})
		src = rest
		if len(line) == 0 {
			continue
		}
		if line[0] == '#' {
			if !printable(line) {
				return nil
			}
			continue
		}
		entry, ok := simpleEntry(string(line), number)
		if !ok {
			return nil
		}
		if len(root.Entries) == 0 {
			root.Line = number
		}
		root.Entries = append(root.Entries, entry)
	}
	if len(root.Entries) == 0 {
		return nil
	}
	return root
}

func simpleEntry(line string, number int) (Entry, bool) {
	colon := strings.Index(line, ": ")
	if colon <= 0 || !simpleKey(line[:colon]) {
		return Entry{}, false
	}
	value := strings.TrimLeft(line[colon+1:], " ")
	column := len(line) - len(value) + 1
	entry := Entry{Key: line[:colon], Line: number, Column: 1}
	if inner, ok := strings.CutPrefix(value, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		if !ok || !plainText(inner) {
			return Entry{}, false
		}
		entry.Value = &Node{Kind: List, Line: number, Column: column}
		at := column + 1
		for item := range strings.SplitSeq(inner, ",") {
			word := strings.Trim(item, " ")
			if !simpleKey(word) {
				return Entry{}, false
			}
			lead := len(item) - len(strings.TrimLeft(item, " "))
			entry.Value.Items = append(entry.Value.Items,
				&Node{Kind: scalarKind(word), Text: word, Line: number, Column: at + lead})
			at += len(item) + 1
		}
		return entry, true
	}
	if value == "" || !plainStart(value[0]) || !plainText(value) || value[len(value)-1] == ' ' || value[len(value)-1] == ':' ||
		strings.Contains(value, ": ") || strings.Contains(value, " #") {
		return Entry{}, false
	}
	entry.Value = &Node{Kind: scalarKind(value), Text: value, Line: number, Column: column}
	return entry, true
}

// simpleKey reports whether a word is letters, digits, "_", "-" and ".", and begins with a letter.
func simpleKey(word string) bool {
	for i := range len(word) {
		switch c := word[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', i > 0 && (c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return word != ""
}

func plainStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func printable(line []byte) bool {
	for _, c := range line {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// plainText reports whether a text holds printable ASCII only, so that columns count alike in bytes and in characters.
func plainText(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '[' || c == ']' || c == '{' || c == '}' {
			return false
		}
	}
	return true
}
