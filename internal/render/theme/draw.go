package theme

import (
	"html/template"
	"slices"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/locale"
)

// Incidents, their updates and lists of them are most of a site's pages, so Go code renders them: a
// template takes several times as long. Everything that comes from content is escaped by plain,
// except HTML that package markdown sanitised.

// drawing renders parts of pages in one language.
type drawing struct {
	words *locale.Locale
	zone  *time.Location
	link  string // label of the link to an update
}

func newDrawing(words *locale.Locale, zone *time.Location) *drawing {
	return &drawing{words: words, zone: zone, link: plain(words.Word("link"))}
}

func (d *drawing) word(key string, pairs ...any) string {
	return string(fill(d.words.Word(key), pairs))
}

// appendTime appends a time for people and for programs.
func (d *drawing) appendTime(b []byte, t time.Time) []byte {
	t = t.In(d.zone)
	b = t.AppendFormat(append(b, `<time datetime="`...), time.RFC3339)
	return append(d.words.AppendInstant(append(b, `">`...), t), "</time>"...)
}

func (d *drawing) time(t time.Time) template.HTML {
	return template.HTML(d.appendTime(make([]byte, 0, 96), t))
}

// since renders when something that goes on began. The script adds no "20 minutes ago" to it.
func (d *drawing) since(t time.Time) string {
	return `<span class="since">` + d.word("since", "time", d.time(t)) + "</span>"
}

// window renders a period on one line, with the year if it is dated. A zero to means "until further
// notice".
func (d *drawing) window(from, to time.Time, dated bool) template.HTML {
	from, to = from.In(d.zone), to.In(d.zone)
	if to.IsZero() {
		return template.HTML(d.word("range", "from", d.time(from), "to", d.word("further_notice")))
	}
	start, between, end := d.words.Window(from, to, dated)
	return template.HTML(`<span class="window"><time datetime="` + from.Format(time.RFC3339) + `">` + start + "</time>" + between +
		`<time datetime="` + to.Format(time.RFC3339) + `">` + end + "</time></span>")
}

// planned renders the window of maintenance and how long it is.
func (d *drawing) planned(from, to time.Time) template.HTML {
	if to.IsZero() {
		return d.window(from, to, false)
	}
	return d.window(from, to, false) + " (" + d.duration(to.Sub(from)) + ")"
}

func (d *drawing) duration(t time.Duration) template.HTML {
	return template.HTML("<bdi>" + plain(d.words.Duration(t)) + "</bdi>")
}

func (d *drawing) eta(e incident.ETA) template.HTML {
	if e.Time.IsZero() {
		return template.HTML(plain(e.Words))
	}
	return d.time(e.Time)
}

func (d *drawing) appendPill(b []byte, s incident.Status) []byte {
	return appendAll(b, `<span class="pill s-`, s.String(), `">`, plain(d.words.Status(s)), "</span>")
}

func (d *drawing) appendSeverity(b []byte, s incident.Severity) []byte {
	return appendAll(b, `<span class="severity p-`, s.String(), `">`, plain(d.words.SeverityWord(s)), "</span>")
}

func (d *drawing) appendCondition(b []byte, c incident.Condition) []byte {
	return appendAll(b, `<span class="condition c-`, c.String(), `"><span class="mark" aria-hidden="true"></span>`, plain(d.words.Condition(c)), "</span>")
}

// appendComponent appends a component's name, linked to its page if it has one.
func appendComponent(b []byte, page *site.Page, a *site.Affected) []byte {
	if a.Page == "" {
		return appendAll(b, "<bdi>", plain(a.Name), "</bdi>")
	}
	return appendAll(b, `<a href="`, plain(page.Href(a.Page)), `">`, plain(a.Name), "</a>")
}

// appendAffected appends components by their condition, the worst first: "Major outage: API, Web ·
// Degraded performance: Docs".
func (d *drawing) appendAffected(b []byte, page *site.Page, list []site.Affected) []byte {
	first := true
	for c := incident.MajorOutage; c >= incident.Operational; c-- {
		open := false
		for i := range list {
			switch {
			case list[i].Condition != c:
				continue
			case open:
				b = append(b, ", "...)
			case !first:
				b = append(b, " · "...)
			}
			if !open {
				b = append(d.appendCondition(b, c), ": "...)
			}
			b = appendComponent(b, page, &list[i])
			open, first = true, false
		}
	}
	return b
}

// facts renders the line below an incident's title: status, severity, period and highest severity.
func (d *drawing) facts(i *site.Incident) template.HTML {
	return drawn(func(b []byte) []byte {
		b = append(append(b, `<p class="when">`...), d.appendSeverity(append(d.appendPill(nil, i.Status), ' '), i.Severity)...)
		b = append(b, ' ')
		if i.Ended.IsZero() {
			b = append(b, d.since(i.Started)...)
		} else {
			b = appendAll(b, string(d.window(i.Started, i.Ended, true)), " · ", string(d.duration(i.Duration())))
		}
		if i.Worst != i.Severity {
			b = appendAll(b, " · ", d.word("was", "severity", d.words.SeverityWord(i.Worst)))
		}
		return append(b, "</p>"...)
	})
}

