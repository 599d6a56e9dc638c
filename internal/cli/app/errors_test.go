package app

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/spf13/cobra"
)

// TestEveryErrorHasAHint checks that errors from the system, git and other sources get a hint too.
func TestEveryErrorHasAHint(t *testing.T) {
	command := &cobra.Command{Use: "build"}
	for want, err := range map[string]error{
		"check that it exists, that you may read and write it, and that the disk has room": fmt.Errorf("opening: %w", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}),
		"allow yourself to write there: chmod u+rwX /":                                     fmt.Errorf("opening: %w", &fs.PathError{Op: "open", Path: "/nowhere/x", Err: fs.ErrPermission}),
		"run git status in the folder of the site":                                         errors.New("git says: fatal: bad object"),
		"see build --help": errors.New("no luck"),
	} {
		if got := New(System{}).anyHint(err, command); got != want {
			t.Errorf("%v: %q, not %q", err, got, want)
		}
	}
}
