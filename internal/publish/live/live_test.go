package live_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish/live"
)

// site returns a site whose URL serves a version that depends on the number of the request, and
// whose clock advances only by sleeping.
func site(t *testing.T, version func(request int) string) live.Site {
	t.Helper()
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		fmt.Fprintf(w, "{\"version\":%q}\n", version(requests))
	}))
	t.Cleanup(server.Close)
	now := time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC)
	return live.Site{URL: server.URL + "/", Version: "new", Now: func() time.Time { return now }, Sleep: func(ctx context.Context, d time.Duration) error {
		now = now.Add(d)
		return ctx.Err()
	}}
}

func TestWait(t *testing.T) {
	s := site(t, func(request int) string {
		if request < 4 {
			return "old"
		}
		return "new"
	})
	seen := s.Wait(t.Context())
	if seen.Err != nil || seen.Newer || seen.After != 6*time.Second || !seen.At.Equal(s.Now()) {
		t.Errorf("%+v", seen)
	}
	if !s.Serves(t.Context()) {
		t.Error("the build is live, but Serves says no")
	}
}

func TestWaitEnds(t *testing.T) {
	s := site(t, func(int) string { return "old" })
	if seen := s.Wait(t.Context()); diag.HintOf(seen.Err) == "" || !seen.At.IsZero() {
		t.Errorf("%+v", seen)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.Sleep = func(ctx context.Context, _ time.Duration) error {
		cancel()
		return ctx.Err()
	}
	if seen := s.Wait(ctx); !errors.Is(seen.Err, context.Canceled) {
		t.Errorf("%+v", seen)
	}
}
