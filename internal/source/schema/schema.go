// Package schema generates JSON Schemas of front matter and config.toml, for editors. It takes a
// kind of file and, if known, the ids of the site's components, and returns a schema of the keys
// that content and config decode. It reads no files and no clock.
package schema

import (
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
)

// Dialect is the JSON Schema draft that the schemas declare. They use only keywords with the same
// meaning from draft 4 to 2020-12, and patterns without lookahead, because editors differ in the
// drafts they support and in their regular expression engines. Of the two validators that were
// tried, Taplo reads any draft, and remark's rejects drafts later than 7.
const Dialect = "http://json-schema.org/draft-07/schema#"

// Kinds are the names of the schemas: config for config.toml, and one for the front matter of each
// kind of file.
var Kinds = [...]string{"config", "incident", "maintenance", "announcement", "page", "postmortem", "template", "translation"}

var headings = map[string][2]string{
	"config":       {"The configuration of a status page", "config.toml, in the folder of the site."},
	"incident":     {"An update of an incident", "Front matter of content/incidents/**/NAME/*.md. The first update needs a title and a severity. A key that a later update leaves out is unchanged."},
	"maintenance":  {"An update of maintenance", "Front matter of content/maintenance/**/NAME/*.md. The first update needs a title and the window."},
	"announcement": {"An announcement", "Front matter of content/announcements/NAME.md."},
	"page":         {"A page of your own", "Front matter of content/pages/PATH.md."},
	"postmortem":   {"A post-mortem", "Front matter of postmortem.md in the folder of an incident. No key is required: the defaults come from the updates."},
	"template":     {"A starting point for an incident", "Front matter of content/templates/NAME.md, for crier new --template NAME."},
	"translation":  {"A translation", "Front matter of a file such as 01-investigating.de.md beside 01-investigating.md. Keys that it leaves out are taken from the original."},
}

// Of returns the schema of a kind; ok is false for an unknown kind. If components is not empty, the
// schema accepts no other component ids.
func Of(kind string, components []string) (s frontmatter.Schema, ok bool) {
	heading, ok := headings[kind]
	if kind == "config" {
		s = frontmatter.MapOf(config.Fields()...)
	} else {
		s = frontmatter.MapOf(content.Fields(kind, components)...)
	}
	s.Dialect, s.Title, s.Description = Dialect, heading[0], heading[1]
	return s, ok
}
