package site

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strconv"
	"time"

	"settler.io/crier/internal/incident"
)

// A key says what the bytes of an output follow from: the same key at the same path means the same bytes, in this build or in
// another. Outputs without one, whose key is "", have to be made to be known. See docs/adr/0008-what-a-build-remembers.md.

// digest hashes the parts of a key, each with its length, so that no two lists of parts look alike.
type digest struct{ hash.Hash }

func newDigest(parts ...string) digest {
	d := digest{sha256.New()}
	d.add(parts...)
	return d
}

func (d digest) add(parts ...string) {
	for _, part := range parts {
		io.WriteString(d, strconv.Itoa(len(part))+":"+part)
	}
}

func (d digest) time(t time.Time) {
	d.add(strconv.FormatInt(t.Unix(), 10), strconv.Itoa(t.Nanosecond()))
}

func (d digest) key() string { return hex.EncodeToString(d.Sum(nil)[:16]) }

// salt is what all keys of a plan begin with: what every page shows.
func (p *planner) salt() string {
	d := newDigest(p.Fingerprint)
	for _, meta := range p.metas {
		for _, link := range meta.Navigation {
			d.add(link.Text, string(link.Target))
		}
		for _, year := range meta.Years {
			d.add(strconv.Itoa(year))
		}
	}
	return d.key()
}

// storyKey gives the key of all that is made of one story alone. A text with links into the site depends on other files too.
func (p *planner) storyKey(s *story) string {
	if len(s.linked) > 0 {
		return ""
	}
	d := newDigest(p.salted(), s.ID)
	texts := func(source string, translations map[string]incident.Translation) bool {
		known := true
		add := func(source string) {
			sum, ok := p.Content.Sums[source]
			known = known && ok
			d.add(source, string(sum[:]))
		}
		add(source)
		for _, code := range p.Config.Languages {
			if t, ok := translations[code]; ok {
				add(t.Path)
			}
		}
		return known
	}
	known := true
	for n := range s.Steps {
		u := s.Steps[n].Update
		d.add(u.ID)
		d.time(u.Date)
		d.time(s.publishedAt(n))
		if u.Path != "" {
			known = texts(u.Path, u.Translations) && known
		}
	}
	if s.publicPostmortem() {
		known = texts(s.Postmortem.Path, s.Postmortem.Translations) && known
	}
	if !known {
		return ""
	}
	return d.key()
}

// keyOf gives the key of what is made of several stories, in this order, and of what the parts say.
func (p *planner) keyOf(stories []*story, parts ...string) string {
	d := newDigest(p.salted())
	d.add(parts...)
	for _, s := range stories {
		key := p.keys[s]
		if key == "" {
			return ""
		}
		d.add(key)
	}
	return d.key()
}

// fillKeys works out the keys of all stories, once the plan is made.
func (p *planner) fillKeys() {
	if p.Fingerprint == "" {
		return
	}
	salt := p.salt()
	p.salted = func() string { return salt }
	p.keys = make(map[*story]string, len(p.incidents)+len(p.maintenance))
	for _, stories := range [][]*story{p.incidents, p.maintenance} {
		for _, s := range stories {
			p.keys[s] = p.storyKey(s)
		}
	}
}

// Key gives the key of the page.
func (p Planned) Key() string {
	switch {
	case p.planner.keys == nil:
		return ""
	case p.slot.story >= 0:
		return p.planner.keys[p.story()]
	case p.slot.month >= 0:
		return p.planner.monthKey(p.planner.months[p.slot.month])
	}
	return ""
}

// monthKey gives the key of the page of a month, which also shows how much is in the months around it, and of the present
// month how far it has come.
func (p *planner) monthKey(m *month) string {
	parts := []string{m.start.String()}
	for i, other := range p.months {
		if other != m {
			continue
		}
		for _, k := range []int{i - 1, i + 1} {
			if k >= 0 && k < len(p.months) {
				n := p.months[k]
				parts = append(parts, n.start.String(), strconv.Itoa(len(n.incidents)), strconv.Itoa(len(n.maintenance)))
			} else {
				parts = append(parts, "none")
			}
		}
	}
	if !p.Now.After(m.start.AddDate(0, 1, 0)) {
		parts = append(parts, p.Now.In(p.Config.Zone).Format(time.DateOnly))
	}
	return p.keyOf(append(append([]*story{}, m.incidents...), m.maintenance...), append(parts, strconv.Itoa(len(m.incidents)))...)
}

// Key gives the key of the document of the incident or maintenance.
func (r *Record) Key() string {
	p := r.planner
	if p.keys == nil {
		return ""
	}
	return p.keyOf([]*story{r.story}, p.site.Facts().first.String())
}

// Key gives the key of the part.
func (s SearchPart) Key() string {
	if s.planner.keys == nil {
		return ""
	}
	return s.planner.keyOf(s.stories())
}

// Key gives the key of the document, in whatever form.
func (f *Feed) Key() string {
	p := f.planner
	if p.keys == nil {
		return ""
	}
	d := newDigest(p.salted(), f.ID, f.Title, string(f.Page), f.Hub, f.Current, f.Previous, f.Updated().String())
	for _, i := range f.items {
		if i.story == nil {
			return "" // there are few announcements
		}
		key := p.keys[i.story]
		if key == "" {
			return ""
		}
		d.add(key, strconv.Itoa(int(i.step)))
	}
	return d.key()
}
