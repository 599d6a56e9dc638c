package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/testsite/testenv"
)

var errKilled = errors.New("killed")

// follow runs crier publish --follow 65m. wait is called before each wait, which returns its error.
func (m *machine) follow(github *githubtest.Server, wait func(n int) error, more ...string) (status int, said string) {
	var out bytes.Buffer
	waits := 0
	args := append([]string{"publish", "--no-wait", "--to", "github:settler/status#gh-pages", "--api", github.URL}, more...)
	status = Main(System{Args: args, Stdout: &out, Stderr: &out, Dir: m.dir, Now: func() time.Time { return m.now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			if err := wait(waits); err != nil {
				return err
			}
			waits++
			m.now = m.now.Add(d)
			return ctx.Err()
		}, Transport: m.transport, Getenv: func(name string) string { return m.env[name] }})
	return status, out.String()
}

// following returns a machine with a site on which two updates are held, until 10:30 and 10:40, and
// maintenance starts at 10:50.
func following(t *testing.T) (*machine, *githubtest.Server) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC))
	github := githubtest.Start(t, testenv.MemoryDir(t))
	github.Now = m.present
	m.write("config.toml", "title = \"Status\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\nname = \"API\"\n")
	for _, hold := range []string{"30m", "40m"} {
		m.write("content/incidents/held-"+hold+"/01-investigating.md", strings.NewReplacer("P0", "P2", "10:04:00Z", "10:00:00Z\nhold: "+hold).Replace(fmt.Sprintf(newP0, "api")))
	}
	m.write("content/maintenance/works/01-scheduled.md", "---\ntitle: Works\nstatus: scheduled\ndate: 2026-10-01T10:00:00Z\nstarts: 2026-10-02T10:50:00Z\nends: 2026-10-02T14:00:00Z\ncomponents: [api]\n---\nWe work.\n")
	m.commit()
	return m, github
}

func showsNow(t *testing.T, github *githubtest.Server) string {
	t.Helper()
	index, _ := github.File("gh-pages", "index.html")
	var shows []string
	for _, what := range []string{"held-30m", "held-40m"} {
		if bytes.Contains(index, []byte(what)) {
			shows = append(shows, what)
		}
	}
	if feed, _ := github.File("gh-pages", "feed.json"); bytes.Contains(feed, []byte("/works/started")) {
		shows = append(shows, "works")
	}
	return strings.Join(shows, " ")
}

// TestFollowing checks that a run that follows publishes each release and each start of maintenance
// at its time, says nothing of what it waits for, and ends when nothing more is due.
func TestFollowing(t *testing.T) {
	m, github := following(t)
	seen := map[string]string{}
	status, said := m.follow(github, func(int) error {
		at := m.now.Format("15:04")
		if seen[at] = showsNow(t, github); seen[at] == "" {
			seen[at] = "nothing"
		}
		return nil
	}, "--follow", "65m")
	if got := m.now.Format("15:04"); status != 0 || got != "10:50" || showsNow(t, github) != "held-30m held-40m works" {
		t.Errorf("status %d, ends at %s, shows %s\n%s", status, got, showsNow(t, github), said)
	}
	for at, want := range map[string]string{"10:00": "nothing", "10:25": "nothing", "10:30": "held-30m", "10:40": "held-30m held-40m"} {
		if seen[at] != want {
			t.Errorf("at %s: %q, want %q", at, seen[at], want)
		}
	}
	first, _, _ := strings.Cut(said, "held-")
	if strings.Contains(first, "10:30") || strings.Contains(said, "next") {
		t.Errorf("its log reveals when something is due:\n%s", said)
	}
	// Maintenance ends in three hours, which is too late for this run.
	github.Forget()
	if status, said := m.follow(github, func(int) error { t.Error("it waits"); return nil }, "--follow", "65m"); status != 0 {
		t.Error(status, said)
	}
}

