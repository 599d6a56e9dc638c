package cli

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/testsite/testenv"
)

// listener is a server that records the announcements it receives.
type listener struct {
	*httptest.Server
	mutex  sync.Mutex
	heard  []string // ids of updates, or URLs of feeds
	status int
}

func newListener(t *testing.T) *listener {
	l := &listener{status: http.StatusNoContent}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mutex.Lock()
		defer l.mutex.Unlock()
		about := r.Header.Get("Webhook-Id")
		if about == "" {
			about = r.PostFormValue("hub.url")
		}
		if l.status < 300 {
			l.heard = append(l.heard, about[strings.LastIndex(about, "05:")+len("05:"):])
		}
		w.WriteHeader(l.status)
	}))
	t.Cleanup(l.Close)
	return l
}

// news returns what was received since the last call.
func (l *listener) news() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	heard := l.heard
	l.heard = nil
	return heard
}

// shown serves a folder, or a branch of a repository, at the site's URL. Setting *down makes every
// request fail.
func shown(t testing.TB, read func(name string) ([]byte, error)) (address string, down *bool) {
	down = new(bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := read(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil || *down {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Write(content)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/", down
}

// TestAnnouncing checks which updates each listener receives, for every kind of publish target.
func TestAnnouncing(t *testing.T) {
	for _, kind := range testenv.Some(2, []string{"dir", "github", "git"}) {
		t.Run(kind, func(t *testing.T) {
			github := githubtest.Start(t, t.TempDir())
			m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
			m.env["PAGER_SECRET"], m.env["LOG_SECRET"], m.env["GITHUB_API_URL"] = strings.Repeat("p", 24), strings.Repeat("l", 24), github.URL
			target, read := "github:settler/status#gh-pages", func(name string) ([]byte, error) {
				content, ok := github.File("gh-pages", name)
				if !ok {
					return nil, fs.ErrNotExist
				}
				return content, nil
			}
			switch kind {
			case "dir":
				target, read = "dir:served", func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(m.dir, "served", name)) }
			case "git":
				target, read = "git:"+github.Dir+"#gh-pages", func(name string) ([]byte, error) {
					return testenv.GitCommand(t, github.Dir, "cat-file", "blob", "refs/heads/gh-pages:"+name).Output()
				}
			}
			address, down := shown(t, read)
			hub, pager, log := newListener(t), newListener(t), newListener(t)
			m.write("config.toml", fmt.Sprintf("title = \"Example\"\nbase_url = %q\n[feeds]\nhost = \"status.example.com\"\nhub = %q\n[[webhooks]]\nname = \"pager\"\nurl = %q\nsecret_env = \"PAGER_SECRET\"\n[[webhooks]]\nname = \"log\"\nurl = %q\nsecret_env = \"LOG_SECRET\"\n",
				address, hub.URL, pager.URL, log.URL))
			m.write("content/incidents/long-ago/01-resolved.md", "---\ntitle: Long ago\nseverity: P3\nstatus: resolved\ndate: 2024-10-01T10:00:00Z\n---\nIt was.\n")
			m.write("content/incidents/down/01-investigating.md", "---\ntitle: Down\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\nimpact: x\neta: unknown\n---\nWe look.\n")
			m.commit()
			publish := func(args ...string) (stdout, stderr string) {
				t.Helper()
				status, stdout, stderr := m.crier(append([]string{"publish", "--to", target, "--force"}, args...)...)
				if status != 0 {
					t.Fatalf("%d\n%s%s", status, stdout, stderr)
				}
				if strings.Contains(stderr, "could not be") {
					t.Error(stderr)
				}
				for _, secret := range []string{m.env["PAGER_SECRET"], m.env["LOG_SECRET"], pager.URL} {
					if secret != "" && strings.Contains(stdout+stderr, secret) {
						t.Errorf("it tells %s:\n%s%s", secret, stdout, stderr)
					}
				}
				return stdout, stderr
			}
			heard := func(who string, l *listener, want ...string) {
				t.Helper()
				if got := l.news(); !slices.Equal(got, want) {
					t.Errorf("%s heard %q, not %q", who, got, want)
				}
			}

			// The page goes live. Old updates are not announced. The pager fails, but the publish
			// still succeeds.
			pager.status = http.StatusServiceUnavailable
			stdout, stderr := publish()
			if !strings.Contains(stdout, "Live at ") || !strings.Contains(stdout, "Notified log of 1 update, 1 min after its date.\n") || !strings.Contains(stderr, "warning: pager was not notified of 1 update: it answered 503 Service Unavailable; the next run tries again\n") {
				t.Errorf("%s%s", stdout, stderr)
			}
			heard("the log", log, "Incident/down/01-investigating")
			feed := func(l *listener) []string {
				got := l.news()
				for n := range got {
					got[n] = strings.TrimPrefix(got[n], address)
				}
				return got
			}
			if got := feed(hub); !slices.Equal(got, []string{"feed.rss", "feed.atom", "feed.json"}) && !slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, "feed.rss") }) {
				t.Errorf("the hub heard %q", got)
			}

			// The next run leaves the page unchanged and announces to the pager. No listener is
			// told twice.
			pager.status = http.StatusOK
			m.now = m.now.Add(10 * time.Minute)
			publish()
			heard("the pager", pager, "Incident/down/01-investigating")
			heard("the log", log)
			heard("the hub", hub)
			m.now = m.now.Add(10 * time.Minute)
			publish()
			heard("the pager", pager)

			// An update is announced once readers can see it, and a held update once it is
			// released.
			*down = true
			m.write("content/incidents/down/02-resolved.md", "---\nstatus: resolved\ndate: "+m.now.Format(time.RFC3339)+"\n---\nIt works.\n")
			m.write("content/incidents/slow/01-investigating.md", "---\ntitle: Slow\nseverity: P2\nstatus: investigating\ndate: "+m.now.Format(time.RFC3339)+"\nhold: 30m\n---\nWe look.\n")
			m.commit()
			publish("--no-wait")
			heard("the pager", pager)
			*down = false
			publish()
			heard("the pager", pager, "Incident/down/02-resolved")
			heard("the log", log, "Incident/down/02-resolved")
			m.now = m.now.Add(30 * time.Minute)
			publish()
			heard("the pager", pager, "Incident/slow/01-investigating")

			// A missing secret is reported as a warning and does not stop the publish.
			delete(m.env, "PAGER_SECRET")
			if _, stderr := publish(); !strings.Contains(stderr, "warning: pager is not notified: PAGER_SECRET is not set\n") {
				t.Error(stderr)
			}

			// The next publish that is not urgent records what was announced and when each update
			// first became public.
			m.write("content/incidents/small/01-resolved.md", "---\ntitle: Small\nseverity: P3\nstatus: resolved\ndate: "+m.now.Format(time.RFC3339)+"\n---\nIt was.\n")
			m.commit()
			publish()
			files := map[string]string{}
			for _, name := range []string{"index.json", "first.json", "2026-10.json"} {
				content, err := read(".crier/record/" + name)
				if err != nil {
					t.Fatal(name, err)
				}
				files[".crier/record/"+name] = string(content)
			}
			for _, e := range recordOf(t, files).Entries() {
				want := map[string]int{"down": 3, "slow": 3}[e.ID]
				if len(e.Announced) != want {
					t.Errorf("%s was announced to %v", e.Key, e.Announced)
				}
			}
		})
	}
}
