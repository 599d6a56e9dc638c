package site

import (
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/locale"
)

// editions makes what is the same on all pages, for each language: the first at the root, the others in folders.
func (p *planner) editions() {
	var all []Edition
	for i, code := range p.Config.Languages {
		e := Edition{Code: code, Name: code}
		if words := p.Words[code]; words != nil {
			e.Name = words.Name
		}
		if i > 0 {
			e.Prefix = code + "/"
		}
		all = append(all, e)
	}
	for _, e := range all {
		words := p.Words[e.Code]
		if words == nil {
			words = locale.English()
		}
		m := &Meta{Title: p.Config.Title, Description: p.Config.Description, Language: e.Code, Words: words, Prefix: e.Prefix,
			BaseURL: p.Config.BaseURL, Zone: p.Config.Zone}
		if len(all) > 1 {
			m.Editions = all
		}
		p.metas = append(p.metas, m)
	}
	p.meta = p.metas[0]
	p.site.Meta = p.meta
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
func (p *planner) source(meta *Meta, original string, translations map[string]incident.Translation) (source, foreign string) {
	if meta.Prefix == "" {
		return original, ""
	}
	if t, ok := meta.translated(translations); ok && p.text(t.Path) != "" {
		return t.Path, ""
	}
	if p.text(original) == "" {
		return original, ""
	}
	return original, p.meta.Language
}

// heading is the template's first line, such as "[Investigating] API returning errors".
func (m *Meta) heading(status incident.Status, title string) string {
	return "[" + m.Words.Status(status) + "] " + title
}
