package cache

import (
	"time"

	"settler.io/crier/internal/sitefs"
)

// Site is the cache of one site together with the state that the site's files are in.
type Site struct {
	Fingerprint string         // of everything that outputs follow from, except the content; see build.Input. "" if it is not known
	Inputs      string         // of that and the content: the key of stamps. "" if a stamp cannot be used or kept
	Zone        *time.Location // of config.toml

	folder  string
	cache   *Cache    // nil if the site cannot be read
	start   time.Time // before any file was looked at, by the file system's clock
	listing *sitefs.Listing
}

// OpenSite lists the files of the site in folder and opens its cache. Where either fails, what it
// returns knows less: loading the site reports why. Without keep, nothing more is written to the
// cache.
func OpenSite(folder string, now func() time.Time, keep bool) *Site {
	s := &Site{folder: folder}
	settings, zone, ok := readSettings(folder)
	if !ok {
		return s
	}
	var err error
	if s.cache, err = Open(folder); err != nil {
		return s
	}
	s.cache.ReadOnly = !keep
	s.start, s.Zone = now(), zone
	s.listing = sitefs.List(folder, "content", s.start)
	program := program()
	if program == "" {
		return s
	}
	s.Fingerprint = program + settings
	if sum := s.listing.Sum(); sum != "" {
		s.Inputs = s.Fingerprint + " " + sum
	}
	return s
}

// TakeListing returns the listing of the site's content and drops it, since it is large; nil if
// there is none. s may be nil.
func (s *Site) TakeListing() *sitefs.Listing {
	if s == nil {
		return nil
	}
	listing := s.listing
	s.listing = nil
	return listing
}

// Close ends the use of the cache.
func (s *Site) Close() { s.cache.Close() }
