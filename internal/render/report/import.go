package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"settler.io/crier/internal/source/importer"
)

// Import is an import of another status page.
type Import struct {
	Rows          []importer.Row
	Written, Same int // files
	Notes         int // on what was guessed or lost
	DryRun        bool
}

// Text writes what was imported. For a dry run it lists what would become what.
func (i Import) Text(w io.Writer) {
	verb, kinds := "written", map[string]int{}
	rows := [][]string{{"FROM", "KIND", "TO", "UPDATES"}}
	for _, row := range i.Rows {
		kinds[row.Kind]++
		rows = append(rows, []string{row.From, row.Kind, row.To, strings.TrimPrefix(strconv.Itoa(row.Updates), "0")})
	}
	if i.DryRun {
		verb = "to write"
		Table(w, rows)
	}
	fmt.Fprintf(w, "%s, %s, %s, %s: %s %s, %d unchanged.\n",
		Count(kinds["incident"], "incident"), Count(kinds["maintenance"], "maintenance window"), Count(kinds["announcement"], "announcement"),
		Count(kinds["page"], "page"), Count(i.Written, "file"), verb, i.Same)
	if i.Notes > 0 {
		fmt.Fprintf(w, "%s above: see what was guessed or could not be converted.\n", Count(i.Notes, "note"))
	}
}