// extent renders impact, ETA and components: who is affected, how and until when.
func (d *drawing) extent(page *site.Page, i *site.Incident) template.HTML {
	return drawn(func(b []byte) []byte {
		if i.Impact == "" && i.ETA.IsZero() && len(i.Affected) == 0 {
			return b
		}
		b = d.appendStated(append(b, `<dl class="facts">`...), i.Impact, i.ETA)
		if len(i.Affected) > 0 {
			b = appendAll(b, "\n<div><dt>", d.word("affected"), "</dt><dd>")
			b = append(d.appendAffected(b, page, i.Affected), "</dd></div>"...)
		}
		return append(b, "\n</dl>"...)
	})
}

// appendStated appends impact and ETA as rows of a list of facts.
func (d *drawing) appendStated(b []byte, impact string, eta incident.ETA) []byte {
	if impact != "" {
		b = appendAll(b, "\n<div><dt>", d.word("impact"), "</dt><dd><bdi>", plain(impact), "</bdi></dd></div>")
	}
	if !eta.IsZero() {
		b = appendAll(b, "\n<div><dt>", d.word("eta"), "</dt><dd>", string(d.eta(eta)), "</dd></div>")
	}
	return b
}

// timeline renders updates, newest first, of what has the title and the page. An update shows
// another title only. Impact and ETA are shown where they changed.
func (d *drawing) timeline(page *site.Page, title string, own site.Ref, updates []site.Update) template.HTML {
	return drawn(func(b []byte) []byte {
		elsewhere := "" // the URL of their page, if they are on another one
		if !page.Is(own) {
			elsewhere = page.Href(own)
		}
		b = append(b, `<div class="timeline">`...)
		for n := range updates {
			b = d.appendUpdate(append(b, '\n'), page, &updates[n], updates[n+1:], title, elsewhere)
		}
		return append(b, "\n</div>"...)
	})
}

// appendUpdate appends an update that follows others, newest first.
func (d *drawing) appendUpdate(b []byte, page *site.Page, u *site.Update, earlier []site.Update, title, elsewhere string) []byte {
	b = appendAll(b, `<article class="update s-`, u.Status.String(), `"`)
	if elsewhere == "" {
		b = appendAll(b, ` id="`, plain(u.ID), `"`)
	}
	b = appendAll(b, ">\n<h3><span class=\"pill\"><span>[</span>", plain(d.words.Status(u.Status)), "<span>]</span></span> <bdi")
	if u.Title == title {
		b = append(b, ` class="vh"`...)
	}
	b = d.appendTime(appendAll(b, ">", plain(u.Title), "</bdi></h3>\n<p class=\"when\">"), u.Date)
	if !u.Posted.IsZero() {
		b = appendAll(b, " · ", d.word("posted", "time", d.time(u.Posted)))
	}
	if u.Amended != nil {
		b = appendAll(b, " · ", d.word("amended", "time", d.time(*u.Amended)))
	}
	b = appendAll(b, ` <a class="anchor" href="`, plain(elsewhere), "#", plain(u.ID), `" aria-label="`, d.link, "\">#</a></p>\n")
	b = d.appendText(b, u.HTML, u.Foreign)
	impact, eta := u.Impact, u.ETA
	if was := slices.IndexFunc(earlier, func(e site.Update) bool { return e.Impact != "" }); was >= 0 && earlier[was].Impact == impact {
		impact = ""
	}
	if was := slices.IndexFunc(earlier, func(e site.Update) bool { return !e.ETA.IsZero() }); was >= 0 && earlier[was].ETA == eta {
		eta = incident.ETA{}
	}
	if impact != "" || !eta.IsZero() {
		b = append(d.appendStated(append(b, `<dl class="facts">`...), impact, eta), "\n</dl>\n"...)
	}
	if u.Moved != "" {
		b = appendAll(b, `<p class="change">`, d.word(u.Moved, "severity", d.words.SeverityWord(u.Severity)), "</p>\n")
	}
	if u.Window != nil {
		b = appendAll(b, `<p class="change">`, d.word("window"), ": ", string(d.planned(u.Window.Starts, u.Window.Ends)), "</p>\n")
	}
	for i := range u.Changes {
		c, start := &u.Changes[i], `<p class="change">`
		if i > 0 {
			start = " · "
		}
		b = appendComponent(append(b, start...), page, &c.Affected)
		b = appendAll(b, ": ", plain(d.words.Condition(c.Before)), ` <span class="arrow" aria-hidden="true">→</span> `, plain(d.words.Condition(c.Condition)))
	}
	if len(u.Changes) > 0 {
		b = append(b, "</p>\n"...)
	}
	return append(b, "</article>"...)
}

