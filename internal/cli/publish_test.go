package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/testsite/testenv"
)

// machine is a simulated machine that publishes: a folder with a site in git, a clock and an
// environment.
type machine struct {
	t         testing.TB
	dir       string
	clock     sync.Mutex // guards now while a command runs, which may use several goroutines
	now       time.Time
	jump      time.Duration // how much longer each wait takes than requested
	transport http.RoundTripper
	env       map[string]string
	said      strings.Builder // the output of all commands
}

func newMachine(t testing.TB, now time.Time) *machine {
	return &machine{t: t, dir: testenv.MemoryDir(t), now: now, env: map[string]string{"GITHUB_TOKEN": githubtest.Token}}
}

// present returns the time on the machine's clock.
func (m *machine) present() time.Time {
	m.clock.Lock()
	defer m.clock.Unlock()
	return m.now
}

func (m *machine) wait(d time.Duration) {
	m.clock.Lock()
	defer m.clock.Unlock()
	m.now = m.now.Add(d)
}

// crier runs the command line. Waiting returns at once, but advances the clock.
func (m *machine) crier(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = Main(System{Args: args, Stdout: &out, Stderr: &err, Dir: m.dir, Now: m.present,
		Sleep:  func(ctx context.Context, d time.Duration) error { m.wait(d + m.jump); return ctx.Err() },
		Getenv: func(name string) string { return m.env[name] }, Transport: m.transport})
	m.said.WriteString(out.String() + err.String())
	return status, out.String(), err.String()
}

// must runs the command line and fails the test if the command fails.
func (m *machine) must(args ...string) string {
	m.t.Helper()
	status, stdout, stderr := m.crier(args...)
	if status != 0 {
		m.t.Fatalf("crier %s: exit status %d\n%s%s", strings.Join(args, " "), status, stdout, stderr)
	}
	return stdout
}

func (m *machine) write(name, text string) {
	m.t.Helper()
	testenv.Write(m.t, m.dir, name, text)
}

func (m *machine) git(args ...string) string {
	m.t.Helper()
	return testenv.Git(m.t, m.dir, args...)
}

// commit commits everything. It creates the repository first if there is none.
func (m *machine) commit() {
	m.t.Helper()
	if _, err := os.Stat(filepath.Join(m.dir, ".git")); err != nil {
		testenv.Init(m.t, m.dir)
		m.write(".gitignore", "public/\nserved/\n")
	}
	testenv.Commit(m.t, m.dir, "Say it")
}

// pushed makes remote a bare repository with the commits of the one in dir, and the upstream of its
// branch main under the given URL, as git push --set-upstream does.
func pushed(t testing.TB, dir, remote, url string) {
	t.Helper()
	testenv.InitBare(t, remote)
	if err := os.CopyFS(filepath.Join(remote, "objects"), os.DirFS(filepath.Join(dir, ".git/objects"))); err != nil {
		t.Fatal(err)
	}
	head, err := os.ReadFile(filepath.Join(dir, ".git/refs/heads/main"))
	if err != nil {
		t.Fatal(err)
	}
	testenv.Write(t, remote, "refs/heads/main", string(head))
	testenv.Write(t, dir, ".git/refs/remotes/origin/main", string(head))
	config, err := os.ReadFile(filepath.Join(dir, ".git/config"))
	if err != nil {
		t.Fatal(err)
	}
	testenv.Write(t, dir, ".git/config", string(config)+"[remote \"origin\"]\n\turl = "+url+"\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch \"main\"]\n\tremote = origin\n\tmerge = refs/heads/main\n")
}

// built returns the files that crier build writes now.
func (m *machine) built() map[string]string {
	m.t.Helper()
	status, _, stderr := m.crier("build", "--out", "public", "--keep-going")
	if status != 0 && status != exitMistakes {
		m.t.Fatal(stderr)
	}
	return filesIn(m.t, filepath.Join(m.dir, "public"))
}

// filesIn reads all files in a folder except Crier's own.
func filesIn(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if name == ".crier" {
				return fs.SkipDir
			}
			return err
		}
		raw, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// split separates the site's files on a branch from Crier's notes.
