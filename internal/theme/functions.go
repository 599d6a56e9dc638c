package theme

import (
	"fmt"
	"html/template"
	"regexp"
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
		"zone": func() string { return zoneName(zone) },
		"time": func(t time.Time) template.HTML {
			t = t.In(zone)
			return template.HTML(`<time datetime="` + t.Format(time.RFC3339) + `">` + template.HTMLEscapeString(t.Format("2 Jan 2006, 15:04 MST")) + "</time>")
		},
		"day":       func(t time.Time) string { return t.In(zone).Format("2 January 2006") },
		"month":     func(t time.Time) string { return t.In(zone).Format("January 2006") },
		"duration":  duration,
		"count":     count,
		"lower":     strings.ToLower,
		"with_page": func(page *site.Page, view any) paged { return paged{page, view} },
		"barsWidth": func(bars []site.Bar) int { return max(1, len(bars)*5-1) },
		"barsLabel": barsLabel,
		"barX":      func(i int) int { return i * 5 },
		"barY":      func(c incident.Condition) int { return 32 - barHeight(c) },
		"barHeight": barHeight,
		"barTitle": func(b site.Bar) string {
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
		},
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

// markdownFunctions replace those whose result is HTML.
func markdownFunctions(html map[string]any) map[string]any {
	return map[string]any{
		"time":   func(t time.Time) string { return stripTags(html["time"].(func(time.Time) template.HTML)(t)) },
		"escape": escapeMarkdown,
		"text":   func(markdown string) string { return markdown },
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

func stripTags(html template.HTML) string { return tag.ReplaceAllString(string(html), "") }

var markdownSpecial = regexp.MustCompile("([\\\\`*_\\[\\]<>#|~])")

// escapeMarkdown writes a title so that it stays words in Markdown.
func escapeMarkdown(words string) string { return markdownSpecial.ReplaceAllString(words, `\$1`) }

func zoneName(zone *time.Location) string { return zone.String() }

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
