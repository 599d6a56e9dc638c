package theme

import (
	"html/template"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/site"
)

// Lists of components stand with every incident and many updates, so they are drawn here rather than by templates.

// appendComponent writes a component's name, as a link to its page if it has one.
func appendComponent(b []byte, page *site.Page, a site.Affected) []byte {
	name := template.HTMLEscapeString(a.Name)
	if a.Page == "" {
		return append(b, name...)
	}
	b = append(append(b, `<a href="`...), template.HTMLEscapeString(page.Href(a.Page))...)
	return append(append(append(b, `">`...), name...), "</a>"...)
}

// appendCondition writes a condition with its mark.
func appendCondition(b []byte, c incident.Condition, words *locale.Locale) []byte {
	b = append(append(b, `<span class="condition c-`...), c.String()...)
	b = append(b, `"><span class="mark" aria-hidden="true"></span>`...)
	return append(append(b, template.HTMLEscapeString(words.Condition(c))...), "</span>"...)
}

// affected lists components and how each is affected.
func affected(page *site.Page, list []site.Affected, words *locale.Locale) template.HTML {
	return template.HTML(written(func(b []byte) []byte {
		b = append(b, `<ul class="affected">`...)
		for _, a := range list {
			b = append(appendComponent(append(b, "<li>"...), page, a), ' ')
			b = append(appendCondition(b, a.Condition, words), "</li>"...)
		}
		return append(b, "</ul>"...)
	}))
}

// changes lists components and how each was before an update, and after it.
func changes(page *site.Page, list []site.Change, words *locale.Locale) template.HTML {
	return template.HTML(written(func(b []byte) []byte {
		b = append(b, `<ul class="changes">`...)
		for _, c := range list {
			b = appendComponent(append(b, "<li>"...), page, c.Affected)
			b = appendCondition(append(b, `: <span class="from">`...), c.Before, words)
			b = appendCondition(append(b, `</span> <span class="arrow" aria-hidden="true">→</span> `...), c.Condition, words)
			b = append(b, "</li>"...)
		}
		return append(b, "</ul>"...)
	}))
}