func split(files map[string]string) (site, notes map[string]string) {
	site, notes = map[string]string{}, map[string]string{}
	for name, content := range files {
		if strings.HasPrefix(name, ".crier/") {
			notes[name] = content
		} else {
			site[name] = content
		}
	}
	return site, notes
}

// recordOf parses the record in Crier's notes.
func recordOf(t testing.TB, notes map[string]string) *record.Record {
	t.Helper()
	files := map[string][]byte{}
	for name, content := range notes {
		if below, ok := strings.CutPrefix(name, record.Dir+"/"); ok {
			files[below] = []byte(content)
		}
	}
	r, err := record.Parse(files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const newP0 = "---\ntitle: Downloads fail\nseverity: P0\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\ncomponents: [%s]\nimpact: All downloads fail.\neta: unknown\n---\nWe're looking into it.\n"

// TestTheFirstPublishAndAnUrgentUpdate publishes a site with years of history to an empty
// repository, then one new P0 update. The update must take few requests, change few files and move
// the branch once. The branch must hold exactly what was built, Crier's notes and the files of
// others.
func TestTheFirstPublishAndAnUrgentUpdate(t *testing.T) {
	testenv.SkipRace(t)
	github := githubtest.Start(t, testenv.MemoryDir(t))
	github.Limits = githubtest.Documented
	m := newMachine(t, time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC))
	github.Now = m.present
	old := testenv.MemoryDir(t)
	if err := os.CopyFS(old, os.DirFS(jenkins)); err != nil {
		t.Fatal(err)
	}
	issues, err := filepath.Glob(filepath.Join(old, "content/issues/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !testenv.Long() { // only the newest
		for _, name := range issues[:len(issues)-50] {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
		issues = issues[len(issues)-50:]
	}
	m.must("import", "cstate", old)
	m.commit()
	to := []string{"publish", "--no-wait", "--to", "github:settler/status#gh-pages", "--api", github.URL}
	m.must(to...)
	site, notes := split(github.Files(t, "gh-pages"))
	if d := cmp.Diff(m.built(), site); d != "" {
		t.Fatalf("the branch holds something else than what was built: %s", d)
	}
	first := recordOf(t, notes)
	if first.Len() < len(issues) || !first.Covers.Equal(m.now) {
		t.Errorf("the record has %d updates and covers the time from %s", first.Len(), first.Covers)
	}
	if got := github.Git(t, "for-each-ref", "--format=%(refname)"); got != "refs/heads/gh-pages" {
		t.Errorf("refs: %s", got)
	}

	// Another user adds a file to the branch.
	github.Commit("gh-pages", "Verify the domain", map[string][]byte{"google123.html": []byte("verified"), "docs/a.txt": []byte("a")})

	m.now = m.now.Add(5 * time.Minute)
	m.write("content/incidents/2026-10-02-downloads/01-investigating.md", fmt.Sprintf(newP0, m.component()))
	m.commit()
	github.Forget()
	moves := github.Moves("gh-pages")
	stdout := m.must(to...)
	if want := "Published: 2026-10-02-downloads/01-investigating."; !strings.Contains(stdout, want) {
		t.Errorf("said %q", stdout)
	}
	requests := github.Requests()
	t.Logf("%d requests: %v", len(requests), requests)
	if len(requests) >= 10 {
		t.Errorf("%d requests: %v", len(requests), requests)
	}
	if n := github.Moves("gh-pages") - moves; n != 1 {
		t.Errorf("the branch moved %d times", n)
	}
	var changed, noted []string // 30 files, 8 for the component, and Crier's notes
	for _, name := range strings.Fields(github.Git(t, "diff", "--name-only", "gh-pages^", "gh-pages")) {
		if strings.HasPrefix(name, ".crier/") {
			noted = append(noted, name)
		} else {
			changed = append(changed, name)
		}
	}
	if len(changed) > 30+8 || len(noted) > 8 {
		t.Errorf("%d files changed: %v\n%d notes: %v", len(changed), changed, len(noted), noted)
	}
	site, notes = split(github.Files(t, "gh-pages"))
	want := m.built()
	want["google123.html"], want["docs/a.txt"] = "verified", "a"
	if d := cmp.Diff(want, site); d != "" {
		t.Errorf("the branch holds something else than what was built: %s", d)
	}
	r := recordOf(t, notes)
	at, what := r.Knows(record.Key{Kind: record.Incident, ID: "2026-10-02-downloads", Update: "01-investigating"}, m.now)
	if what != record.Exactly || m.now.Sub(at) > time.Second || r.Len() != first.Len()+1 {
		t.Errorf("the record says %s %s, and has %d updates", what, at, r.Len())
	}
	github.Git(t, "fsck", "--strict", "--no-dangling")
	if message := github.Git(t, "log", "-1", "--format=%B", "gh-pages"); !strings.HasPrefix(message, "Publish 2026-10-02-downloads/01-investigating\n\nCrier-Source: "+m.git("rev-parse", "HEAD")+"\n") {
		t.Errorf("message %q", message)
	}

	// A second run reports that there is nothing to do. An amended text keeps its first time.
	github.Forget()
	if stdout := m.must(to...); !strings.Contains(stdout, "already up to date") || len(github.Requests()) > 3 {
		t.Errorf("%s%v", stdout, github.Requests())
	}
	m.now = m.now.Add(time.Minute)
	m.write("content/incidents/2026-10-02-downloads/01-investigating.md", strings.Replace(fmt.Sprintf(newP0, m.component()), "looking into it", "on it", 1))
	m.commit()
	m.must(to...)
	_, notes = split(github.Files(t, "gh-pages"))
	if d := cmp.Diff(r.Entries(), recordOf(t, notes).Entries()); d != "" {
		t.Errorf("amending changed the record: %s", d)
	}
	if strings.Contains(m.said.String(), githubtest.Token) {
		t.Error("the token was told")
	}
}

// TestAnUrgentUpdateFromAFetchedBranch publishes a P0 from a clone that has the branch, as a
// workflow's has. What is in the clone must not be asked for, also if the site is in a folder.
func TestAnUrgentUpdateFromAFetchedBranch(t *testing.T) {
	github := githubtest.Start(t, testenv.MemoryDir(t))
	m := newMachine(t, time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC))
	github.Now = m.present
	m.write("status/config.toml", "title = \"Status\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\n")
	m.write("status/content/incidents/old/01-resolved.md", strings.NewReplacer("investigating", "resolved", "2026-10-02", "2026-09-02").Replace(fmt.Sprintf(newP0, "api")))
	m.commit()
	to := []string{"publish", "--site", "status", "--no-wait", "--to", "github:settler/status#gh-pages", "--api", github.URL}
	m.must(to...)
	m.git("fetch", "--quiet", github.Dir, "gh-pages:refs/remotes/origin/gh-pages")
	m.git("remote", "add", "origin", "https://github.com/settler/status")
	m.write("status/content/incidents/new/01-investigating.md", fmt.Sprintf(newP0, "api"))
	m.commit()
	m.git("update-ref", "refs/remotes/origin/main", "HEAD")
	os.RemoveAll(filepath.Join(m.dir, "status/.crier"))
	m.now = m.now.Add(5 * time.Minute)
	github.Forget()
	m.must(to...)
	var made []string
	for _, r := range github.Requests() {
		made = append(made, r.Method+" "+strings.TrimPrefix(r.Path, "/repos/settler/status/"))
	}
	if d := cmp.Diff([]string{"GET branches/gh-pages", "POST git/trees", "POST git/commits", "PATCH git/refs/heads/gh-pages"}, made); d != "" {
		t.Errorf("the requests: %s", d)
	}
	if changed := github.Git(t, "diff", "--name-status", "gh-pages^", "gh-pages"); !strings.Contains(changed, "A\tincidents/new/index.html") || strings.Contains(changed, "incidents/old/") {
		t.Errorf("the branch changed otherwise:\n%s", changed)
	}
}

// component returns the ID of the site's first component.
func (m *machine) component() string {
	raw, err := os.ReadFile(filepath.Join(m.dir, "config.toml"))
	if err != nil {
		m.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "[[components]]\nid = \"")
	id, _, _ := strings.Cut(rest, `"`)
	return id
}
