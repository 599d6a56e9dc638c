// Package message renders an update for chat and e-mail: one pure function per form. It takes a
// Message and returns the body of a request or the parts of an e-mail. It sends nothing.
package message

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf16"

	"settler.io/crier/internal/site"
)

// Message is one update in one language, in the form of the status template.
type Message struct {
	site.Entry
	Page  string // title of the status page
	Home  string // URL of the status page
	Color int    // of the state, as 0xRRGGBB
}

// Colors of a message, by what it says. They match the default theme.
const (
	Red    = 0xc62828
	Orange = 0xd97706
	Green  = 0x2e7d32
	Blue   = 0x1565c0
	Gray   = 0x6b7280
)

// Limits of a chat's message, in UTF-16 units, which is how chats count. They are far below the
// limits of Slack and Teams, and enough to read; the URL leads to the rest.
const (
	titleLimit = 250
	textLimit  = 3000
)

// cut shortens a text to a number of UTF-16 units.
func cut(text string, most int) string {
	units := utf16.Encode([]rune(text))
	if len(units) <= most {
		return text
	}
	return strings.TrimRight(string(utf16.Decode(units[:max(most-1, 0)])), " \n\ufffd") + "…"
}

type object = map[string]any

// encode writes JSON in which people can read <, > and &.
func encode(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}
