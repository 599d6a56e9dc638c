package compose

import (
	"strconv"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
)

// Correction holds new values for an update. Empty ones leave the old values.
type Correction struct {
	Title, Impact string
	ETA           incident.ETA
	Body          string
}

// Apply returns the corrected text of the file of an update.
func (c Correction) Apply(text string) (string, error) {
	_, mark, _ := Split(text)
	var err error
	set := func(key, words string) {
		if words == "" || err != nil {
			return
		}
		value := scalar(oneLine(words))
		if mark == "+++" && !strings.HasPrefix(value, `"`) {
			value = strconv.Quote(value) // TOML strings need quotes
		}
		text, err = Set(text, key, value)
	}
	set("title", c.Title)
	set("impact", c.Impact)
	set("eta", c.ETA.Words)
	if err == nil && !c.ETA.Time.IsZero() {
		text, err = Set(text, "eta", Instant(c.ETA.Time))
	}
	if err == nil && c.Body != "" {
		text, err = Body(text, c.Body)
	}
	if err != nil {
		return "", diag.Hinted(err, "correct the file by hand")
	}
	return text, nil
}
