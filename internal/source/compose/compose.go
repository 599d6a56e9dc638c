// Package compose generates and changes the Markdown files of updates and post-mortems, and chooses
// their names. Package content reads the files back with the same meaning. compose reads no clock
// and no files.
package compose

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/markdown"
)

// Update returns the text of an update's file: the front matter, with its keys in the order of
// docs/content.md, and the body. Fields with zero values are omitted. Times are in UTC, to the
// second. ID, Path and Translations are not part of the text.
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
	f.draft(u.Draft)
	f.word("hold", hold(u.Hold))
	f.instant("amended", u.Amended)
	f.runbook(u.ForRunbook())
	f.list("aliases", u.Aliases)
	f.text("atom_id", u.AtomID)
	return f.file(body)
}

// Announcement returns the text of an announcement's file.
func Announcement(a incident.Announcement, body string) string {
	var f front
	f.text("title", a.Title)
	f.instant("date", a.Date)
	f.instant("until", a.Until)
	f.draft(a.Draft)
	f.list("aliases", a.Aliases)
	return f.file(body)
}

// Page returns the text of a page's file.
func Page(title string, draft bool, aliases []string, body string) string {
	var f front
	f.text("title", title)
	f.draft(draft)
	f.list("aliases", aliases)
	return f.file(body)
}

// front builds front matter line by line.
type front struct{ strings.Builder }

// word adds a key whose value is already YAML. It skips empty values.
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

func (f *front) draft(draft bool) {
	if draft {
		f.word("draft", "true")
	}
}

// list adds a list. It skips empty ones.
func (f *front) list(key string, texts []string) {
	if len(texts) > 0 {
		f.word(key, list(texts))
	}
}

func (f *front) runbook(r incident.Runbook) {
	f.word("security", r.Security)
	f.text("ticket", r.Ticket)
	switch r.Email {
	case incident.Yes:
		f.word("email", "true")
	case incident.No:
		f.word("email", "false")
	}
	if r.DataLoss {
		f.word("data_loss", "true")
	}
	if r.Retracted {
		f.word("retracted", "true")
	}
	f.list("escalate", r.Escalate)
	told := map[string]string{}
	for party, t := range r.Escalated {
		told[party] = Instant(t)
	}
	f.word("escalated", pairs(told))
	f.instant("notified", r.Notified)
	reasons := map[string]string{}
	for rule, reason := range r.Waive {
		reasons[rule] = Item(oneLine(reason))
	}
	f.word("waive", pairs(reasons))
}

func (f *front) file(body string) string {
	body, _ = markdown.Clean(strings.ReplaceAll(body, "\r\n", "\n"))
	body = strings.TrimRight(strings.Trim(body, "\n"), " \t\n")
	if body != "" {
		body += "\n"
	}
	return "---\n" + f.String() + "---\n" + body
}

// Instant formats a time for front matter: RFC 3339, in UTC, to the second.
func Instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// ETA returns an ETA as a YAML value, or "" if there is none.
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

// duration formats a duration in whole units, such as 1h30m.
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

// components returns a set of components as a YAML list or, if the conditions are explicit, as a
// map.
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
		texts[i] = Item(a.Component) + ": " + a.Condition.String()
	}
	return "{" + strings.Join(texts, ", ") + "}"
}

func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = Item(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// pairs returns a YAML map, sorted by key. The values must already be YAML.
func pairs(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	var texts []string
	for key, value := range m {
		texts = append(texts, Item(key)+": "+value)
	}
	slices.Sort(texts)
	return "{" + strings.Join(texts, ", ") + "}"
}

// oneLine removes control characters and replaces every run of white space with one space.
func oneLine(text string) string {
	text, _ = markdown.Clean(text)
	return strings.Join(strings.Fields(text), " ")
}
