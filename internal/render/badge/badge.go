// Package badge writes what other sites embed from a status page: badges, and the banner of
// embed.js. It takes views of package site, and reads no clock.
package badge

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/markdown"
)

// look is the style of a condition: a colour dark enough for white letters (WCAG 2.2, 4.5 to 1),
// the name of a similar colour at Shields, a mark, so that colour is not the only sign, and the
// theme's custom property for it.
var look = map[incident.Condition]struct{ colour, shields, mark, property string }{
	incident.Operational:         {"#1a7f37", "brightgreen", "✓", "good"},
	incident.UnderMaintenance:    {"#0550ae", "blue", "◆", "care"},
	incident.DegradedPerformance: {"#7d5800", "yellow", "▼", "degraded"},
	incident.PartialOutage:       {"#b04600", "orange", "▲", "partial"},
	incident.MajorOutage:         {"#b3261e", "red", "✕", "major"},
	0:                            {"#57606a", "lightgrey", "", "none"},
}

//go:embed badge.svg
var svgLines string

var svg = template.Must(template.New("badge").Parse(strings.ReplaceAll(svgLines, "\n", "") + "\n"))

// picture is the input of the badge template: texts, and their positions in pixels.
type picture struct {
	Label, Message, Says, Colour string
	Width, Left, Right           int
	LabelAt, MessageAt           float64 // centre of each text
	LabelWidth, MessageWidth     int
	RTL                          bool
}

// SVG writes a badge as an image, 20 pixels high. Its label makes it accessible to screen readers.
func SVG(w io.Writer, b site.Badge, rtl bool) error {
	const padding = 6
	style := look[b.Condition]
	p := picture{Label: clip(b.Label), Message: clip(b.Message), Colour: style.colour, RTL: rtl}
	p.Says = p.Label + ": " + p.Message
	p.Message = strings.TrimSpace(style.mark + " " + p.Message)
	p.LabelWidth, p.MessageWidth = width(p.Label), width(p.Message)
	p.Left, p.Right = p.LabelWidth+2*padding, p.MessageWidth+2*padding
	p.Width = p.Left + p.Right
	p.LabelAt, p.MessageAt = float64(p.Left)/2, float64(p.Left)+float64(p.Right)/2
	return svg.Execute(w, p)
}

// clip shortens a text to 60 characters and removes what XML forbids.
func clip(text string) string {
	text, _ = markdown.Clean(text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return text
}

// width estimates the width of a text in Verdana at 11 pixels. The textLength attribute then makes
// browsers draw it at this width.
func width(text string) int {
	tenths := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljI|.,:;'! ", r):
			tenths += 40
		case strings.ContainsRune("mwMW%@", r):
			tenths += 100
		case r >= 'A' && r <= 'Z':
			tenths += 76
		case r >= 0x1100: // East Asian letters and symbols
			tenths += 110
		default:
			tenths += 66
		}
	}
	return (tenths + 9) / 10
}

// Shields writes a badge for shields.io's endpoint (shields.io/badges/endpoint-badge).
func Shields(w io.Writer, b site.Badge) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		SchemaVersion int    `json:"schemaVersion"`
		Label         string `json:"label"`
		Message       string `json:"message"`
		Color         string `json:"color"`
	}{1, clip(b.Label), clip(b.Message), look[b.Condition].shields})
}
