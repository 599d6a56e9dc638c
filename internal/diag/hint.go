package diag

import (
	"errors"
	"strings"
)

// hinted is an error with a hint.
type hinted struct {
	error
	hint  string
	usage bool
}

func (e *hinted) Unwrap() error { return e.error }

func (e *hinted) Hint() string { return e.hint }

// Hinted adds to an error what the user can do about it.
func Hinted(err error, hint string) error { return &hinted{error: err, hint: hint} }

// Usage returns an error in what the user typed, with what to type instead.
func Usage(err error, hint string) error { return &hinted{error: err, hint: hint, usage: true} }

// HintOf returns what the user can do about an error, or "". Types of errors that always have the
// same hint have a method Hint.
func HintOf(err error) string {
	var advice interface{ Hint() string }
	if errors.As(err, &advice) {
		return advice.Hint()
	}
	return ""
}

// IsUsage reports whether an error is in what the user typed.
func IsUsage(err error) bool {
	var outermost *hinted
	return errors.As(err, &outermost) && outermost.usage
}

// QuoteForShell returns a word of a command in a hint, in quotes if a shell needs them.
func QuoteForShell(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\r\n\"'$`\\*?[](){}<>|&;!#~") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
