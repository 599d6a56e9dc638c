package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/testsite/testenv"
)

const smallSite = "title = \"Example\"\nbase_url = %q\n[[components]]\nid = \"api\"\n"

// TestLive checks that publish polls the site's URL until it serves the build and, if it never
// does, reports the reason that GitHub gives.
func TestLive(t *testing.T) {
	pages := map[string]any{"source": map[string]any{"branch": "gh-pages"}}
	for name, c := range map[string]struct {
		after  int // polls until the site is live; 0: never
		others bool
		pages  map[string]any
		build  map[string]any
		args   []string
		status int
		want   string // in the output
		hint   string
	}{
		"at once":             {after: 1, pages: pages, want: "/ after 0s.\n"},
		"after a while":       {after: 12, pages: pages, want: "/ after 22s.\n"},
		"nobody waits":        {args: []string{"--no-wait"}, want: "github:settler/status#gh-pages: published in commit "},
		"Pages is off":        {status: 1, want: "error: published, but GitHub Pages is not enabled for this repository", hint: "choose the branch gh-pages at github.com/settler/status/settings/pages, or use --no-wait"},
		"another branch":      {pages: map[string]any{"source": map[string]any{"branch": "main"}}, status: 1, want: "GitHub Pages shows the branch main"},
		"Pages failed":        {pages: pages, build: map[string]any{"status": "errored", "error": map[string]any{"message": "Deployment failed."}}, status: 1, want: "could not build it: Deployment failed."},
		"never":               {pages: pages, build: map[string]any{"status": "building"}, status: 1, want: "/version.json still serves nothing readable; GitHub Pages says: building"},
		"another run's build": {others: true, pages: pages, want: "a newer build, which another run published"},
	} {
		t.Run(name, func(t *testing.T) {
			github := githubtest.Start(t, testenv.MemoryDir(t))
			github.Pages, github.Build = c.pages, c.build
			m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
			polls := 0
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				polls++
				switch {
				case r.URL.Path != "/version.json":
					t.Errorf("asked for %s", r.URL.Path)
				case c.others && polls == 1:
					version := "{\"version\":\"other\"}\n"
					github.Commit("gh-pages", "Publish\n\nCrier-Source: unknown\nCrier-Instant: 2026-10-02T11:00:00Z\nCrier-Version: other\n", map[string][]byte{"version.json": []byte(version)})
					fallthrough
				case c.others:
					fmt.Fprint(w, "{\"version\":\"other\"}\n")
				case c.after > 0 && polls >= c.after:
					version, _ := github.File("gh-pages", "version.json")
					w.Write(version)
				default:
					http.NotFound(w, r)
				}
			}))
			defer site.Close()
			m.write("config.toml", fmt.Sprintf(smallSite, site.URL))
			m.write("content/incidents/a/01-investigating.md", fmt.Sprintf(newP0, "api"))
			m.commit()
			status, stdout, stderr := m.crier(append([]string{"publish", "--to", "github:settler/status#gh-pages", "--api", github.URL}, c.args...)...)
			if status != c.status || !strings.Contains(stdout+stderr, c.want) || !strings.Contains(stderr, c.hint) {
				t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
			}
			if strings.Contains(stdout+stderr, githubtest.Token) {
				t.Error("the token was told")
			}
		})
	}
}

// TestTheToken checks that the token is read from the environment or a file and is never printed.
func TestTheToken(t *testing.T) {
	github := githubtest.Start(t, testenv.MemoryDir(t))
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	m.env = map[string]string{}
	m.write("config.toml", "title = \"Example\"\n")
	m.commit()
	m.write(".git/token", githubtest.Token+"\n")
	m.write(".git/empty", "\n")
	m.write(".git/wrong", "ghp_wrongwrongwrong")
	args := []string{"publish", "--no-wait", "--to", "github:settler/status#gh-pages", "--api", github.URL}
	for file, want := range map[string]string{
		"":           "hint: the token is not valid, or has expired: set GITHUB_TOKEN, or name a file that contains one with --token-file\n",
		".git/empty": "error: .git/empty does not contain a token\n",
		".git/wrong": "error: reading the branch: GitHub answered 401: Bad credentials\n",
		".git/none":  "error: cannot read the token: ",
	} {
		if status, _, stderr := m.crier(append(args, "--token-file", file)...); status != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit status %d\n%s", file, status, stderr)
		}
	}
	m.must(append(args, "--token-file", ".git/token")...)
	if said := m.said.String(); strings.Contains(said, githubtest.Token) || strings.Contains(said, "wrongwrong") {
		t.Error(said)
	}
}

// TestPublishForPrograms checks the report of --format json.
func TestPublishForPrograms(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	m.write("config.toml", "title = \"Example\"\n[[components]]\nid = \"api\"\n[publish]\nto = [\"dir:served\"]\n")
	m.write("content/incidents/a/01-investigating.md", fmt.Sprintf(newP0, "api"))
	m.commit()
	for _, want := range []string{`"state": "planned"`, `"state": "published"`, `"state": "unchanged"`} {
		args := []string{"publish", "--format", "json"}
		if strings.Contains(want, "planned") {
			args = append(args, "--dry-run")
		}
		if stdout := m.must(args...); !strings.Contains(stdout, want) || !strings.Contains(stdout, `"target": "dir:served"`) {
			t.Errorf("want %s in %s", want, stdout)
		}
	}
	m.now = m.now.Add(-time.Hour)
	if stdout := m.must("publish", "--format", "json"); !strings.Contains(stdout, `"state": "older"`) {
		t.Error(stdout)
	}
	if _, stdout, _ := m.crier("publish", "--format", "json", "--to", "git:nowhere#pages"); !strings.Contains(stdout, `"state": "failed"`) || !strings.Contains(stdout, `"error": "`) {
		t.Error(stdout)
	}
}

