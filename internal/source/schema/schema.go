// Package schema writes JSON Schemas of front matter and config.toml, for editors. It takes a kind of file and, where they
// are known, the ids of the site's components, and gives a schema that accepts what the parsers of content and config
// understand; a test holds the two together. It reads no files and no clock.
//
// The schemas name draft 7, and use only words that mean the same from draft 4 to 2020-12, and patterns without lookahead: the
// validators in editors stop at different drafts (of the two that were tried, Taplo reads any, remark's refuses what is later
// than 7), and regular expressions differ from language to language.
package schema

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Dialect is the draft of JSON Schema that the schemas are written in.
const Dialect = "http://json-schema.org/draft-07/schema#"

// Kinds are the names of the schemas: config for config.toml, the others for the front matter of each kind of file.
var Kinds = [...]string{"config", "incident", "maintenance", "announcement", "page", "postmortem", "template", "translation"}

// Node is a schema, or part of one. Zero fields say nothing.
type Node struct {
	Schema      string   `json:"-"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Type        []string `json:"-"`
	Enum        []any    `json:"enum,omitempty"`
	Pattern     string   `json:"pattern,omitempty"`
	MinLength   int      `json:"minLength,omitempty"`
	MaxLength   int      `json:"maxLength,omitempty"`
	Minimum     *float64 `json:"minimum,omitempty"`
	Maximum     *float64 `json:"maximum,omitempty"`
	Items       *Node    `json:"items,omitempty"`
	Keys        []Key    `json:"-"` // of a map; no others are allowed
	Values      *Node    `json:"-"` // of a map with any keys
	Required    []string `json:"required,omitempty"`
	AnyOf       []Node   `json:"anyOf,omitempty"`
	Not         *Node    `json:"not,omitempty"`
}

// Key is a key of a map and what its value may be.
type Key struct {
	Name string
	Node
}

// Of gives the schema of a kind; ok is false for an unknown one. Ids of components, where given, are the only ones it accepts.
func Of(kind string, components []string) (n Node, ok bool) {
	w := writer{ids: components}
	switch kind {
	case "config":
		n = w.config()
	case "incident":
		n = w.incident()
	case "maintenance":
		n = w.maintenance()
	case "announcement":
		n = w.announcement()
	case "page":
		n = w.page()
	case "postmortem":
		n = w.postmortem()
	case "template":
		n = w.template()
	case "translation":
		n = w.translation()
	default:
		return n, false
	}
	n.Schema, n.Type = Dialect, []string{"object"}
	return n, true
}

// JSON writes a schema, indented, its keys in their usual order.
func (n Node) JSON() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(n); err != nil {
		panic(err) // nothing in a Node can fail to be written
	}
	return out.Bytes()
}

// MarshalJSON writes a single type as a text, and the keys of a map in their order.
func (n Node) MarshalJSON() ([]byte, error) {
	type plain Node // without this method
	out := struct {
		Schema string `json:"$schema,omitempty"`
		Type   any    `json:"type,omitempty"`
		plain
		Properties           properties `json:"properties,omitempty"`
		AdditionalProperties any        `json:"additionalProperties,omitempty"`
	}{Schema: n.Schema, plain: plain(n), Properties: n.Keys}
	switch len(n.Type) {
	case 0:
	case 1:
		out.Type = n.Type[0]
	default:
		out.Type = n.Type
	}
	if n.Keys != nil {
		out.AdditionalProperties = false
	}
	if n.Values != nil {
		out.AdditionalProperties = n.Values
	}
	return marshal(out)
}

type properties []Key

// MarshalJSON writes an object with the keys in their order.
func (p properties) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, key := range p {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := marshal(key.Name)
		if err != nil {
			return nil, err
		}
		value, err := key.Node.MarshalJSON()
		if err != nil {
			return nil, err
		}
		out = slices.Concat(out, name, []byte{':'}, value)
	}
	return append(out, '}'), nil
}

func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}
