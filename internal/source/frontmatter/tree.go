// Package tree reads YAML and TOML into a tree of keys and values that each know their line and column, and decodes such
// trees, collecting everything that is wrong with them. It reads no files and no clock.
package frontmatter

import (
	"strings"
	"unicode"
)

// Kind is the type of a value.
type Kind uint8

// The kinds. Time is a date or time as TOML or YAML write it unquoted; its Text is as written.
const (
	Null Kind = iota
	Map
	List
	Text
	Integer
	Float
	Bool
	Time
)

// Node is a value and where it stands. Lines and columns count from 1, columns in bytes.
type Node struct {
	Kind    Kind
	Line    int
	Column  int
	Text    string  // of a scalar: its text without quotes, as written
	Quoted  bool    // of a scalar: it was written in quotes, or as a block
	Comment string  // of a YAML value: the comment behind it, with its "#"
	Tag     string  // of a YAML value: a tag such as "!urgent", or an anchor, which is not part of its text
	Entries []Entry // of a Map, in the order written; a key set twice is reported by Fields and the last one wins
	Items   []*Node // of a List
}

// Entry is a key of a map and its value.
type Entry struct {
	Key    string
	Line   int
	Column int
	Value  *Node
}

// Limits on what is read.
const (
	MaxDepth   = 8  // levels of maps and lists
	MaxAliases = 10 // YAML aliases in one document; merge keys (<<) are not supported
	MaxNodes   = 20000
)

// SyntaxError says where a text stops being YAML or TOML, or passes a limit.
type SyntaxError struct {
	Line, Column int
	Message      string
	Hint         string // what to write instead; "" for nothing in particular
	TooDeep      bool   // a limit was passed
}

func (e *SyntaxError) Error() string { return e.Message }

// Fold gives the form in which names are compared: lower case, with underscores in place of spaces and hyphens.
func Fold(name string) string {
	plain := true
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' || c == '-' || c <= ' ' || c >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || unicode.IsSpace(r) })
	return strings.Join(words, "_")
}
