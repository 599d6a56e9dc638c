package cli

import (
	"io"
	"slices"
	"strings"
	"sync"

	"settler.io/crier/internal/git/redact"
)

// secrets holds the strings that a run must not print: tokens and the passwords in the URLs of
// remotes. More are added as the run reads them.
type secrets struct {
	mutex sync.Mutex
	words []string
}

func (s *secrets) add(words ...string) {
	if s == nil { // the command writes to an output of its own
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, word := range words {
		if word != "" && !slices.Contains(s.words, word) {
			s.words = append(s.words, word)
		}
	}
}

// addRemotes adds the secrets in targets or in the URLs of remotes.
func (s *secrets) addRemotes(remotes ...string) {
	for _, remote := range remotes {
		s.add(redact.Secrets(strings.TrimPrefix(remote, "git:"))...)
	}
}

// addArguments adds the secrets in URLs on the command line, which errors may quote.
func (s *secrets) addArguments(args []string) {
	for _, arg := range args {
		if strings.Contains(arg, "://") {
			s.addRemotes(arg)
		}
	}
}

func (s *secrets) remove(text string) string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return redact.URLs(redact.Words(text, s.words...))
}

// redacted is a writer that removes secrets. It does not find a secret that is split across two
// writes.
type redacted struct {
	out     io.Writer
	secrets *secrets
}

// Write always reports len(b) bytes as written, even if it removed secrets.
func (r *redacted) Write(b []byte) (int, error) {
	if _, err := io.WriteString(r.out, r.secrets.remove(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}
