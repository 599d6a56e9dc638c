package publish

import (
	"context"
	"time"
)

// Follower publishes a site again whenever it changes by itself, such as when a held update is
// released or maintenance starts.
type Follower struct {
	Now   func() time.Time
	Wait  func(ctx context.Context, d time.Duration) error
	Until time.Time
	// Publish publishes the site and returns when it next changes by itself. Zero ends following,
	// such as when a newer commit has been published.
	Publish func(ctx context.Context) (next time.Time, err error)
	// Superseded reports whether a newer commit has been published. It is asked now and then.
	Superseded func(ctx context.Context) bool
}

// askEvery is the time between two questions whether a newer commit has been published.
const askEvery = 5 * time.Minute

// Follow publishes until nothing more changes in time. It returns the error of the last publish: a
// failed one doesn't keep the next from being tried.
func (f Follower) Follow(ctx context.Context) error {
	for {
		next, failure := f.Publish(ctx)
		if ctx.Err() != nil || next.IsZero() || next.After(f.Until) {
			return failure
		}
		for now := f.Now(); now.Before(next); now = f.Now() {
			if err := f.Wait(ctx, min(next.Sub(now), askEvery)); err != nil {
				return err
			}
			if f.Now().Before(next) && f.Superseded(ctx) {
				return failure
			}
		}
	}
}
