package app

import (
	"encoding/json"
	"time"

	"settler.io/crier/internal/render/report"
)

// Style returns how the site's times and colours are shown.
func (a *App) Style(zone *time.Location) report.Style {
	return report.Style{Zone: zone, Colour: a.Colour}
}

// PrintJSON writes a value to standard output as indented JSON.
func (a *App) PrintJSON(value any) error {
	encoder := json.NewEncoder(a.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
