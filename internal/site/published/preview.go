package published

import (
	"maps"
	"slices"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/content"
)

const draft = "draft"

// withoutDrafts returns, for a preview, a copy of the content in which no page, announcement or
// post-mortem is a draft, and the sources of those that are.
func withoutDrafts(all *content.Content) (*content.Content, map[string]string) {
	withheld := map[string]string{}
	reveal := func(is *bool, path string, translations *map[string]incident.Translation) {
		*translations = translationsWithoutDrafts(*translations, withheld)
		if *is {
			*is = false
			withhold(withheld, draft, path, *translations)
		}
	}
	c := *all
	c.Pages = slices.Clone(c.Pages)
	for i := range c.Pages {
		page := &c.Pages[i]
		reveal(&page.Draft, page.Path, &page.Translations)
	}
	c.Announcements = slices.Clone(c.Announcements)
	for i := range c.Announcements {
		a := &c.Announcements[i]
		reveal(&a.Draft, a.Path, &a.Translations)
	}
	c.Incidents = slices.Clone(c.Incidents)
	for i := range c.Incidents {
		if document := c.Incidents[i].Postmortem; document != nil && document.Public && hasDraft(document) {
			own := *document
			reveal(&own.Draft, own.Path, &own.Translations)
			c.Incidents[i].Postmortem = &own
		}
	}
	return &c, withheld
}

// withhold notes why a source, and so its translations, may not be public.
func withhold(withheld map[string]string, why, path string, translations map[string]incident.Translation) {
	withheld[path] = why
	for _, t := range translations {
		withheld[t.Path] = why
	}
}

// translationsWithoutDrafts returns a copy in which no translation is a draft, and notes those that
// are.
func translationsWithoutDrafts(translations map[string]incident.Translation, withheld map[string]string) map[string]incident.Translation {
	if !anyDraft(translations) {
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

func anyDraft(translations map[string]incident.Translation) bool {
	for _, t := range translations {
		if t.Draft {
			return true
		}
	}
	return false
}

func hasDraft(p *incident.Postmortem) bool { return p != nil && (p.Draft || anyDraft(p.Translations)) }
