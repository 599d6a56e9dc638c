// Package message renders an update for chat and e-mail: one pure function per form. It takes a
// Message and returns the body of a request or the parts of an e-mail. It sends nothing.
package message

import "strings"

// Message is one update in one language, in the form of the status template.
type Message struct {
	ID    string // the update's feed id, which never changes
	Title string // "[Investigating] API returning errors"
	URL   string // of the update
	HTML  string // safe HTML with absolute links: the text, then impact and ETA
	Text  string // the same in plain text
	Page  string // title of the status page
	Home  string // URL of the status page
	Color int    // of the state, as 0xRRGGBB
	Test  bool   // a sample sent by hand, not news
}

// Colors of a message, by what it says. They match the default theme.
const (
	Red    = 0xc62828
	Orange = 0xd97706
	Green  = 0x2e7d32
	Blue   = 0x1565c0
	Gray   = 0x6b7280
)

// heading returns the title, marked if the message is a test.
func (m Message) heading() string {
	if m.Test {
		return "[Test] " + m.Title
	}
	return m.Title
}

// cut shortens a text to a number of UTF-16 units, which is how chats count.
func cut(text string, most int) string {
	units := 0
	for i, r := range text {
		size := 1
		if r > 0xffff {
			size = 2
		}
		if units += size; units > most {
			return trimLast(text[:i])
		}
	}
	return text
}

// trimLast replaces the last character of a text by an ellipsis.
func trimLast(text string) string {
	runes := []rune(text)
	if len(runes) == 0 {
		return ""
	}
	return strings.TrimRight(string(runes[:len(runes)-1]), " \n") + "…"
}
