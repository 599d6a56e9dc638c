package cli

import (
	"io"
	"slices"
	"strings"
	"sync"

	"settler.io/crier/internal/git/redact"
)

// secrets are what a run must not print: tokens, and the passwords in URLs of remotes, as far as they are known yet.
type secrets struct {
	mutex sync.Mutex
	words []string
}

func (s *secrets) add(words ...string) {
	if s == nil { // of a command whose output is not the command line's
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

// addRemotes adds what is secret in targets, or in the addresses of remotes.
func (s *secrets) addRemotes(remotes ...string) {
	for _, remote := range remotes {
		s.add(redact.Secrets(strings.TrimPrefix(remote, "git:"))...)
	}
}

// addArguments adds what is secret in URLs on the command line, which errors may quote.
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

// redacted is an output without secrets. One that is written in two pieces is not found.
type redacted struct {
	out     io.Writer
	secrets *secrets
}

// Write reports its argument as written, whatever was removed from it.
func (r *redacted) Write(b []byte) (int, error) {
	if _, err := io.WriteString(r.out, r.secrets.remove(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}
