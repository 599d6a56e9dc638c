package rollout_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/publish/rollout"
	"settler.io/crier/internal/publish/target"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/source/config"
)

// run is a rollout of a page to folders beside the folder of its site.
type run struct {
	*rollout.Rollout
	made  int      // how many builds were made
	lines []string // what was printed
}

// prepare prepares a build of the first commit that shows an update, for targets below root.
func prepare(t *testing.T, root string, clock *publishtest.Clock, update string, targets ...string) *run {
	t.Helper()
	r := &run{}
	r.Rollout = &rollout.Rollout{
		Config: config.Default(), Reach: target.Options{Site: filepath.Join(root, "site")}, Rebuild: true,
		Instant: clock.Now(), Now: clock.Now, Sleep: clock.Wait,
		Warn: func(line string) { r.lines = append(r.lines, line) },
		Make: func(source publish.Source, _ *published.Posted) (*publish.Build, *site.Site, error) {
			r.made++
			b := publishtest.Build(source.Revision, source.Instant, map[string]string{"index.html": update}, update)
			b.Version = "version-of-" + update
			return b, &site.Site{}, nil
		},
	}
	for _, text := range targets {
		l, err := target.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		r.Targets = append(r.Targets, l)
	}
	r.Open(t.Context(), filepath.Join(root, "work"), 1)
	if err := r.Prepare(t.Context(), publish.Source{Revision: publishtest.Revision(1, 1), Instant: clock.Now()}); err != nil {
		t.Fatal(err)
	}
	return r
}

func newSite(t *testing.T) (root string, clock *publishtest.Clock) {
	t.Helper()
	root = t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "site"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root, publishtest.NewClock(publishtest.Start)
}

// TestTargetsAreIndependent publishes to three targets, one of which is refused.
func TestTargetsAreIndependent(t *testing.T) {
	root, clock := newSite(t)
	r := prepare(t, root, clock, "api-down/01", "dir:../a", "dir:.", "dir:../b")
	var failed []string
	for n := range r.Targets {
		if result := r.Publish(t.Context(), n); result.Err != nil {
			failed = append(failed, result.Target.Text)
		}
	}
	if !slices.Equal(failed, []string{"dir:."}) {
		t.Errorf("failed: %q", failed)
	}
	for _, folder := range []string{"a", "b"} {
		if page, err := os.ReadFile(filepath.Join(root, folder, "index.html")); string(page) != "api-down/01" {
			t.Errorf("%s has %q: %v", folder, page, err)
		}
	}
	if !r.Newest() || r.made != 1 || len(r.lines) > 0 {
		t.Errorf("newest %t, %d builds, printed %q", r.Newest(), r.made, r.lines)
	}
}

// TestAnotherRecord publishes what was built before another run published: the build is made again,
// for the record as it is now.
func TestAnotherRecord(t *testing.T) {
	root, clock := newSite(t)
	mine := prepare(t, root, clock, "api-down/02", "dir:../public")
	if err := clock.Wait(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if result := prepare(t, root, publishtest.NewClock(publishtest.Start), "api-down/01", "dir:../public").Publish(t.Context(), 0); result.Err != nil {
		t.Fatal(result.Err)
	}
	result := mine.Publish(t.Context(), 0)
	if result.Err != nil || mine.made != 2 || !slices.Equal(result.Plan.Names(), []string{"api-down/02"}) {
		t.Errorf("%d builds, published %q: %v", mine.made, result.Plan.Names(), result.Err)
	}
}

// TestLive publishes a site whose URL serves the build after three polls, and then notes the time.
func TestLive(t *testing.T) {
	root, clock := newSite(t)
	polls, serves := 0, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if polls++; polls > 3 {
			fmt.Fprintf(w, "{\"version\":%q}\n", serves)
		}
	}))
	defer server.Close()
	published := func(update string) *run {
		r := prepare(t, root, clock, update, "dir:../public")
		r.Config.BaseURL = server.URL + "/"
		if result := r.Publish(t.Context(), 0); result.Err != nil {
			t.Fatal(result.Err)
		}
		return r
	}
	published("api-down/01") // begins the record, so it isn't noted when that was live
	r := published("api-down/02")
	if r.Visible(t.Context(), live.Result{}) {
		t.Error("visible, although the URL serves nothing yet")
	}
	serves = r.Build.Version
	var waited []time.Duration
	seen := r.Wait(t.Context(), func(after time.Duration) { waited = append(waited, after) })
	if seen.Err != nil || seen.At.IsZero() || len(waited) == 0 || !r.Visible(t.Context(), live.Result{}) {
		t.Fatalf("%+v after %v", seen, waited)
	}
	r.NoteLive(t.Context(), seen.At)
	d, ok := r.Delivery(nil)
	if !ok {
		t.Fatal("there is no delivery")
	}
	noted := d.Log.Entries(t.Context())
	if len(noted) != 1 || noted[0].Update != "02" || !noted[0].Live.Equal(seen.At) {
		t.Errorf("noted %+v, seen live at %v", noted, seen.At)
	}
	if len(r.lines) > 0 {
		t.Errorf("printed %s", strings.Join(r.lines, "\n"))
	}
}

func TestJSON(t *testing.T) {
	root, clock := newSite(t)
	r := prepare(t, root, clock, "one", "dir:"+filepath.Join(root, "served"))
	for _, want := range []string{"published 1", "unchanged 0"} {
		r.Publish(t.Context(), 0)
		result := r.JSON()[0]
		if got := fmt.Sprint(result.State, " ", result.Created); got != want || result.Target != r.Targets[0].Text || result.Error != "" {
			t.Errorf("%+v, want %s", result, want)
		}
	}
}
