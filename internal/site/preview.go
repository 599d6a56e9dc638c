package site

import (
	"maps"
	"slices"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/content"
)

// NotPublic is the class of the paragraph that a preview puts before a text that may not be public.
const NotPublic = "crier-not-public"

const draft = "draft"

// revealed returns, for a preview, content of which no page, announcement or post-mortem is a draft, and the sources of those that
// are. The content itself stays as it is.
func revealed(all *content.Content) (*content.Content, map[string]string) {
	withheld := map[string]string{}
	reveal := func(is *bool, path string, translations map[string]incident.Translation) {
		if *is {
			*is = false
			withhold(withheld, draft, path, translations)
		}
	}
	c := *all
	c.Pages = slices.Clone(c.Pages)
	for i := range c.Pages {
		page := &c.Pages[i]
		page.Translations = revealedTranslations(page.Translations, withheld)
		reveal(&page.Draft, page.Path, page.Translations)
	}
	c.Announcements = slices.Clone(c.Announcements)
	for i := range c.Announcements {
		a := &c.Announcements[i]
		a.Translations = revealedTranslations(a.Translations, withheld)
		reveal(&a.Draft, a.Path, a.Translations)
	}
	c.Incidents = slices.Clone(c.Incidents)
	for i := range c.Incidents {
		if document := c.Incidents[i].Postmortem; document != nil && document.Public && unfinished(document) {
			own := *document
			own.Translations = revealedTranslations(own.Translations, withheld)
			reveal(&own.Draft, own.Path, own.Translations)
			c.Incidents[i].Postmortem = &own
		}
	}
	return &c, withheld
}

// withhold notes why a source may not be public, and so none of its translations.
func withhold(withheld map[string]string, why, path string, translations map[string]incident.Translation) {
	withheld[path] = why
	for _, t := range translations {
		withheld[t.Path] = why
	}
}

// revealedTranslations returns translations of which none is a draft, and notes those that are.
func revealedTranslations(translations map[string]incident.Translation, withheld map[string]string) map[string]incident.Translation {
	if !drafts(translations) {
		return translations
	}
	open := maps.Clone(translations)
	for code, t := range open {
		if t.Draft {
			t.Draft = false
			withheld[t.Path] = draft
			open[code] = t
		}
	}
	return open
}

// drafts reports whether one of the translations is a draft, which a preview would show.
func drafts(translations map[string]incident.Translation) bool {
	for _, t := range translations {
		if t.Draft {
			return true
		}
	}
	return false
}

// unfinished reports whether a post-mortem, or a translation of it, is a draft.
func unfinished(p *incident.Postmortem) bool { return p != nil && (p.Draft || drafts(p.Translations)) }

// mark returns what stands before the HTML of a text that may not be public: "" where it may.
func (p *Site) mark(source string) string {
	if why := p.withheld[source]; why != "" {
		return `<p class="` + NotPublic + `">Not public: ` + why + "</p>\n"
	}
	return ""
}

// Withheld says why sources that a preview shows may not be public, by their paths. It is empty in a build.
func (s *Site) Withheld() map[string]string { return s.withheld }
