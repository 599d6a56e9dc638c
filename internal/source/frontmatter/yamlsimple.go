package frontmatter

import (
	"slices"
	"strings"
)

// simpleYAML parses the simple subset of YAML that makes up most front matter: lines of the form
// "key: value" with unquoted scalars, flow lists and flow maps of plain words, empty lines and
// whole-line comments. For anything else it returns nil, and the caller uses the library. A fuzz
// test checks that the two agree. simpleYAML exists because the library takes longer than
// everything else in reading a file.
func (r *Reader) simpleYAML(src []byte, firstLine int) *Node {
	if len(src) > MaxNodes {
		return nil // it may exceed MaxNodes, which is not checked here
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

// simpleEntry parses a line into a node whose Line is set, and returns the key.
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

// within returns the text between a first and a last character.
func within(text, first, last string) (inner string, ok bool) {
	if inner, ok = strings.CutPrefix(text, first); ok {
		inner, ok = strings.CutSuffix(inner, last)
	}
	return inner, ok && plainText(inner)
}

// simpleList parses comma-separated words into a node whose position is set.
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

// simpleMap parses pairs such as "api: degraded_performance, web: operational" into a node whose
// position is set.
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

// simpleKey reports whether a word starts with a letter and consists of ASCII letters, digits, "_",
// "-" and ".".
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

// plainText reports whether a text is printable ASCII without brackets or braces. Columns in such a
// text are the same in bytes and in characters.
func plainText(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '[' || c == ']' || c == '{' || c == '}' {
			return false
		}
	}
	return true
}
