package frontmatter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// YAML parses one YAML document. firstLine is the line of the file on which src starts. Every error
// is a *SyntaxError. An empty document is an empty Map.
func YAML(src []byte, firstLine int) (*Node, error) { return new(Reader).YAML(src, firstLine) }

// Reader parses many documents with little allocation by reusing memory: the tree of one document
// must not be used after the next one is parsed.
type Reader struct {
	nodes   []Node // backing array for the values of a document
	entries []Entry
}

// YAML is like the function YAML, but reuses the memory of r.
func (r *Reader) YAML(src []byte, firstLine int) (node *Node, err error) {
	defer func() {
		if why := recover(); why != nil { // a library bug must not break the rest of the site
			node, err = nil, &SyntaxError{Line: firstLine, Column: 1, Message: fmt.Sprintf("this YAML cannot be read: %v", why)}
		}
	}()
	if node := r.simpleYAML(src, firstLine); node != nil {
		return node, nil
	}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	if err := decoder.Decode(&document); err != nil {
		if err == io.EOF || len(bytes.TrimSpace(src)) == 0 {
			return &Node{Kind: Map, Line: firstLine, Column: 1}, nil
		}
		return nil, yamlError(err, firstLine)
	}
	if err := ends(decoder, firstLine); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 {
		return &Node{Kind: Map, Line: firstLine, Column: 1}, nil
	}
	c := yamlConverter{offset: firstLine - 1}
	root, err := c.node(document.Content[0], 0)
	if err != nil {
		return nil, err
	}
	if root.Kind == Null {
		root.Kind = Map
	}
	return root, nil
}

// ends returns an error if a second document follows the first, since it would be ignored.
func ends(decoder *yaml.Decoder, firstLine int) error {
	var next yaml.Node
	switch err := decoder.Decode(&next); {
	case err == io.EOF:
		return nil
	case err != nil:
		return yamlError(err, firstLine)
	}
	return &SyntaxError{Line: max(1, next.Line) + firstLine - 1, Column: 1, Message: "a second document begins here", Hint: "delete the line ... or --- before it"}
}

// yamlError converts an error of the library, which has a position unless the text has characters
// that no YAML may have.
func yamlError(err error, firstLine int) *SyntaxError {
	line, column, message := 1, 1, err.Error()
	var load *yaml.LoadError
	if errors.As(err, &load) {
		line, column, message = max(1, load.Mark.Line), load.Mark.Column, load.Message
		if load.ContextMsg != "" && load.ContextMark.Line > 0 && strings.Contains(message, "end of stream") {
			// Report an unclosed quote or bracket where it opens.
			line, column, message = load.ContextMark.Line, load.ContextMark.Column, load.ContextMsg+": no end was found"
		}
	}
	return &SyntaxError{Line: line + firstLine - 1, Column: max(1, column), Message: message}
}

const mergeHint = "write the keys themselves instead of <<"

// yamlConverter counts nodes and aliases so that a small text cannot expand into a huge tree.
type yamlConverter struct {
	offset  int
	nodes   int
	aliases int
}

func (c *yamlConverter) fail(n *yaml.Node, deep bool, format string, args ...any) error {
	return &SyntaxError{Line: n.Line + c.offset, Column: n.Column, Message: fmt.Sprintf(format, args...), TooDeep: deep}
}

func (c *yamlConverter) node(n *yaml.Node, depth int) (*Node, error) {
	if c.nodes++; c.nodes > MaxNodes {
		return nil, c.fail(n, true, "more than %d values", MaxNodes)
	}
	if depth > MaxDepth {
		return nil, c.fail(n, true, "nested deeper than %d levels", MaxDepth)
	}
	out := &Node{Line: n.Line + c.offset, Column: n.Column}
	if n.Style&yaml.TaggedStyle != 0 || n.Tag == "!" {
		out.Tag = n.Tag
	} else if n.Anchor != "" {
		out.Tag = "&" + n.Anchor
	}
	switch n.Kind {
	case yaml.AliasNode:
		if c.aliases++; c.aliases > MaxAliases {
			return nil, c.fail(n, true, "more than %d aliases", MaxAliases)
		}
		target, err := c.node(n.Alias, depth+1)
		if err != nil {
			return nil, err
		}
		target.Line, target.Column = out.Line, out.Column
		return target, nil
	case yaml.MappingNode:
		out.Kind = Map
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode {
				return nil, c.fail(key, false, "a key must be a word")
			}
			if key.Value == "<<" && key.Style == 0 {
				return nil, &SyntaxError{Line: key.Line + c.offset, Column: key.Column, Message: "merge keys (<<) are not supported", Hint: mergeHint}
			}
			value, err := c.node(n.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			if value.Kind == Null && value.Comment == "" {
				value.Comment = key.LineComment
			}
			out.Entries = append(out.Entries, Entry{key.Value, key.Line + c.offset, key.Column, value})
		}
	case yaml.SequenceNode:
		out.Kind = List
		for _, item := range n.Content {
			value, err := c.node(item, depth+1)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, value)
		}
	default:
		out.Text, out.Comment = n.Value, n.LineComment
		out.Quoted = n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
		out.Kind = Text
		if !out.Quoted {
			out.Kind = scalarKind(n.Value)
		}
	}
	return out, nil
}

var (
	integerForm = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*|0x[0-9a-fA-F]+|0o[0-7]+)$`)
	floatForm   = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
	timeForm    = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}([Tt ]+\d{1,2}:\d{1,2}.*)?$`)
)

// scalarKind returns the kind of a plain scalar: the YAML 1.2 core schema, extended with dates.
func scalarKind(text string) Kind {
	if text == "" {
		return Null
	}
	switch c := text[0]; {
	case c == '~' || c == 'n' || c == 'N':
		if text == "~" || text == "null" || text == "Null" || text == "NULL" {
			return Null
		}
	case c == 't' || c == 'T' || c == 'f' || c == 'F':
		switch text {
		case "true", "True", "TRUE", "false", "False", "FALSE":
			return Bool
		}
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		switch {
		case timeForm.MatchString(text): // most are dates
			return Time
		case integerForm.MatchString(text):
			return Integer
		case floatForm.MatchString(text):
			return Float
		}
	}
	return Text
}
