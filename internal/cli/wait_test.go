package cli

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

// TestPublicMeansSeen checks that --wait waits until the live page shows the update, and that
// nothing is called public before.
func TestPublicMeansSeen(t *testing.T) {
	testenv.Need(t, "git")
	for _, c := range []struct {
		name       string
		polls      int // after which the page shows the update
		status     int
		says, hint string
	}{
		{"seen", 3, exitFine, "Public: pushed 12:00:00, live 12:00:04 UTC.\n", ""},
		{"never", 1 << 30, exitFailed, "", "error: NOT PUBLIC YET: pushed, but after 10m0s "},
	} {
		t.Run(c.name, func(t *testing.T) {
			polls := 0
			page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if polls++; polls >= c.polls && r.URL.Path == "/incidents/2026-10-01-down/" {
					w.Write([]byte(`<article id="01-investigating">`))
				}
			}))
			defer page.Close()
			dir := t.TempDir()
			testenv.Git(t, dir, "init", "-q", "--bare", "remote.git")
			testenv.Git(t, dir, "clone", "-q", "remote.git", "site")
			dir += "/site"
			testenv.Write(t, dir, "config.toml", "title = \"Example\"\nbase_url = \""+page.URL+"/\"\n")
			testenv.Git(t, dir, "add", ".")
			testenv.Git(t, dir, "commit", "-q", "-m", "first")
			testenv.Git(t, dir, "push", "-q")
			now := autumn
			var out, log bytes.Buffer
			status := Main(System{Args: []string{"new", "Down", "-s", "P0", "-m", "x", "--push", "--wait"}, Stdout: &out, Stderr: &log, Dir: dir,
				Now:   func() time.Time { return now },
				Sleep: func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil }})
			before, _, _ := strings.Cut(out.String(), c.says)
			if status != c.status || !strings.HasSuffix(out.String(), c.says) || !strings.Contains(log.String(), c.hint) || c.says != "" && strings.Contains(before, "Public:") {
				t.Errorf("%d\n%s%s", status, &out, &log)
			}
		})
	}
}
