package workflows

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/githubissue/githubissuetest"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/testsite/testenv"
)

// pages serves a branch as GitHub Pages does.
func pages(t *testing.T, dir, branch string) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if name == "" || strings.HasSuffix(r.URL.Path, "/") {
			name = path.Join(name, "index.html")
		}
		out, err := exec.CommandContext(r.Context(), "git", "-C", dir, "cat-file", "blob", "refs/heads/"+branch+":"+name).Output()
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Write(out)
	}))
	t.Cleanup(server.Close)
	return server
}

// github combines the fake GitHub for publishing and the one for issues over one repository.
func github(t *testing.T) (*githubtest.Server, *githubissuetest.Server, string) {
	t.Helper()
	branches, issues := githubtest.Start(t, t.TempDir()), githubissuetest.New()
	t.Cleanup(issues.Close)
	issues.Token, issues.Repository = githubtest.Token, "settler/status"
	branches.Pages = map[string]any{"build_type": "legacy", "source": map[string]any{"branch": "gh-pages", "path": "/"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/repos/settler/status/issues") {
			issues.ServeHTTP(w, r)
			return
		}
		branches.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return branches, issues, server.URL
}

// TestPublishFromPushToIssue runs publish.yml as on a push and as on the schedule. Committed
// updates must go live, an update that was not published must be overdue, and the issue must be
// closed once it is published.
func TestPublishFromPushToIssue(t *testing.T) {
	branches, issues, api := github(t)
	address := pages(t, branches.Dir, "gh-pages").URL + "/"
	s := site{t: t, origin: branches.Dir, folder: testenv.Repository(t)}
	s.begin(address)
	// The incident is recent, so that the real program has no overdue deadlines except the one
	// under test.
	now := time.Now().UTC().Truncate(time.Second)
	stamp := func(age time.Duration) string { return now.Add(-age).Format(time.RFC3339) }
	s.write("config.toml", "title = \"Example\"\nbase_url = \""+address+"\"\n[[components]]\nid = \"api\"\n[rules]\nsince = "+stamp(2*time.Hour)+"\n")
	s.write("content/incidents/now/01-investigating.md", "---\ntitle: Now\nseverity: P1\nstatus: investigating\ndate: "+stamp(time.Minute)+"\nacknowledged: "+stamp(time.Minute)+"\nimpact: x\neta: unknown\ncomponents: [api]\n---\nWe look.\n")
	s.commit("an incident")
	s.git("push", "-q", "origin", "HEAD:main")

	var w workflow
	read(t, ".github/workflows/publish.yml", &w)
	r := newRunner(t, s, issues)
	r.env["GITHUB_API_URL"], r.env["GITHUB_REPOSITORY"], r.context["github.repository"], r.context["github.token"] = api, "settler/status", "settler/status", githubtest.Token
	if !r.job(w.Jobs["publish"]) {
		t.Fatal(r.log)
	}
	if !strings.Contains(r.log, "Live at "+address) {
		t.Error(r.log)
	}
	response, err := http.Get(address + "incidents/now/")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Error(response, err)
	}
	commit := branches.Git(t, "rev-parse", "gh-pages")
	due := func(want ...int) {
		t.Helper()
		if !r.job(w.Jobs["due"]) {
			t.Fatal(r.log)
		}
		if strings.Contains(r.log, "no publish record") {
			t.Errorf("the record was not found:\n%s", r.log)
		}
		if open := issues.Open("crier-deadlines"); !slices.Equal(open, want) {
			t.Errorf("open are %d\n%s", open, r.log)
		}
	}
	due()

	// On the schedule: nothing has changed, so nothing is published.
	if !r.job(w.Jobs["publish"]) || branches.Git(t, "rev-parse", "gh-pages") != commit {
		t.Errorf("something was published without a reason\n%s", r.log)
	}

	// The update is committed, but not published because publishing is broken. Going by git alone,
	// it would be public.
	s.write("content/incidents/now/02-identified.md", "---\nstatus: identified\ndate: "+stamp(0)+"\n---\nFound.\n")
	s.write("content/incidents/early/01-resolved.md", "---\ntitle: Early\nseverity: P1\nstatus: resolved\ndate: "+stamp(30*time.Minute)+"\nwaive: {meeting: x, postmortem: x}\n---\nIt was.\n")
	s.commit("more")
	s.git("push", "-q", "origin", "HEAD:main")
	branches.ReadOnly = true
	if r.job(w.Jobs["publish"]) || !strings.Contains(r.log, "permissions: contents: write") {
		t.Errorf("it failed to fail\n%s", r.log)
	}
	due(1)
	if body := issues.Get(1).Body; !strings.Contains(body, "| publish 01-resolved | `early` |") {
		t.Error(body)
	}
	branches.ReadOnly = false
	if !r.job(w.Jobs["publish"]) {
		t.Error(r.log)
	}
	due()
	if issue := issues.Get(1); issue.State != "closed" {
		t.Errorf("%+v", issue)
	}
	if strings.Contains(r.log, githubtest.Token) {
		t.Error("the log tells the token")
	}
}
