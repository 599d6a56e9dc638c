package publish

import (
	"fmt"
	"strings"
	"unicode"
)

// mostNamed is the number of updates that a message names.
const mostNamed = 50

// Message is what the commit says: what went public, by id, and the source. Of a security incident it says nothing.
func (p *Plan) Message() string {
	names := p.Names()
	subject, body := "Update the pages", ""
	switch {
	case len(names) == 1:
		subject = "Publish " + names[0]
	case len(names) > 1:
		subject = fmt.Sprintf("Publish %d updates", len(names))
		more := ""
		if len(names) > mostNamed {
			more = fmt.Sprintf("... and %d more\n", len(names)-mostNamed)
			names = names[:mostNamed]
		}
		body = strings.Join(names, "\n") + "\n" + more + "\n"
	}
	return subject + "\n\n" + body + p.Build.Source.Trailers()
}

// Names lists the ids of what becomes public, without those of security incidents.
func (p *Plan) Names() []string {
	var names []string
	for _, u := range p.Fresh {
		if !u.Security {
			names = append(names, oneLine(u.Key.String()))
		}
	}
	return names
}

// oneLine makes a name one line, whatever somebody called a folder.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, name)
}
