package theme

import (
	"html/template"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/locale"
)

// Every incident and many updates list components, so Go code renders these lists instead of
// templates.

// appendComponent appends a component's name, linked to its page if it has one.
func appendComponent(b []byte, page *site.Page, a site.Affected) []byte {
	if a.Page == "" {
		return appendEscaped(b, a.Name)
	}
	b = append(b, `<a href="`...)
	start := len(b)
	if b = page.AppendHref(b, a.Page); escapes(b[start:]) {
		b = append(b[:start], template.HTMLEscapeString(page.Href(a.Page))...)
	}
	return append(appendEscaped(append(b, `">`...), a.Name), "</a>"...)
}

// appendCondition appends a condition with its mark.
func appendCondition(b []byte, c incident.Condition, words *locale.Locale) []byte {
	b = append(append(b, `<span class="condition c-`...), c.String()...)
	b = append(b, `"><span class="mark" aria-hidden="true"></span>`...)
	return append(appendEscaped(b, words.Condition(c)), "</span>"...)
}

// affected renders a list of components with their conditions.
func affected(page *site.Page, list []site.Affected, words *locale.Locale) template.HTML {
	return drawn(func(b []byte) []byte {
		b = append(b, `<ul class="affected">`...)
		for i := range list {
			b = append(appendComponent(append(b, "<li>"...), page, list[i]), ' ')
			b = append(appendCondition(b, list[i].Condition, words), "</li>"...)
		}
		return append(b, "</ul>"...)
	})
}

// appendChanges appends a list of components with their conditions before and after an update.
func appendChanges(b []byte, page *site.Page, list []site.Change, words *locale.Locale) []byte {
	b = append(b, `<ul class="changes">`...)
	for i := range list {
		c := &list[i]
		b = appendComponent(append(b, "<li>"...), page, c.Affected)
		b = appendCondition(append(b, `: <span class="from">`...), c.Before, words)
		b = appendCondition(append(b, `</span> <span class="arrow" aria-hidden="true">→</span> `...), c.Condition, words)
		b = append(b, "</li>"...)
	}
	return append(b, "</ul>"...)
}

// drawn returns what write appends. It reuses buffers, so that only the result is allocated.
func drawn(write func(b []byte) []byte) template.HTML {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	*buffer = write((*buffer)[:0])
	return template.HTML(*buffer)
}

// appendEscaped appends the text as escaped by template.HTMLEscapeString.
func appendEscaped(b []byte, text string) []byte {
	if !escapes(text) {
		return append(b, text...)
	}
	return append(b, template.HTMLEscapeString(text)...)
}

// escapes reports whether a text has bytes that must be escaped in HTML.
func escapes[T string | []byte](text T) bool {
	for i := range len(text) {
		switch text[i] {
		case 0, '"', '&', '\'', '<', '>':
			return true
		}
	}
	return false
}
