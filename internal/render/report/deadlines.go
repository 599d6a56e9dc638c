package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"settler.io/crier/internal/policy"
)

// Deadline is a deadline in JSON.
type Deadline struct {
	Rule     string `json:"rule"`
	Incident string `json:"incident"`
	Path     string `json:"path"`
	What     string `json:"what"`
	Who      string `json:"who"`
	From     string `json:"from,omitempty"`
	Due      string `json:"due"`
	MetAt    string `json:"met_at,omitempty"`
	State    string `json:"state"`
	Late     int64  `json:"late_seconds"`
	Stated   bool   `json:"stated"`
	Because  string `json:"because"`
}

func newDeadline(d policy.Deadline, now time.Time) Deadline {
	return Deadline{string(d.Rule), d.Incident, d.Path, d.Owed, d.Who, Instant(d.From), Instant(d.Due), Instant(d.MetAt), string(d.State), *seconds(d.Late(now)), d.Stated, d.Because}
}

func Deadlines(deadlines []policy.Deadline, now time.Time) []Deadline {
	return Each(deadlines, func(d policy.Deadline) Deadline { return newDeadline(d, now) })
}

// Due writes a table of open deadlines, each followed by the command that settles it and, if why is
// set, by the reason. Lines have at most 100 columns, unless a command is longer.
func Due(w io.Writer, deadlines []policy.Deadline, now time.Time, style Style, roles map[string]string, settle func(policy.Deadline) string, why bool) {
	rows := [][]string{{"DUE", "WHEN", "WHO", "WHAT"}}
	for _, d := range deadlines {
		who, what := d.Who, strings.TrimSuffix(d.Owed, ", unless it is resolved") // another row asks to resolve it
		if who == policy.OnCall {
			who = cmp.Or(roles["on_call"], who)
		}
		if name := roles[d.Party]; name != "" {
			what += " (" + name + ")"
		}
		rows = append(rows, []string{style.stamp(d.Due), TimeLeft(d, now), cut(who, 30), what})
	}
	var table strings.Builder
	Table(&table, rows)
	n := -1
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(w, cut(strings.TrimSuffix(line, "\n"), columns))
		if n++; n == 0 {
			continue
		}
		d := deadlines[n-1]
		command := settle(d)
		if !strings.Contains(command, d.Incident) {
			command += "  # " + d.Incident
		}
		fmt.Fprintln(w, "  "+style.Paint("1", command))
		if why {
			for _, line := range wrap(d.Because, columns-4) {
				fmt.Fprintln(w, "    "+line)
			}
		}
	}
}

const columns = 100

// cut shortens a text to a number of characters.
func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// wrap breaks a text into lines of at most a number of characters, if its words allow it.
func wrap(text string, most int) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines) - 1; n >= 0 && utf8.RuneCountInString(lines[n]+word) < most {
			lines[n] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// TimeLeft describes how late a deadline is, or how much time is left.
func TimeLeft(d policy.Deadline, now time.Time) string {
	if d.State == policy.Missed {
		return policy.Words(d.Late(now)) + " late"
	}
	return "in " + policy.Words(d.Due.Sub(now))
}
