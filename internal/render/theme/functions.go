package theme

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/internal/status"
)

// paged is a view with the page that shows it, for templates that several pages share.
type paged struct {
	Page *site.Page
	View any
}

// functions returns the functions that templates in one language can call, besides Go's own.
// docs/themes.md lists them.
func (t *Theme) functions(words *locale.Locale, brand config.Brand) map[string]any {
	zone, draw := t.zone, newDrawing(words, t.zone)
	return map[string]any{
		"asset": func(name string) (site.Ref, error) {
			ref, ok := t.places[name]
			if !ok {
				return "", fmt.Errorf("the theme has no asset %q", name)
			}
			return ref, nil
		},
		"logo": func() site.Ref { return t.places[brand.Logo] }, // "" without one
		"icon": func() site.Ref {
			if ref, ok := t.places[brand.Icon]; ok {
				return ref
			}
			return "/" + iconFile
		},
		"meta": func(page *site.Page) template.HTML {
			text, picture := "", ""
			if v, ok := page.View.(*site.Overview); ok {
				text = words.State(v.State.Name)
			}
			switch path.Ext(brand.Logo) {
			case ".png", ".jpg", ".jpeg", ".webp", ".gif": // social networks don't show SVG
				picture = page.Site.URL(t.places[brand.Logo])
			}
			return meta(page, text, picture)
		},
		"css": func() template.CSS { return t.css },
		"code": func(parts ...string) template.HTML {
			return template.HTML("<code>"+template.HTMLEscapeString(strings.Join(parts, ""))+"</code> ") + copyButton(words, parts...)
		},
		"copy": func(parts ...string) template.HTML { return copyButton(words, parts...) },
		"rtl":  func() bool { return words.RTL },
		"t": func(key string, pairs ...any) (template.HTML, error) {
			if !words.Has(key) {
				return "", fmt.Errorf("there are no words %q", key)
			}
			return fill(words.Word(key), pairs), nil
		},
		"tn": func(key string, n int, pairs ...any) (template.HTML, error) {
			if !words.Has(key) {
				return "", fmt.Errorf("there are no words %q", key)
			}
			return fill(words.Count(key, n), pairs), nil
		},
		"forms": func(key string) (string, error) {
			forms, err := json.Marshal(words.Forms(key))
			return string(forms), err
		},
		"zone":        func() template.HTML { return template.HTML(`<span class="zone">` + plain(zone.String()) + "</span>") },
		"time":        draw.time,
		"day":         func(t time.Time) string { return words.Day(t.In(zone)) },
		"days":        func(first, last time.Time) string { return unbroken.Replace(words.Days(first.In(zone), last.In(zone))) },
		"month":       func(t time.Time) string { return words.Month(t.In(zone)) },
		"duration":    draw.duration,
		"percent":     words.Percent,
		"with_page":   func(page *site.Page, view any) paged { return paged{page, view} },
		"status":      words.Status,
		"severity":    words.SeverityWord,
		"state":       func(s status.Overall) string { return words.State(s.Name) },
		"condition":   func(c incident.Condition) template.HTML { return template.HTML(draw.appendCondition(nil, c)) },
		"pill":        func(s incident.Status) template.HTML { return template.HTML(draw.appendPill(nil, s)) },
		"names":       names,
		"onward":      draw.onward,
		"eta":         draw.eta,
		"planned":     draw.planned,
		"facts":       draw.facts,
		"extent":      draw.extent,
		"timeline":    draw.timeline,
		"incidents":   draw.incidents,
		"maintenance": draw.maintenance,
		"history":     draw.history,
		"text":        draw.text,
		"bars":        func(c site.Component) template.HTML { return bars(c, zone, words) },
		"badDays": func(bars []site.Bar) []site.Bar {
			bad := slices.DeleteFunc(slices.Clone(bars), func(b site.Bar) bool { return len(b.Events) == 0 })
			slices.Reverse(bad)
			return bad
		},
	}
}

