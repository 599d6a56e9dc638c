package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

// TestEveryErrorHasAHint checks that errors from the system, git and other sources get a hint too.
func TestEveryErrorHasAHint(t *testing.T) {
	command := buildCommand(&app{})
	for want, err := range map[string]error{
		"see that it is there, that you may read and write it, and that there is room": fmt.Errorf("opening: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}),
		"see what git status says in the folder of the site":                           errors.New("git says: fatal: bad object"),
		"build --help shows what it needs":                                             errors.New("no luck"),
	} {
		if got := anyHint(err, command); got != want {
			t.Errorf("%v: %q, not %q", err, got, want)
		}
	}
}