// appendText appends a text, with a note if it is not in the page's language.
func (d *drawing) appendText(b []byte, html template.HTML, foreign string) []byte {
	if html == "" {
		return b
	}
	b = append(b, `<div class="text"`...)
	if foreign != "" {
		b = appendAll(b, ` lang="`, plain(foreign), `" dir="auto"`)
	}
	b = appendAll(b, ">\n", string(html), "</div>\n")
	if foreign != "" {
		b = appendAll(b, `<p class="note">`, d.word("untranslated"), "</p>\n")
	}
	return b
}

func (d *drawing) text(html template.HTML, foreign string) template.HTML {
	return drawn(func(b []byte) []byte { return d.appendText(b, html, foreign) })
}

// How the incidents of a list say when they were: a day, or not, because it is below its day.
const (
	dated   = "dated"
	undated = ""
)

// incidents renders a list of incidents, one row each: title, severity, day, duration, components.
func (d *drawing) incidents(page *site.Page, list []*site.Incident, how string) template.HTML {
	return d.history(page, list, nil, how)
}

func (d *drawing) maintenance(page *site.Page, list []*site.Maintenance) template.HTML {
	return d.history(page, nil, list, undated)
}

// history renders incidents and maintenance, each newest first, as one list, newest first.
func (d *drawing) history(page *site.Page, incidents []*site.Incident, maintenance []*site.Maintenance, how string) template.HTML {
	return drawn(func(b []byte) []byte {
		b = append(b, `<ul class="rows">`...)
		for len(incidents)+len(maintenance) > 0 {
			if len(maintenance) == 0 || len(incidents) > 0 && !incidents[0].Started.Before(maintenance[0].Starts) {
				b, incidents = d.appendIncident(b, page, incidents[0], how), incidents[1:]
			} else {
				b, maintenance = d.appendMaintenance(b, page, maintenance[0]), maintenance[1:]
			}
		}
		return append(b, "\n</ul>"...)
	})
}

func (d *drawing) appendIncident(b []byte, page *site.Page, i *site.Incident, how string) []byte {
	b = appendAll(b, "\n<li><a href=\"", plain(page.Href(i.Page)), `" dir="auto">`, plain(i.Title), "</a>\n<p class=\"when\">")
	b = append(d.appendSeverity(b, i.Worst), " · "...)
	if how == dated {
		b = appendAll(b, `<span class="date">`, plain(d.words.Day(i.Started.In(d.zone))), "</span> · ")
	}
	if i.Ended.IsZero() {
		b = d.appendPill(b, i.Status)
	} else {
		b = append(b, d.word("resolved_after", "duration", d.duration(i.Duration()))...)
	}
	if len(i.Affected) > 0 {
		b = d.appendAffected(append(b, " · "...), page, i.Affected)
	}
	return append(b, "</p></li>"...)
}

func (d *drawing) appendMaintenance(b []byte, page *site.Page, m *site.Maintenance) []byte {
	return appendAll(b, "\n<li><a href=\"", plain(page.Href(m.Page)), `" dir="auto">`, plain(m.Title), "</a>\n<p class=\"when\"><span class=\"severity p-M\">", d.word("maintenance"), "</span> · ",
		string(d.planned(m.Starts, m.Ends)), " · ", plain(d.words.Status(m.Status)), "</p></li>")
}

// names renders the names of components, linked.
func names(page *site.Page, list []site.Affected) template.HTML {
	return drawn(func(b []byte) []byte {
		for i := range list {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendComponent(b, page, &list[i])
		}
		return b
	})
}

// onward renders links from an incident to its month and to the feeds of its components.
func (d *drawing) onward(page *site.Page, i *site.Incident) template.HTML {
	return drawn(func(b []byte) []byte {
		b = append(b, `<p class="onward">`...)
		if i.Month.Text != "" {
			b = appendAll(b, `<a href="`, plain(page.Href(i.Month.Target)), `">`, d.word("incident_history", "month", i.Month.Text), "</a>")
		}
		for n := range i.Affected {
			if a := &i.Affected[n]; a.Feed != "" {
				b = appendAll(b, ` · <a href="`, plain(page.Href(a.Feed)), `">`, plain(a.Name), " RSS</a>")
			}
		}
		return append(b, "</p>"...)
	})
}

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// drawn returns what write appends. It reuses buffers, so that only the result is allocated.
func drawn(write func(b []byte) []byte) template.HTML {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	*buffer = write((*buffer)[:0])
	return template.HTML(*buffer)
}

func appendAll(b []byte, parts ...string) []byte {
	for _, part := range parts {
		b = append(b, part...)
	}
	return b
}

// plain escapes a text for HTML content and quoted attributes, to the same bytes as html/template.
func plain(text string) string {
	for i := range len(text) {
		switch text[i] {
		case 0, '"', '&', '\'', '<', '>', '+':
			return strings.ReplaceAll(template.HTMLEscapeString(text), "+", "&#43;")
		}
	}
	return text
}
