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

func (p *parser) subscribe(n *frontmatter.Node) {
	s := Subscribe{Field: "email"}
	before := len(p.Findings)
	p.Fields(n, "a table ([subscribe])", []frontmatter.Field{
		{Key: "action", Decode: func(n *frontmatter.Node) {
			text, ok := p.Text(n)
			switch u, err := url.Parse(text); {
			case !ok:
			case err != nil || u.Scheme != "https" || u.User != nil || !originForm.MatchString(u.Host):
				p.Report(diag.BadURL, n, `write it like "https://lists.example.com/subscription/form"`, "that is not an absolute https URL that a form can post to")
			default:
				s.Action, s.Origin = u.String(), "https://"+u.Host
			}
		}},
		{Key: "field", Decode: func(n *frontmatter.Node) {
			if p.text(&s.Field)(n); s.Field == "" {
				p.Report(diag.MissingKey, n, `write the name of the provider's field, such as "email"`, "a field without a name")
			}
		}},
		{Key: "hidden", Decode: func(n *frontmatter.Node) {
			if n.Kind != frontmatter.Map {
				p.Fields(n, "a table of fields", nil) // reports it
				return
			}
			for _, e := range n.Entries {
				values, _ := p.Texts(e.Value)
				for _, value := range values {
					s.Hidden = append(s.Hidden, HiddenField{e.Key, p.clean(value, value.Text)})
				}
			}
		}},
	})
	if s.Action == "" && len(p.Findings) == before {
		p.Report(diag.MissingKey, n, `write action = "https://lists.example.com/subscription/form"`, "[subscribe] has no action")
	}
	if s.Action != "" && s.Field != "" {
		p.config.Subscribe = s
	}
}
