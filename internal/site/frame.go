package site

import (
	"slices"
	"strconv"
	"strings"

	"settler.io/crier/internal/diag"
)

// Frame is the shape of a site: all addresses, and what is at each. It holds nothing of what the pages say, so that a site of
// which only that has changed has the very frame of the one before; see Memory.
type Frame struct {
	claims   map[string]string // output path in lower case -> the source that wants it
	cased    map[string]string // output path in lower case -> as it is written, where that is another
	slots    []slot
	granted  []bool // the answers to all claims but those of pages, in the order in which they were asked
	findings []diag.Finding
}

// framed is a frame and what it was made from.
type framed struct {
	*Frame
	incidents, maintenance []*story
	others                 []string // all else that addresses follow from, but for the configuration
}

// slot is a page to be: everything in it is counted, and looked up in the plan.
type slot struct {
	path     string
	kind     Kind
	markdown bool
	edition  int                                                                // of the language
	planned  bool                                                               // the story is maintenance
	story    int                                                                // of an incident or maintenance; -1: neither
	month    int                                                                // of a month; -1: none
	view     func(p *planner, from venue) (title, description string, view any) // of any other page
}

// makeFrame takes over the frame of the plan before where it is the same, or makes another.
func (p *planner) makeFrame() {
	p.places = newPlaces(p)
	others := p.others()
	f := p.memory.framed
	defer func() { p.memory.framed = framed{p.frame, p.incidents, p.maintenance, others} }()
	if f.Frame != nil && alike(f.incidents, p.incidents) && alike(f.maintenance, p.maintenance) && slices.Equal(f.others, others) {
		p.frame, p.granted = f.Frame, f.granted
		return
	}
	p.frame = &Frame{claims: make(map[string]string, 3*len(p.incidents)), cased: map[string]string{}}
	p.pages()
	p.making = true
}

// closeFrame ends the claims.
func (p *planner) closeFrame() {
	p.making = false
	p.findings = append(p.findings, p.frame.findings...)
	p.site.Frame = p.frame
}

// has reports whether there is a file of this very path.
func (f *Frame) has(file string) bool {
	key := strings.ToLower(file)
	written, other := f.cased[key]
	if !other {
		written = key
	}
	_, found := f.claims[key]
	return found && written == file
}

// claim takes a path of the output for a source. Two sources for one path are a mistake that names both.
func (p *planner) claim(file, source string) bool {
	if !p.making {
		ok := p.granted[0]
		p.granted = p.granted[1:]
		return ok
	}
	ok := p.frame.claim(file, source)
	p.frame.granted = append(p.frame.granted, ok)
	return ok
}

func (f *Frame) claim(file, source string) bool {
	key := strings.ToLower(file)
	if other, taken := f.claims[key]; taken {
		if other == source {
			return false
		}
		at := source
		if source == generated {
			at = other
		}
		at, _, _ = strings.Cut(at, " (") // a component of config.toml
		f.findings = append(f.findings, diag.URLCollision.New(diag.File(at), "rename one of the two",
			"%s and %s both want the address /%s", source, other, strings.TrimSuffix(file, "index.html")))
		return false
	}
	f.claims[key] = source
	if key != file {
		f.cased[key] = file
	}
	return true
}

// alike reports whether stories have the same addresses.
func alike(former, stories []*story) bool {
	return slices.EqualFunc(former, stories, func(a, b *story) bool {
		return a == b || a.Path == b.Path && a.ref == b.ref && slices.Equal(a.aliases, b.aliases)
	})
}

// others lists all but stories and the configuration that addresses follow from.
func (p *planner) others() []string {
	var all []string
	list := func(parts ...string) { all = append(append(all, strconv.Itoa(len(parts))), parts...) }
	for _, m := range p.months {
		all = append(all, string(m.ref))
	}
	for _, page := range p.Content.Pages {
		list(page.ID, page.Path, strconv.FormatBool(page.Draft))
		list(page.Aliases...)
	}
	for _, a := range p.announced {
		list(a.ID, a.Path)
		list(a.Aliases...)
	}
	for _, month := range p.searched {
		all = append(all, month.Format("2006-01"))
	}
	for _, chunk := range p.series.chunks {
		all = append(all, chunk.name)
	}
	return all
}

// Len is the number of pages.
func (s *Site) Len() int { return len(s.Frame.slots) }

// Page gives a page by its number.
func (s *Site) Page(i int) Planned {
	slot := &s.Frame.slots[i]
	return Planned{Path: slot.path, Kind: slot.kind, Markdown: slot.markdown, planner: s.planner, slot: slot}
}

// story gives the story of a page, nil for one of none.
func (p Planned) story() *story {
	switch {
	case p.slot.story < 0:
		return nil
	case p.slot.planned:
		return p.planner.maintenance[p.slot.story]
	}
	return p.planner.incidents[p.slot.story]
}
