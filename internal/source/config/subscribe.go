package config

import (
	"net/url"
	"regexp"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Subscribe is the form with which readers join a mailing list. It posts to the list's provider.
type Subscribe struct {
	Action string // absolute https URL; "": there is no form
	Origin string // of Action, for the Content-Security-Policy
	Field  string // name of the field for the e-mail address
	Hidden []HiddenField
}

// HiddenField is a field that the form sends unseen, such as the list to join.
type HiddenField struct{ Name, Value string }

// originForm is stricter than URLs are, because the host is part of a Content-Security-Policy.
var originForm = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?$`)

func (p *parser) subscribe() frontmatter.Field {
	s := &p.config.Subscribe
	hidden := frontmatter.ListOf(frontmatter.Scalar())
	field := p.text("field", "The name of the provider's field for the address; by default email.", &s.Field)
	field.Schema.Pattern = `\S`
	table := p.table("subscribe", "The form with which readers join a mailing list.",
		key("action", "The absolute https URL of the list's provider that the form posts to.", `^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?([/?#].*)?$`, func(n *frontmatter.Node) {
			text, ok := p.Text(n)
			switch u, err := url.Parse(text); {
			case !ok:
			case err != nil || u.Scheme != "https" || u.User != nil || !originForm.MatchString(u.Host):
				p.Report(diag.BadURL, n, `write it like "https://lists.example.com/subscription/form"`, "not an absolute https URL that a form can post to")
			default:
				s.Action, s.Origin = u.String(), "https://"+u.Host
			}
		}).Needed(),
		field,
		frontmatter.Key("hidden", "Fields that are sent unseen, such as the list to join. One with a list is sent once for each value.", frontmatter.Schema{Type: []string{"object"}, Values: &hidden}, func(n *frontmatter.Node) {
			if n.Kind != frontmatter.Map {
				p.Fields(n, "a table of fields", nil) // reports it
				return
			}
			for _, e := range n.Entries {
				frontmatter.Append(&p.Decoder, &s.Hidden, func(n *frontmatter.Node) (HiddenField, bool) {
					text, ok := p.Line(n)
					return HiddenField{e.Key, text}, ok
				})(e.Value)
			}
		}))
	read := table.Decode
	table.Decode = func(n *frontmatter.Node) {
		before := len(p.Findings)
		s.Field = "email"
		read(n)
		if s.Action == "" && len(p.Findings) == before {
			p.Report(diag.MissingKey, n, `write action = "https://lists.example.com/subscription/form"`, "[subscribe] has no action")
		}
		if name := n.Lookup("field"); s.Field == "" && name != nil {
			p.Report(diag.MissingKey, name, `write the name of the provider's field, such as "email"`, "a field without a name")
		}
		if s.Action == "" || s.Field == "" {
			*s = Subscribe{}
		}
	}
	return table
}
