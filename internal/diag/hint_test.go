package diag

import (
	"errors"
	"fmt"
	"testing"
)

func TestHints(t *testing.T) {
	cause := errors.New("no such file")
	wrong := Usage(cause, "write another name")
	for _, c := range []struct {
		err   error
		hint  string
		usage bool
	}{
		{cause, "", false},
		{wrong, "write another name", true},
		{fmt.Errorf("reading: %w", wrong), "write another name", true},
		{Hinted(wrong, "look"), "look", false}, // the outermost hint counts
		{errors.Join(cause, Hinted(cause, "look")), "look", false},
		{fixed{}, "always the same", false},
		{nil, "", false},
	} {
		if HintOf(c.err) != c.hint || IsUsage(c.err) != c.usage {
			t.Errorf("%v: %q %v", c.err, HintOf(c.err), IsUsage(c.err))
		}
	}
	if !errors.Is(wrong, cause) || wrong.Error() != "no such file" {
		t.Error(wrong)
	}
}

type fixed struct{}

func (fixed) Error() string { return "fixed" }

func (fixed) Hint() string { return "always the same" }

func TestQuoteForShell(t *testing.T) {
	for word, want := range map[string]string{"a/b.md": "a/b.md", "": "''", "my site": "'my site'", "it's": `'it'\''s'`, "$HOME": "'$HOME'"} {
		if got := QuoteForShell(word); got != want {
			t.Errorf("%q: %s", word, got)
		}
	}
}
