package build

import (
	"fmt"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/theme"
)

// Memory is what one build of a site shares with the next. It is for one build at a time, and changes nothing of what a build
// gives. The zero value remembers nothing yet.
type Memory struct {
	site   site.Memory
	layout layout
}

// layout is which file of a set comes from which part. It holds for every build with the same frame and the same theme.
type layout struct {
	frame    *site.Frame
	theme    *theme.Theme
	paths    fileset.Paths
	places   []place // of each file of the set
	findings []diag.Finding
}

// place is where a file comes from.
type place struct{ part, number int }

// part is a part of all files, made when they are asked for.
type part struct {
	count func() int
	file  func(i int) fileset.File
}

const sealed = "version.json"

// lay puts the files of all parts into a set, and at last the one that says what all others are. Where it is known what comes of
// that, no file is made before it is asked for.
func (m *Memory) lay(frame *site.Frame, theme *theme.Theme, parts []part) (*fileset.Set, []diag.Finding) {
	content := func(tree fileset.Hash) []byte { return fmt.Appendf(nil, "{\"version\":%q}\n", tree) }
	if m != nil && m.layout.frame == frame && m.layout.theme == theme {
		var set *fileset.Set
		places := m.layout.places
		set = m.layout.paths.With(func(i int) fileset.File {
			if i == len(places) {
				return set.Sealed(sealed, content)
			}
			return parts[places[i].part].file(places[i].number)
		})
		return set, m.layout.findings
	}
	l := layout{frame: frame, theme: theme}
	set := &fileset.Set{}
	count := 0
	for _, p := range parts {
		count += p.count()
	}
	set.Grow(count + 1)
	l.places = make([]place, 0, count)
	failed := func(path string, err error) {
		l.findings = append(l.findings, diag.URLCollision.New(diag.File(path), "rename one of the two", "%v", err))
	}
	for n, p := range parts {
		for i := range p.count() {
			f := p.file(i)
			if err := set.Add(f); err != nil {
				failed(f.Path, err)
			} else {
				l.places = append(l.places, place{n, i})
			}
		}
	}
	if err := set.Seal(sealed, content); err != nil {
		failed(sealed, err)
	}
	if m != nil {
		l.paths = set.Paths
		m.layout = l
	}
	return set, l.findings
}
