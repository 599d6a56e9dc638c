package badge

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"strings"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/site"
)

//go:embed embed.js
var scriptLines string

//go:embed embed.html
var frameText string

// script fetches badge.json, beside it, every 60 seconds, or every data-every seconds but no more
// often than once a second. It shows the message while something is wrong, and nothing otherwise or
// when the file can't be read. It creates elements and styles them through the CSSOM, which even a
// strict Content-Security-Policy allows, and takes only colours from its data attributes, or in
// embed.html from the query.
var script = strings.ReplaceAll(scriptLines, "\n", "") + "\n"

func Script(w io.Writer, title string) error {
	colours := map[string][2]string{} // by Shields' name: the colour, and the theme's custom property for it
	for condition, style := range look {
		if condition > incident.Operational {
			colours[style.shields] = [2]string{style.colour, style.property}
		}
	}
	table, err := json.Marshal(colours)
	if err != nil {
		return err
	}
	name, err := json.Marshal(title + ": ")
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer("COLOURS", string(table), "TITLE", string(name)).WriteString(w, script)
	return err
}

var frame = template.Must(template.New("embed").Parse(frameText))

// Frame writes embed.html, which shows the banner of embed.js in an iframe, in the font and colours
// of the theme's stylesheet, or in colours from the URL, such as embed.html?background=navy.
func Frame(w io.Writer, meta *site.Meta, style string) error {
	return frame.Execute(w, struct {
		Title, Language, Style string
		RTL                    bool
	}{meta.Title, meta.Language, style, meta.Words.RTL})
}
