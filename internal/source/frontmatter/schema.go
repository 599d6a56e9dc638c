package frontmatter

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Schema describes a value as a JSON Schema, for editors. Zero fields are omitted.
type Schema struct {
	Dialect     string   `json:"$schema,omitempty"` // of a whole file
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Type        []string `json:"-"`
	Enum        []any    `json:"enum,omitempty"`
	Pattern     string   `json:"pattern,omitempty"`
	MaxLength   int      `json:"maxLength,omitempty"`
	Minimum     *float64 `json:"minimum,omitempty"`
	Maximum     *float64 `json:"maximum,omitempty"`
	Items       *Schema  `json:"items,omitempty"`
	Fields      []Field  `json:"-"` // of a map, which may have no other keys
	Values      *Schema  `json:"-"` // of a map that may have any keys
	AnyOf       []Schema `json:"anyOf,omitempty"`
	Not         *Schema  `json:"not,omitempty"`

	Required bool `json:"-"` // the map must have this key
	Null     bool `json:"-"` // a key without a value counts as absent
}

// Patterns. The decoder also rejects dates that do not exist.
const (
	InstantForm  = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`
	DayForm      = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	DurationForm = `^([0-9]+(\.[0-9]+)?[smhdw])+$`
	looseForm    = `^\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ]\s*[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?\s*([Zz]|UTC|GMT|[-+][0-9:]+)?)?\s*$`
)

// Scalar describes a text. A number, a boolean or a date without quotes is taken as written.
func Scalar() Schema { return Schema{Type: []string{"string", "number", "boolean"}} }

// Words describes a text that is not written like a date.
func Words() Schema {
	words, date := Scalar(), Form(looseForm)
	words.Not = &date
	return words
}

// Form describes a text that matches a pattern.
func Form(pattern string) Schema { return Schema{Type: []string{"string"}, Pattern: pattern} }

// Boolean describes true or false.
func Boolean() Schema { return Schema{Type: []string{"boolean"}} }

// OneOf describes one of several words.
func OneOf(words ...string) (s Schema) {
	for _, word := range words {
		s.Enum = append(s.Enum, word)
	}
	return s
}

// Either describes a value that one of the schemas describes.
func Either(schemas ...Schema) Schema { return Schema{AnyOf: schemas} }

// ListOf describes a list. A single item counts as a list of one.
func ListOf(item Schema) Schema {
	return Either(Schema{Type: []string{"array"}, Items: &item}, item)
}

// Range describes a number of a type, "number" or "integer", from least to most.
func Range(kind string, least, most float64) Schema {
	return Schema{Type: []string{kind}, Minimum: &least, Maximum: &most}
}

// MapOf describes a map that has only the given keys.
func MapOf(fields ...Field) Schema { return Schema{Type: []string{"object"}, Fields: fields} }

// Needed returns the field as one that a map must have.
func (f Field) Needed() Field {
	f.Schema.Required = true
	return f
}

// JSON returns the schema of a whole file as indented JSON, in the conventional order of keywords.
func (s Schema) JSON() []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(s); err != nil {
		panic(err) // every Schema can be encoded
	}
	return out.Bytes()
}

// MarshalJSON encodes a single type as a string, and adds null where it is accepted.
func (s Schema) MarshalJSON() ([]byte, error) {
	type plain Schema // without MarshalJSON, to avoid recursion
	if s.Null && !s.Required {
		switch {
		case s.Type != nil:
			s.Type = append(slices.Clip(s.Type), "null")
		case s.Enum != nil:
			s.Enum = append(slices.Clip(s.Enum), nil)
		case s.AnyOf != nil:
			s.AnyOf = append(slices.Clip(s.AnyOf), Schema{Type: []string{"null"}})
		}
	}
	out := struct {
		Dialect string `json:"$schema,omitempty"`
		Type    any    `json:"type,omitempty"`
		plain
		Required             []string   `json:"required,omitempty"`
		Properties           properties `json:"properties,omitempty"`
		AdditionalProperties any        `json:"additionalProperties,omitempty"`
	}{Dialect: s.Dialect, plain: plain(s), Properties: s.Fields}
	if len(s.Type) == 1 {
		out.Type = s.Type[0]
	} else if s.Type != nil {
		out.Type = s.Type
	}
	for _, f := range s.Fields {
		if f.Schema.Required {
			out.Required = append(out.Required, f.Key)
		}
		out.AdditionalProperties = false
	}
	if s.Values != nil {
		out.AdditionalProperties = s.Values
	}
	return marshal(out)
}

type properties []Field

// MarshalJSON encodes the keys, in order, as one object.
func (p properties) MarshalJSON() ([]byte, error) {
	var parts [][]byte
	for _, f := range p {
		name, _ := marshal(f.Key)
		f.Schema.Description = f.Help
		value, err := marshal(f.Schema)
		if err != nil {
			return nil, err
		}
		parts = append(parts, slices.Concat(name, []byte{':'}, value))
	}
	return slices.Concat([]byte{'{'}, bytes.Join(parts, []byte{','}), []byte{'}'}), nil
}

func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}
