package publish

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Source says what a build was made from.
type Source struct {
	Revision string    // a commit, in hexadecimal; "" where the site lies in no repository
	Instant  time.Time // for which it was built
	Version  string    // what its version.json says
}

// IsZero reports whether nothing is known.
func (s Source) IsZero() bool { return s.Instant.IsZero() }

func (s Source) same(other Source) bool {
	return s.Revision == other.Revision && s.Instant.Equal(other.Instant) && s.Version == other.Version
}

// The trailers of a commit's message (git-interpret-trailers(1)), which are the lines of SourceFile too.
const (
	trailerRevision = "Crier-Source"
	trailerInstant  = "Crier-Instant"
	trailerVersion  = "Crier-Version"
)

// Trailers writes a source as the last paragraph of a commit's message.
func (s Source) Trailers() string {
	revision := s.Revision
	if revision == "" {
		revision = "unknown"
	}
	return trailerRevision + ": " + revision + "\n" + trailerInstant + ": " + s.Instant.UTC().Format(time.RFC3339Nano) + "\n" + trailerVersion + ": " + s.Version + "\n"
}

// ParseSource reads a source from the last paragraph of a commit's message, or from SourceFile. The zero value is for a text that
// holds none.
func ParseSource(message string) Source {
	message = strings.TrimRight(message, " \r\n")
	if i := strings.LastIndex(message, "\n\n"); i >= 0 {
		message = message[i+2:]
	}
	var s Source
	for line := range strings.SplitSeq(message, "\n") {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\r"), ": ")
		switch key {
		case trailerRevision:
			if s.Revision = value; value == "unknown" || !isRevision(value) {
				s.Revision = ""
			}
		case trailerInstant:
			if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
				s.Instant = at.UTC()
			}
		case trailerVersion:
			s.Version = value
		}
	}
	if s.Instant.IsZero() {
		return Source{}
	}
	return s
}

// isRevision reports whether a text is the whole name of a commit, in SHA-1 or SHA-256. Nothing else is ever given to git.
func isRevision(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

// Ancestry says whether a revision is an ancestor of another. The error tells that nobody knows, since one of them is not here.
type Ancestry func(ctx context.Context, older, newer string) (bool, error)

// OlderError tells that a newer build is there already, so that nothing is to be done.
type OlderError struct{ There, Mine Source }

func (e *OlderError) Error() string {
	if e.There.Revision == e.Mine.Revision {
		return fmt.Sprintf("a build of the same revision for a later instant, %s, is there already", e.There.Instant.Format(time.RFC3339))
	}
	return fmt.Sprintf("a build of the newer revision %s is there already", short(e.There.Revision))
}

// UnorderedError tells that nobody knows which of two builds is the newer one.
type UnorderedError struct {
	There, Mine Source
	Why         string
}

func (e *UnorderedError) Error() string { return e.Why }

// Newer reports by an error that a build must not replace what is there: an *OlderError or an *UnorderedError. A build is newer
// when its revision descends from the one that is there, or is the same and the instant no earlier.
func Newer(ctx context.Context, there, mine Source, options Options) error {
	switch {
	case options.Force, there.IsZero():
		return nil
	case there.Revision == "" || mine.Revision == "":
		why := "what is public came from outside of git, so nobody knows whether this build is newer"
		if mine.Revision == "" {
			why = "this site lies in no git repository, so nobody knows whether it is newer than what is public"
		}
		return &UnorderedError{there, mine, why}
	case there.Revision == mine.Revision && mine.Instant.Before(there.Instant):
		return &OlderError{there, mine}
	case there.Revision == mine.Revision:
		return nil
	}
	newer, err := options.Ancestor(ctx, there.Revision, mine.Revision)
	if err == nil && newer {
		return nil
	}
	older, olderErr := options.Ancestor(ctx, mine.Revision, there.Revision)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case olderErr == nil && older:
		return &OlderError{there, mine}
	case err != nil || olderErr != nil:
		return &UnorderedError{there, mine, fmt.Sprintf("what is public was built from %s, which is not in this clone", short(there.Revision))}
	}
	return &UnorderedError{there, mine, fmt.Sprintf("what is public was built from %s, and this is %s: neither descends from the other", short(there.Revision), short(mine.Revision))}
}

// short writes a revision for people.
func short(revision string) string { return revision[:min(len(revision), 10)] }
