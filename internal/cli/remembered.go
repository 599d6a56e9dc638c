package cli

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/sitefs"
)

// remembered is what a build knows of a site from earlier ones, and what it sees at once. Nil knows nothing.
type remembered struct {
	cache   *cache.Cache
	start   time.Time // nothing was looked at before, by the file system's clock
	listing *sitefs.Listing

	fingerprint string // of all that outputs follow from besides the content; see build.Input
	inputs      string // of that and the content: what a stamp is kept under; "" for no stamp
	zone        *time.Location
}

// remember looks through a site, and finds out what is known of it. Without keep nothing more will be.
func (a *app) remember(keep bool) *remembered {
	r := &remembered{}
	site := a.path(a.site)
	s, zone, ok := a.settings()
	if !ok {
		return r
	}
	var err error
	if r.cache, err = cache.Open(site); err != nil {
		return r
	}
	r.cache.ReadOnly = !keep
	var program string
	var group sync.WaitGroup
	r.start, r.zone = a.Now(), zone // not the build's instant
	group.Go(func() { program = programSum(r.cache, r.start) })
	r.listing = sitefs.List(site, "content", r.start)
	group.Wait()
	if program == "" {
		return r
	}
	r.fingerprint = s.fingerprint(program)
	if sum := r.listing.Sum(); sum != "" {
		r.inputs = r.fingerprint + " " + sum
	}
	return r
}

// takeListing returns what lies in the site, nil where nobody looked, and forgets it: it holds much, and is asked for once.
func (r *remembered) takeListing() *sitefs.Listing {
	if r == nil {
		return nil
	}
	listing := r.listing
	r.listing = nil
	return listing
}

func (r *remembered) close() {
	r.cache.Close()
}

// historyOf reads the history of a site; what is known of it is not asked of git again. cache may be nil.
func historyOf(ctx context.Context, site string, c *cache.Cache) (*git.History, error) {
	if c == nil {
		return git.Read(ctx, site, nil)
	}
	return git.Read(ctx, site, c)
}

// keptHistory is historyOf with the cache of the site.
func keptHistory(ctx context.Context, site string) (*git.History, error) {
	c, err := cache.Open(site)
	if err != nil {
		return historyOf(ctx, site, nil)
	}
	defer c.Close()
	return historyOf(ctx, site, c)
}

// historyState stands for what git knows of a site, as inputs do for the site itself. It is "" when that may change unseen.
func historyState(ctx context.Context, site string, now time.Time) string {
	state, index := git.State(ctx, site)
	if state == "" {
		return ""
	}
	info, err := os.Stat(index)
	if err != nil {
		return ""
	}
	look, ok := sitefs.LookOf(info)
	if !ok || !look.Settled(now) {
		return ""
	}
	return fmt.Sprintf("%s %+v", state, look)
}
