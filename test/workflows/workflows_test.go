// Package workflows tests the workflows and the action that this repository provides. Their scripts
// run on a real repository, with fakes of GitHub's API.
package workflows

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/githubissue/githubissuetest"
	"settler.io/crier/internal/testsite/testenv"
)

func names(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(root(t), ".github/workflows/*.yml"))
	if err != nil || len(list) < 3 {
		t.Fatal(list, err)
	}
	return append(list, filepath.Join(root(t), "action.yml"))
}

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses: (.*)$`)
	pinned = regexp.MustCompile(`^actions/[a-z-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+$`)
)

// TestActionsAreGitHubsAndPinned checks that nothing that others can change runs with our tokens.
func TestActionsAreGitHubsAndPinned(t *testing.T) {
	shas := map[string]string{}
	for _, name := range names(t) {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range uses.FindAllStringSubmatch(string(raw), -1) {
			if m[1] == "./" {
				continue
			}
			if !pinned.MatchString(m[1]) {
				t.Errorf("%s: %s is not pinned to a commit of one of GitHub's own actions", filepath.Base(name), m[1])
			}
			action, sha, _ := strings.Cut(m[1], "@")
			if other, seen := shas[action]; seen && other != sha {
				t.Errorf("%s is used in two versions", action)
			}
			shas[action] = sha
		}
	}
}

// comment matches a line of YAML that is only a comment.
var comment = regexp.MustCompile(`(?m)^\s*#.*$`)

// TestPermissionsAreTheLeast checks that workflows as a whole have no permissions, and each job
// only those that it needs.
func TestPermissionsAreTheLeast(t *testing.T) {
	want := map[string]map[string]string{
		"publish.yml/publish": {"contents": "write", "pages": "read"},
		"publish.yml/follow":  {"contents": "write", "pages": "read"},
		"publish.yml/due":     {"contents": "read", "issues": "write"},
		"check.yml/check":     {"contents": "read", "pull-requests": "write"},
		"ci.yml/ci":           {"contents": "read"},
		"release.yml/test":    {"contents": "read"},
		"release.yml/release": {"contents": "write", "id-token": "write", "attestations": "write"},
	}
	seen := 0
	for _, name := range names(t) {
		if filepath.Base(name) == "action.yml" {
			continue
		}
		raw, _ := os.ReadFile(name)
		if strings.Contains(comment.ReplaceAllString(string(raw), ""), "pull_request_target") {
			t.Errorf("%s runs the code of strangers with a token that may write", name)
		}
		var w workflow
		read(t, ".github/workflows/"+filepath.Base(name), &w)
		if w.Permissions == nil || len(w.Permissions) != 0 {
			t.Errorf("%s: permissions are %v for all jobs", name, w.Permissions)
		}
		for id, j := range w.Jobs {
			key := filepath.Base(name) + "/" + id
			if len(j.Permissions) != len(want[key]) {
				t.Errorf("%s has %v", key, j.Permissions)
			}
			for permission, level := range j.Permissions {
				if want[key][permission] != level {
					t.Errorf("%s has %s: %s", key, permission, level)
				}
			}
			seen++
		}
	}
	if seen != len(want) {
		t.Errorf("there are %d jobs", seen)
	}
	for key, permissions := range want {
		page := "docs/publishing.md"
		if strings.HasPrefix(key, "release.yml/") {
			page = "docs/releasing.md"
		}
		text, err := os.ReadFile(filepath.Join(root(t), page))
		if err != nil {
			t.Fatal(err)
		}
		for permission, level := range permissions {
			if !strings.Contains(string(text), "`"+permission+": "+level+"`") {
				t.Errorf("%s does not explain %s: %s of %s", page, permission, level, key)
			}
		}
	}
}

// TestPublishingWaitsForNoOther checks that publish.yml has no concurrency group, because GitHub
// cancels runs that wait in one.
func TestPublishingWaitsForNoOther(t *testing.T) {
	var w workflow
	read(t, ".github/workflows/publish.yml", &w)
	if !w.Concurrency.IsZero() {
		t.Error("publish.yml has a concurrency group")
	}
}

// site is a repository with a site. It is a clone of a bare one, as actions/checkout leaves it.
type site struct {
	t              *testing.T
	origin, folder string
	date           time.Time // commit date; zero: now
}

func (s site) git(args ...string) string {
	s.t.Helper()
	return testenv.GitAt(s.t, s.folder, s.date, args...)
}

func (s site) write(name, text string) {
	s.t.Helper()
	testenv.Write(s.t, s.folder, name, text)
}

func (s site) commit(message string) {
	s.t.Helper()
	s.git("add", "-A")
	s.git("commit", "-q", "-m", message)
}

const opened = "---\ntitle: API returning errors\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\ncomponents: [api]\nimpact: Requests fail.\neta: unknown\n---\nWe look.\n"

func newSite(t *testing.T) site {
	t.Helper()
	s := site{t: t, origin: testenv.Remote(t), folder: testenv.Repository(t), date: time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC)}
	s.begin("https://status.example.com/")
	return s
}

