package report

import (
	"fmt"
	"io"

	"settler.io/crier/internal/diag"
)

// Problems writes findings by file, with a count of each class.
func Problems(w io.Writer, findings []diag.Finding, style Style) {
	file := ""
	for _, f := range diag.Visible(findings) {
		if f.Position.Path != file {
			if file != "" {
				fmt.Fprintln(w)
			}
			file = f.Position.Path
			fmt.Fprintln(w, style.Paint("1", file))
		}
		class := style.Paint(map[diag.Class]string{diag.Mistake: "31", diag.Rule: "33", diag.Note: "36"}[f.Kind.Class], string(f.Kind.Class))
		fmt.Fprintf(w, "  %d:%d: %s: %s [%s]\n", f.Position.Line, f.Position.Column, class, f.Message, f.Kind.Code)
		if f.Hint != "" {
			fmt.Fprintf(w, "    hint: %s\n", f.Hint)
		}
	}
	if len(findings) == 0 {
		fmt.Fprintln(w, "No problems found.")
		return
	}
	fmt.Fprintf(w, "\n%s, %s, %s.\n", Count(diag.Count(findings, diag.Mistake), "mistake"), Count(diag.Count(findings, diag.Rule), "rule finding"), Count(diag.Count(findings, diag.Note), "note"))
}
