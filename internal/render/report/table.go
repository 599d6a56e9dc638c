// Package report writes what commands report: text and tables for people, Markdown, CSV, and JSON,
// which docs/cli.md describes. It is pure: it reads no clock.
package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"settler.io/crier/internal/policy"
)

// Style says how text is shown.
type Style struct {
	Zone   *time.Location
	Colour bool // on a terminal that shows colours
}

// Paint colours text with an SGR code (ECMA-48) if colours are enabled.
func (s Style) Paint(code, text string) string {
	if !s.Colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s Style) stamp(t time.Time) string { return t.In(s.Zone).Format(policy.Stamp) }

// Table writes rows in aligned columns.
func Table(w io.Writer, rows [][]string) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(table, strings.TrimRight(strings.Join(row, "\t"), "\t "))
	}
	table.Flush()
}

// Markdown formats a heading and a table in GitHub's Markdown.
func Markdown(heading string, rows [][]string) string {
	if rows == nil {
		return "# " + Cell(heading) + "\n\n"
	}
	var b strings.Builder
	b.WriteString("\n## " + heading + "\n\n")
	for n, row := range rows {
		for k, cell := range row {
			if row[k] = Cell(cell); n == 0 {
				row[k] = cell[:1] + strings.ToLower(cell[1:])
			}
		}
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if n == 0 {
			b.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	return b.String()
}

var cell = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`)

// Cell escapes a text for a cell of a table in GitHub's Markdown.
func Cell(text string) string { return cell.Replace(text) }

// Count returns a number with a noun, such as "2 files".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Short formats a duration, rounded to a readable precision.
func Short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