// begin makes the first commit and pushes it.
func (s site) begin(address string) {
	s.t.Helper()
	s.git("remote", "add", "origin", s.origin)
	s.write("config.toml", "title = \"Example\"\nbase_url = \""+address+"\"\n[[components]]\nid = \"api\"\n")
	s.write("content/incidents/api-down/01-investigating.md", opened)
	s.commit("first")
	s.git("push", "-q", "origin", "HEAD:main")
	s.git("fetch", "-q")
}

// systemPath is the PATH without the program under test, which an action must install.
var systemPath string

// TestMain lets the test binary act as crier, which is then on the PATH of the tests.
func TestMain(m *testing.M) {
	systemPath = os.Getenv("PATH")
	testscript.Main(testenv.Process{M: m}, map[string]func(){"crier": func() { os.Exit(cli.Main(cli.OS())) }})
}

func newRunner(t *testing.T, s site, server *githubissuetest.Server) *runner {
	t.Helper()
	testenv.Need(t, "bash")
	program, err := exec.LookPath("crier")
	if err != nil {
		t.Fatal(err)
	}
	return &runner{t: t, workspace: s.folder, temp: t.TempDir(),
		context: map[string]string{
			"github.token": githubissuetest.Token, "github.repository": "example/status", "github.base_ref": "main", "github.action_path": root(t), "github.action_ref": "", "github.action_repository": "settler/crier", "github.server_url": "https://github.com", "runner.os": "Linux", "runner.arch": "X64",
		},
		env: map[string]string{"GITHUB_REPOSITORY": "example/status", "GITHUB_API_URL": server.URL, "CRIER_TEST_BINARY": program, "GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_NOSYSTEM": "1"},
	}
}

