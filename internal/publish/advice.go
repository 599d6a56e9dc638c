package publish

import (
	"fmt"
	"strings"
)

// Advice is an error with something to do about it.
type Advice struct {
	Err  error
	Hint string
}

// Advise adds to an error what to do about it.
func Advise(err error, hint string) error { return &Advice{err, hint} }

func (a *Advice) Error() string { return a.Err.Error() }

func (a *Advice) Unwrap() error { return a.Err }

// Line writes one line, whatever it is given.
func Line(format string, arguments ...any) string {
	return strings.Join(strings.Fields(fmt.Sprintf(format, arguments...)), " ")
}
