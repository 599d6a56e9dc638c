package cli

import (
	"fmt"
	"strings"

	"settler.io/crier/internal/diag"
)

// printFindings writes findings as a compiler does: position, class, message and code, and the hint below.
func (a *app) printFindings(findings []diag.Finding) {
	for _, f := range findings {
		fmt.Fprintf(a.Stderr, "%s: %s: %s [%s]\n", f.Position, f.Kind.Class, f.Message, f.Kind.Code)
		if f.Hint != "" {
			fmt.Fprintf(a.Stderr, "  hint: %s\n", f.Hint)
		}
	}
}

// annotate writes findings as workflow commands of GitHub Actions, which shows them at their lines
// (docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
func (a *app) annotate(findings []diag.Finding) {
	for _, f := range findings {
		level := map[diag.Class]string{diag.Mistake: "error", diag.Rule: "warning", diag.Note: "notice"}[f.Kind.Class]
		properties := "file=" + annotationProperty.Replace(f.Position.Path)
		if f.Position.Line > 0 {
			properties += fmt.Sprintf(",line=%d", f.Position.Line)
		}
		if f.Position.Column > 0 {
			properties += fmt.Sprintf(",col=%d", f.Position.Column)
		}
		text := f.Message
		if f.Hint != "" {
			text += "\nhint: " + f.Hint
		}
		fmt.Fprintf(a.Stdout, "::%s %s,title=%s::%s\n", level, properties, f.Kind.Code, annotationText.Replace(text))
	}
}

var (
	annotationText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	annotationProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
