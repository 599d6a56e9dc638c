package site

import (
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
)

// editionsOf lists the languages of a site: the first at the root, the others in folders.
func editionsOf(c *config.Config, all map[string]*locale.Locale) []Edition {
	editions := make([]Edition, 0, len(c.Languages))
	for i, code := range c.Languages {
		e := Edition{Code: code, Name: code}
		if words := all[code]; words != nil {
			e.Name = words.Name
		}
		if i > 0 {
			e.Prefix = code + "/"
		}
		editions = append(editions, e)
	}
	return editions
}

// metasOf makes what is the same on all pages, for each language; links are those of config.toml.
func metasOf(input Input, editions []Edition, links []Link) []*Meta {
	c := input.Config
	metas := make([]*Meta, 0, len(editions))
	for _, e := range editions {
		words := input.Words[e.Code]
		if words == nil {
			words = locale.English()
		}
		m := &Meta{Title: c.Title, Description: c.Description, Language: e.Code, Words: words, Prefix: e.Prefix, BaseURL: c.BaseURL, Zone: c.Zone}
		if len(editions) > 1 {
			m.Editions = editions
		}
		m.Navigation = []Link{{words.Word("status"), "index.html"}, {words.Word("history"), "history/index.html"}}
		for i := range input.Content.Pages {
			if page := &input.Content.Pages[i]; !page.Draft {
				m.Navigation = append(m.Navigation, Link{m.pageTitle(page), pageRef(page)})
			}
		}
		m.Navigation = append(m.Navigation, links...)
		metas = append(metas, m)
	}
	return metas
}

func (m *Meta) pageTitle(page *content.Page) string {
	if t, ok := m.translated(page.Translations); ok && t.Title != "" {
		return t.Title
	}
	return page.Title
}

// translated gives what an update, a page or the like says in a language; ok is false where nothing does, and in the
// language that it was written in.
func (m *Meta) translated(translations map[string]incident.Translation) (t incident.Translation, ok bool) {
	if m.Prefix == "" || translations == nil {
		return t, false
	}
	t, ok = translations[m.Language]
	if t.Draft {
		return incident.Translation{}, false
	}
	return t, ok
}

// titled gives the title in force after a step.
func (m *Meta) titled(s *incident.History, step int) string {
	if m.Prefix != "" {
		for n := step; n >= 0; n-- {
			u := s.Steps[n].Update
			if t, ok := m.translated(u.Translations); ok && t.Title != "" {
				return t.Title
			}
			if u.Title != "" {
				break
			}
		}
	}
	return s.Steps[step].After.Title
}

// title gives the title of a story now.
func (m *Meta) title(s *incident.History) string { return m.titled(s, len(s.Steps)-1) }

// stated gives impact and ETA as an update states them.
func (m *Meta) stated(u *incident.Update) (impact string, eta incident.ETA) {
	impact, eta = u.Impact, u.ETA
	if t, ok := m.translated(u.Translations); ok {
		if t.Impact != "" && impact != "" {
			impact = t.Impact
		}
		if t.ETA != "" && eta.Words != "" {
			eta.Words = t.ETA
		}
	}
	return impact, eta
}

// standing gives the impact and the ETA in force.
func (m *Meta) standing(s *incident.History) (impact string, eta incident.ETA) {
	state := s.State()
	impact, eta = state.Impact, state.ETA
	if m.Prefix == "" {
		return impact, eta
	}
	for n := range s.Steps {
		ownImpact, ownETA := m.stated(s.Steps[n].Update)
		if ownImpact != "" {
			impact = ownImpact
		}
		if !ownETA.IsZero() {
			eta = ownETA
		}
	}
	return impact, eta
}

// source gives the source of a text in a language: its translation, or the original; foreign is then the language of that.
func (p *Site) source(meta *Meta, original string, translations map[string]incident.Translation) (source, foreign string) {
	if meta.Prefix == "" {
		return original, ""
	}
	if t, ok := meta.translated(translations); ok && p.text(t.Path) != "" {
		return t.Path, ""
	}
	if p.text(original) == "" {
		return original, ""
	}
	return original, p.Meta.Language
}

// heading is the template's first line, such as "[Investigating] API returning errors".
func (m *Meta) heading(status incident.Status, title string) string {
	return "[" + m.Words.Status(status) + "] " + title
}
