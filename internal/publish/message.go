package publish

import (
	"fmt"
	"strings"
	"unicode"
)

// mostNamed is the maximum number of updates that a commit message names.
const mostNamed = 50

// Message returns the commit message: the ids of what became public, and the trailers of the
// source. It never mentions updates of security incidents.
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

// Names returns the ids of the updates that become public, except those of security incidents.
func (p *Plan) Names() []string {
	var names []string
	for _, u := range p.Fresh {
		if !u.Security {
			names = append(names, oneLine(u.Key.String()))
		}
	}
	return names
}

// oneLine replaces control characters, so that a folder's name can't add a line.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, name)
}
