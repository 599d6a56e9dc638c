package frontmatter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// TOML parses a TOML document. firstLine is the line of the file on which src starts. Every error
// is a *SyntaxError, including the one for a repeated key, which TOML forbids.
func TOML(src []byte, firstLine int) (node *Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			node, err = nil, &SyntaxError{Line: firstLine, Column: 1, Message: fmt.Sprintf("this TOML cannot be read: %v", r)}
		}
	}()
	var judged map[string]any
	if err := toml.Unmarshal(src, &judged); err != nil {
		failure := &SyntaxError{Line: firstLine, Column: 1, Message: strings.TrimPrefix(err.Error(), "toml: ")}
		var decode *toml.DecodeError
		if errors.As(err, &decode) {
			failure.Message = strings.ReplaceAll(failure.Message, "unexpected character U+000A", "unexpected end of the line")
			row, column := decode.Position()
			failure.Line, failure.Column = row+firstLine-1, max(1, column)
		}
		return nil, failure
	}
	c := tomlConverter{offset: firstLine - 1, root: &Node{Kind: Map, Line: firstLine, Column: 1}}
	c.parser.Reset(src)
	table := c.root
	for c.parser.NextExpression() {
		expression := c.parser.Expression()
		var err error
		switch expression.Kind {
		case unstable.Table, unstable.ArrayTable:
			table, err = c.descend(c.root, expression.Key(), expression.Kind == unstable.ArrayTable)
		case unstable.KeyValue:
			err = c.keyValue(table, expression, 1)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := c.parser.Error(); err != nil {
		return nil, &SyntaxError{Line: firstLine, Column: 1, Message: err.Error()}
	}
	return c.root, nil
}

type tomlConverter struct {
	parser unstable.Parser
	offset int
	nodes  int
	root   *Node
}

func (c *tomlConverter) position(n *unstable.Node) (line, column int) {
	at := c.parser.Shape(n.Raw).Start
	if n.Raw.Length == 0 {
		at = c.parser.Shape(c.parser.Range(n.Data)).Start
	}
	return at.Line + c.offset, at.Column
}

// descend follows a dotted key from a table and creates missing maps on the way. If list is set,
// the last part names an array of tables, and descend appends a table to it.
func (c *tomlConverter) descend(at *Node, key unstable.Iterator, list bool) (*Node, error) {
	for depth := 1; key.Next(); depth++ {
		part, kind := key.Node(), Map
		adds := list && key.IsLast()
		if adds {
			kind = List
		}
		next, err := c.child(at, part, kind, depth)
		if err != nil {
			return nil, err
		}
		if next.Kind == List {
			if adds {
				line, column := c.position(part)
				next.Items = append(next.Items, &Node{Kind: Map, Line: line, Column: column})
			}
			next = next.Items[len(next.Items)-1]
		}
		at = next
	}
	return at, nil
}

// child returns the value of a key in a table, and creates it if it is missing.
func (c *tomlConverter) child(table *Node, key *unstable.Node, kind Kind, depth int) (*Node, error) {
	line, column := c.position(key)
	if depth > MaxDepth {
		return nil, &SyntaxError{Line: line, Column: column, Message: fmt.Sprintf("nested deeper than %d levels", MaxDepth), TooDeep: true}
	}
	value := table.Lookup(string(key.Data))
	if value == nil {
		value = &Node{Kind: kind, Line: line, Column: column}
		table.Entries = append(table.Entries, Entry{string(key.Data), line, column, value})
	}
	return value, nil
}

// Lookup returns the value of the last entry with the key, or nil.
func (n *Node) Lookup(key string) *Node {
	for i := len(n.Entries) - 1; i >= 0; i-- {
		if n.Entries[i].Key == key {
			return n.Entries[i].Value
		}
	}
	return nil
}

func (c *tomlConverter) keyValue(table *Node, expression *unstable.Node, depth int) error {
	var parts []*unstable.Node
	for key := expression.Key(); key.Next(); {
		parts = append(parts, key.Node())
	}
	for _, part := range parts[:len(parts)-1] {
		depth++
		var err error
		if table, err = c.child(table, part, Map, depth); err != nil {
			return err
		}
	}
	last := parts[len(parts)-1]
	line, column := c.position(last)
	value, err := c.value(expression.Value(), depth)
	if err != nil {
		return err
	}
	if value.Line == 0 {
		value.Line, value.Column = line, column
	}
	table.Entries = append(table.Entries, Entry{string(last.Data), line, column, value})
	return nil
}

func (c *tomlConverter) value(n *unstable.Node, depth int) (*Node, error) {
	out := &Node{}
	switch n.Kind {
	case unstable.Array, unstable.InlineTable:
	default:
		out.Line, out.Column = c.position(n)
	}
	if c.nodes++; depth > MaxDepth || c.nodes > MaxNodes {
		return nil, &SyntaxError{Line: max(out.Line, 1), Column: max(out.Column, 1), TooDeep: true,
			Message: fmt.Sprintf("nested deeper than %d levels, or more than %d values", MaxDepth, MaxNodes)}
	}
	out.Text = string(n.Data)
	switch n.Kind {
	case unstable.String:
		out.Kind, out.Quoted = Text, true
	case unstable.Bool:
		out.Kind = Bool
	case unstable.Integer:
		out.Kind, out.Text = Integer, strings.ReplaceAll(out.Text, "_", "")
	case unstable.Float:
		out.Kind, out.Text = Float, strings.ReplaceAll(out.Text, "_", "")
	case unstable.DateTime, unstable.LocalDate, unstable.LocalDateTime, unstable.LocalTime:
		out.Kind = Time
	case unstable.Array:
		out.Kind, out.Text = List, ""
		for items := n.Children(); items.Next(); {
			if items.Node().Kind == unstable.Comment {
				continue
			}
			item, err := c.value(items.Node(), depth+1)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, item)
		}
		if len(out.Items) > 0 {
			out.Line, out.Column = out.Items[0].Line, out.Items[0].Column
		}
	case unstable.InlineTable:
		out.Kind, out.Text = Map, ""
		for entries := n.Children(); entries.Next(); {
			if entries.Node().Kind != unstable.KeyValue {
				continue
			}
			if err := c.keyValue(out, entries.Node(), depth+1); err != nil {
				return nil, err
			}
		}
		if len(out.Entries) > 0 {
			out.Line, out.Column = out.Entries[0].Line, out.Entries[0].Column
		}
	}
	return out, nil
}
