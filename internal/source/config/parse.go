package config

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
	"settler.io/crier/internal/source/frontmatter"
)

// Parse parses config.toml. The Config is always usable: a value that is not valid is reported and
// replaced with its default. The error is non-nil if the file is not valid TOML; the findings then
// include the same error.
func Parse(path string, src []byte) (*Config, []diag.Finding, error) {
	p := newParser(path)
	// Some editors write a byte order mark at the start of a file.
	root, err := frontmatter.TOML(bytes.TrimPrefix(src, []byte("\xef\xbb\xbf")), 1)
	if err != nil {
		finding := diag.BadSyntax.New(err.(*frontmatter.SyntaxError).At(path), "config.toml is TOML: put texts in quotes, see toml.io", "%v", err)
		return p.config, []diag.Finding{finding}, fmt.Errorf("%s", finding)
	}
	p.config.Title, p.config.Languages = "", nil
	p.Fields(root, "the configuration", p.fields())
	if p.config.Title == "" {
		p.config.Title = Default().Title
		p.Report(diag.MissingKey, root, `write title = "Example Status" at the top`, "no title")
	}
	p.config.Languages = p.languages()
	return p.config, diag.Sort(p.Findings), nil
}

// languages returns all languages of the site, that of the updates first.
func (p *parser) languages() []string {
	c := p.config
	others := slices.DeleteFunc(slices.Clone(c.Languages), func(tag string) bool { return tag == c.Language })
	return append([]string{c.Language}, others...)
}

// Fields returns the keys of config.toml, for a schema.
func Fields() []frontmatter.Field { return newParser("").fields() }

type parser struct {
	frontmatter.Decoder
	config *Config
}

func newParser(path string) *parser {
	return &parser{config: Default(), Decoder: frontmatter.Decoder{Path: path, Zone: time.UTC}}
}

// fields returns the keys in the order in which they are read: the time zone comes before dates,
// and what others name, such as groups and components, before those that name it.
func (p *parser) fields() []frontmatter.Field {
	c := p.config
	title := p.text("title", "The name of the page.", &c.Title).Needed()
	title.Schema.Pattern = `\S`
	return []frontmatter.Field{
		title,
		key("base_url", "The absolute URL of the site.", urlForm, func(n *frontmatter.Node) {
			if u, ok := p.url(n); ok {
				if host := u.Hostname(); strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
					ascii, err := idna.Lookup.ToASCII(host)
					if err != nil {
						p.Report(diag.BadURL, n, `write it like "https://status.example.com/"`, "%q is not a host name", host)
						return
					}
					u.Host = strings.Replace(u.Host, host, ascii, 1)
				}
				c.BaseURL, c.Feeds.Host = strings.TrimSuffix(u.String(), "/")+"/", u.Hostname()
			}
		}),
		p.text("description", "One line, for search engines and feeds.", &c.Description),
		key("timezone", "The IANA time zone in which days begin and times are shown, such as Europe/Berlin.", zoneForm, func(n *frontmatter.Node) {
			name, ok := p.Text(n)
			if zone, err := time.LoadLocation(name); ok && (err != nil || name == "" || name == "Local") {
				p.Report(diag.BadZone, n, `write a name such as "UTC" or "Europe/Berlin"`, "unknown time zone %q", name)
			} else if ok {
				p.Zone, c.Zone = zone, zone
			}
		}),
		key("language", "The language of the updates, as a BCP 47 tag.", languageForm, frontmatter.Set(&c.Language, p.language)),
		p.list("languages", "All languages of the site, for translations.", languageForm, &c.Languages, p.language),
		p.textAt("theme", "default, or the name of a folder in themes/.", &c.Theme, &c.ThemeAt),
		p.code(&c.Code),
		p.brand(),
		p.labels(),
		p.groups(),
		p.components(),
		p.links(),
		p.subscribe(),
		frontmatter.Key("promises", "Publish /promises/: how often updates were on time, and how fast incidents were resolved.", frontmatter.Boolean(), frontmatter.Set(&c.Promises, p.Bool)),
		p.table("severity", "The rules of a severity, where they differ from the runbook's.", each(incident.Severities[:], p.severity)...),
		p.rules(),
		p.table("uptime", "Which share of the time in a condition counts as downtime.",
			p.share("degraded_performance", "A share from 0 to 1; by default 0.", &c.Uptime.DegradedPerformance),
			p.share("partial_outage", "A share from 0 to 1; by default 0.3.", &c.Uptime.PartialOutage),
			p.share("major_outage", "A share from 0 to 1; by default 1.", &c.Uptime.MajorOutage)),
		p.table("feeds", "What the feeds contain.",
			frontmatter.Key("host", "The host in the ids of feed items. Set it when the page moves, so that no reader shows old items as new.", frontmatter.Scalar(), frontmatter.Set(&c.Feeds.Host, p.Line)),
			key("hub", "The URL of a WebSub hub.", urlForm, p.urlText(&c.Feeds.Hub)),
			frontmatter.Key("cstate", "Keep the feeds of a former cState site.", frontmatter.Boolean(), frontmatter.Set(&c.Feeds.CState, p.Bool)),
			frontmatter.Key("entries", "How many entries a feed holds, newest first; /feed.atom also has archives. By default 50.",
				frontmatter.Range("integer", minEntries, maxEntries), frontmatter.Set(&c.Feeds.Entries, p.entries))),
		p.security(),
		p.notify(),
		p.webhooks(),
		p.table("roles", "Who has which role, for crier due. In no output.", each(append([]string{"on_call"}, policy.Parties[:]...), func(role string) frontmatter.Field {
			return word(p, role, "A name, a rota or a phone number.", c.Roles, role)
		})...),
		p.table("cli", "What commands do by default.",
			frontmatter.Key("push", "Whether new, update and the other commands that write also commit and push.", frontmatter.Boolean(), frontmatter.Set(&c.Push, p.Bool))),
		p.table("publish", "How crier publish publishes.",
			frontmatter.Key("to", "The targets, such as dir:/srv/status.", frontmatter.ListOf(frontmatter.Scalar()), frontmatter.Append(&p.Decoder, &c.Publish.To, p.Text)),
			key("cname", "Your domain, for GitHub Pages.", hostForm.String(), p.matching(&c.Publish.CNAME, hostForm, diag.BadURL, `write it like "status.example.com"`, "%q is not a host name"))),
	}
}

