// Package schema generates JSON Schemas of front matter and config.toml, for editors. It takes a
// kind of file and, if known, the ids of the site's components, and returns a schema that accepts
// what the parsers in content and config accept; a test keeps them in agreement. It reads no files
// and no clock.
//
// The schemas declare draft 7. They use only keywords with the same meaning from draft 4 to
// 2020-12, and patterns without lookahead, because editors differ in the drafts they support and in
// their regular expression engines. Of the two validators that were tried, Taplo reads any draft,
// and remark's rejects drafts later than 7.
package schema

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Dialect is the JSON Schema draft that the schemas declare.
const Dialect = "http://json-schema.org/draft-07/schema#"

// Kinds are the names of the schemas: config for config.toml, and one for the front matter of each
// kind of file.
var Kinds = [...]string{"config", "incident", "maintenance", "announcement", "page", "postmortem", "template", "translation"}

// Node is a schema or part of one. Zero fields are omitted.
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
	Keys        []Key    `json:"-"` // of a map, which may have no other keys
	Values      *Node    `json:"-"` // of a map that may have any keys
	Required    []string `json:"required,omitempty"`
	AnyOf       []Node   `json:"anyOf,omitempty"`
	Not         *Node    `json:"not,omitempty"`
}

// Key is a key of a map and the schema of its value.
type Key struct {
	Name string
	Node
}

// Of returns the schema of a kind; ok is false for an unknown kind. If components is not empty, the
// schema accepts no other component ids.
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

// JSON returns the schema as indented JSON, in the conventional order of keywords.
func (n Node) JSON() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(n); err != nil {
		panic(err) // every Node can be encoded
	}
	return out.Bytes()
}

// MarshalJSON encodes a single type as a string, and the keys of a map in order.
func (n Node) MarshalJSON() ([]byte, error) {
	type plain Node // without this method, to avoid recursion
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

// MarshalJSON encodes the keys, in order, as one object.
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
