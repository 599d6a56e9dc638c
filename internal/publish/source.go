package publish

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Source identifies what a build was made from.
type Source struct {
	Revision string    // a commit hash in hexadecimal; "" if the site is not in a repository
	Instant  time.Time // the instant for which it was built
	Version  string    // the version in its version.json
}

// IsZero reports whether the source is unknown.
func (s Source) IsZero() bool { return s.Instant.IsZero() }

func (s Source) same(other Source) bool {
	return s.Revision == other.Revision && s.Instant.Equal(other.Instant) && s.Version == other.Version
}

// The trailers of a commit message (git-interpret-trailers(1)). SourceFile has the same lines.
const (
	trailerRevision = "Crier-Source"
	trailerInstant  = "Crier-Instant"
	trailerVersion  = "Crier-Version"
)

// Trailers returns the source as the last paragraph of a commit message.
func (s Source) Trailers() string {
	revision := s.Revision
	if revision == "" {
		revision = "unknown"
	}
	return trailerRevision + ": " + revision + "\n" + trailerInstant + ": " + s.Instant.UTC().Format(time.RFC3339Nano) + "\n" + trailerVersion + ": " + s.Version + "\n"
}

// ParseSource parses the last paragraph of a commit message, or the content of SourceFile. It
// returns the zero value if that contains no source.
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

// ReadSource sets the source of a head from the message of its commit or, if someone else has made
// that commit, from SourceFile.
func (h *Head) ReadSource(ctx context.Context, message string) error {
	h.Source = ParseSource(message)
	if _, noted := h.Tree[SourceFile]; !noted || !h.Source.IsZero() {
		return nil
	}
	content, err := h.Read(ctx, SourceFile)
	h.Source = ParseSource(string(content))
	return err
}

// isRevision reports whether a text is a full commit hash, in SHA-1 or SHA-256. Nothing else is
// ever passed to git.
func isRevision(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

// Ancestry reports whether one revision is an ancestor of another. It returns an error if it can't
// tell, because one of them is not available.
type Ancestry func(ctx context.Context, older, newer string) (bool, error)

// OlderError reports that a newer build is already published, so there is nothing to do.
type OlderError struct{ There, Mine Source }

func (e *OlderError) Error() string {
	if e.There.Revision == e.Mine.Revision {
		return fmt.Sprintf("a build of the same revision for a later instant, %s, is already there", e.There.Instant.Format(time.RFC3339))
	}
	return fmt.Sprintf("a build of the newer revision %s is already there", short(e.There.Revision))
}

// UnorderedError reports that it is unknown which of two builds is newer.
type UnorderedError struct {
	There, Mine Source
	Why         string
}

func (e *UnorderedError) Error() string { return e.Why }

func (e *UnorderedError) Hint() string {
	if e.Mine.Revision == "" {
		return "keep the site in a git repository, or publish anyway with --force"
	}
	return "bring this clone up to date (git pull; in a workflow fetch-depth: 0), or publish anyway with --force"
}

// Newer returns an *OlderError or an *UnorderedError if the build mine must not replace the build
// there. A build is newer if its revision descends from that of the published build, or if the
// revisions are equal and its instant is not earlier.
func Newer(ctx context.Context, there, mine Source, options Options) error {
	switch {
	case options.Force, there.IsZero():
		return nil
	case there.Revision == "" || mine.Revision == "":
		why := "what is public was not built from git, so it is unknown whether this build is newer"
		if mine.Revision == "" {
			why = "this site is not in a git repository, so it is unknown whether it is newer than what is public"
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

// short abbreviates a revision for messages.
func short(revision string) string { return revision[:min(len(revision), 10)] }
