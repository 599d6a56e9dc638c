package cli

import (
	"sync"
	"time"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/content"
)

// remembered is what a build knows of a site from earlier ones, and what it sees at once. The zero value knows nothing.
type remembered struct {
	cache *cache.Cache
	scan  *scan
	files *cache.Files // nil when the program or the configuration cannot be read

	fingerprint string // of all that outputs follow from besides the content; see build.Input
	inputs      string // of that and the content: what a stamp is kept under; "" for no stamp
	zone        *time.Location
}

// remember looks through a site, and finds out what is known of it.
func (a *app) remember() (r remembered) {
	site := a.path(a.site)
	s, zone, ok := a.settings()
	if !ok {
		return r
	}
	var err error
	if r.cache, err = cache.Open(site); err != nil {
		return r
	}
	var program string
	var group sync.WaitGroup
	group.Go(func() { program = programSum() })
	r.scan, r.zone = scanContent(site), zone
	group.Wait()
	if program == "" {
		return r
	}
	r.fingerprint = s.fingerprint(program)
	r.files = r.cache.Files(s.contentKey(program), r.scan.looks, r.scan.start)
	if sum := r.scan.sum(); sum != "" {
		r.inputs = r.fingerprint + " " + sum
	}
	return r
}

// store is what content keeps its files in.
func (r *remembered) store() content.Store {
	if r.files == nil {
		return nil
	}
	return r.files
}

// save keeps what the files came to for the next build. It is for speed alone, so failing to is no failure.
func (r *remembered) save() {
	if r.files != nil {
		r.files.Save()
	}
}

func (r *remembered) close() { r.cache.Close() }