// copyButton renders a button that copies a text. A script shows it where the browser can copy.
func copyButton(words *locale.Locale, parts ...string) template.HTML {
	return template.HTML(`<button type="button" class="copy" value="` + template.HTMLEscapeString(strings.Join(parts, "")) + `" data-copied="` +
		template.HTMLEscapeString(words.Word("copied")) + `" hidden>` + template.HTMLEscapeString(words.Word("copy")) + "</button>")
}

// fill escapes a text of the catalogue and replaces its placeholders with values. Values that are
// HTML are inserted as they are; others are escaped.
func fill(text string, pairs []any) template.HTML {
	text = template.HTMLEscapeString(text)
	if len(pairs) < 2 || !strings.Contains(text, "{") {
		return template.HTML(text)
	}
	return drawn(func(b []byte) []byte {
		for {
			before, rest, open := strings.Cut(text, "{")
			b = append(b, before...)
			if !open {
				return b
			}
			name, after, closed := strings.Cut(rest, "}")
			if value, ok := valueFor(name, pairs); closed && ok {
				b = append(b, value...)
				text = after
			} else {
				b = append(b, '{')
				text = rest
			}
		}
	})
}

// valueFor returns the value of a placeholder as HTML.
func valueFor(name string, pairs []any) (string, bool) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if key, ok := pairs[i].(string); ok && key == name || !ok && fmt.Sprint(pairs[i]) == name {
			switch value := pairs[i+1].(type) {
			case template.HTML:
				return string(value), true
			case string:
				return template.HTMLEscapeString(value), true
			}
			return template.HTMLEscapeString(fmt.Sprint(pairs[i+1])), true
		}
	}
	return "", false
}

// unbroken keeps dates on one line: a period may break between its two.
var unbroken = strings.NewReplacer(" – ", "\u00a0– ", " ", "\u00a0")

// bars renders the days of a component as an SVG. A worse day has a taller bar, and each bad day
// has a text. Consecutive days that look the same share one path, so that a quiet component takes
// few bytes.
func bars(c site.Component, zone *time.Location, words *locale.Locale) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bars" viewBox="0 0 %d 32" preserveAspectRatio="none" role="img" aria-label="%s">`, max(1, len(c.Bars)*5-1), template.HTMLEscapeString(barsLabel(c, words)))
	for i := 0; i < len(c.Bars); i++ {
		bar := c.Bars[i]
		condition, height := cmp.Or(bar.Worst.String(), "none"), barHeight(bar.Worst)
		b.WriteString(`<path class="c-` + condition + `" d="M` + strconv.Itoa(i*5) + " " + strconv.Itoa(32-height) + "h4v" + strconv.Itoa(height) + "h-4z")
		if len(bar.Events) == 0 {
			for i+1 < len(c.Bars) && len(c.Bars[i+1].Events) == 0 && c.Bars[i+1].Worst == bar.Worst {
				i++
				b.WriteString("m5 0h4v" + strconv.Itoa(height) + "h-4z")
			}
			b.WriteString(`"/>`)
			continue
		}
		b.WriteString(`"><title>` + template.HTMLEscapeString(barTitle(bar, zone, words)) + "</title></path>")
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// barTitle describes what happened on a day.
func barTitle(b site.Bar, zone *time.Location, words *locale.Locale) string {
	text := words.Day(b.Start.In(zone)) + ": "
	for i, e := range b.Events {
		if i > 0 {
			text += "; "
		}
		text += words.Condition(e.Worst) + ", " + e.Title
		if e.For > 0 {
			text += " (" + words.Duration(e.For) + ")"
		}
	}
	return text
}

// barHeight returns a greater height for a worse condition, so that colour is not the only sign.
func barHeight(c incident.Condition) int {
	return [...]int{8, 14, 18, 22, 27, 32}[c]
}

func barsLabel(c site.Component, words *locale.Locale) string {
	bad := 0
	for _, b := range c.Bars {
		if b.Worst > incident.UnderMaintenance {
			bad++
		}
	}
	label := words.Word("bars_good", "component", c.Name)
	if bad > 0 {
		label = words.Count("bars_bad", bad, "component", c.Name)
	}
	return label
}
