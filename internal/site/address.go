package site

import (
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
)

// located are outputs, each with the path of the same number.
type located struct {
	outputs []Output
	paths   fileset.Paths
}

// address gives every output its path. Where two want the same path, or one path would be a folder
// of the other, the first one gets it, and a finding names both. No output gets a reserved path.
func address(list []Output, reserved []string) (located, []diag.Finding) {
	var paths fileset.Paths
	var findings []diag.Finding
	paths.Grow(len(list))
	for _, path := range reserved {
		paths.Reserve(path) // reserving a path twice is not an error
	}
	var lost []int
	sources := make([]string, 0, len(list))
	for i := range list {
		o := &list[i]
		err := paths.Add(o.Path)
		if err == nil {
			sources = append(sources, o.source)
			continue
		}
		lost = append(lost, i)
		var taken *fileset.Taken
		if !errors.As(err, &taken) {
			at, who := sourceAt(o.source), o.source
			if who == generated { // an asset of the theme
				at, who = diag.File(o.Path), o.Path
			}
			findings = append(findings, diag.URLCollision.New(at, "choose another name", "%s wants an address that no file can have: %v", who, err))
			continue
		}
		other := generated
		if n, ok := paths.Number(taken.Other); ok {
			other = sources[n]
		}
		if other != o.source || other == generated {
			findings = append(findings, collision(o.source, other, taken))
		}
	}
	if len(lost) > 0 {
		whole := list
		list = make([]Output, 0, paths.Len())
		for i := range whole {
			if _, found := slices.BinarySearch(lost, i); !found {
				list = append(list, whole[i])
			}
		}
	}
	return located{list, paths}, findings
}

func collision(source, other string, taken *fileset.Taken) diag.Finding {
	wanted, there := strings.TrimSuffix(taken.Path, "index.html"), strings.TrimSuffix(taken.Other, "index.html")
	if other == generated {
		return diag.URLCollision.New(sourceAt(source), "choose another name or alias", "%s wants the address /%s, but %s needs /%s for its own output", source, wanted, generated, there)
	}
	return diag.URLCollision.New(sourceAt(source), "rename one of the two", "%s wants the address /%s, but %s has /%s", source, wanted, other, there)
}

func sourceAt(source string) diag.Position {
	file, _, _ := strings.Cut(source, " (") // a component of config.toml
	return diag.File(file)
}

// addresses are the paths of all outputs, the location of each text and the anchors there. Few
// texts link to other texts, so locations of incidents are looked up on demand.
type addresses struct {
	paths     fileset.Paths
	documents map[string]*markdown.Document
	incidents func() map[string]*published.Incident // by their folder, and by the file that shows them
	locations map[string]Ref                        // of pages and announcements, by source
	pages     map[string]string                     // file -> source of a custom page
	linked    []string                              // the sources whose texts have links within the site, by path
}

