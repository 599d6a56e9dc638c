package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"settler.io/crier/internal/diag"
)

// printFindings writes findings like compiler errors, with position, class, message and code. Hints
// are on the next line.
func (a *app) printFindings(findings []diag.Finding) {
	for _, f := range visible(findings) {
		fmt.Fprintf(a.Stderr, "%s: %s: %s [%s]\n", f.Position, f.Kind.Class, f.Message, f.Kind.Code)
		if f.Hint != "" {
			fmt.Fprintf(a.Stderr, "  hint: %s\n", f.Hint)
		}
	}
}

// visible returns findings with control characters and characters that change the text direction
// escaped as in Go, such as \x1b. File names may contain such characters.
func visible(findings []diag.Finding) []diag.Finding {
	shown := slices.Clone(findings)
	for i := range shown {
		f := &shown[i]
		f.Position.Path, f.Message, f.Hint = visibleText(f.Position.Path), visibleText(f.Message), visibleText(f.Hint)
	}
	return shown
}

func visibleText(text string) string {
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

// annotate writes findings as workflow commands so that GitHub Actions shows them next to the code
// (docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
func (a *app) annotate(findings []diag.Finding) {
	for _, f := range visible(findings) {
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
