package site

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/site/published"
)

// A key says what the bytes of an output follow from: the same key at the same path means the same bytes, in this build or in
// another. Outputs without one, whose key is "", have to be made to be known. See docs/adr/0008-what-a-build-remembers.md.

// digest hashes the parts of a key, each with its length, so that no two lists of parts look alike. The parts are few and short,
// so they are put together first.
type digest struct{ parts []byte }

func (d *digest) add(parts ...string) {
	for _, part := range parts {
		d.parts = append(strconv.AppendInt(d.parts, int64(len(part)), 10), ':')
		d.parts = append(d.parts, part...)
	}
}

func (d *digest) number(n int64) {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], n, 10)
	d.parts = append(strconv.AppendInt(d.parts, int64(len(text)), 10), ':')
	d.parts = append(d.parts, text...)
}

func (d *digest) time(t time.Time) {
	d.number(t.Unix())
	d.number(int64(t.Nanosecond()))
}

func (d *digest) key() string {
	sum := sha256.Sum256(d.parts)
	return hex.EncodeToString(sum[:16])
}

// keyed returns the outputs with their keys, where there is a fingerprint to begin them with.
func (p *Site) keyed(outputs []Output) []Output {
	if p.Fingerprint == "" {
		return outputs
	}
	k := keys{site: p, salt: p.salt(), first: p.public.FirstPublic().String(), incidents: make(map[*published.Incident]string, len(p.public.Incidents)+len(p.public.Maintenance))}
	for _, incidents := range [][]*published.Incident{p.public.Incidents, p.public.Maintenance} {
		made := make([]string, len(incidents))
		parallel.For(len(incidents), 0, func(i int) { made[i] = k.incident(incidents[i]) })
		for i, s := range incidents {
			k.incidents[s] = made[i]
		}
	}
	outputs = slices.Clone(outputs)
	parallel.For(len(outputs), 0, func(i int) { outputs[i].Key = k.output(&outputs[i]) })
	return outputs
}

// salt is what all keys of a plan begin with: what every page shows.
func (p *Site) salt() string {
	var d digest
	d.add(p.Fingerprint)
	for _, meta := range p.metas {
		for _, link := range meta.Navigation {
			d.add(link.Text, string(link.Target))
		}
	}
	return d.key()
}

// keys makes the keys of a plan.
type keys struct {
	site      *Site
	salt      string
	first     string // when the first update of all was public
	incidents map[*published.Incident]string
}

func (k *keys) output(o *Output) string {
	switch v := o.View.(type) {
	case PageView:
		switch {
		case v.incident != nil:
			return k.incidents[v.incident]
		case v.month != nil:
			return k.month(v.month)
		}
	case FeedView:
		return k.feed(o, v)
	case APIView:
		if v.incident != nil {
			return k.of([]*published.Incident{v.incident}, k.first)
		}
	case SearchView:
		return k.of(k.site.begun[v.month])
	}
	return ""
}

// story returns the key of all that is made of one story alone. A text with links into the site depends on other files too.
func (k *keys) incident(s *published.Incident) string {
	if len(s.Linking) > 0 {
		return ""
	}
	p := k.site
	var room [1024]byte
	d := digest{room[:0]}
	d.add(k.salt, s.ID)
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
		d.time(s.PublishedAt(n))
		if u.Path != "" {
			known = texts(u.Path, u.Translations) && known
		}
	}
	if s.HasPostmortem() {
		known = texts(s.Postmortem.Path, s.Postmortem.Translations) && known
	}
	if !known {
		return ""
	}
	return d.key()
}

// of returns the key of what is made of several incidents, in this order, and of what the parts say.
func (k *keys) of(incidents []*published.Incident, parts ...string) string {
	var room [1024]byte
	d := digest{room[:0]}
	d.add(k.salt)
	d.add(parts...)
	for _, s := range incidents {
		key := k.incidents[s]
		if key == "" {
			return ""
		}
		d.add(key)
	}
	return d.key()
}

// month returns the key of the page of a month, which also shows how much is in the months around it, and of the present month
// how far it has come.
func (k *keys) month(m *published.Month) string {
	p := k.site
	parts := []string{m.Start.String()}
	for i, other := range p.months {
		if other != m {
			continue
		}
		for _, at := range []int{i - 1, i + 1} {
			if at >= 0 && at < len(p.months) {
				n := p.months[at]
				parts = append(parts, n.Start.String(), strconv.Itoa(len(n.Incidents)), strconv.Itoa(len(n.Maintenance)))
			} else {
				parts = append(parts, "none")
			}
		}
	}
	if !p.Now.After(m.Start.AddDate(0, 1, 0)) {
		parts = append(parts, p.Now.In(p.Config.Zone).Format(time.DateOnly))
	}
	return k.of(slices.Concat(m.Incidents, m.Maintenance), append(parts, strconv.Itoa(len(m.Incidents)))...)
}

// feed returns the key of a document of a feed, in whatever format.
func (k *keys) feed(o *Output, v FeedView) string {
	f := k.site.Feed(o)
	var room [4096]byte
	d := digest{room[:0]}
	d.add(k.salt, f.ID, f.Title, string(f.Page), f.Hub, f.Current, f.Previous, f.Updated().String())
	for _, i := range v.document.Items {
		if i.Incident == nil {
			return "" // there are few announcements
		}
		key := k.incidents[i.Incident]
		if key == "" {
			return ""
		}
		d.add(key)
		d.number(int64(i.Step))
	}
	return d.key()
}
