package markdown

import (
	"math/rand/v2"
	"strings"
	"testing"
)

var judges = NewConverter()

// likeGoldmark compares plain words with what goldmark makes of them, and reports whether they are plain words.
func likeGoldmark(t *testing.T, text string) bool {
	t.Helper()
	short, ok := simple(strings.Trim(text, "\n"))
	if _, first := Clean(text); !ok || first >= 0 || strings.ContainsRune(text, '\r') {
		return false
	}
	long, said := judges.convert(&writer{rank: 3, text: text, source: []byte(text)})
	if len(said) > 0 || long.rest != nil || short.Text != long.Text || short.Markdown != long.Markdown || short.HTML(nil) != long.HTML(nil) {
		t.Errorf("%q\ngives    %q %q %q\ngoldmark %q %q %q %v %v", text, short.Text, short.Markdown, short.HTML(nil), long.Text, long.Markdown, long.HTML(nil), long.rest, said)
	}
	return true
}

var wordy = []string{
	"We are looking into it.", "Some requests fail: 5xx, mostly (about 3%).\nWe know why.", "One.\n\nTwo; it's \"better\".", "Größe – gut…\n\nEnde",
	"\n\nWords.\n", "5 of 10 - so far", "2026-10-02 10:00 UTC", "a = b + c ? d : e", "1", "(in part) {a} ^b #c !d", "'so'", "“so”",
	"- one", "- one\n- two", "Now:\n- one\n- two\n\nThen (so).", "- one\n\n\n\nthen\n\n- two", "a\n\n\nb", "- one `a` *b*, **c**.",
	"More in the [guide](https://example.com/guide?a=1&b=2).", "[So](http://example.com/~a_b#c), [so](https://example.com)[so](https://example.com/,+@:)", "- see [a b](https://example.com)",
}

// eloquent are texts in which something means something.
var eloquent = []string{
	"1. one", "1) one", "-one", "- [ ] a", "- [x](https://example.com)", "- one\ntwo", "- one\n  two", "- one\n\n- two", "- one\n- ", "-\n- a", "- - -", "- one\n\n  two", "+ one", "* one", "# one", "a\n---", "a\n===", "> a", "    a", "\ta", "a  \nb", "a\\\nb", "*a*", "_a_", "`a`", "a `` b", "a `b", "a ` b `", "a *b", "a * b *", "a*b*", "a *b*c", "a ***b***", "a **b*", "a *b**", "a *b `c*`", "a *`b`*", "a `b*` c*", "a *www.example.com*", "a _b_", "~~a~~", "<b>", "&amp;",
	"[a](b)", "[a](/b)", "![a](b)", "![a](https://example.com)", "[a](https://example.com \"b\")", "[a](https://example.com/&amp;)", "[a](https://example.com/(b))", "[](https://example.com)", "[ ](https://example.com)", "[a ](https://example.com)", "[a]( https://example.com)", "[a](https://)",
	"[a]: https://example.com", "[a][b](https://example.com)", "[a](https://example.com/%zz)", "*[a](https://example.com)*", "[*a*](https://example.com)", "[a\nb](https://example.com)", "[https://example.com](https://example.com)", "a@example.com", "http://example.com", "https://example.com", "www.example.com", "so ftp://example.com/x", "WWW.EXAMPLE.COM", "|a|\n|-|", "a\n:-", "[ ] a", "a\n \nb", "a\u0085b",
}

func TestPlainWords(t *testing.T) {
	for _, text := range wordy {
		if !likeGoldmark(t, text) {
			t.Errorf("%q is left to goldmark", text)
		}
	}
	for _, text := range eloquent {
		if likeGoldmark(t, text) {
			t.Errorf("%q is taken for plain words", text)
		}
	}
}

// TestPlainWordsAtRandom puts texts together of all that has a meaning somewhere, so that where it has none is tried too.
func TestPlainWordsAtRandom(t *testing.T) {
	pieces := []string{"a", "word", "Word", "w", "ww", "www", "http", "https", "ftp", "mailto", "x.y", "example.com", "1", "12", "é", "–", "’", " ", " ", " ", "\n", "\n", "\n\n",
		".", ",", ":", ";", "/", "//", "-", "--", "=", "+", "#", "(", ")", "{", "}", "'", "\"", "%", "$", "?", "^", "!", "`", "*", "**", "`a`", "*a*", "**a**", "- ", "\n- ", "\n\n- ", "[a](https://b.c/d)", "[", "[a](https://", "https://", "](", "|", "[", "]", "_", "*", "@", "~", "&"}
	random := rand.New(rand.NewPCG(1, 2))
	plain := 0
	for range 20000 {
		var text strings.Builder
		reach := len(pieces)
		if random.IntN(4) > 0 {
			reach -= 10 // without those that no plain words hold
		}
		for range 1 + random.IntN(12) {
			text.WriteString(pieces[random.IntN(reach)])
		}
		if likeGoldmark(t, text.String()) {
			plain++
		}
		if t.Failed() {
			return
		}
	}
	if plain < 2000 {
		t.Errorf("only %d of the texts were plain words", plain)
	}
}

func FuzzPlainWords(f *testing.F) {
	for _, text := range append(append([]string{}, wordy...), eloquent...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { likeGoldmark(t, strings.ToValidUTF8(text, "")) })
}
