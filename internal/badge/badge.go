// Package badge writes what other sites show of a status page: badges, and the banner of embed.js. It takes what package site
// says and gives bytes; it reads no clock.
package badge

import (
	"bytes"
	"encoding/json"
	"html/template"
	"io"
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/site"
)

// look is the colour of a condition, dark enough for white letters (WCAG 2.2, 4.5 to 1), Shields' name for one like it, and its
// mark, so that colour is not the only sign.
var look = map[incident.Condition]struct{ colour, shields, mark string }{
	incident.Operational:         {"#1a7f37", "brightgreen", "✓"},
	incident.UnderMaintenance:    {"#0550ae", "blue", "◆"},
	incident.DegradedPerformance: {"#7d5800", "yellow", "▼"},
	incident.PartialOutage:       {"#b04600", "orange", "▲"},
	incident.MajorOutage:         {"#b3261e", "red", "✕"},
}

var svg = template.Must(template.New("badge").Parse(`<svg xmlns="http://www.w3.org/2000/svg" width="{{.Width}}" height="20" role="img" aria-label="{{.Label}}: {{.Message}}"{{if .RTL}} direction="rtl"{{end}}><title>{{.Label}}: {{.Message}}</title>` +
	`<clipPath id="r"><rect width="{{.Width}}" height="20" rx="3"/></clipPath>` +
	`<g clip-path="url(#r)"><rect width="{{.Left}}" height="20" fill="#444c56"/><rect x="{{.Left}}" width="{{.Right}}" height="20" fill="{{.Colour}}"/></g>` +
	`<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">` +
	`<text x="{{.LabelAt}}" y="14" textLength="{{.LabelWidth}}">{{.Label}}</text><text x="{{.MessageAt}}" y="14" textLength="{{.MessageWidth}}">{{.Mark}} {{.Message}}</text></g></svg>
`))

// SVG writes a badge as a picture, 20 pixels high.
func SVG(w io.Writer, b site.Badge, rtl bool) error {
	const padding = 6
	style := look[b.Condition]
	label, message := clip(b.Label), clip(b.Message)
	left, right := width(label)+2*padding, width(style.mark+" "+message)+2*padding
	var out bytes.Buffer
	err := svg.Execute(&out, map[string]any{
		"Width": left + right, "Left": left, "Right": right, "Label": label, "Message": message, "Mark": style.mark, "Colour": style.colour, "RTL": rtl,
		"LabelAt": float64(left) / 2, "MessageAt": float64(left) + float64(right)/2, "LabelWidth": left - 2*padding, "MessageWidth": right - 2*padding,
	})
	if err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

// clip keeps a badge short.
func clip(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return text
}

// width is about how wide a text is in Verdana of 11 pixels; textLength makes it so.
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
	return encode(w, struct {
		SchemaVersion int    `json:"schemaVersion"`
		Label         string `json:"label"`
		Message       string `json:"message"`
		Color         string `json:"color"`
	}{1, clip(b.Label), clip(b.Message), look[b.Condition].shields})
}

func encode(w io.Writer, value any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// script shows a banner while something is wrong. It styles by the CSSOM alone, which a strict policy of the host page allows.
const script = `(()=>{const s=document.currentScript,d=s.dataset,u=new URL(".",s.src),w=WORDS;let b;const go=async()=>{if(!document.hidden)try{` +
	`const{page,status:t}=await(await fetch(new URL("api/v2/status.json",u))).json();if(t.indicator==="none"){b&&b.remove();b=0}else{` +
	`if(!b){b=document.createElement("a");b.href=d.href||u;b.className="crier-banner";b.setAttribute("role","status");` +
	`Object.assign(b.style,{display:"block",padding:".6em 1em",font:"inherit",textAlign:"center",textDecoration:"none",color:d.color||"#fff",background:d.background||COLOURS[t.indicator]});` +
	`(document.querySelector(d.target||"")||document.body).prepend(b)}` +
	`d.background||(b.style.background=COLOURS[t.indicator]);b.textContent=page.name+": "+(w[t.description]||t.description)}}catch{}};` +
	`go();setInterval(go,(d.every||60)*1e3);document.addEventListener("visibilitychange",go)})();
`

// Script writes embed.js. The words are those of a language, where they differ from the API's.
func Script(w io.Writer, words *locale.Locale) error {
	colours, own := map[string]string{}, map[string]string{}
	for indicator, condition := range map[string]incident.Condition{"maintenance": incident.UnderMaintenance, "minor": incident.DegradedPerformance, "major": incident.PartialOutage, "critical": incident.MajorOutage} {
		colours[indicator] = look[condition].colour
	}
	english := locale.English()
	for _, name := range []string{"maintenance", "some_degraded", "degraded", "minor", "partial", "major"} {
		if words.State(name) != english.State(name) {
			own[english.State(name)] = words.State(name)
		}
	}
	text := script
	for _, part := range []struct {
		name  string
		value any
	}{{"WORDS", own}, {"COLOURS", colours}} {
		raw, err := json.Marshal(part.value)
		if err != nil {
			return err
		}
		if part.name == "COLOURS" {
			text = strings.Replace(text, "(()=>{const s", "(()=>{const c="+string(raw)+",s", 1)
			text = strings.ReplaceAll(text, part.name, "c")
			continue
		}
		text = strings.ReplaceAll(text, part.name, string(raw))
	}
	_, err := io.WriteString(w, text)
	return err
}

var frame = template.Must(template.New("embed").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"{{if .RTL}} dir="rtl"{{end}}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="60">
<title>{{.Title}}</title>
<link rel="stylesheet" href="{{.Style}}">
</head>
<body class="embed">{{if .Message}}
<span id="light"></span><span id="dark"></span>
<a class="banner i-{{.Indicator}}" href="index.html" target="_top"><span class="mark" aria-hidden="true"></span><span>{{.Title}}: {{.Message}}</span></a>
{{end}}</body>
</html>
`))

// Frame writes embed.html, for an iframe: the state while something is wrong, nothing while all is well. #light and #dark set
// its colours. style is the path of the theme's stylesheet.
func Frame(w io.Writer, f *site.Facts, style string) error {
	words := f.Meta.Words
	message := ""
	if !f.State.Fine() {
		message = words.State(f.State.Name)
	}
	var b bytes.Buffer
	if err := frame.Execute(&b, map[string]any{"Language": f.Meta.Language, "RTL": words.RTL, "Title": f.Meta.Title, "Style": style, "Message": message, "Indicator": f.State.Indicator}); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