func addressesOf(l located, public *published.Snapshot) addresses {
	a := addresses{paths: l.paths, documents: public.Content.Documents, locations: map[string]Ref{}, pages: map[string]string{}}
	a.incidents = sync.OnceValue(func() map[string]*published.Incident {
		incidents := make(map[string]*published.Incident, 2*(len(public.Incidents)+len(public.Maintenance)))
		for _, s := range public.All() {
			incidents[s.Path], incidents[string(refOf(s))] = s, s
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
			put(page.Path, page.Translations, pageRef(page))
			a.pages[string(pageRef(page))] = page.Path
		}
	}
	for i := range public.Announcements {
		put(public.Announcements[i].Path, public.Announcements[i].Translations, announcementRef(&public.Announcements[i]))
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

// location returns where a source is shown.
func (a *addresses) location(source string) (Ref, bool) {
	if at, ok := a.locations[source]; ok {
		return at, true
	}
	s := a.incidents()[source[:max(0, strings.LastIndexByte(source, '/'))]]
	if s == nil {
		return "", false
	}
	for n := range s.Steps {
		if u := s.Steps[n].Update; isText(source, u.Path, u.Translations) {
			return refOf(s).Anchor(u.ID), true
		}
	}
	if s.HasPostmortem() && isText(source, s.Postmortem.Path, s.Postmortem.Translations) {
		return refOf(s).Anchor("postmortem"), true
	}
	return "", false
}

func isText(source, path string, translations map[string]incident.Translation) bool {
	if source == path {
		return true
	}
	for _, t := range translations {
		if source == t.Path {
			return true
		}
	}
	return false
}

func (a *addresses) anchored(file, anchor string) bool {
	heading := func(source string) bool { return slices.Contains(a.documents[source].Anchors(), anchor) }
	if source, ok := a.pages[file]; ok {
		return heading(source)
	}
	s := a.incidents()[file]
	if s == nil {
		return false
	}
	for n := range s.Steps {
		if u := s.Steps[n].Update; u.ID == anchor || heading(u.Path) {
			return true
		}
	}
	return s.HasPostmortem() && (anchor == "postmortem" || heading(s.Postmortem.Path))
}

// resolve returns the location that a link within the site leads to. Links may be URLs below the
// site ("/about/"), relative to the URL of the page that shows the text, or paths to other source
// files ("../../pages/about.md").
func (a *addresses) resolve(source, destination string) (Ref, bool) {
	if plain, err := url.PathUnescape(destination); err == nil {
		destination = plain
	}
	target, anchor, anchored := strings.Cut(destination, "#")
	target, _, _ = strings.Cut(target, "?")
	home, _ := a.location(source)
	var to Ref
	ok := true
	switch {
	case target == "":
		to = Ref(home.File())
	case strings.HasPrefix(target, "/"):
		to, ok = a.find(strings.TrimPrefix(target, "/"))
	case path.Ext(target) == ".md":
		to, ok = a.location(path.Join(path.Dir(source), target))
		if !anchored || !ok {
			return to, ok
		}
		to = Ref(to.File())
	default:
		to, ok = a.find(path.Join(path.Dir(home.File()), target))
	}
	if !ok || !anchored || anchor == "" {
		return to, ok
	}
	if _, own, _ := strings.Cut(string(home), "#"); target == "" && a.anchored(to.File(), own+"-"+anchor) {
		anchor = own + "-" + anchor
	}
	return to.Anchor(anchor), a.anchored(to.File(), anchor)
}

// find returns the file that a URL below the site leads to.
func (a *addresses) find(address string) (Ref, bool) {
	address = strings.TrimSuffix(path.Clean("/" + address)[1:], "/")
	for _, file := range []string{address, path.Join(address, "index.html")} {
		if _, ok := a.paths.Number(file); ok {
			return Ref(file), true
		}
	}
	return "", false
}

// inLanguage returns a reference for pages of a language. What exists once for all languages, such
// as /maintenance.ics, is counted from the root.
func (a *addresses) inLanguage(prefix string, to Ref) Ref {
	if prefix == "" || to.External() || to == "" {
		return to
	}
	if _, ok := a.paths.Number(prefix + to.File()); ok {
		return to
	}
	return "/" + to
}

// broken reports the links in public texts that lead nowhere.
func (a *addresses) broken() (findings []diag.Finding) {
	for _, source := range a.linked {
		for _, link := range a.documents[source].Links() {
			if _, ok := a.resolve(source, link.Destination); !ok {
				findings = append(findings, diag.BrokenLink.New(link.Position, "write an address such as /incidents/<name>/, or a full https:// one",
					"the link %q leads to no page of the site; its text is shown without it", link.Destination))
			}
		}
	}
	return findings
}

// navigation returns the links of config.toml, and reports those that lead nowhere.
func navigation(c *config.Config, languages []Language, a *addresses) (links []Link, findings []diag.Finding) {
	for _, l := range c.Links {
		target := Ref(l.URL)
		if strings.HasPrefix(l.URL, "/") {
			found, ok := a.find(strings.TrimPrefix(l.URL, "/"))
			if !ok {
				findings = append(findings, diag.BrokenLink.New(l.At, "write an address such as /about/, or a full https:// one", "the link %q leads to no page of the site", l.URL))
				continue
			}
			target = a.inLanguage(languages[len(languages)-1].Prefix, found)
		}
		links = append(links, Link{l.Name, target})
	}
	return links, findings
}
