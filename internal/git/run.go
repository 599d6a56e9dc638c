package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"settler.io/crier/internal/git/redact"
)

// Run runs git in a folder and returns its output, unaffected by the user's language and pager. It
// never prompts for a password. Its errors are one line, without passwords of URLs.
func Run(ctx context.Context, folder string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, "git", append([]string{"-C", folder, "--no-optional-locks", "--no-pager"}, args...)...)
	c.Env = append(c.Environ(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return out, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &exit) && stderr.Len() > 0:
		line, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return nil, fmt.Errorf("git says: %s", redact.URLs(line))
	}
	return nil, fmt.Errorf("running git: %w", err)
}
