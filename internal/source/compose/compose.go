// Package compose writes the Markdown files of updates and post-mortems, and finds names for them: what it composes, package
// content reads back as it was meant. It takes values and gives texts; it reads no clock and no files.
package compose

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/markdown"
)

// Update gives the text of an update's file: its front matter with the keys in the order of docs/content.md, and the body.
// Fields that are zero are left out; instants are written in UTC, to the second. ID, Path and Translations are not part of
// a file's text.
func Update(u incident.Update, body string) string {
	var f front
	f.text("title", u.Title)
	f.word("severity", u.Severity.String())
	f.word("status", u.Status.String())
	f.instant("date", u.Date)
	f.instant("detected", u.Detected)
	f.instant("acknowledged", u.Acknowledged)
	f.instant("starts", u.Starts)
	f.instant("ends", u.Ends)
	if u.Components != nil {
		f.word("components", components(*u.Components))
	}
	f.text("impact", u.Impact)
	f.word("eta", ETA(u.ETA))
	if u.Draft {
		f.word("draft", "true")
	}
	f.word("hold", hold(u.Hold))
	f.instant("amended", u.Amended)
	f.runbook(u.ForRunbook())
	if len(u.Aliases) > 0 {
		f.word("aliases", list(u.Aliases))
	}
	return f.file(body)
}

// front collects the lines of front matter.
type front struct{ strings.Builder }

// word adds a key whose value is YAML already; an empty one is left out.
func (f *front) word(key, value string) {
	if value != "" {
		f.WriteString(key + ": " + value + "\n")
	}
}

func (f *front) text(key, value string) {
	if value = oneLine(value); value != "" {
		f.word(key, scalar(value))
	}
}

func (f *front) instant(key string, t time.Time) {
	if !t.IsZero() {
		f.word(key, Instant(t))
	}
}

func (f *front) runbook(r incident.Runbook) {
	f.word("security", r.Security)
	if r.DataLoss {
		f.word("data_loss", "true")
	}
	if len(r.Escalate) > 0 {
		f.word("escalate", list(r.Escalate))
	}
	told := map[string]string{}
	for party, t := range r.Escalated {
		told[party] = Instant(t)
	}
	f.word("escalated", pairs(told))
	f.instant("notified", r.Notified)
	reasons := map[string]string{}
	for rule, reason := range r.Waive {
		reasons[rule] = item(oneLine(reason))
	}
	f.word("waive", pairs(reasons))
}

// file puts the front matter before the body.
func (f *front) file(body string) string {
	body, _ = markdown.Clean(strings.ReplaceAll(body, "\r\n", "\n"))
	body = strings.TrimRight(strings.Trim(body, "\n"), " \t\n")
	if body != "" {
		body += "\n"
	}
	return "---\n" + f.String() + "---\n" + body
}

// Instant writes a time as front matter has it: RFC 3339, in UTC, to the second.
func Instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ETA writes an ETA as the value of its key; "" for none.
func ETA(e incident.ETA) string {
	if !e.Time.IsZero() {
		return Instant(e.Time)
	}
	if words := oneLine(e.Words); words != "" {
		return scalar(words)
	}
	return ""
}

func hold(h incident.Hold) string {
	switch {
	case !h.Until.IsZero():
		return Instant(h.Until)
	case h.For > 0:
		return duration(h.For)
	}
	return ""
}

// duration writes a duration in whole units, such as 1h30m.
func duration(d time.Duration) string {
	text := ""
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if n := d / unit.size; n > 0 {
			text += strconv.Itoa(int(n)) + unit.name
			d -= n * unit.size
		}
	}
	return text
}

// components writes a set of components: a list, or a map of conditions.
func components(c incident.Components) string {
	if !c.Explicit {
		ids := make([]string, len(c.List))
		for i, a := range c.List {
			ids[i] = a.Component
		}
		return list(ids)
	}
	texts := make([]string, len(c.List))
	for i, a := range c.List {
		texts[i] = item(a.Component) + ": " + a.Condition.String()
	}
	return "{" + strings.Join(texts, ", ") + "}"
}

func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = item(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// pairs writes a map whose values are YAML already, by key.
func pairs(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	var texts []string
	for key, value := range m {
		texts = append(texts, item(key)+": "+value)
	}
	slices.Sort(texts)
	return "{" + strings.Join(texts, ", ") + "}"
}

// oneLine gives a text as front matter keeps it: without control characters, each run of white space one space.
func oneLine(text string) string {
	text, _ = markdown.Clean(text)
	return strings.Join(strings.Fields(text), " ")
}