func (p *parser) brand() frontmatter.Field {
	b := &p.config.Brand
	colour := func(name, help string, set func(string)) frontmatter.Field {
		return key(name, help, colourForm.String(), func(n *frontmatter.Node) {
			var text string
			if p.matching(&text, colourForm, diag.BadColour, `write it like "#0b5fff"`, "%q is not a colour")(n); text != "" {
				set(strings.ToLower(text))
			}
		})
	}
	var conditions []frontmatter.Field
	for c := incident.Operational; c <= incident.MajorOutage; c++ {
		conditions = append(conditions, colour(c.String(), "The colour of "+c.String()+", such as #b00020.", func(text string) { b.Conditions[c.String()] = text }))
	}
	return p.table("brand", "Changes the appearance of the theme.",
		colour("colour", "The accent colour, such as #0b5fff.", func(text string) { b.Colour = text }),
		p.textAt("logo", "The name of a file in the assets of the theme.", &b.Logo, &b.LogoAt),
		p.textAt("icon", "The name of a file in the assets of the theme.", &b.Icon, &b.IconAt),
		p.table("brand.conditions", "A colour for each condition.", conditions...))
}

// labels reads the words for severities.
func (p *parser) labels() frontmatter.Field {
	return p.table("labels", "Words for severities on the pages.", each(incident.Severities[:], func(s incident.Severity) frontmatter.Field {
		return word(p, s.String(), "What pages call a "+s.String()+"; by default the language's own word.", p.config.Labels, s)
	})...)
}

func (p *parser) groups() frontmatter.Field {
	var g Group
	return p.tables("groups", "Headings for several components, in the order in which they are shown.", "group", []frontmatter.Field{
		p.id("id", "Components refer to it.", &g.ID, func(id string) bool {
			return slices.ContainsFunc(p.config.Groups, func(other Group) bool { return other.ID == id })
		}),
		p.text("name", "The heading; by default the id.", &g.Name),
		p.text("description", "A line below the heading.", &g.Description),
		p.code(&g.Code),
		frontmatter.Key("collapse", "Collapse the group on the overview while all of it is operational; by default, if the page has more than 12 components.",
			frontmatter.Boolean(), func(n *frontmatter.Node) {
				if collapse, ok := p.Bool(n); ok {
					g.Collapse = &collapse
				}
			}),
	}, func(n *frontmatter.Node, _ bool) {
		g := take(&g)
		if p.named(n, "group", g.ID, &g.Name) {
			p.config.Groups = append(p.config.Groups, g)
		}
	})
}

