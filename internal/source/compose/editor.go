package compose

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

// EditorText returns what the editor shows: a text, and notes below the scissors line as help.
func EditorText(text string, notes []string) string {
	shown := strings.TrimSuffix(text, "\n") + "\n\n" + scissors + "\n"
	for _, note := range append([]string{"Write above this line what the public reads, in Markdown. Everything below it is dropped.", "An empty text cancels, and nothing is written.", ""}, notes...) {
		shown += strings.TrimRight("# "+note, " ") + "\n"
	}
	return shown
}

// scissors marks the end of the edited text. Everything below it is dropped, as in git.
const scissors = "# ------------------------ >8 ------------------------"

// Edited returns the text above the scissors line.
func Edited(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == scissors {
			lines = lines[:i]
			break
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// placeholder matches a part of a template that is to be filled in, such as [issue description],
// but not a Markdown link.
var placeholder = regexp.MustCompile(`\[[A-Za-z][^\]\[]*\](?:[^(\[:]|$)`)

// Unfilled returns the first placeholder in text, or "" if there is none.
func Unfilled(text string) string {
	found := placeholder.FindString(text)
	return found[:strings.LastIndexByte(found, ']')+1]
}

// EditorNotes returns the notes for the editor: what readers will see around the text.
func EditorNotes(u incident.Update, title string, zone *time.Location, now time.Time) []string {
	lines := []string{fmt.Sprintf("[%s] %s", u.Status.Word(), title), "(your text)"}
	lines = append(lines, TemplateLines(u, zone)...)
	if u.Severity != 0 {
		lines = append(lines, "", "Severity: "+u.Severity.String()+" ("+u.Severity.Word()+")")
	}
	if u.Components != nil {
		var affected []string
		for _, c := range u.Components.List {
			condition := cmp.Or(c.Condition, u.Severity.Condition())
			affected = append(affected, c.Component+" ("+condition.Word()+")")
		}
		lines = append(lines, "Components: "+strings.Join(affected, ", "))
	}
	return append(lines, "Date: "+policy.Clock(u.Date, now, zone))
}

// PreviousNotes returns the previous update, with its text, as notes for the editor.
func PreviousNotes(c incident.Case, text string, zone *time.Location, now time.Time) []string {
	last := c.Updates[len(c.Updates)-1]
	lines := []string{"", fmt.Sprintf("Before, at %s: [%s]", policy.Clock(last.Date, now, zone), last.Status.Word())}
	for line := range strings.Lines(text) {
		lines = append(lines, "  "+strings.TrimSpace(line))
	}
	for _, line := range TemplateLines(last, zone) {
		lines = append(lines, "  "+line)
	}
	state := c.History.State()
	if shown := TemplateLines(incident.Update{Impact: state.Impact, ETA: state.ETA}, zone); len(shown) > 0 && c.Open() {
		lines = append(append(lines, "", "Shown while it is open, until --impact and --eta change them:"), shown...)
	}
	return lines
}
