package config

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/text/language"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Patterns of values. Schemas contain them, so they use no lookahead.
const (
	urlForm      = `^https?://[^/?#]+[^?#]*$`
	languageForm = `^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$`
	zoneForm     = `^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$`
	// A former URL: one slash, then path segments other than "." and "..".
	aliasForm = `^(/([^/?#\\:*"<>|%]*[^./?#\\:*"<>|%][^/?#\\:*"<>|%]*|\.{3,}))+/*$`
)

var (
	idForm      = regexp.MustCompile(`^[a-z0-9]+([._-]+[a-z0-9]+)*$`)
	notInID     = regexp.MustCompile(`[^a-z0-9]+`)
	hostForm    = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
	colourForm  = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)
	contactForm = regexp.MustCompile(`^(https|mailto|tel):[^ \n]+$`)
)

// The range of entries in [feeds].
const minEntries, maxEntries = 1, 500

// key returns a field for a text that matches a pattern.
func key(key, help, form string, decode func(*frontmatter.Node)) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.Form(form), decode)
}

func (p *parser) text(key, help string, to *string) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.Scalar(), frontmatter.Set(to, p.Line))
}

// word returns a field for a text that a map holds.
func word[K comparable](p *parser, key, help string, all map[K]string, of K) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.Scalar(), func(n *frontmatter.Node) {
		if text, _ := p.Line(n); text != "" {
			all[of] = text
		}
	})
}

// textAt is like text, but also stores the position.
func (p *parser) textAt(key, help string, to *string, at *diag.Position) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.Scalar(), func(n *frontmatter.Node) {
		frontmatter.Set(to, p.Line)(n)
		*at = p.At(n)
	})
}

func (p *parser) list(key, help, form string, to *[]string, read func(*frontmatter.Node) (string, bool)) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.ListOf(frontmatter.Form(form)), frontmatter.Append(&p.Decoder, to, read))
}

func (p *parser) share(key, help string, to *float64) frontmatter.Field {
	return frontmatter.Key(key, help, frontmatter.Range("number", 0, 1), func(n *frontmatter.Node) {
		if value, ok := p.Number(n); ok && (value < 0 || value > 1) {
			p.Report(diag.BadNumber, n, "write a share from 0 to 1, such as 0.3", "%s is not a share of the time", n.Text)
		} else if ok {
			*to = value
		}
	})
}

// table returns a field for a table. Its key is the last part of the dotted name.
func (p *parser) table(name, help string, fields ...frontmatter.Field) frontmatter.Field {
	key := name[strings.LastIndexByte(name, '.')+1:]
	return frontmatter.Key(key, help, frontmatter.MapOf(fields...), func(n *frontmatter.Node) {
		p.Fields(n, "a table (["+name+"])", fields)
	})
}

// tables returns a field for a list of tables. add is called after the fields of each table;
// clean says whether none of them was reported.
func (p *parser) tables(key, help, what string, fields []frontmatter.Field, add func(n *frontmatter.Node, clean bool)) frontmatter.Field {
	item := frontmatter.MapOf(fields...)
	return frontmatter.Key(key, help, frontmatter.Schema{Type: []string{"array"}, Items: &item}, func(n *frontmatter.Node) {
		if n.Kind != frontmatter.List {
			p.Report(diag.WrongType, n, "use double brackets, as in [["+key+"]]", "one table where a list of tables belongs")
			return
		}
		for _, item := range n.Items {
			if item.Kind != frontmatter.Map {
				p.Report(diag.WrongType, item, "write one [["+key+"]] for each", "a value where a %s ([[%s]]) belongs", what, key)
				continue
			}
			before := len(p.Findings)
			p.Fields(item, "a "+what, fields)
			add(item, len(p.Findings) == before)
		}
	})
}

// take returns a value and resets it for the next table.
func take[T any](from *T) T {
	value := *from
	*from = *new(T)
	return value
}

// id reads the id of a group, component or webhook, which is required. Ids are used in URLs.
func (p *parser) id(name, help string, to *string, taken func(string) bool) frontmatter.Field {
	return key(name, "Lower-case letters and digits with . _ - between them. "+help, idForm.String(), func(n *frontmatter.Node) {
		text, ok := p.Text(n)
		switch {
		case !ok:
		case len(text) > 100 || !idForm.MatchString(text):
			p.Report(diag.BadID, n, fmt.Sprintf("write %q", strings.Trim(notInID.ReplaceAllString(strings.ToLower(text), "-"), "-")),
				"%q is not an id: lower-case letters and digits, with . _ - between them", text)
		case taken(text):
			p.Report(diag.DuplicateID, n, "give one of them another id", "the id %q is taken", text)
		default:
			*to = text
		}
	}).Needed()
}

