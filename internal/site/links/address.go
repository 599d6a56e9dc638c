package links

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/markdown"
)

// Addresses are the paths of all outputs, the location of each text and the anchors there. Few
// texts link to other texts, so locations of incidents are looked up on demand.
type Addresses struct {
	paths     fileset.Paths
	documents markdown.Documents
	incidents func() map[string]*published.Incident // by their folder, and by the file that shows them
	locations map[string]Ref                        // of pages and announcements, by source
	pages     map[string]string                     // file -> source of a custom page
	linked    []string                              // the sources whose texts have links within the site, by path
}

func New(paths fileset.Paths, public *published.Snapshot) Addresses {
	a := Addresses{paths: paths, documents: public.Content.Documents, locations: map[string]Ref{}, pages: map[string]string{}}
	a.incidents = sync.OnceValue(func() map[string]*published.Incident {
		incidents := make(map[string]*published.Incident, 2*(len(public.Incidents)+len(public.Maintenance)))
		for _, s := range public.All() {
			incidents[s.Path], incidents[string(Of(&s.History))] = s, s
		}
		return incidents
	})
	put := func(source string, translations map[string]incident.Translation, at Ref) {
		a.locations[source] = at
		for _, t := range translations {
			a.locations[t.Path] = at
		}
	}
	for i := range public.Content.Pages {
		if page := &public.Content.Pages[i]; !page.Draft {
			put(page.Path, page.Translations, OfPage(page))
			a.pages[string(OfPage(page))] = page.Path
		}
	}
	for i := range public.Announcements {
		put(public.Announcements[i].Path, public.Announcements[i].Translations, OfAnnouncement(&public.Announcements[i]))
	}
	for _, s := range public.All() {
		a.linked = append(a.linked, s.Linking...)
	}
	for source := range a.locations {
		if len(a.documents[source].Links()) > 0 {
			a.linked = append(a.linked, source)
		}
	}
	slices.Sort(a.linked)
	return a
}

// Location returns where a source is shown.
func (a *Addresses) Location(source string) (Ref, bool) {
	if at, ok := a.locations[source]; ok {
		return at, true
	}
	s := a.incidents()[source[:max(0, strings.LastIndexByte(source, '/'))]]
	if s == nil {
		return "", false
	}
	for _, text := range textsOf(s) {
		found := source == text.source
		for _, t := range text.translations {
			found = found || source == t.Path
		}
		if found {
			return Of(&s.History).Anchor(text.anchor), true
		}
	}
	return "", false
}

// text is a text on the page of an incident or maintenance.
type text struct {
	anchor, source string
	translations   map[string]incident.Translation
}

func textsOf(s *published.Incident) (texts []text) {
	for n := range s.Steps {
		u := s.Steps[n].Update
		texts = append(texts, text{u.ID, u.Path, u.Translations})
	}
	if s.HasPostmortem() {
		texts = append(texts, text{"postmortem", s.Postmortem.Path, s.Postmortem.Translations})
	}
	return texts
}

func (a *Addresses) anchored(file, anchor string) bool {
	heading := func(source string) bool { return slices.Contains(a.documents[source].Anchors(), anchor) }
	if source, ok := a.pages[file]; ok {
		return heading(source)
	}
	s := a.incidents()[file]
	return s != nil && slices.ContainsFunc(textsOf(s), func(t text) bool { return t.anchor == anchor || heading(t.source) })
}

// Resolve returns the location that a link within the site leads to. Links may be URLs below the
// site ("/about/"), relative to the URL of the page that shows the text, or paths to other source
// files ("../../pages/about.md").
func (a *Addresses) Resolve(source, destination string) (Ref, bool) {
	if plain, err := url.PathUnescape(destination); err == nil {
		destination = plain
	}
	target, anchor, anchored := strings.Cut(destination, "#")
	target, _, _ = strings.Cut(target, "?")
	home, _ := a.Location(source)
	var to Ref
	ok := true
	switch {
	case target == "":
		to = Ref(home.File())
	case strings.HasPrefix(target, "/"):
		to, ok = a.Find(strings.TrimPrefix(target, "/"))
	case path.Ext(target) == ".md":
		to, ok = a.Location(path.Join(path.Dir(source), target))
		if !anchored || !ok {
			return to, ok
		}
		to = Ref(to.File())
	default:
		to, ok = a.Find(path.Join(path.Dir(home.File()), target))
	}
	if !ok || !anchored || anchor == "" {
		return to, ok
	}
	if _, own, _ := strings.Cut(string(home), "#"); target == "" && a.anchored(to.File(), own+"-"+anchor) {
		anchor = own + "-" + anchor
	}
	return to.Anchor(anchor), a.anchored(to.File(), anchor)
}

// Find returns the file that a URL below the site leads to.
func (a *Addresses) Find(address string) (Ref, bool) {
	address = strings.TrimSuffix(path.Clean("/" + address)[1:], "/")
	for _, file := range []string{address, path.Join(address, "index.html")} {
		if _, ok := a.paths.Number(file); ok {
			return Ref(file), true
		}
	}
	return "", false
}

// InLanguage returns a reference for pages of a language. What exists once for all languages, such
// as /maintenance.ics, is counted from the root.
func (a *Addresses) InLanguage(prefix string, to Ref) Ref {
	if prefix == "" || to.External() || to == "" {
		return to
	}
	if _, ok := a.paths.Number(prefix + to.File()); ok {
		return to
	}
	return "/" + to
}

// Broken reports the links in public texts that lead nowhere.
func (a *Addresses) Broken() (findings []diag.Finding) {
	for _, source := range a.linked {
		for _, link := range a.documents[source].Links() {
			if _, ok := a.Resolve(source, link.Destination); !ok {
				findings = append(findings, diag.BrokenLink.New(link.Position, "write a URL such as /incidents/<name>/, or a full https:// one",
					"the link %q leads to no page of the site; its text is shown without it", link.Destination))
			}
		}
	}
	return findings
}
