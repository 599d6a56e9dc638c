package compose

import "testing"

func TestWhatTheEditorLeaves(t *testing.T) {
	for text, want := range map[string]string{
		"We look.\n\n" + scissors + "\n# help\n": "We look.",
		scissors + "\nWe look.\n":                "",
		"# A heading\r\n\r\nWe look.\r\n":        "# A heading\n\nWe look.",
		" \n\t\n":                                "",
	} {
		if got := Edited(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"We look into [issue description].":              "[issue description]",
		"[What's affected]":                              "[What's affected]",
		"See [the page](/about/) and [that][1].\n[1]: /": "",
		"A list: [0], []":                                "",
		"- [ ] done":                                     "",
	} {
		if got := Unfilled(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
