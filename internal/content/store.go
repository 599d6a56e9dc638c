package content

import (
	"crypto/sha256"
	"time"
)

// Store keeps what files came to from one load to the next, be it in another process. Its methods are called by several workers
// at once. An entry depends on nothing but the bytes of the file, what kind of file its name makes it, and what the store vouches to
// be the same: the configuration, and the program.
type Store interface {
	// Kept gives what was kept of the file with the path.
	Kept(path string) (Kept, bool)
	// Keep keeps what a file came to that was not kept, or not surely.
	Keep(path string, sum [sha256.Size]byte, parsed Parsed)
}

// Kept is what was kept of a file.
type Kept struct {
	Parsed string            // see Parsed.Append; what makes no sense is not taken
	Sum    [sha256.Size]byte // of the bytes that it was made from
	Sure   bool              // the file certainly holds them still
}

// Parsed is what a file came to. It never changes.
type Parsed struct {
	source *source
	zone   *time.Location
}

// Append writes it, in a form that only this very program reads.
func (p Parsed) Append(to []byte) []byte { return p.source.append(to, p.zone) }

// take takes what is kept of a file that certainly holds what it did. It reports whether there is any.
func (l *loader) take(s *source) (Kept, bool) {
	if l.options.Store == nil || l.options.FrontMatterOnly {
		return Kept{}, false
	}
	kept, ok := l.options.Store.Kept(s.path)
	if !ok || !kept.Sure || !s.take(kept.Parsed, l.options.Config.Zone, &l.keys) {
		return kept, false
	}
	s.sum = kept.Sum
	return kept, true
}

// keep has what a file came to kept, unless it could not be read.
func (l *loader) keep(s *source) {
	if l.options.Store != nil && !l.options.FrontMatterOnly && s.failure == "" {
		l.options.Store.Keep(s.path, s.sum, Parsed{s, l.options.Config.Zone})
	}
}
