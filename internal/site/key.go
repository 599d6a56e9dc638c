package site

import (
	"slices"
	"strconv"
	"time"

	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/status"
)

// A key stands for everything that the bytes of an output follow from: the same key at the same
// path means the same bytes, in any build. Outputs without one, whose key is "", are always made.
// See docs/adr/0008-what-a-build-remembers.md.

// keyed returns the outputs with their keys; without a fingerprint, as they are.
func (p *Site) keyed(outputs []Output) []Output {
	if p.Fingerprint == "" {
		return outputs
	}
	all := p.public.All()
	k := keys{site: p, salt: p.salt(), first: p.public.FirstPublic().String(), incidents: make(map[*published.Incident]string, len(all))}
	made := make([]string, len(all))
	parallel.For(len(all), 0, func(i int) { made[i] = all[i].Key(k.salt, p.Content, p.Config.Languages) })
	for i, s := range all {
		k.incidents[s] = made[i]
	}
	outputs = slices.Clone(outputs)
	parallel.For(len(outputs), 0, func(i int) { outputs[i].Key = k.output(&outputs[i]) })
	return outputs
}

// salt is the start of all keys of a plan: what every page shows.
func (p *Site) salt() string {
	parts := []string{p.Fingerprint}
	for _, meta := range p.metas {
		for _, link := range meta.Navigation {
			parts = append(parts, link.Text, string(link.Target))
		}
	}
	return published.Hash(parts...)
}

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
			return k.ofIncidents([]*published.Incident{v.incident}, k.first)
		}
	case SearchView:
		return k.ofIncidents(k.site.byMonth[v.month])
	}
	return ""
}

// ofIncidents returns the key of what is made of several incidents, in this order, and of the
// parts.
func (k *keys) ofIncidents(incidents []*published.Incident, parts ...string) string {
	parts = append(parts, k.salt)
	for _, s := range incidents {
		key := k.incidents[s]
		if key == "" {
			return ""
		}
		parts = append(parts, key)
	}
	return published.Hash(parts...)
}

// month returns the key of the page of a month. It also links to the months around it, and the
// current month shows how far it has come.
func (k *keys) month(m *published.Month) string {
	p := k.site
	parts := []string{m.Start.String(), p.since().String()}
	i := slices.Index(p.months, m)
	for _, at := range []int{i - 1, i + 1} {
		if at >= 0 && at < len(p.months) {
			parts = append(parts, p.months[at].Start.String())
		} else {
			parts = append(parts, "none")
		}
	}
	if !p.Now.After(status.NextMonth(m.Start, p.Config.Zone)) {
		parts = append(parts, status.StartOfDay(p.Now, p.Config.Zone).Format(time.DateOnly))
	}
	return k.ofIncidents(slices.Concat(m.Incidents, m.Lasting, m.Maintenance), append(parts, strconv.Itoa(len(m.Incidents)))...)
}

func (k *keys) feed(o *Output, v FeedView) string {
	f := k.site.Feed(o)
	parts := []string{k.salt, f.ID, f.Title, string(f.Page), f.Hub, f.Current, f.Previous, f.Updated().String()}
	for _, i := range v.document.Items {
		if i.Incident == nil {
			return "" // an announcement has no key
		}
		key := k.incidents[i.Incident]
		if key == "" {
			return ""
		}
		parts = append(parts, key, strconv.Itoa(int(i.Step)))
	}
	return published.Hash(parts...)
}
