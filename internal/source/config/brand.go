package config

import (
	"regexp"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/frontmatter"
)

// Brand customizes the appearance of the theme.
type Brand struct {
	Colour         string            // accent colour such as "#0b5fff"; "" for the theme's
	Conditions     map[string]string // colours by condition name
	Logo, Icon     string            // files in the theme's assets; "": no logo, default icon
	LogoAt, IconAt diag.Position
}

var colourForm = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)

func (p *parser) colour(set func(string)) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) {
		text, ok := p.Text(n)
		switch {
		case !ok:
		case !colourForm.MatchString(text):
			p.Report(diag.BadColour, n, `write it like "#0b5fff"`, "%q is not a colour", text)
		default:
			set(strings.ToLower(text))
		}
	}
}

func (p *parser) brand(n *frontmatter.Node) {
	b := &p.config.Brand
	name := func(to *string, at *diag.Position) func(*frontmatter.Node) {
		return func(n *frontmatter.Node) {
			p.text(to)(n)
			*at = p.At(n)
		}
	}
	p.Fields(n, "a table ([brand])", []frontmatter.Field{
		{Key: "colour", Decode: p.colour(func(c string) { b.Colour = c })},
		{Key: "logo", Decode: name(&b.Logo, &b.LogoAt)},
		{Key: "icon", Decode: name(&b.Icon, &b.IconAt)},
		{Key: "conditions", Decode: func(n *frontmatter.Node) {
			b.Conditions = map[string]string{}
			var fields []frontmatter.Field
			for c := incident.Operational; c <= incident.MajorOutage; c++ {
				fields = append(fields, frontmatter.Field{Key: c.String(), Decode: p.colour(func(colour string) { b.Conditions[c.String()] = colour })})
			}
			p.Fields(n, "a table of colours", fields)
		}},
	})
}

// labels reads the words for severities.
func (p *parser) labels(n *frontmatter.Node) {
	p.config.Labels = map[incident.Severity]string{}
	var fields []frontmatter.Field
	for _, s := range incident.Severities {
		fields = append(fields, frontmatter.Field{Key: s.String(), Decode: func(n *frontmatter.Node) {
			var label string
			if p.text(&label)(n); label != "" {
				p.config.Labels[s] = label
			}
		}})
	}
	p.Fields(n, "a table ([labels])", fields)
}
