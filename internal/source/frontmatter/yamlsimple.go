package frontmatter

import (
	"slices"
	"strings"
)

// simpleYAML reads the plain subset of YAML that most front matter is made of: lines of "key: word word" with unquoted
// scalars, flow lists and maps of plain words, empty lines and whole-line comments. It gives nil for anything else, which is then left
// to the library: a fuzz test checks that both agree on what it takes. It exists because the library costs more than
// all the rest of reading a file.
func (r *Reader) simpleYAML(src []byte, firstLine int) *Node {
	if len(src) > MaxNodes {
		return nil // it may hold too many values, which are counted elsewhere
	}
	text := string(src)
	most := 1 + strings.Count(text, "\n")
	nodes, entries := slices.Grow(r.nodes[:0], 1+most), slices.Grow(r.entries[:0], most)
	r.nodes, r.entries = nodes, entries
	nodes = append(nodes, Node{Kind: Map, Line: firstLine, Column: 1, Entries: entries})
	root := &nodes[0]
	for number := firstLine; text != ""; number++ {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		if line == "" {
			continue
		}
		if line[0] == '#' {
			if !printable(line) {
				return nil
			}
			continue
		}
		nodes = append(nodes, Node{Line: number})
		value := &nodes[len(nodes)-1]
		key, ok := simpleEntry(line, value)
		if !ok {
			return nil
		}
		if len(root.Entries) == 0 {
			root.Line = number
		}
		root.Entries = append(root.Entries, Entry{Key: key, Line: number, Column: 1, Value: value})
	}
	if len(root.Entries) == 0 {
		return nil
	}
	return root
}

// simpleEntry reads a line into a node that knows its line, and gives its key.
func simpleEntry(line string, into *Node) (key string, ok bool) {
	colon := strings.Index(line, ": ")
	if colon <= 0 || !simpleKey(line[:colon]) {
		return "", false
	}
	key = line[:colon]
	value := strings.TrimLeft(line[colon+1:], " ")
	into.Column = len(line) - len(value) + 1
	if inner, ok := within(value, "[", "]"); ok {
		return key, simpleList(inner, into)
	}
	if inner, ok := within(value, "{", "}"); ok {
		return key, simpleMap(inner, into)
	}
	if value == "" || !plainStart(value[0]) || !plainText(value) || value[len(value)-1] == ' ' || value[len(value)-1] == ':' ||
		strings.Contains(value, ": ") || strings.Contains(value, " #") {
		return "", false
	}
	into.Kind, into.Text = scalarKind(value), value
	return key, true
}

// within gives what stands between two marks at the ends of a text.
func within(text, first, last string) (inner string, ok bool) {
	if inner, ok = strings.CutPrefix(text, first); ok {
		inner, ok = strings.CutSuffix(inner, last)
	}
	return inner, ok && plainText(inner)
}

// simpleList reads words apart by commas into a node that knows its place.
func simpleList(inner string, into *Node) bool {
	into.Kind = List
	items := make([]Node, 1+strings.Count(inner, ","))
	into.Items = make([]*Node, len(items))
	at, n := into.Column+1, 0
	for item := range strings.SplitSeq(inner, ",") {
		word := strings.Trim(item, " ")
		if !simpleKey(word) {
			return false
		}
		lead := len(item) - len(strings.TrimLeft(item, " "))
		items[n] = Node{Kind: scalarKind(word), Text: word, Line: into.Line, Column: at + lead}
		into.Items[n] = &items[n]
		at += len(item) + 1
		n++
	}
	return true
}

// simpleMap reads pairs of words, such as "api: degraded_performance, web: operational", into a node that knows its place.
func simpleMap(inner string, into *Node) bool {
	into.Kind = Map
	values := make([]Node, 1+strings.Count(inner, ","))
	into.Entries = make([]Entry, len(values))
	at, n := into.Column+1, 0
	for item := range strings.SplitSeq(inner, ",") {
		key, value, ok := strings.Cut(item, ": ")
		word, text := strings.TrimLeft(key, " "), strings.TrimLeft(value, " ")
		end := strings.TrimRight(text, " ")
		if !ok || !simpleKey(word) || !simpleKey(end) {
			return false
		}
		values[n] = Node{Kind: scalarKind(end), Text: end, Line: into.Line, Column: at + len(item) - len(text)}
		into.Entries[n] = Entry{Key: word, Line: into.Line, Column: at + len(key) - len(word), Value: &values[n]}
		at += len(item) + 1
		n++
	}
	return true
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

func printable(line string) bool {
	for i := range len(line) {
		if c := line[i]; c < ' ' || c > '~' {
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
