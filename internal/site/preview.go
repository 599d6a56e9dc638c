package site

import (
	"maps"
	"slices"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

// NotPublic is the class of the paragraph that a preview puts before a text that may not be public.
const NotPublic = "crier-not-public"

// reveal takes away, for a preview, what makes pages, announcements and post-mortems drafts, and notes of each that it is one.
// The content itself stays as it is.
func (p *planner) reveal() {
	p.withheld = map[string]string{}
	c := *p.Content
	c.Pages = slices.Clone(c.Pages)
	for i := range c.Pages {
		page := &c.Pages[i]
		page.Translations = p.revealed(page.Translations)
		p.draft(&page.Draft, page.Path, page.Translations)
	}
	c.Announcements = slices.Clone(c.Announcements)
	for i := range c.Announcements {
		a := &c.Announcements[i]
		a.Translations = p.revealed(a.Translations)
		p.draft(&a.Draft, a.Path, a.Translations)
	}
	c.Incidents = slices.Clone(c.Incidents)
	for i := range c.Incidents {
		if document := c.Incidents[i].Postmortem; document != nil && document.Public && unfinished(document) {
			own := *document
			own.Translations = p.revealed(own.Translations)
			p.draft(&own.Draft, own.Path, own.Translations)
			c.Incidents[i].Postmortem = &own
		}
	}
	p.Content = &c
}

// draft makes a draft none, and notes that it is one.
func (p *planner) draft(is *bool, path string, translations map[string]incident.Translation) {
	if *is {
		*is = false
		p.withhold(draft, path, translations)
	}
}

// withhold notes why a source may not be public, and so none of its translations.
func (p *planner) withhold(why, path string, translations map[string]incident.Translation) {
	p.withheld[path] = why
	for _, t := range translations {
		p.withheld[t.Path] = why
	}
}

const draft = "draft"

// revealed gives translations of which none is a draft.
func (p *planner) revealed(translations map[string]incident.Translation) map[string]incident.Translation {
	if !drafts(translations) {
		return translations
	}
	open := maps.Clone(translations)
	for code, t := range open {
		p.draft(&t.Draft, t.Path, nil)
		open[code] = t
	}
	return open
}

// public picks the releases to show; in a preview that is every one whose date has come, be it a draft or held. It is settled when
// all of them, and their translations, are public for good.
func (p *planner) public(releases []policy.Release) (public []policy.Release, settled bool) {
	public, next := policy.Public(releases, p.Now)
	p.next(next)
	settled = len(public) == len(releases) && !slices.ContainsFunc(public, func(r policy.Release) bool { return drafts(r.Update.Translations) })
	if !p.Preview {
		return public, settled
	}
	public = nil
	for _, r := range releases {
		if r.Update.Date.After(p.Now.Add(p.Config.Rules.Tolerance)) {
			p.next(r.Update.Date.Add(-p.Config.Rules.Tolerance))
			continue
		}
		if drafts(r.Update.Translations) {
			own := *r.Update
			own.Translations = p.revealed(own.Translations)
			r.Update = &own
		}
		switch {
		case r.Reason == policy.Draft:
			r.Published = r.Update.Date
			p.withhold(draft, r.Update.Path, r.Update.Translations)
		case !r.Public(p.Now):
			p.withhold("held until "+r.At.In(p.Config.Zone).Format("2006-01-02 15:04 MST"), r.Update.Path, r.Update.Translations)
		}
		public = append(public, r)
	}
	return public, settled
}

// mark gives what stands before the HTML of a text that may not be public: "" where it may.
func (p *planner) mark(source string) string {
	if why := p.withheld[source]; why != "" {
		return `<p class="` + NotPublic + `">Not public: ` + why + "</p>\n"
	}
	return ""
}

// Withheld says why sources that a preview shows may not be public, by their paths. It is empty in a build.
func (s *Site) Withheld() map[string]string { return s.withheld }
