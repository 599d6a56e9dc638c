package cstate

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
)

var planned = regexp.MustCompile(`(?i)maintenance|upgrade|updat(e|ing) of|migrat|planned|scheduled|reboot|window|will be`)

// issue imports an issue as an incident, maintenance or an announcement.
func (i *importer) issue(p post) {
	start, ok := parseDate(p.text("date"))
	if !ok {
		i.report(diag.BadDate, p.path, max(1, p.lines["date"]), "the date %q is not valid, so this issue was not imported", p.text("date"))
		return
	}
	if start.After(i.latest) {
		i.latest = start
	}
	i.unmapped(p, "title", "date", "resolved", "resolvedWhen", "severity", "affected", "section", "informational", "pin", "draft", "slug")
	resolved := p.true("resolved")
	end, ended := parseDate(p.text("resolvedWhen"))
	switch {
	case ended && end.Before(start):
		i.report(diag.EndBeforeStart, p.path, p.lines["resolvedWhen"],
			"resolved at %s, before it began at %s; the resolution was put at the beginning", stamp(end), stamp(start))
		end = start
	case resolved && !ended:
		i.report(diag.GuessInImport, p.path, p.lines["resolved"], "resolved without resolvedWhen; the resolution was put at the beginning")
		end, ended = start, true
	}
	severity := strings.ToLower(p.text("severity"))
	switch {
	case p.true("informational"), p.true("pin") && severity == "":
		i.announce(p, start, end)
	case severity == "notice" && ended && end.After(start) && planned.MatchString(p.text("title")+"\n"+p.body):
		i.maintenance(p, start, end, resolved)
	default:
		i.incident(p, severity, start, end, resolved)
	}
}

func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }

// common returns the front matter that every update of an issue needs.
func (p post) common(status string, date time.Time) []string {
	front := []string{"status: " + status, "date: " + stamp(date)}
	if p.true("draft") {
		front = append(front, "draft: true")
	}
	return front
}

func (p post) title() string { return quote(orElse(p.text("title"), p.slug)) }

func (p post) alias() string {
	if strings.ContainsAny(p.slug, `?#\:*"<>|%`) {
		return ""
	}
	return "aliases: [" + quote("/issues/"+p.slug+"/") + "]"
}

func (i *importer) announce(p post, start, end time.Time) {
	front := []string{"title: " + p.title(), "date: " + stamp(start)}
	if end.After(start) {
		front = append(front, "until: "+stamp(end))
	}
	if p.true("draft") {
		front = append(front, "draft: true")
	}
	front = append(front, p.alias())
	i.write("content/announcements/"+i.unique(slug(p.slug))+".md", front, p.body)
	i.shortcodes(p, p.body)
	i.result.Announcements++
}

// dated is a block with its final time.
type dated struct {
	block
	at time.Time
}

// settle assigns a time to every block: the start to the first block, the end to a final block, and
// to the others the time they state or, without one, a time evenly spaced between their neighbours.
func (i *importer) settle(p post, blocks []block, start, end time.Time, resolved bool) []dated {
	out := make([]dated, len(blocks))
	known := make([]bool, len(blocks))
	last := len(blocks) - 1
	for n, b := range blocks {
		out[n].block = b
		switch {
		case n == 0:
			out[n].at, known[n] = start, true
		case n == last && b.role == final && resolved:
			out[n].at, known[n] = end, true
		case b.date.After(out[0].at) && (!resolved || b.date.Before(end)):
			out[n].at, known[n] = b.date, true
			for k := n - 1; k >= 0; k-- {
				if known[k] && out[k].at.After(b.date) {
					known[n] = false // it contradicts the order of the text
				}
			}
		}
	}
	guessed := false
	for n := 1; n <= last; n++ {
		if known[n] {
			continue
		}
		guessed = true
		next := n
		for next <= last && !known[next] {
			next++
		}
		until := out[n-1].at.Add(time.Duration(next-n+1) * time.Minute)
		if next <= last {
			until = out[next].at
		} else if resolved {
			until = end
		}
		step := until.Sub(out[n-1].at) / time.Duration(next-n+1)
		if step < 0 {
			step = 0
		}
		out[n].at, known[n] = out[n-1].at.Add(step).Truncate(time.Second), true
		if out[n].at.Before(out[n-1].at) {
			out[n].at = out[n-1].at
		}
	}
	if guessed {
		i.report(diag.GuessInImport, p.path, p.line, "updates without a time of their own were put evenly between their neighbours")
	}
	return out
}