func (p *parser) components() frontmatter.Field {
	var c Component
	return p.tables("components", "Parts of the platform with a condition of their own, in the order in which they are shown.", "component", []frontmatter.Field{
		p.id("id", "Updates refer to it. It is the component's permanent URL.", &c.ID, func(id string) bool {
			_, taken := p.config.Component(id)
			return taken
		}),
		p.text("name", "The name that people know; by default the id.", &c.Name),
		frontmatter.Key("group", "The id of a group.", frontmatter.Scalar(), func(n *frontmatter.Node) {
			frontmatter.Set(&c.Group, p.Line)(n)
			ids := each(p.config.Groups, func(g Group) string { return g.ID })
			if c.Group != "" && !slices.Contains(ids, c.Group) {
				hint := cmp.Or(diag.DidYouMean(c.Group, ids), fmt.Sprintf("add [[groups]] with id = %q, or delete the key", c.Group))
				p.Report(diag.UnknownGroup, n, hint, "unknown group %q", c.Group)
				c.Group = ""
			}
		}),
		p.text("description", "What it is, in one line.", &c.Description),
		key("start_date", "The first day that counts for uptime, such as 2025-01-31. By default, all days count.", frontmatter.DayForm, frontmatter.Set(&c.StartDate, p.Day)),
		p.code(&c.Code),
		Aliases(&p.Decoder, "Former URLs, which redirect to the component.", &c.Aliases),
	}, func(n *frontmatter.Node, _ bool) {
		c := take(&c)
		if p.named(n, "component", c.ID, &c.Name) {
			p.config.Components = append(p.config.Components, c)
		}
	})
}

var codeForm = regexp.MustCompile(`^[a-z0-9]{12}$`)

func (p *parser) code(to *string) frontmatter.Field {
	return key("code", "The id in the API, if it was imported from Statuspage; by default Crier makes one.", codeForm.String(),
		p.matching(to, codeForm, diag.BadID, "copy the 12 letters and digits from Statuspage, or delete the key", "%q is not an id of Statuspage"))
}

func (p *parser) links() frontmatter.Field {
	var l Link
	return p.tables("links", "Entries of the navigation.", "link", []frontmatter.Field{
		p.text("name", "The text of the link; by default the URL.", &l.Name),
		key("url", "An absolute URL, or a path below the site such as /about/.", `^(https?://[^/]+.*|/([^/].*)?)$`, func(n *frontmatter.Node) {
			text, ok := p.Text(n)
			if _, web := webURL(text); ok && (web || strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//")) {
				l.URL = text
			} else if ok {
				p.Report(diag.BadURL, n, `write "https://example.com/" or a path such as "/about/"`, "%q is not a URL", text)
			}
		}),
	}, func(n *frontmatter.Node, _ bool) {
		l := take(&l)
		if l.At = p.At(n); l.URL != "" {
			l.Name = cmp.Or(l.Name, l.URL)
			p.config.Links = append(p.config.Links, l)
		}
	})
}

func (p *parser) severity(s incident.Severity) frontmatter.Field {
	rules := p.config.Rules.Severity[s]
	var fields []frontmatter.Field
	for _, rule := range policy.Table {
		fields = append(fields, numbers(p, rule.Severity, &rules)...)
	}
	field := p.table("severity."+s.String(), "The rules of "+s.String()+".", fields...)
	read := field.Decode
	field.Decode = func(n *frontmatter.Node) {
		read(n)
		if batch := n.Lookup("batch"); batch != nil && (rules.Batch > time.Hour || rules.Batch > rules.Publish) {
			p.Report(diag.BadRule, batch, "write at most 1h, and at most the value of publish",
				"a batch of %s is longer than updates of %s may wait", batch.Text, s)
			rules.Batch = 0
		}
		p.config.Rules.Severity[s] = rules
	}
	return field
}

