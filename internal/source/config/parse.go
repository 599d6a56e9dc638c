package config

import (
	"bytes"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Parse parses config.toml. The Config is always usable: a value that is not valid is reported and
// replaced with its default. The error is non-nil if the file is not valid TOML; the findings then
// include the same error.
func Parse(path string, src []byte) (*Config, []diag.Finding, error) {
	c := Default()
	// Some editors write a byte order mark at the start of a file.
	root, err := frontmatter.TOML(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), 1)
	if err != nil {
		syntax := err.(*frontmatter.SyntaxError)
		finding := diag.BadSyntax.New(diag.Position{Path: path, Line: syntax.Line, Column: syntax.Column}, "config.toml is TOML: texts stand in quotes, see toml.io", "%s", syntax.Message)
		return c, []diag.Finding{finding}, fmt.Errorf("%s", finding)
	}
	p := parser{config: c, Decoder: frontmatter.Decoder{Path: path}}
	p.zoneFirst(root)
	p.Fields(root, "the configuration", p.fields())
	if c.Title == "" {
		c.Title = Default().Title
		p.Report(diag.MissingKey, root, `write title = "Example Status" at the top`, "no title")
	}
	p.finish()
	return c, diag.Sort(p.Findings), nil
}

type parser struct {
	frontmatter.Decoder
	config    *Config
	hostSet   bool
	groupRefs []*frontmatter.Node // for each component, checked once all groups are known
	named     []*frontmatter.Node // components that recipients name, checked once all are known
}

// zoneFirst reads the time zone before everything else, because dates depend on it.
func (p *parser) zoneFirst(root *frontmatter.Node) {
	p.Zone = time.UTC
	for _, e := range root.Entries {
		if e.Key == "timezone" && e.Value.Kind == frontmatter.Text {
			if zone, err := time.LoadLocation(e.Value.Text); err == nil && e.Value.Text != "" && e.Value.Text != "Local" {
				p.Zone = zone
			}
		}
	}
	p.config.Zone = p.Zone
}

func (p *parser) fields() []frontmatter.Field {
	c := p.config
	c.Title, c.Languages = "", nil
	return []frontmatter.Field{
		{Key: "title", Decode: p.text(&c.Title)},
		{Key: "base_url", Decode: func(n *frontmatter.Node) {
			if u, ok := p.url(n); ok {
				c.BaseURL = strings.TrimSuffix(u.String(), "/") + "/"
				if !p.hostSet {
					c.Feeds.Host = u.Hostname()
				}
			}
		}},
		{Key: "description", Decode: p.text(&c.Description)},
		{Key: "timezone", Decode: func(n *frontmatter.Node) {
			name, ok := p.Text(n)
			if _, err := time.LoadLocation(name); ok && (err != nil || name == "" || name == "Local") {
				p.Report(diag.BadZone, n, `write a name such as "UTC" or "Europe/Berlin"`, "unknown time zone %q", name)
			}
		}},
		{Key: "language", Decode: func(n *frontmatter.Node) {
			if tag, ok := p.language(n); ok {
				c.Language = tag
			}
		}},
		{Key: "languages", Decode: p.languages},
		{Key: "theme", Decode: func(n *frontmatter.Node) {
			p.text(&c.Theme)(n)
			c.ThemeAt = p.At(n)
		}},
		{Key: "brand", Decode: p.brand},
		{Key: "labels", Decode: p.labels},
		{Key: "groups", Decode: p.each("a group ([[groups]])", p.group)},
		{Key: "components", Decode: p.each("a component ([[components]])", p.component)},
		{Key: "links", Decode: p.each("a link ([[links]])", p.link)},
		{Key: "subscribe", Decode: p.subscribe},
		{Key: "promises", Decode: func(n *frontmatter.Node) { c.Promises, _ = p.Bool(n) }},
		{Key: "severity", Decode: p.severities},
		{Key: "rules", Decode: p.rules},
		{Key: "uptime", Decode: func(n *frontmatter.Node) {
			p.Fields(n, "a table ([uptime])", []frontmatter.Field{
				{Key: "degraded_performance", Decode: p.share(&c.Uptime.DegradedPerformance)},
				{Key: "partial_outage", Decode: p.share(&c.Uptime.PartialOutage)},
				{Key: "major_outage", Decode: p.share(&c.Uptime.MajorOutage)},
			})
		}},
		{Key: "feeds", Decode: func(n *frontmatter.Node) {
			p.Fields(n, "a table ([feeds])", []frontmatter.Field{
				{Key: "host", Decode: func(n *frontmatter.Node) {
					p.text(&c.Feeds.Host)(n)
					p.hostSet = true
				}},
				{Key: "hub", Decode: func(n *frontmatter.Node) {
					if u, ok := p.url(n); ok {
						c.Feeds.Hub = u.String()
					}
				}},
				{Key: "cstate", Decode: func(n *frontmatter.Node) { c.Feeds.CState, _ = p.Bool(n) }},
				{Key: "entries", Decode: p.entries},
			})
		}},
		{Key: "security", Decode: p.security},
		{Key: "notify", Decode: p.each("a recipient ([[notify]])", p.notify)},
		{Key: "webhooks", Decode: p.each("a webhook ([[webhooks]])", p.webhook)},
		{Key: "publish", Decode: func(n *frontmatter.Node) {
			p.Fields(n, "a table ([publish])", []frontmatter.Field{
				{Key: "to", Decode: func(n *frontmatter.Node) {
					texts, _ := p.Texts(n)
					for _, text := range texts {
						c.Publish.To = append(c.Publish.To, text.Text)
					}
				}},
				{Key: "cname", Decode: func(n *frontmatter.Node) {
					if name, ok := p.Text(n); ok && !hostForm.MatchString(name) {
						p.Report(diag.BadURL, n, `write it like "status.example.com"`, "%q is not a host name", name)
					} else if ok {
						c.Publish.CNAME = name
					}
				}},
			})
		}},
	}
}