// named reports whether a table has an id, and sets its name, which is the id by default. An id
// that is not valid has already been reported.
func (p *parser) named(n *frontmatter.Node, what, id string, name *string) bool {
	if n.Lookup("id") == nil {
		p.Report(diag.MissingKey, n, `write id = "api"`, "a %s without id", what)
	}
	*name = cmp.Or(*name, id)
	return id != ""
}

// matching stores a text that matches a pattern. The message may quote the text.
func (p *parser) matching(to *string, form *regexp.Regexp, kind diag.Kind, hint, message string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		if text, ok := p.Text(n); ok && !form.MatchString(text) {
			p.Report(kind, n, hint, "%s", strings.Replace(message, "%q", fmt.Sprintf("%q", text), 1))
		} else if ok {
			*to = text
		}
	}
}

func (p *parser) entries(n *frontmatter.Node) (int, bool) {
	value, ok := p.Number(n)
	if ok && (value < minEntries || value > maxEntries || value != math.Trunc(value)) {
		p.Report(diag.BadNumber, n, fmt.Sprintf("write a whole number from %d to %d, such as 50", minEntries, maxEntries), "%s is not a valid number of entries", n.Text)
		return 0, false
	}
	return int(value), ok
}

// webURL parses an absolute http or https URL.
func webURL(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	return u, err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func (p *parser) url(n *frontmatter.Node) (*url.URL, bool) {
	text, ok := p.Text(n)
	if !ok {
		return nil, false
	}
	u, web := webURL(text)
	if u != nil && u.User != nil {
		p.Report(diag.BadURL, n, "leave out everything before the @", "everybody can read this URL, so it must not contain a user name or a password")
		return nil, false
	}
	if !web || u.RawQuery != "" || u.Fragment != "" {
		hint := `write it like "https://status.example.com/"`
		if host := strings.TrimSuffix(text, "/"); u != nil && u.Scheme == "" && hostForm.MatchString(host) {
			hint = fmt.Sprintf("write %q", "https://"+host+"/")
		}
		p.Report(diag.BadURL, n, hint, "%q is not an absolute http or https URL", text)
		return nil, false
	}
	return u, true
}

func (p *parser) urlText(to *string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		if u, ok := p.url(n); ok {
			*to = u.String()
		}
	}
}

func (p *parser) language(n *frontmatter.Node) (string, bool) {
	text, ok := p.Text(n)
	if !ok {
		return "", false
	}
	tag, err := language.Parse(text)
	if err != nil {
		p.Report(diag.UnknownLanguage, n, `write a tag such as "en", "de" or "pt-BR"`, "%q is not a language", text)
		return "", false
	}
	return tag.String(), true // the canonical form, such as en-US for en_us
}

// Aliases returns the field for former URLs.
func Aliases(d *frontmatter.Decoder, help string, to *[]string) frontmatter.Field {
	return frontmatter.Key("aliases", help, frontmatter.ListOf(frontmatter.Form(aliasForm)), frontmatter.Append(d, to, func(n *frontmatter.Node) (string, bool) {
		why := BadAlias(n.Text)
		if why != "" {
			d.Report(diag.BadAlias, n, `write it like "/issues/2024-01-31-api/"`, "%q %s", n.Text, why)
		}
		return n.Text, why == ""
	}))
}

// BadAlias returns what is wrong with a former URL, or "" if it is valid.
func BadAlias(alias string) string {
	if !strings.HasPrefix(alias, "/") || strings.HasPrefix(alias, "//") {
		return "does not start with one slash"
	}
	for part := range strings.SplitSeq(strings.Trim(alias, "/"), "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, `?#\:*"<>|%`) {
			return "is not a plain path below the site"
		}
	}
	return ""
}

// each returns the results of a function for several values.
func each[From, To any](list []From, convert func(From) To) []To {
	var converted []To
	for _, value := range list {
		converted = append(converted, convert(value))
	}
	return converted
}
