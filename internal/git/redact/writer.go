package redact

import (
	"io"
	"slices"
	"strings"
	"sync"
)

// List holds the secrets of a run: tokens and the passwords in the URLs of remotes. More are added
// as the run reads them.
type List struct {
	mutex sync.Mutex
	words []string
}

// Add adds secrets. l may be nil, and then keeps none.
func (l *List) Add(words ...string) {
	if l == nil {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, word := range words {
		if word != "" && !slices.Contains(l.words, word) {
			l.words = append(l.words, word)
		}
	}
}

// AddRemotes adds the secrets in publish targets or in the URLs of remotes.
func (l *List) AddRemotes(remotes ...string) {
	for _, remote := range remotes {
		l.Add(Secrets(strings.TrimPrefix(remote, "git:"))...)
	}
}

// Writer returns a writer that removes the secrets of the list and the user info of URLs. It does
// not find a secret that is split across two writes.
func (l *List) Writer(out io.Writer) io.Writer { return &writer{out, l} }

type writer struct {
	out  io.Writer
	list *List
}

// Write may be called by several goroutines. It always reports len(b) bytes as written, even if it
// removed secrets.
func (w *writer) Write(b []byte) (int, error) {
	w.list.mutex.Lock() // also for out: goroutines report while they retry
	defer w.list.mutex.Unlock()
	text := URLs(Words(string(b), w.list.words...))
	if _, err := io.WriteString(w.out, text); err != nil {
		return 0, err
	}
	return len(b), nil
}
