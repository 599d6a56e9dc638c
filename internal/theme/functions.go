package theme

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

// paged is a view together with the page that shows it, for templates that several pages share.
type paged struct {
	Page *site.Page
	View any
}

// functions are what templates can call, besides Go's own. docs/themes.md lists them.
func functions(zone *time.Location, assets map[string]site.Ref) map[string]any {
	return map[string]any{
		"asset": func(name string) (site.Ref, error) {
			ref, ok := assets[name]
			if !ok {
				return "", fmt.Errorf("the theme has no asset %q", name)
			}
			return ref, nil
		},
		"zone":      func() string { return zoneName(zone) },
		"time":      func(t time.Time) template.HTML { return instant(t, zone) },
		"day":       func(t time.Time) string { return t.In(zone).Format("2 January 2006") },
		"month":     func(t time.Time) string { return t.In(zone).Format("January 2006") },
		"duration":  duration,
		"count":     count,
		"lower":     lower,
		"with_page": func(page *site.Page, view any) paged { return paged{page, view} },
		"condition": func(c incident.Condition) template.HTML {
			return template.HTML(`<span class="condition c-` + c.String() + `"><span class="mark" aria-hidden="true"></span>` + c.Word() + "</span>")
		},
		"component": func(page *site.Page, a site.Affected) template.HTML {
			if a.Page == "" {
				return template.HTML(template.HTMLEscapeString(a.Name))
			}
			return template.HTML(`<a href="` + template.HTMLEscapeString(page.Href(a.Page)) + `">` + template.HTMLEscapeString(a.Name) + "</a>")
		},
		"eta": func(e incident.ETA) template.HTML {
			if e.Time.IsZero() {
				return template.HTML(template.HTMLEscapeString(e.Words))
			}
			return instant(e.Time, zone)
		},
		"bars": func(c site.Component) template.HTML { return bars(c, zone) },
		"badDays": func(bars []site.Bar) []site.Bar {
			var bad []site.Bar
			for i := len(bars) - 1; i >= 0; i-- {
				if len(bars[i].Events) > 0 {
					bad = append(bad, bars[i])
				}
			}
			return bad
		},
	}
}

// instant writes a time for people and for programs.
func instant(t time.Time, zone *time.Location) template.HTML {
	b := make([]byte, 0, 96)
	b = t.In(zone).AppendFormat(append(b, `<time datetime="`...), time.RFC3339)
	return template.HTML(append(appendTime(append(b, `">`...), t, zone), "</time>"...))
}

// appendTime writes an instant as people read it: 2 Oct 2026, 10:04 UTC. The names of zones hold nothing to escape.
func appendTime(b []byte, t time.Time, zone *time.Location) []byte {
	return t.In(zone).AppendFormat(b, "2 Jan 2006, 15:04 MST")
}

// escapeMarkdown writes a title so that it stays words in Markdown.
var escapeMarkdown = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "~", `\~`)

var lower = strings.ToLower

func zoneName(zone *time.Location) string { return zone.String() }

// bars draws the days of a component, the worse the day the taller its bar, with a text for each bad one.
func bars(c site.Component, zone *time.Location) template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="bars" viewBox="0 0 %d 32" preserveAspectRatio="none" role="img" aria-label="%s">`, max(1, len(c.Bars)*5-1), template.HTMLEscapeString(barsLabel(c)))
	for i, bar := range c.Bars {
		condition, height := bar.Worst.String(), barHeight(bar.Worst)
		if condition == "" {
			condition = "none"
		}
		b.WriteString(`<rect class="c-` + condition + `" x="` + strconv.Itoa(i*5) + `" y="` + strconv.Itoa(32-height) + `" width="4" height="` + strconv.Itoa(height) + `">`)
		if title := barTitle(bar, zone); title != "" {
			b.WriteString("<title>" + template.HTMLEscapeString(title) + "</title>")
		}
		b.WriteString("</rect>")
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// barTitle tells what happened on a day; "" for a good one.
func barTitle(b site.Bar, zone *time.Location) string {
	if len(b.Events) == 0 {
		return ""
	}
	words := b.Start.In(zone).Format("2 January 2006") + ": "
	for i, e := range b.Events {
		if i > 0 {
			words += "; "
		}
		words += e.Worst.Word() + ", " + e.Title
		if e.For > 0 {
			words += " (" + duration(e.For) + ")"
		}
	}
	return words
}

// barHeight makes the worse condition the taller bar, so that colour is not the only sign.
func barHeight(c incident.Condition) int {
	return [...]int{6, 14, 18, 20, 26, 32}[c]
}

func barsLabel(c site.Component) string {
	bad := 0
	for _, b := range c.Bars {
		if b.Worst > incident.UnderMaintenance {
			bad++
		}
	}
	label := c.Name + ", last 90 days: "
	if bad == 0 {
		label += "no problems"
	} else {
		label += count(bad, "day") + " with problems"
	}
	if c.Uptime != "" {
		label += ", " + c.Uptime + " % uptime"
	}
	return label
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// duration writes a duration in its two greatest units, such as "1 h 12 min".
func duration(d time.Duration) string {
	minutes := int(d.Round(time.Minute) / time.Minute)
	days, hours, rest := minutes/(24*60), minutes/60%24, minutes%60
	switch {
	case d < 30*time.Second && d > 0:
		return "less than a minute"
	case days > 0 && hours > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case days > 0:
		return fmt.Sprintf("%d d", days)
	case hours > 0 && rest > 0:
		return fmt.Sprintf("%d h %d min", hours, rest)
	case hours > 0:
		return fmt.Sprintf("%d h", hours)
	}
	return fmt.Sprintf("%d min", rest)
}