// TestLogsOfAWorkflow checks that the log of a workflow holds only positions and kinds of mistakes,
// because messages may quote text that is not public, and nothing about security incidents.
func TestLogsOfAWorkflow(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	m.env["GITHUB_ACTIONS"] = "true"
	m.write("config.toml", "title = \"Example\"\n[[components]]\nid = \"api\"\n")
	m.write("content/incidents/a/01-investigating.md", strings.Replace(fmt.Sprintf(newP0, "api"), "impact:", "impcat:", 1))
	m.write("content/incidents/leak/01-investigating.md", strings.Replace(fmt.Sprintf(newP0, "api"), "impact:", "security: breach\nimpcat:", 1))
	m.write("content/incidents/later/01-investigating.md", strings.Replace(strings.Replace(fmt.Sprintf(newP0, "api"), "2026-10-02", "2026-10-03", 1), "impact:", "security: breach\nimpact:", 1))
	m.commit()
	status, stdout, stderr := m.crier("publish", "--to", "dir:served")
	if status != exitMistakes || strings.Contains(stdout+stderr, "leak") || strings.Contains(stdout+stderr, "later") || strings.Contains(stdout+stderr, "impcat") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	for _, want := range []string{"content/incidents/a/01-investigating.md:7:1: mistake: there is a mistake here [unknown-key]\n", "1 mistake more not shown here: crier check shows all\n",
		"warning: an update of a security incident is P0 and NOT public: its date, 2026-10-03 10:04 UTC, is 23h59m0s in the future\n"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in\n%s", want, stderr)
		}
	}
	if !strings.HasPrefix(stderr, "warning: ") {
		t.Errorf("what is said first:\n%s", stderr)
	}
}

// TestTheThemeFails checks that publish falls back to the built-in theme if a template fails.
func TestTheThemeFails(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	m.write("config.toml", "title = \"Example\"\ntheme = \"own\"\n[[components]]\nid = \"api\"\n")
	m.write("themes/own/overview.html", "{{define \"main\"}}{{.View.Nothing.There}}{{end}}")
	m.write("content/incidents/a/01-investigating.md", fmt.Sprintf(newP0, "api"))
	m.commit()
	status, stdout, stderr := m.crier("publish", "--to", "dir:served")
	if !strings.Contains(stdout, "Published: a/01-investigating.") || !strings.Contains(stderr, "the built-in one is used") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
}

// TestAhead checks that --ahead publishes a held update whose deadline is near.
func TestAhead(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 40, 0, 0, time.UTC))
	m.write("config.toml", "title = \"Example\"\n[[components]]\nid = \"api\"\n")
	m.write("content/incidents/a/01-investigating.md", strings.NewReplacer("P0", "P2", "10:04:00Z", "10:00:00Z\nhold: 90m").Replace(fmt.Sprintf(newP0, "api")))
	m.commit()
	if stdout := m.must("publish", "--to", "dir:served", "--ahead", "19m"); strings.Contains(stdout, "Published") {
		t.Error(stdout)
	}
	if stdout := m.must("publish", "--to", "dir:served", "--ahead", "20m"); !strings.Contains(stdout, "Published: a/01-investigating.") {
		t.Error(stdout)
	}
}

// TestAFolderThatAWebServerServes checks that an update is live as soon as it is published, and
// that the next publish that is not urgent records the time at which it was seen.
func TestAFolderThatAWebServerServes(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(m.dir, "served"))))
	defer server.Close()
	m.write("config.toml", fmt.Sprintf(smallSite, server.URL)+"[publish]\nto = [\"dir:served\"]\n")
	m.commit()
	m.must("publish")
	m.now = m.now.Add(time.Minute)
	m.write("content/incidents/a/01-investigating.md", fmt.Sprintf(newP0, "api"))
	m.commit()
	if stdout := m.must("publish"); !strings.Contains(stdout, "Live at "+server.URL+"/ after 0s.") {
		t.Error(stdout)
	}
	response, err := http.Get(server.URL + "/incidents/a/")
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil || !strings.Contains(string(page), "Downloads fail") {
		t.Errorf("%v %s", err, page)
	}
	seen := m.now
	m.now = m.now.Add(time.Minute)
	m.write("content/incidents/b/01-investigating.md", strings.Replace(fmt.Sprintf(newP0, "api"), "P0", "P3", 1))
	m.commit()
	m.must("publish")
	response, err = http.Get(server.URL + "/.crier/record/2026-10.json") // from the live site
	if err != nil {
		t.Fatal(err)
	}
	month, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := record.ParseFile("2026-10.json", month)
	if err != nil || len(entries) != 2 || !entries[0].Public.Equal(seen) || !entries[0].Live.Equal(seen) || !entries[1].Live.IsZero() {
		t.Errorf("%v %v", entries, err)
	}
}
