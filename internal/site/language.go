package site

import (
	"cmp"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site/links"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/locale"
)

// languagesOf lists the languages of a site: the first is at the root, the others are in folders.
func languagesOf(c *config.Config, all map[string]*locale.Locale) []Language {
	languages := make([]Language, 0, len(c.Languages))
	for i, code := range c.Languages {
		e := Language{Code: code, Name: code}
		if words := all[code]; words != nil {
			e.Name = words.Name
		}
		if i > 0 {
			e.Prefix = code + "/"
		}
		languages = append(languages, e)
	}
	return languages
}

// metasOf returns what all pages of a language share, for each; own are the links of config.toml.
func metasOf(input Input, languages []Language, own []Link) []*Meta {
	c := input.Config
	metas := make([]*Meta, 0, len(languages))
	for _, e := range languages {
		words := input.Words[e.Code]
		if words == nil {
			words = locale.English()
		}
		m := &Meta{Title: c.Title, Description: c.Description, Language: e.Code, Words: words, Prefix: e.Prefix, BaseURL: c.BaseURL, Zone: c.Zone, Promises: c.Promises}
		if len(languages) > 1 {
			m.Languages = languages
		}
		m.Navigation = []Link{{words.Word("status"), "index.html"}, {words.Word("history"), "history/index.html"}}
		for i := range input.Content.Pages {
			if page := &input.Content.Pages[i]; !page.Draft {
				m.Navigation = append(m.Navigation, Link{m.titleOf(page.Title, page.Translations), links.OfPage(page)})
			}
		}
		m.Navigation = append(m.Navigation, own...)
		metas = append(metas, m)
	}
	return metas
}

// titleOf returns a title, or its translation into the language.
func (m *Meta) titleOf(title string, translations map[string]incident.Translation) string {
	t, _ := incident.Translated(translations, m.translation())
	return cmp.Or(t.Title, title)
}

// translation is the language whose translations are shown; "" where originals are.
func (m *Meta) translation() string {
	if m.Prefix == "" {
		return ""
	}
	return m.Language
}

// source returns the source of a text in a language: its translation, or else the original; foreign
// is then the language of the original.
func (p *Site) source(meta *Meta, original string, translations map[string]incident.Translation) (source, foreign string) {
	if meta.Prefix == "" {
		return original, ""
	}
	if t, ok := incident.Translated(translations, meta.translation()); ok && p.text(t.Path) != "" {
		return t.Path, ""
	}
	if p.text(original) == "" {
		return original, ""
	}
	return original, p.Meta.Language
}

// heading is the first line of the status template: "[Investigating] API returning errors".
func (m *Meta) heading(status incident.Status, title string) string {
	return "[" + m.Words.Status(status) + "] " + title
}
