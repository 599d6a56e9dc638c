package publish

import (
	"errors"
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

// HintOf returns what to do about an error of a target, or "".
func HintOf(err error) string {
	var advice *Advice
	var unordered *UnorderedError
	switch {
	case errors.As(err, &advice):
		return advice.Hint
	case errors.As(err, &unordered) && unordered.Mine.Revision == "":
		return "keep the site in a git repository, or publish anyway with --force"
	case errors.As(err, &unordered):
		return "bring this clone up to date (git pull; in a workflow fetch-depth: 0), or publish anyway with --force"
	case errors.As(err, new(*ForeignError)):
		return "publish to a separate branch, or replace it with --force"
	}
	return ""
}

// Line formats a message and joins it into one line, collapsing all white space.
func Line(format string, arguments ...any) string {
	return strings.Join(strings.Fields(fmt.Sprintf(format, arguments...)), " ")
}

// Creatable returns an error if a branch can never be created beside these refs, because it is
// named like a folder of one of them, or the other way round.
func Creatable(branch string, refs []string) error {
	for _, ref := range refs {
		other, ok := strings.CutPrefix(ref, "refs/heads/")
		if ok && (strings.HasPrefix(other, branch+"/") || strings.HasPrefix(branch, other+"/")) {
			return Advise(fmt.Errorf("the branch %s cannot be created: the branch %s exists", branch, other), "name another branch in --to, or below [publish] in config.toml")
		}
	}
	return nil
}
