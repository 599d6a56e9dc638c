package publish

import (
	"fmt"
	"strings"
)

// Advice is an error with a hint about what to do.
type Advice struct {
	Err  error
	Hint string
}

// Advise wraps an error with a hint.
func Advise(err error, hint string) error { return &Advice{err, hint} }

func (a *Advice) Error() string { return a.Err.Error() }

func (a *Advice) Unwrap() error { return a.Err }

// Line formats a message and joins it into one line, collapsing all white space.
func Line(format string, arguments ...any) string {
	return strings.Join(strings.Fields(fmt.Sprintf(format, arguments...)), " ")
}
