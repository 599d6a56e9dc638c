package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// late is how much later than it could the double of GitHub answers each request.
const late = 100 * time.Millisecond

// BenchmarkPushToLive measures what a workflow does after a push: from a fresh clone of the site to
// the moment at which the site's URL serves the build. First publishes to an empty repository, P0
// one new incident to a branch that has all the others. docs/performance.md has the table.
func BenchmarkPushToLive(b *testing.B) {
	crier := filepath.Join(b.TempDir(), "crier")
	if out, err := exec.Command("go", "build", "-o", crier, "../cmd/crier").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, incidents := range []int{1000, 10000} {
		b.Run(fmt.Sprint(incidents), func(b *testing.B) {
			p := &push{B: b, crier: crier}
			p.site(incidents)
			b.Run("First", func(b *testing.B) { p.measure(b, func() { p.github = nil }) })
			n := 0
			b.Run("P0", func(b *testing.B) {
				p.measure(b, func() {
					n++
					testenv.Write(b, p.origin, fmt.Sprintf("content/incidents/2026-11-01-down-%d/01-investigating.md", n), "---\ntitle: Down\nseverity: P0\n"+
						"status: investigating\ndate: "+time.Now().UTC().Add(-time.Minute).Format(time.RFC3339)+"\ncomponents: [component-1]\nimpact: All fails.\neta: unknown\n---\nWe look into it.\n")
					testenv.Commit(b, p.origin, "Open an incident")
				})
			})
		})
	}
}

// push is a site in a repository, and a double of GitHub that serves it.
type push struct {
	*testing.B
	crier  string
	origin string
	github *githubtest.Server
	live   time.Time // when the build was first served
}

// site makes the repository of a site.
func (p *push) site(incidents int) {
	p.origin = testenv.MemoryDir(p)
	if err := os.CopyFS(p.origin, testsite.Generate(testsite.Options{Incidents: incidents, Seed: 1})); err != nil {
		p.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(late)
		content, ok := p.github.File("gh-pages", strings.TrimPrefix(r.URL.Path, "/"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Write(content)
		if strings.HasSuffix(r.URL.Path, publish.VersionFile) {
			p.live = time.Now()
		}
	}))
	p.Cleanup(server.Close)
	name := filepath.Join(p.origin, "config.toml")
	config, err := os.ReadFile(name)
	if err != nil {
		p.Fatal(err)
	}
	config = regexp.MustCompile(`(?m)^base_url = .*$`).ReplaceAll(config, []byte(`base_url = "`+server.URL+`/"`))
	if err := os.WriteFile(name, config, 0o644); err != nil {
		p.Fatal(err)
	}
	testenv.Git(p, p.origin, "init", "--quiet")
	testenv.Commit(p, p.origin, "Begin")
}

// measure publishes from a fresh clone after each change, and reports what took how long.
func (p *push) measure(b *testing.B, change func()) {
	var all time.Duration
	requests, runs := 0, 0
	for b.Loop() {
		b.StopTimer()
		change()
		if p.github == nil {
			p.github = githubtest.Start(p, testenv.MemoryDir(p))
			p.github.Late = late
		}
		p.github.Forget()
		clone := testenv.MemoryDir(b)
		testenv.Git(b, clone, "clone", "--quiet", p.origin, ".")
		if p.github.Moves("gh-pages") > 0 { // actions/checkout with fetch-depth: 0 fetches all branches
			testenv.Git(b, clone, "fetch", "--quiet", p.github.Dir, "gh-pages:refs/remotes/origin/gh-pages")
		}
		testenv.Git(b, clone, "remote", "set-url", "origin", "https://github.com/settler/status")
		c := exec.Command(p.crier, "publish", "--site", clone, "--to", "github:settler/status#gh-pages", "--api", p.github.URL)
		c.Env = append(os.Environ(), "GITHUB_TOKEN="+githubtest.Token)
		b.StartTimer()
		begin := time.Now()
		out, err := c.CombinedOutput()
		b.StopTimer()
		made := p.github.Requests()
		if err != nil || len(made) == 0 {
			b.Fatalf("%v\n%s", err, out)
		}
		all += p.live.Sub(begin)
		for _, r := range made {
			if r.At.Before(p.live) {
				requests++
			}
		}
		runs++
		os.RemoveAll(clone)
		if testing.Verbose() {
			for _, r := range made {
				b.Logf("%6d ms %s %s, %d bytes: %d", r.At.Sub(begin).Milliseconds(), r.Method, r.Path, r.Body, r.Status)
			}
			b.Logf("%s", out)
		}
		b.StartTimer()
	}
	b.ReportMetric(all.Seconds()/float64(runs), "s")
	b.ReportMetric(float64(requests)/float64(runs), "requests")
	b.ReportMetric(0, "ns/op")
}