func (p *parser) text(to *string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		if text, ok := p.Text(n); ok {
			*to = p.clean(n, text)
		}
	}
}

// clean returns a text on one line, trimmed, and without control characters. XML forbids those, and
// a browser would download plain text that contains them instead of showing it.
func (p *parser) clean(n *frontmatter.Node, text string) string {
	dropped := false
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r) || r == 0xFFFE || r == 0xFFFF:
			dropped = true
			return -1
		}
		return r
	}, text)
	if dropped {
		p.Report(diag.ControlCharacter, n, "delete it", "a control character was dropped")
	}
	return strings.TrimSpace(text)
}

// security reads the contents of security.txt. RFC 9116 (section 2.5) requires contact and expires.
func (p *parser) security(n *frontmatter.Node) {
	c := &p.config.Security
	uri := func(to *string) func(*frontmatter.Node) {
		return func(n *frontmatter.Node) {
			if u, ok := p.url(n); ok {
				*to = u.String()
			}
		}
	}
	p.Fields(n, "a table ([security])", []frontmatter.Field{
		{Key: "contact", Decode: func(n *frontmatter.Node) {
			texts, _ := p.Texts(n)
			for _, text := range texts {
				u, err := url.Parse(text.Text)
				if err != nil || !slices.Contains([]string{"https", "mailto", "tel"}, u.Scheme) || strings.ContainsAny(text.Text, " \n") {
					p.Report(diag.BadURL, text, `write it like "mailto:security@example.com" or "https://example.com/security"`, "%q is not an address to report to", text.Text)
					continue
				}
				c.Contact = append(c.Contact, text.Text)
			}
		}},
		{Key: "expires", Decode: func(n *frontmatter.Node) {
			if t, ok := p.Day(n); ok {
				c.Expires = t
			}
		}},
		{Key: "policy", Decode: uri(&c.Policy)},
		{Key: "acknowledgments", Decode: uri(&c.Acknowledgments)},
		{Key: "encryption", Decode: uri(&c.Encryption)},
		{Key: "preferred_languages", Decode: func(n *frontmatter.Node) {
			texts, _ := p.Texts(n)
			for _, text := range texts {
				if tag, ok := p.language(text); ok {
					c.PreferredLanguages = append(c.PreferredLanguages, tag)
				}
			}
		}},
	})
	switch {
	case len(c.Contact) == 0:
		p.Report(diag.MissingKey, n, `write contact = ["mailto:security@example.com"]`, "[security] has no contact")
	case c.Expires.IsZero():
		p.Report(diag.MissingKey, n, "write expires, a day at most a year ahead, and look again by then", "[security] has no expires")
		c.Contact = nil
	}
}

