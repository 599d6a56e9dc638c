package incident

import "cmp"

// Translated returns the translation into a language; ok is false where there is none that is
// public. The language "" stands for the original.
func Translated(translations map[string]Translation, language string) (t Translation, ok bool) {
	if language == "" || translations == nil {
		return t, false
	}
	t, ok = translations[language]
	if t.Draft {
		return Translation{}, false
	}
	return t, ok
}

// StatedIn returns impact and ETA as an update states them in a language.
func (u *Update) StatedIn(language string) (impact string, eta ETA) {
	impact, eta = u.Impact, u.ETA
	if t, ok := Translated(u.Translations, language); ok {
		if impact != "" {
			impact = cmp.Or(t.Impact, impact)
		}
		if eta.Words != "" {
			eta.Words = cmp.Or(t.ETA, eta.Words)
		}
	}
	return impact, eta
}

// TitleIn is the title in force after a step, in a language.
func (h *History) TitleIn(language string, step int) string {
	if language != "" {
		for n := step; n >= 0; n-- {
			u := h.Steps[n].Update
			if t, ok := Translated(u.Translations, language); ok && t.Title != "" {
				return t.Title
			}
			if u.Title != "" {
				break
			}
		}
	}
	return h.Steps[step].After.Title
}

func (h *History) LastTitleIn(language string) string { return h.TitleIn(language, len(h.Steps)-1) }

// StandingIn returns the impact and the ETA in force after the last step, in a language.
func (h *History) StandingIn(language string) (impact string, eta ETA) {
	state := h.State()
	impact, eta = state.Impact, state.ETA
	if language == "" {
		return impact, eta
	}
	for n := range h.Steps {
		ownImpact, ownETA := h.Steps[n].Update.StatedIn(language)
		impact, eta = cmp.Or(ownImpact, impact), cmp.Or(ownETA, eta)
	}
	return impact, eta
}