// TestAFollowingRunEndsWithANewerCommit checks that a run that follows leaves what a newer commit
// published, and that another run of the same commit changes nothing but what is due.
func TestAFollowingRunEndsWithANewerCommit(t *testing.T) {
	m, github := following(t)
	older := m.git("rev-parse", "HEAD")
	waits := 0
	status, said := m.follow(github, func(n int) error {
		switch waits = n; n {
		case 1: // another run of the same commit
			if status, said := m.follow(github, func(int) error { return errKilled }, "--follow", "65m"); status == 0 {
				t.Errorf("it does not wait: %s", said)
			}
		case 3:
			m.write("content/incidents/new/01-investigating.md", fmt.Sprintf(newP0, "api"))
			m.commit()
			if status, said := m.follow(github, func(int) error { t.Error("it waits"); return nil }); status != 0 {
				t.Fatal(said)
			}
			m.git("checkout", "--quiet", older)
		}
		return nil
	}, "--follow", "65m")
	if index, _ := github.File("gh-pages", "index.md"); status != 0 || waits > 3 || !bytes.Contains(index, []byte("Downloads fail")) {
		t.Errorf("status %d after %d waits\n%s\n%s", status, waits, said, index)
	}
	if github.Moves("gh-pages") != 2 {
		t.Errorf("the branch moved %d times", github.Moves("gh-pages"))
	}
}

// killed is the transport of a run that is killed after a number of waits and requests: the last
// request still arrives, and nothing after it.
type killed struct{ left atomic.Int32 }

func (k *killed) instant() error {
	if k.left.Add(-1) < 0 {
		return errKilled
	}
	return nil
}

func (k *killed) RoundTrip(r *http.Request) (*http.Response, error) {
	if k.left.Load() < 0 {
		return nil, errKilled
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if dead := k.instant(); err == nil && dead != nil {
		response.Body.Close()
		return nil, dead
	}
	return response, err
}

// TestAFollowingRunIsKilled checks that whenever a run that follows is killed, at a wait or after a
// request, what it has published stays, and the next run publishes what is due.
func TestAFollowingRunIsKilled(t *testing.T) {
	stride := 12
	if testenv.Long() {
		stride = 1
	}
	for kill := 0; ; kill += stride {
		m, github := following(t)
		run := &killed{}
		run.left.Store(int32(kill))
		m.transport = run
		m.follow(github, func(int) error { return run.instant() }, "--follow", "65m")
		github.Git(t, "fsck", "--strict", "--no-dangling")
		before := showsNow(t, github)
		if all := "held-30m held-40m works"; !strings.HasPrefix(all, before) {
			t.Errorf("killed at instant %d, it shows %q", kill, before)
		}
		m.transport = nil
		m.now = time.Date(2026, 10, 2, 10, 51, 0, 0, time.UTC)
		if status, said := m.follow(github, func(int) error { return nil }); status != 0 || showsNow(t, github) != "held-30m held-40m works" {
			t.Errorf("killed at instant %d, after %q: status %d\n%s", kill, before, status, said)
		}
		if run.left.Load() > 0 { // it was over before
			if kill < 20 {
				t.Errorf("it was over before instant %d", kill)
			}
			return
		}
	}
}

// TestAWorkflowIsToldWhetherToFollow checks the output that starts a job that follows.
func TestAWorkflowIsToldWhetherToFollow(t *testing.T) {
	m, github := following(t)
	output := filepath.Join(t.TempDir(), "output")
	for _, c := range [][2]string{{"10:00", "follow=true\n"}, {"11:00", "follow=false\n"}} {
		at, want := c[0], c[1]
		if err := os.WriteFile(output, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		m.env["GITHUB_OUTPUT"] = output
		clock, _ := time.Parse("15:04", at)
		m.now = time.Date(2026, 10, 2, clock.Hour(), 0, 0, 0, time.UTC)
		status, said := m.follow(github, func(int) error { return nil })
		got, err := os.ReadFile(output)
		if status != 0 || err != nil || string(got) != want {
			t.Errorf("%s: %d %q %v\n%s", at, status, got, err, said)
		}
	}
}