// numbers returns the fields that set the durations of a rule.
func numbers[Of any](p *parser, list []policy.Number[Of], of *Of) []frontmatter.Field {
	var fields []frontmatter.Field
	for _, number := range list {
		values := frontmatter.Form(frontmatter.DurationForm)
		if number.Immediately {
			values = frontmatter.Either(frontmatter.OneOf("immediately"), values)
		}
		fields = append(fields, frontmatter.Key(number.Key, number.Help, values, func(n *frontmatter.Node) {
			if number.Immediately && n.Text == "immediately" {
				*number.In(of) = 0
			} else if value, ok := p.Duration(n); ok {
				*number.In(of) = value
			}
		}))
	}
	return fields
}

func (p *parser) rules() frontmatter.Field {
	rules := &p.config.Rules
	fields := []frontmatter.Field{
		key("tolerance", "How far ahead of now a date may be and still count as reached, at most 1h; by default 5m.", frontmatter.DurationForm, func(n *frontmatter.Node) {
			if value, ok := p.Duration(n); ok && value > time.Hour {
				p.Report(diag.BadRule, n, `write a few minutes, such as "5m"`, "a tolerance of %s is too long", n.Text)
			} else if ok {
				rules.Tolerance = value
			}
		}),
		frontmatter.Key("since", "Incidents that began before this day or time have no deadlines.",
			frontmatter.Either(frontmatter.Form(frontmatter.DayForm), frontmatter.Form(frontmatter.InstantForm)), func(n *frontmatter.Node) {
				if strings.Contains(n.Text, ":") {
					rules.Since, _ = p.Instant(n)
				} else {
					rules.Since, _ = p.Day(n)
				}
			}),
		key("reviewed", "The day on which the rules and templates were last compared with the runbook.", frontmatter.DayForm, frontmatter.Set(&p.config.Reviewed, p.Day)),
		key("review_every", "How often that is due, such as 13w.", frontmatter.DurationForm, frontmatter.Set(&p.config.ReviewEvery, p.Duration)),
	}
	for _, rule := range policy.Table {
		fields = append(fields, numbers(p, rule.All, rules)...)
	}
	return p.table("rules", "Rules that apply to all severities.", append(fields,
		p.table("rules.update_every", "How often an open incident needs an update.", each(incident.Severities[:], func(s incident.Severity) frontmatter.Field {
			return key(s.String(), "How often an open "+s.String()+" needs an update, such as 30m.", frontmatter.DurationForm, func(n *frontmatter.Node) {
				if value, ok := p.Duration(n); ok {
					rules.UpdateEvery[s] = value
				}
			})
		})...))...)
}

// security reads the contents of security.txt. RFC 9116 (section 2.5) requires contact and expires.
func (p *parser) security() frontmatter.Field {
	c := &p.config.Security
	field := p.table("security", "The contents of /.well-known/security.txt (RFC 9116).",
		p.list("contact", "Where to report vulnerabilities, best first.", contactForm.String(), &c.Contact, func(n *frontmatter.Node) (string, bool) {
			if _, err := url.Parse(n.Text); err != nil || !contactForm.MatchString(n.Text) {
				p.Report(diag.BadURL, n, `write it like "mailto:security@example.com" or "https://example.com/security"`, "%q is not a URL for reports", n.Text)
				return "", false
			}
			return n.Text, true
		}).Needed(),
		key("expires", "The day on which this expires, at most a year ahead.", frontmatter.DayForm, frontmatter.Set(&c.Expires, p.Day)).Needed(),
		key("policy", "The URL of your policy.", urlForm, p.urlText(&c.Policy)),
		key("acknowledgments", "The URL of your acknowledgments.", urlForm, p.urlText(&c.Acknowledgments)),
		key("encryption", "The URL of your key.", urlForm, p.urlText(&c.Encryption)),
		p.list("preferred_languages", "Languages that you understand.", languageForm, &c.PreferredLanguages, p.language))
	read := field.Decode
	field.Decode = func(n *frontmatter.Node) {
		read(n)
		switch {
		case len(c.Contact) == 0:
			p.Report(diag.MissingKey, n, `write contact = ["mailto:security@example.com"]`, "[security] has no contact")
		case c.Expires.IsZero():
			p.Report(diag.MissingKey, n, "write expires, a day at most a year ahead, and review the file by then", "[security] has no expires")
			c.Contact = nil
		}
	}
	return field
}
