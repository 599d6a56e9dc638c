package diag

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Print writes findings like compiler errors, with position, class, message and code. Hints are on
// the next line.
func Print(w io.Writer, findings []Finding) error {
	var b strings.Builder
	for _, f := range Visible(findings) {
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", f.Position, f.Kind.Class, f.Message, f.Kind.Code)
		if f.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", f.Hint)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Visible returns findings with control characters and characters that change the text direction
// escaped as in Go, such as \x1b. File names may contain such characters.
func Visible(findings []Finding) []Finding {
	shown := slices.Clone(findings)
	for i := range shown {
		f := &shown[i]
		f.Position.Path, f.Message, f.Hint = visible(f.Position.Path), visible(f.Message), visible(f.Hint)
	}
	return shown
}

func visible(text string) string {
	if !strings.ContainsFunc(text, invisible) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if invisible(r) || r == utf8.RuneError && size == 1 {
			quoted := strconv.QuoteToASCII(text[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

func invisible(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// Annotate writes findings as workflow commands, which GitHub Actions shows beside the code.
func Annotate(w io.Writer, findings []Finding) {
	for _, f := range Visible(findings) {
		text := f.Message
		if f.Hint != "" {
			text += "\nhint: " + f.Hint
		}
		level := map[Class]string{Mistake: "error", Rule: "warning", Note: "notice"}[f.Kind.Class]
		WorkflowCommand(w, level, f.Position, f.Kind.Code, text)
	}
}

// WorkflowCommand writes a workflow command of GitHub Actions. level is error, warning or notice
// (docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
func WorkflowCommand(w io.Writer, level string, at Position, title, text string) {
	properties := "file=" + annotationProperty.Replace(at.Path)
	if at.Line > 0 {
		properties += fmt.Sprintf(",line=%d", at.Line)
	}
	if at.Column > 0 {
		properties += fmt.Sprintf(",col=%d", at.Column)
	}
	fmt.Fprintf(w, "::%s %s,title=%s::%s\n", level, properties, annotationProperty.Replace(title), annotationText.Replace(text))
}

var (
	annotationText     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	annotationProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// Few lists names, shortening long lists.
func Few(names []string) string {
	if len(names) > 5 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	}
	return strings.Join(names, ", ")
}
