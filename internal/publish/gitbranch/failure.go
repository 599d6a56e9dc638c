package gitbranch

import (
	"errors"
	"fmt"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish"
)

// failure is the output of a failed git command.
type failure struct{ text string }

func (f *failure) Error() string { return "git says: " + f.line() }

// line returns the first line that explains the failure.
func (f *failure) line() string {
	first := ""
	for line := range strings.SplitSeq(f.text, "\n") {
		line = strings.TrimSpace(line)
		for _, mark := range []string{"fatal: ", "error: ", "remote: error: ", "remote: ", "! "} {
			if rest, ok := strings.CutPrefix(line, mark); ok {
				return strings.TrimSpace(rest)
			}
		}
		if first == "" {
			first = line
		}
	}
	return first
}

// said reports whether the output contains any of the phrases, ignoring case.
func (f *failure) mentions(words ...string) bool {
	for _, w := range words {
		if strings.Contains(strings.ToLower(f.text), strings.ToLower(w)) {
			return true
		}
	}
	return false
}

// temporary reports whether the failure is transient, so that the same command may work later.
func (f *failure) temporary() bool {
	return f.mentions("could not resolve host", "failed to connect", "connection refused", "connection reset", "connection timed out", "operation timed out", "early eof",
		"hung up unexpectedly", "returned error: 429", "returned error: 5", "rpc failed", "temporary failure", "network is unreachable", "unexpected disconnect")
}

// explain returns an error of one line, with a hint if there is one.
func (b *Branch) explain(doing string, err error) error {
	var failed *failure
	var gaveUp *publish.GaveUpError
	switch {
	case errors.As(err, &gaveUp):
		return diag.Hinted(fmt.Errorf("%s: %w", doing, gaveUp), "publish again when the host can be reached: it checks what is there and does the rest")
	case err == nil, !errors.As(err, &failed):
		return err
	}
	wrapped := fmt.Errorf("%s: %w", doing, err)
	switch {
	case failed.mentions("protected branch", "hook declined", "rule violations"):
		return diag.Hinted(wrapped, fmt.Sprintf("the branch %s is protected: allow pushes to it, or publish to a separate branch", b.Branch))
	case failed.mentions("could not read username", "authentication failed", "permission denied", "access denied", "returned error: 403", "returned error: 401"):
		return diag.Hinted(wrapped, "give git permission to push there, with an SSH key or a credential helper (gitcredentials(7))")
	case failed.mentions("does not appear to be a git repository", "repository not found", "not found", "does not exist"):
		return diag.Hinted(wrapped, "write the URL of a repository or the name of a remote: git:REMOTE#BRANCH")
	}
	return wrapped
}
