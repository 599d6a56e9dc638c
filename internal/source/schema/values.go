package schema

import "settler.io/crier/internal/incident"

// writer generates the schemas of one site.
type writer struct {
	ids  []string // ids of components; empty if not known
	toml bool     // for config.toml: TOML has no null
}

// Patterns. The parsers also reject dates that do not exist.
const (
	instantForm  = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`
	dayForm      = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	looseForm    = `^\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ]\s*[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?\s*([Zz]|UTC|GMT|[-+][0-9:]+)?)?\s*$`
	durationForm = `^([0-9]+(\.[0-9]+)?[smhdw])+$`
	idForm       = `^[a-z0-9]+([._-]+[a-z0-9]+)*$`
	addressForm  = `^https?://[^/?#]+[^?#]*$`
	colourForm   = `^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`
	languageForm = `^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$`
	zoneForm     = `^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`
	hostForm     = `^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`
	// A former URL: one slash, then path segments other than "." and "..".
	aliasForm = `^(/([^/?#\\:*"<>|%]*[^./?#\\:*"<>|%][^/?#\\:*"<>|%]*|\.{3,}))+/*$`
)

// types adds null, which counts as absent, except in TOML, which has no null.
func (w writer) types(names ...string) []string {
	if w.toml {
		return names
	}
	return append(names, "null")
}

// text is a string. A number, a boolean or a date without quotes is taken as written.
func (w writer) text(name, description string) Key {
	return Key{name, Node{Description: description, Type: w.types("string", "number", "boolean")}}
}

// words is a text that may not be blank.
func (w writer) words(name, description string) Key {
	key := w.text(name, description)
	key.Pattern = `\S`
	return key
}

func (w writer) title(name, description string, most int) Key {
	key := w.text(name, description)
	key.MaxLength = most
	return key
}

func (w writer) yes(name, description string) Key {
	return Key{name, Node{Description: description, Type: w.types("boolean")}}
}

func (w writer) form(name, description, pattern string) Key {
	return Key{name, Node{Description: description, Type: w.types("string"), Pattern: pattern}}
}

func (w writer) instant(name, description string) Key { return w.form(name, description, instantForm) }

func (w writer) duration(name, description string) Key {
	return w.form(name, description, durationForm)
}

// word is one of the given words.
func (w writer) word(name, description string, words ...string) Key {
	n := Node{Description: description, Enum: enum(words)}
	if !w.toml {
		n.Enum = append(n.Enum, nil)
	}
	return Key{name, n}
}

// needed makes a key reject null.
func needed(key Key) Key {
	without := func(types []string) []string {
		if len(types) > 0 && types[len(types)-1] == "null" {
			return types[:len(types)-1]
		}
		return types
	}
	key.Type = without(key.Type)
	if n := len(key.Enum); n > 0 && key.Enum[n-1] == nil {
		key.Enum = key.Enum[:n-1]
	}
	return key
}

// list is a list of items. A single item counts as a list of one.
func (w writer) list(name, description string, item Node) Key {
	alternatives := []Node{{Type: []string{"array"}, Items: &item}, item}
	if !w.toml {
		alternatives = append(alternatives, Node{Type: []string{"null"}})
	}
	return Key{name, Node{Description: description, AnyOf: alternatives}}
}

// table is a map that allows only the given keys.
func (w writer) table(name, description string, keys ...Key) Key {
	return Key{name, Node{Description: description, Type: w.types("object"), Keys: keys}}
}

// tables is a list of maps that allow only the given keys. If id is not empty, it is required.
func (w writer) tables(name, description, id string, keys ...Key) Key {
	item := Node{Type: []string{"object"}, Keys: keys}
	if id != "" {
		item.Required = []string{id}
	}
	return Key{name, Node{Description: description, Type: []string{"array"}, Items: &item}}
}

// each returns a key for each of the names.
func each(names []string, key func(name string) Key) []Key {
	var keys []Key
	for _, name := range names {
		keys = append(keys, key(name))
	}
	return keys
}

func enum(words []string) []any {
	var values []any
	for _, word := range words {
		values = append(values, word)
	}
	return values
}

type named interface{ String() string }

func names[T named](terms []T) []string {
	var words []string
	for _, term := range terms {
		words = append(words, term.String())
	}
	return words
}

func severities() []string { return names(incident.Severities[:]) }

// scalar is a text in a list or map.
func scalar() Node { return Node{Type: []string{"string", "number", "boolean"}} }