func (p *parser) share(to *float64) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		switch value, ok := p.Number(n); {
		case !ok:
		case value < 0 || value > 1:
			p.Report(diag.BadNumber, n, "write a share from 0 to 1, such as 0.3", "%s is no share of the time", n.Text)
		default:
			*to = value
		}
	}
}

// The range of entries in [feeds].
const minEntries, maxEntries = 1, 500

func (p *parser) entries(n *frontmatter.Node) {
	switch value, ok := p.Number(n); {
	case !ok:
	case value < minEntries || value > maxEntries || value != math.Trunc(value):
		p.Report(diag.BadNumber, n, fmt.Sprintf("write a whole number from %d to %d, such as 50", minEntries, maxEntries), "%s is not a valid number of entries", n.Text)
	default:
		p.config.Feeds.Entries = int(value)
	}
}

func (p *parser) url(n *frontmatter.Node) (*url.URL, bool) {
	text, ok := p.Text(n)
	if !ok {
		return nil, false
	}
	u, err := url.Parse(text)
	if err == nil && u.User != nil {
		p.Report(diag.BadURL, n, "leave out what stands before the @", "everybody can read this URL, so it must not hold a user name or a password")
		return nil, false
	}
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		hint := `write it like "https://status.example.com/"`
		if err == nil && u.Scheme == "" && hostForm.MatchString(strings.TrimSuffix(text, "/")) {
			hint = fmt.Sprintf("write %q", "https://"+strings.TrimSuffix(text, "/")+"/")
		}
		p.Report(diag.BadURL, n, hint, "%q is no absolute http or https address", text)
		return nil, false
	}
	return u, true
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

func (p *parser) languages(n *frontmatter.Node) {
	texts, ok := p.Texts(n)
	if !ok {
		return
	}
	var tags []string
	for _, text := range texts {
		if tag, ok := p.language(text); ok {
			tags = append(tags, tag)
		}
	}
	if len(tags) > 0 {
		p.config.Languages = tags
	}
}

func (p *parser) each(what string, decode func(*frontmatter.Node)) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		if n.Kind != frontmatter.List {
			p.Report(diag.WrongType, n, "use double brackets, as in [[components]]", "one table where a list of tables belongs")
			return
		}
		for _, item := range n.Items {
			if item.Kind != frontmatter.Map {
				p.Report(diag.WrongType, item, "write one [[...]] for each", "a value where %s belongs", what)
				continue
			}
			decode(item)
		}
	}
}

var (
	idForm   = regexp.MustCompile(`^[a-z0-9]+([._-]+[a-z0-9]+)*$`)
	hostForm = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
	notInID  = regexp.MustCompile(`[^a-z0-9]+`)
)

// id reads the id of a group, component or recipient. Ids are used in URLs.
func (p *parser) id(to *string, taken func(string) bool) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
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
	}
}

func (p *parser) group(n *frontmatter.Node) {
	var g Group
	p.Fields(n, "a group", []frontmatter.Field{
		{Key: "id", Decode: p.id(&g.ID, func(id string) bool {
			for _, other := range p.config.Groups {
				if other.ID == id {
					return true
				}
			}
			return false
		})},
		{Key: "name", Decode: p.text(&g.Name)},
		{Key: "description", Decode: p.text(&g.Description)},
		{Key: "collapse", Decode: func(n *frontmatter.Node) {
			if collapse, ok := p.Bool(n); ok {
				g.Collapse = &collapse
			}
		}},
	})
	if g.ID == "" {
		p.needID(n, "group")
		return
	}
	if g.Name == "" {
		g.Name = g.ID
	}
	p.config.Groups = append(p.config.Groups, g)
}

