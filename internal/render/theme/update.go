package theme

import (
	"html/template"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/locale"
)

// Incidents and their updates are most of a site's pages, so Go code renders them: a template takes
// several times as long. Everything that comes from content is escaped by plain, except HTML that
// package markdown sanitised.

// drawing renders parts of pages in one language.
type drawing struct {
	words *locale.Locale
	zone  *time.Location
	link  string // label of the link to an update
}

func newDrawing(words *locale.Locale, zone *time.Location) *drawing {
	return &drawing{words: words, zone: zone, link: plain(words.Word("link"))}
}

// update renders an update for the pages of incidents and maintenance.
func (d *drawing) update(page *site.Page, u site.Update) template.HTML {
	return drawn(func(b []byte) []byte {
		b = appendAll(b, `<article class="update s-`, plain(u.Status.String()), `" id="`, plain(u.ID), "\">\n<h3><span class=\"status\">[", plain(d.words.Status(u.Status)),
			`]</span> <bdi>`, plain(u.Title), "</bdi></h3>\n<p class=\"when\">")
		b = appendInstant(b, u.Date, d.zone, d.words)
		if u.Amended != nil {
			b = appendAll(b, " · ", string(d.word("amended", "time", instant(*u.Amended, d.zone, d.words))))
		}
		b = appendAll(b, ` <a class="anchor" href="#`, plain(u.ID), `" aria-label="`, d.link, "\">#</a></p>\n")
		b = d.facts(d.text(b, u.HTML, u.Foreign), u)
		switch u.Moved {
		case "":
		case "raised":
			b = appendAll(b, `<p class="change">`, string(d.word("raised", "severity", d.words.SeverityWord(u.Severity))), "</p>\n")
		default:
			b = appendAll(b, `<p class="change">`, string(d.word("lowered", "severity", d.words.SeverityWord(u.Severity))), "</p>\n")
		}
		if u.Window != nil {
			b = appendAll(b, `<p class="change">`, string(d.word("window")), ": ", string(d.window(u.Window.Starts, u.Window.Ends)), "</p>\n")
		}
		if len(u.Changes) > 0 {
			b = append(appendChanges(b, page, u.Changes, d.words), '\n')
		}
		return append(b, "</article>"...)
	})
}

// when renders the line below an incident's title: severity, status, period, and highest severity.
func (d *drawing) when(i site.Incident) template.HTML {
	return drawn(func(b []byte) []byte {
		b = appendAll(b, `<span class="severity p-`, plain(i.Severity.String()), `">`, plain(d.words.SeverityWord(i.Severity)), "</span> <strong>", plain(d.words.Status(i.Status)), "</strong> · ")
		started := instant(i.Started, d.zone, d.words)
		if i.Ended.IsZero() {
			b = appendAll(b, string(d.word("since", "time", started)))
		} else {
			b = appendAll(b, string(d.word("range", "from", started, "to", instant(i.Ended, d.zone, d.words))), " · ", string(d.duration(i.Duration())))
		}
		if i.Worst != i.Severity {
			b = appendAll(b, " · ", string(d.word("was", "severity", d.words.SeverityWord(i.Worst))))
		}
		return b
	})
}

// text appends the body of an update, with a note if it is not in the page's language.
func (d *drawing) text(b []byte, html template.HTML, foreign string) []byte {
	if html == "" {
		return b
	}
	b = append(b, `<div class="text"`...)
	if foreign != "" {
		b = appendAll(b, ` lang="`, plain(foreign), `" dir="auto"`)
	}
	b = appendAll(b, ">\n", string(html), "</div>")
	if foreign != "" {
		b = appendAll(b, "\n<p class=\"note\">", string(d.word("untranslated")), "</p>")
	}
	return b
}

// facts appends the impact and ETA that an update states.
func (d *drawing) facts(b []byte, u site.Update) []byte {
	if !u.Stated {
		return b
	}
	b = append(b, `<dl class="facts">`...)
	if u.Impact != "" {
		b = appendAll(b, "\n<div><dt>", string(d.word("impact")), "</dt><dd><bdi>", plain(u.Impact), "</bdi></dd></div>")
	}
	if eta := d.eta(u.ETA); eta != "" {
		b = appendAll(b, "\n<div><dt>", string(d.word("eta")), "</dt><dd>", string(eta), "</dd></div>")
	}
	return append(b, "\n</dl>"...)
}

func (d *drawing) word(key string, pairs ...any) template.HTML { return fill(d.words.Word(key), pairs) }

func (d *drawing) duration(t time.Duration) template.HTML {
	return "<bdi>" + template.HTML(template.HTMLEscapeString(d.words.Duration(t))) + "</bdi>"
}

func (d *drawing) eta(e incident.ETA) template.HTML {
	if e.Time.IsZero() {
		return template.HTML(template.HTMLEscapeString(e.Words))
	}
	return instant(e.Time, d.zone, d.words)
}

// window renders the period of maintenance.
func (d *drawing) window(starts, ends time.Time) template.HTML {
	to := d.word("further_notice")
	if !ends.IsZero() {
		to = instant(ends, d.zone, d.words)
	}
	return d.word("range", "from", instant(starts, d.zone, d.words), "to", to)
}

func appendAll(b []byte, parts ...string) []byte {
	for _, part := range parts {
		b = append(b, part...)
	}
	return b
}

// plain escapes a text for HTML content and quoted attributes, to the same bytes as html/template.
func plain(text string) string {
	if !escapes(text) && strings.IndexByte(text, '+') < 0 {
		return text
	}
	return strings.ReplaceAll(template.HTMLEscapeString(text), "+", "&#43;")
}