func (i *importer) incident(p post, severity string, start, end time.Time, resolved bool) {
	level := map[string]string{"down": "P1", "disrupted": "P2", "notice": "P3"}[severity]
	if level == "" {
		i.report(diag.GuessInImport, p.path, max(1, p.lines["severity"]), "cState has no severity %q; it became P2", severity)
		level = "P2"
	}
	components := []string{}
	for _, name := range p.texts("affected") {
		id := i.component(p, name)
		if severity == "down" {
			id += ": major_outage"
		}
		if !strings.Contains("\n"+strings.Join(components, "\n")+"\n", "\n"+id+"\n") {
			components = append(components, id)
		}
	}
	list := "components: [" + strings.Join(components, ", ") + "]"
	if severity == "down" && len(components) > 0 {
		list = "components: {" + strings.Join(components, ", ") + "}"
	}
	folder := fmt.Sprintf("content/incidents/%s/%s/", start.Format("2006"), i.unique(slug(p.slug)))
	blocks := i.settle(p, splitBlocks(p.body), start, end, resolved)
	if len(blocks) == 0 {
		blocks = []dated{{at: start}}
	}
	number := 0
	add := func(status string, at time.Time, extra []string, text string) {
		number++
		i.write(fmt.Sprintf("%s%02d-%s.md", folder, number, status), append(extra, p.common(status, at)...), text)
		i.shortcodes(p, text)
	}
	done := false
	for n, b := range blocks {
		status := orElse(b.status, "investigating")
		last := n == len(blocks)-1
		switch {
		case resolved && last && b.role == final && n > 0:
			status, done = "resolved", true
		case status == "resolved", b.role == final && n > 0:
			status = "monitoring" // it claims to be resolved, but more blocks follow
		}
		var extra []string
		if n == 0 {
			extra = []string{"title: " + p.title(), "severity: " + level, list, p.alias()}
		}
		add(status, b.at, extra, b.text)
	}
	if resolved && !done {
		add("resolved", end, nil, "")
	}
	i.result.Incidents++
}

func (i *importer) maintenance(p post, start, end time.Time, resolved bool) {
	ids := []string{}
	for _, name := range p.texts("affected") {
		ids = append(ids, i.component(p, name))
	}
	folder := fmt.Sprintf("content/maintenance/%s/%s/", start.Format("2006"), i.unique(slug(p.slug)))
	announced := start
	if !resolved {
		announced = start.Add(-7 * 24 * time.Hour)
		i.report(diag.GuessInImport, p.path, p.lines["date"], "cState does not say when this was announced; a week before its start was taken")
	}
	blocks := i.settle(p, splitBlocks(p.body), start, end, resolved)
	if len(blocks) == 0 {
		blocks = []dated{{at: start}}
	}
	for n, b := range blocks {
		status, at, front := "in_progress", b.at, []string(nil)
		switch {
		case n == 0:
			status, at = "scheduled", announced
			front = []string{"title: " + p.title(), "starts: " + stamp(start), "ends: " + stamp(end), "components: [" + strings.Join(ids, ", ") + "]", p.alias()}
		case n == len(blocks)-1 && b.role == final && resolved:
			status = "completed"
		}
		i.write(fmt.Sprintf("%s%02d-%s.md", folder, n+1, status), append(front, p.common(status, at)...), b.text)
		i.shortcodes(p, b.text)
	}
	i.result.Maintenance++
}