// needID reports a table without an id. An id that is not valid has already been reported.
func (p *parser) needID(n *frontmatter.Node, what string) {
	for _, e := range n.Entries {
		if e.Key == "id" {
			return
		}
	}
	p.Report(diag.MissingKey, n, `write id = "api"`, "a %s without id", what)
}

func (p *parser) component(n *frontmatter.Node) {
	var c Component
	var group *frontmatter.Node
	p.Fields(n, "a component", []frontmatter.Field{
		{Key: "id", Decode: p.id(&c.ID, func(id string) bool {
			_, taken := p.config.Component(id)
			return taken
		})},
		{Key: "name", Decode: p.text(&c.Name)},
		{Key: "group", Decode: func(n *frontmatter.Node) {
			p.text(&c.Group)(n)
			group = n
		}},
		{Key: "description", Decode: p.text(&c.Description)},
		{Key: "start_date", Decode: func(n *frontmatter.Node) { c.StartDate, _ = p.Day(n) }},
		{Key: "aliases", Decode: func(n *frontmatter.Node) { c.Aliases = p.aliases(n) }},
	})
	if c.ID == "" {
		p.needID(n, "component")
		return
	}
	if c.Name == "" {
		c.Name = c.ID
	}
	p.config.Components = append(p.config.Components, c)
	p.groupRefs = append(p.groupRefs, group)
}

// finish checks what depends on the whole file.
func (p *parser) finish() {
	var ids []string
	for _, g := range p.config.Groups {
		ids = append(ids, g.ID)
	}
	for i := range p.config.Components {
		c := &p.config.Components[i]
		known := c.Group == ""
		for _, id := range ids {
			known = known || id == c.Group
		}
		if !known {
			hint := diag.DidYouMean(c.Group, ids)
			if len(ids) == 0 {
				hint = fmt.Sprintf("add [[groups]] with id = %q, or delete the key", c.Group)
			}
			p.Report(diag.UnknownGroup, p.groupRefs[i], hint, "unknown group %q", c.Group)
			c.Group = ""
		}
	}
	languages := []string{p.config.Language}
	for _, tag := range p.config.Languages {
		if tag != p.config.Language {
			languages = append(languages, tag)
		}
	}
	p.config.Languages = languages
	p.finishNotify()
}

func (p *parser) aliases(n *frontmatter.Node) []string {
	texts, _ := p.Texts(n)
	var aliases []string
	for _, text := range texts {
		if why := BadAlias(text.Text); why != "" {
			p.Report(diag.BadAlias, text, `write it like "/issues/2024-01-31-api/"`, "%q %s", text.Text, why)
			continue
		}
		aliases = append(aliases, text.Text)
	}
	return aliases
}

// BadAlias returns what is wrong with a former URL, or "" if it is valid.
func BadAlias(alias string) string {
	if !strings.HasPrefix(alias, "/") || strings.HasPrefix(alias, "//") {
		return "does not start with one slash"
	}
	for part := range strings.SplitSeq(strings.Trim(alias, "/"), "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, `?#\:*"<>|%`) {
			return "is no plain path below the site"
		}
	}
	return ""
}

func (p *parser) link(n *frontmatter.Node) {
	l := Link{At: p.At(n)}
	p.Fields(n, "a link", []frontmatter.Field{
		{Key: "name", Decode: p.text(&l.Name)},
		{Key: "url", Decode: func(n *frontmatter.Node) {
			text, ok := p.Text(n)
			if ok && strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") {
				l.URL = text
			} else if u, err := url.Parse(text); ok && err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
				l.URL = text
			} else if ok {
				p.Report(diag.BadURL, n, `write "https://example.com/" or a path such as "/about/"`, "%q is not an address", text)
			}
		}},
	})
	if l.URL != "" {
		if l.Name == "" {
			l.Name = l.URL
		}
		p.config.Links = append(p.config.Links, l)
	}
}
