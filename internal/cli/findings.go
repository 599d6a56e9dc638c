package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"settler.io/crier/internal/diag"
)

// printFindings writes findings as a compiler does: position, class, message and code, and the hint below.
func (a *app) printFindings(findings []diag.Finding) {
	for _, f := range visible(findings) {
		fmt.Fprintf(a.Stderr, "%s: %s: %s [%s]\n", f.Position, f.Kind.Class, f.Message, f.Kind.Code)
		if f.Hint != "" {
			fmt.Fprintf(a.Stderr, "  hint: %s\n", f.Hint)
		}
	}
}

// visible returns findings whose texts hold no control characters and none that turn the direction of writing, which a file's name may
// hold: such a character is shown as Go writes it, like \x1b.
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

// annotate writes findings as workflow commands of GitHub Actions, which shows them at their lines
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

// findingJSON, changeJSON and summaryJSON are the form of --format json; docs/cli.md describes it.
type findingJSON struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Class   string `json:"class"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

type changeJSON struct {
	Path   string `json:"path"`
	Action string `json:"action"`
}

type summaryJSON struct {
	Written         bool          `json:"written"`
	Files           int           `json:"files"`
	Unchanged       int           `json:"unchanged"`
	Changes         []changeJSON  `json:"changes"`
	State           string        `json:"state,omitempty"`
	OpenIncidents   []string      `json:"open_incidents"`
	OpenMaintenance []string      `json:"open_maintenance"`
	NextChange      string        `json:"next_change,omitempty"`
	Milliseconds    int64         `json:"milliseconds"`
	Findings        []findingJSON `json:"findings"`
}

func findingsJSON(findings []diag.Finding) []findingJSON {
	out := []findingJSON{}
	for _, f := range findings {
		out = append(out, findingJSON{f.Position.Path, f.Position.Line, f.Position.Column, string(f.Kind.Class), f.Kind.Code, f.Message, f.Hint})
	}
	return out
}

func (a *app) summaryJSON(r summary, flags buildFlags) {
	out := summaryJSON{
		Written: r.Out != "" && !flags.dryRun, Files: r.Summary.Files, Unchanged: r.Summary.Unchanged, Milliseconds: r.took.Milliseconds(),
		Changes: []changeJSON{}, OpenIncidents: []string{}, OpenMaintenance: []string{},
	}
	if r.standing != nil {
		out.State = r.standing.State
		out.OpenIncidents = append(out.OpenIncidents, r.standing.OpenIncidents...)
		out.OpenMaintenance = append(out.OpenMaintenance, r.standing.OpenMaintenance...)
		out.NextChange = r.standing.NextChange.UTC().Format(time.RFC3339)
	}
	for _, c := range r.Summary.Changes {
		out.Changes = append(out.Changes, changeJSON{c.Path, string(c.Action)})
	}
	out.Findings = findingsJSON(r.Findings)
	a.writeJSON(out)
}

// writeJSON writes a value to standard output, for people to read as well.
func (a *app) writeJSON(value any) error {
	encoder := json.NewEncoder(a.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
