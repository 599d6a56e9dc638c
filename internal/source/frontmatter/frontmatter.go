// Package frontmatter parses YAML and TOML into a tree in which every key and value has its line
// and column. It decodes such trees into Go values, collects all errors as findings, and describes
// the keys that it decodes as JSON Schemas. It reads no files and no clock.
package frontmatter

import (
	"strings"
	"unicode"

	"settler.io/crier/internal/diag"
)

type Kind uint8

// The kinds of values. Time is an unquoted date or time in YAML or TOML; its Text is as written.
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

// Node is a value and its position. Lines and columns count from 1, columns in bytes.
type Node struct {
	Kind    Kind
	Line    int
	Column  int
	Text    string  // of a scalar: as written, without quotes
	Quoted  bool    // of a scalar: quoted, or a block scalar
	Comment string  // of a YAML value: the comment after it, including "#"
	Tag     string  // of a YAML value: a tag such as "!urgent", or an anchor; not part of Text
	Entries []Entry // of a Map, in the order written; may hold a key twice
	Items   []*Node // of a List
}

// Entry is a key of a map and its value. Line and Column are those of the key.
type Entry struct {
	Key    string
	Line   int
	Column int
	Value  *Node
}

// Limits on what is parsed.
const (
	MaxDepth   = 8  // levels of maps and lists
	MaxAliases = 10 // YAML aliases in one document; merge keys (<<) are not supported
	MaxNodes   = 20000
)

// SyntaxError reports where a text is not valid YAML or TOML, or exceeds a limit.
type SyntaxError struct {
	Line, Column int
	Message      string
	Hint         string // what to write instead, if known
	TooDeep      bool   // the text exceeds a limit
}

func (e *SyntaxError) Error() string { return e.Message }

// At returns the position of the error in the file at path.
func (e *SyntaxError) At(path string) diag.Position {
	return diag.Position{Path: path, Line: e.Line, Column: e.Column}
}

// Fold returns the form in which names are compared: lower case, with underscores in place of
// spaces and hyphens.
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
