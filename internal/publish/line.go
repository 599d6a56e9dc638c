package publish

import (
	"fmt"
	"strings"

	"settler.io/crier/internal/diag"
)

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
			return diag.Hinted(fmt.Errorf("the branch %s cannot be created: the branch %s exists", branch, other), "name another branch in --to, or below [publish] in config.toml")
		}
	}
	return nil
}