// TestTheActionBuildsItsProgram checks that the action builds the program from its own checkout,
// and always with the same cache key.
func TestTheActionBuildsItsProgram(t *testing.T) {
	server := githubissuetest.New()
	defer server.Close()
	r := newRunner(t, newSite(t), server)
	delete(r.env, "CRIER_TEST_BINARY")
	for _, name := range []string{"GOFLAGS", "GOCACHE", "GOMODCACHE", "CGO_ENABLED"} { // so that what is compiled is reused
		r.env[name] = goEnv(t, name)
	}
	var keys []string
	for range 2 {
		if ok := r.job(job{Steps: []step{{Uses: "./", With: map[string]string{"args": "  build\n--dry-run  --format json"}}, {Name: "Look", Run: "crier version"}}}); !ok {
			t.Fatal(r.log)
		}
		if !strings.Contains(r.log, `"written": false`) || !strings.Contains(r.log, "== Look\ncrier ") {
			t.Error(r.log)
		}
		keys = append(keys, regexp.MustCompile(`key=(.*)`).FindString(r.log))
	}
	want := []string{"Find the program", "Download the released program", "actions/cache@", "actions/setup-go@", "Build crier", "Put crier on the PATH", "Run crier", "Look"}
	for n, name := range want {
		if !strings.HasPrefix(r.ran[n], name) {
			t.Errorf("step %d is %s", n, r.ran[n])
		}
	}
	if keys[0] != keys[1] {
		t.Error(keys)
	}
	if ok := r.job(job{Steps: []step{{Uses: "./", With: map[string]string{"binary": "nowhere/crier"}}}}); ok || !strings.Contains(r.log, "::error title=crier::the input binary names no program: nowhere/crier") {
		t.Error(r.log)
	}
	// An input is never interpreted by the shell.
	if ok := r.job(job{Steps: []step{{Uses: "./", With: map[string]string{"args": "build $(touch pwned) ; touch pwned `touch pwned`"}}}}); ok {
		t.Error(r.log)
	}
	if _, err := os.Stat(filepath.Join(r.workspace, "pwned")); err == nil {
		t.Error("an input was evaluated by the shell")
	}
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestCheckOnAPullRequest runs check.yml for a branch of this repository, for a fork, and for a
// mistake.
func TestCheckOnAPullRequest(t *testing.T) {
	server := githubissuetest.New()
	defer server.Close()
	server.Add(githubissuetest.Issue{Title: "A pull request", PullRequest: &struct{}{}})
	s := newSite(t)
	s.git("checkout", "-q", "-b", "side")
	s.write("content/incidents/api-down/02-identified.md", "---\nstatus: identified\ndate: 2026-10-02T10:20:00Z\n---\nFound.\n")
	s.commit("second")
	var w workflow
	read(t, ".github/workflows/check.yml", &w)
	r := newRunner(t, s, server)
	r.context["github.event.pull_request.number"], r.context["github.event.pull_request.head.repo.full_name"] = "1", "example/status"
	if !r.job(w.Jobs["check"]) {
		t.Fatal(r.log)
	}
	const row = "| api-down/02-identified | P1 | identified | immediately | 2026-10-02 10:25 UTC |"
	if !strings.Contains(r.summary, row) {
		t.Errorf("the summary is\n%s", r.summary)
	}
	comments := server.Get(1).Comments
	if len(comments) != 1 || !strings.Contains(comments[0].Body, row) {
		t.Errorf("%+v\n%s", comments, r.log)
	}
	if strings.Contains(r.log, githubissuetest.Token) {
		t.Error("the log tells the token")
	}

	// A fork gets the summary but no comment, and doesn't fail.
	r.context["github.event.pull_request.head.repo.full_name"] = "someone/status"
	r.summary = ""
	before := len(server.Writes)
	if !r.job(w.Jobs["check"]) || len(server.Writes) != before || !strings.Contains(r.summary, row) {
		t.Errorf("%s\n%s", r.log, r.summary)
	}

	// A mistake is annotated on its line and fails the job. The comment is still updated.
	r.context["github.event.pull_request.head.repo.full_name"] = "example/status"
	s.write("content/incidents/api-down/02-identified.md", "---\nstatus: identfied\ndate: 2026-10-02T10:20:00Z\n---\nFound.\n")
	s.commit("worse")
	if r.job(w.Jobs["check"]) || !strings.Contains(r.log, "::error file=content/incidents/api-down/02-identified.md,line=2,col=9,title=unknown-status::") {
		t.Error(r.log)
	}
	if body := server.Get(1).Comments[0].Body; strings.Contains(body, "02-identified | P1 | identified") {
		t.Errorf("the comment is old:\n%s", body)
	}
}

// TestTheIssueOfTheSchedule runs the job due of publish.yml before anything was published.
func TestTheIssueOfTheSchedule(t *testing.T) {
	server := githubissuetest.New()
	defer server.Close()
	s := newSite(t)
	var w workflow
	read(t, ".github/workflows/publish.yml", &w)
	r := newRunner(t, s, server)
	if j := w.Jobs["due"]; j.Needs != "publish" || !r.holds(j.If) {
		t.Errorf("%+v", j)
	}
	r.failed = true
	if !r.holds(w.Jobs["due"].If) {
		t.Error("when publishing failed nobody looks at deadlines")
	}
	if !r.job(w.Jobs["due"]) || !strings.Contains(r.log, "note: there is no publish record in git:origin#gh-pages yet; git is the only evidence") {
		t.Fatal(r.log)
	}
	if open := server.Open("crier-deadlines"); !slices.Equal(open, []int{1}) {
		t.Errorf("open are %d\n%s", open, r.log)
	}
	if !r.job(w.Jobs["due"]) || len(server.Issues) != 1 {
		t.Errorf("there are %d issues", len(server.Issues))
	}
}
