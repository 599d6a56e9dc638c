package cli

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"settler.io/crier/internal/githubissue/githubissuetest"
	"settler.io/crier/internal/testsite/testenv"
)

// office is a repository on GitHub with a status page, in which people open issues.
type office struct {
	*machine
	t      testing.TB
	github *githubissuetest.Server
	served string
}

const issueURL = "https://github.com/example/status/issues/1"

func newOffice(t testing.TB, more map[string]string) *office {
	t.Helper()
	testenv.Need(t, "git")
	o := &office{machine: newMachine(t, time.Date(2026, 10, 2, 10, 4, 30, 0, time.UTC)), t: t, github: githubissuetest.New()}
	t.Cleanup(o.github.Close)
	o.github.Permissions = map[string]string{"support": "write", "owner": "admin", "reader": "read", "member": "none"}
	o.env["GITHUB_API_URL"], o.env["GITHUB_TOKEN"], o.env["GITHUB_REPOSITORY"] = o.github.URL, githubissuetest.Token, "example/status"
	o.env["GITHUB_SERVER_URL"], o.env["GITHUB_RUN_ID"] = "https://github.com", "77"
	o.served = filepath.Join(t.TempDir(), "served")
	address, _ := shown(t, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(o.served, name)) })
	o.write("config.toml", fmt.Sprintf("title = \"Example\"\nbase_url = %q\n[publish]\nto = [%q]\n[[components]]\nid = \"api\"\nname = \"API\"\n[[components]]\nid = \"web\"\nname = \"Web\"\n", address, "dir:"+o.served))
	if at := strings.Index(more["config.toml"], "[["); at >= 0 {
		own, err := os.ReadFile(filepath.Join(o.dir, "config.toml"))
		if err != nil {
			t.Fatal(err)
		}
		more["config.toml"] = string(own) + more["config.toml"][at:]
	}
	for name, text := range more {
		o.write(name, text)
	}
	o.commit()
	remote := t.TempDir()
	pushed(t, o.dir, remote, remote)
	return o
}

// event writes an event as GitHub does and handles it.
func (o *office) event(sender string, change func(event map[string]any)) (status int, stdout, stderr string) {
	o.t.Helper()
	event := map[string]any{"sender": map[string]any{"login": sender, "type": "User"}, "repository": map[string]any{"full_name": "example/status"}}
	change(event)
	raw, _ := json.Marshal(event)
	path := filepath.Join(o.t.TempDir(), "event.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		o.t.Fatal(err)
	}
	o.env["GITHUB_EVENT_PATH"] = path
	return o.crier("issue")
}

func issueOf(title, body string) map[string]any {
	return map[string]any{"number": 1, "title": title, "body": body, "html_url": issueURL, "created_at": "2026-10-02T10:04:00Z"}
}

func (o *office) open(sender, title, body string) (int, string, string) {
	o.t.Helper()
	return o.event(sender, func(e map[string]any) { e["action"], e["issue"] = "opened", issueOf(title, body) })
}

func (o *office) comment(sender string, number int, at, body string) (int, string, string) {
	o.t.Helper()
	return o.event(sender, func(e map[string]any) {
		e["action"], e["issue"] = "created", issueOf("API returning errors", "edited since")
		e["comment"] = map[string]any{"body": body, "html_url": fmt.Sprintf("%s#issuecomment-%d", issueURL, number), "created_at": at}
	})
}

// files lists the updates in the remote's branch.
func (o *office) files() string {
	return strings.TrimSpace(o.git("ls-tree", "-r", "--name-only", "@{upstream}", "content"))
}

func (o *office) lastComment() string {
	o.t.Helper()
	comments := o.github.Get(1).Comments
	if len(comments) == 0 {
		return ""
	}
	return comments[len(comments)-1].Body
}

func (o *office) wants(text string, parts ...string) {
	o.t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			o.t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

const formBody = "### Severity\r\n\r\nP0: critical, everything or nearly everything is down\r\n\r\n### Affected components\r\n\r\n- [X] API\r\n- [ ] Web\r\n\r\n### Impact\r\n\r\nAll API requests fail.\r\n\r\n### ETA\r\n\r\n45m\r\n\r\n### What do readers need to know?\r\n\r\n"

// TestFromAFormToThePage plays an incident that the support team opens, updates and resolves
// without git.
func TestFromAFormToThePage(t *testing.T) {
	o := newOffice(t, nil)
	o.github.Add(githubissuetest.Issue{Title: "API returning errors", Body: formBody})
	status, stdout, stderr := o.open("support", "API returning errors", formBody+"We're investigating.\r\n\r\n${{ secrets.X }} <script>alert(1)</script> $(id)")
	if status != 0 {
		t.Fatalf("%d %s%s", status, stdout, stderr)
	}
	const folder = "content/incidents/2026/2026-10-02-api-returning-errors/"
	if got := o.files(); got != folder+"01-investigating.md" {
		t.Fatal(got)
	}
	page, err := os.ReadFile(filepath.Join(o.served, "incidents/2026-10-02-api-returning-errors/index.html"))
	if err != nil {
		t.Fatal(err)
	}
	o.wants(string(page), "We're investigating.", "${{ secrets.X }}", "All API requests fail.")
	if strings.Contains(string(page), "alert(1)</script>") || strings.Contains(string(page), "issues/1") {
		t.Error("the page holds a script, or names the ticket")
	}
	o.wants(o.lastComment(), "<!-- crier: answer to 1 -->\nLive since 10:04 UTC: ", "/incidents/2026-10-02-api-returning-errors/", "- due 10:34 UTC: ")
	issue := o.github.Get(1)
	o.wants(issue.Title+"\n"+issue.Body, "[P0] API returning errors\n", "**Status:** Investigating", "**Affected systems:** API", "10:04 UTC: [Investigating](")

	// The same event again, and comments that ask for nothing, change nothing.
	for range 2 {
		if status, stdout, stderr := o.open("support", "API returning errors", formBody+"x"); status != 0 {
			t.Fatalf("%d %s%s", status, stdout, stderr)
		}
	}
	for _, body := range []string{"Thanks!", "> /resolve x", "/assign me"} {
		if status, stdout, _ := o.comment("support", 2, "2026-10-02T10:05:00Z", body); status != 0 || !strings.HasPrefix(stdout, "Ignored: ") {
			t.Errorf("%q: %d %s", body, status, stdout)
		}
	}
	if got := o.files(); got != folder+"01-investigating.md" || len(o.github.Get(1).Comments) != 1 {
		t.Fatalf("doubled: %s, %d comments", got, len(o.github.Get(1).Comments))
	}

	o.now = o.now.Add(20 * time.Minute)
	for range 2 {
		if status, stdout, stderr := o.comment("owner", 3, "2026-10-02T10:24:00Z", "/update identified A deployment is the cause."); status != 0 {
			t.Fatalf("%d %s%s", status, stdout, stderr)
		}
	}
	o.comment("owner", 4, "2026-10-02T10:24:00Z", "/update Two comments in the same second.")
	if status, _, stderr := o.comment("owner", 5, "2026-10-02T10:24:10Z", "/update identfied"); status == 0 || !strings.Contains(o.lastComment(), "Nothing was written: unknown status \"identfied\"\n\nHint: did you mean") {
		t.Errorf("%d %s %s", status, stderr, o.lastComment())
	}
	if status, _, _ := o.comment("owner", 6, "2026-10-02T10:24:20Z", "/amend 9 Nothing to correct."); status == 0 || !strings.Contains(o.lastComment(), "Nothing was written: ") {
		t.Error(o.lastComment())
	}
	for range 2 {
		if status, stdout, stderr := o.comment("owner", 7, "2026-10-02T10:25:00Z", "/amend 2 A bad deployment is the cause."); status != 0 {
			t.Fatalf("%d %s%s", status, stdout, stderr)
		}
	}
	if n := len(strings.Fields(o.git("log", "--format=%h", "@{upstream}", "--", folder+"02-identified.md"))); n != 2 {
		t.Errorf("the update has %d commits", n)
	}
	o.now = o.now.Add(20 * time.Minute)
	if status, stdout, stderr := o.comment("support", 8, "2026-10-02T10:44:00Z", "/resolve It works again."); status != 0 {
		t.Fatalf("%d %s%s", status, stdout, stderr)
	}
	want := folder + "01-investigating.md\n" + folder + "02-identified.md\n" + folder + "03-identified.md\n" + folder + "04-resolved.md"
	if got := o.files(); got != want {
		t.Errorf("%s", got)
	}
	if issue := o.github.Get(1); issue.State != "closed" || !strings.Contains(issue.Body, "**Status:** Resolved") {
		t.Errorf("%+v", issue)
	}
}

// TestInjection puts hostile text into every field of a form: it is content, never a command, front
// matter, another field or markup.
func TestInjection(t *testing.T) {
	o := newOffice(t, nil)
	hostile := "$(touch pwned) `touch pwned` ${{ secrets.X }} <script>alert(1)</script> \"q\" 'q' : # | --push"
	body := strings.NewReplacer("All API requests fail.", hostile, "45m", "soon "+hostile).Replace(formBody) +
		hostile + "\r\n\r\n### Severity\r\n\r\nP3: low\r\n\r\n---\r\ndraft: true\r\nseverity: P3\r\n---\r\n"
	o.github.Add(githubissuetest.Issue{Title: hostile})
	if status, stdout, stderr := o.open("support", hostile, body); status != 0 {
		t.Fatalf("%d %s%s", status, stdout, stderr)
	}
	name := o.files()
	if strings.Contains(name, "\n") || !strings.HasPrefix(name, "content/incidents/2026/2026-10-02-") {
		t.Fatal(name)
	}
	raw, err := os.ReadFile(filepath.Join(o.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	o.wants(string(raw), "\nseverity: P0\n", "\ncomponents: [api]\n")
	if status, _, stderr := o.crier("check", "--record", "none"); status != 0 && strings.Contains(stderr, "mistake") {
		t.Error(stderr)
	}
	for _, dir := range []string{o.dir, o.served} {
		err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if entry.Name() == "pwned" {
				t.Errorf("%s was made", name)
			}
			if raw, _ := os.ReadFile(name); strings.HasSuffix(name, ".html") && strings.Contains(string(raw), "<script>alert") {
				t.Errorf("%s holds the script", name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestTwoAtOnce handles two comments in two clones at the same time: both updates are published.
func TestTwoAtOnce(t *testing.T) {
	o := newOffice(t, nil)
	o.github.Add(githubissuetest.Issue{Title: "x"})
	if status, stdout, stderr := o.open("support", "API down", formBody+"We look."); status != 0 {
		t.Fatalf("%d %s%s", status, stdout, stderr)
	}
	o.now = o.now.Add(6 * time.Minute)
	other := *o
	other.machine = newMachine(t, o.now)
	for name, value := range o.env {
		other.env[name] = value
	}
	testenv.Git(t, other.dir, "clone", "--quiet", strings.TrimSpace(o.git("remote", "get-url", "origin")), "clone")
	other.dir = filepath.Join(other.dir, "clone")
	var wait sync.WaitGroup
	for n, one := range []*office{o, &other} {
		wait.Go(func() {
			if status, stdout, stderr := one.comment("owner", 10+n, "2026-10-02T10:10:00Z", fmt.Sprintf("/update identified Comment %d.", n)); status != 0 {
				t.Errorf("%d %s%s", status, stdout, stderr)
			}
		})
	}
	wait.Wait()
	o.git("fetch", "--quiet")
	const folder = "content/incidents/2026/2026-10-02-api-down/"
	if got := o.files(); got != folder+"01-investigating.md\n"+folder+"02-identified.md\n"+folder+"03-identified.md" {
		t.Error(got)
	}
	o.git("pull", "--quiet", "--rebase")
	o.must("publish")
	page, err := os.ReadFile(filepath.Join(o.served, "incidents/2026-10-02-api-down/index.html"))
	if err != nil {
		t.Fatal(err)
	}
	o.wants(string(page), "Comment 0.", "Comment 1.")
}

// TestWhoIsHeard checks that nothing happens for people who may not write to the repository, for
// programs, and for events other than an opened issue or a new comment.
func TestWhoIsHeard(t *testing.T) {
	o := newOffice(t, nil)
	o.github.Add(githubissuetest.Issue{Title: "x"})
	ignored := func(what string, status int, stdout, stderr string) {
		t.Helper()
		if status != 0 || !strings.HasPrefix(stdout, "Ignored: ") || o.files() != "" || len(o.github.Writes) > 0 {
			t.Errorf("%s: %d %s%s; %s %q", what, status, stdout, stderr, o.files(), o.github.Writes)
		}
	}
	for _, sender := range []string{"stranger", "reader", "member"} {
		status, stdout, stderr := o.open(sender, "x", formBody+"text")
		ignored(sender, status, stdout, stderr)
	}
	for name, change := range map[string]func(e map[string]any){
		"a program":       func(e map[string]any) { e["sender"] = map[string]any{"login": "support", "type": "Bot"} },
		"edited":          func(e map[string]any) { e["action"] = "edited" },
		"another issue":   func(e map[string]any) { e["issue"] = issueOf("x", "The API is down.") },
		"a pull request":  func(e map[string]any) { e["issue"].(map[string]any)["pull_request"] = map[string]any{"url": "x"} },
		"a comment edit":  func(e map[string]any) { e["comment"] = map[string]any{"body": "/resolve x"}; e["action"] = "edited" },
		"an unknown case": func(e map[string]any) { e["comment"] = map[string]any{"body": "/resolve x"}; e["action"] = "created" },
		"a push":          func(e map[string]any) { delete(e, "issue") },
	} {
		status, stdout, stderr := o.event("support", func(e map[string]any) {
			e["action"], e["issue"] = "opened", issueOf("x", formBody+"text")
			change(e)
		})
		ignored(name, status, stdout, stderr)
	}
}

// TestARunByHand opens and updates an incident by the inputs of workflow_dispatch.
func TestARunByHand(t *testing.T) {
	o := newOffice(t, nil)
	run := func(in map[string]any) (int, string, string) {
		return o.event("support", func(e map[string]any) { e["inputs"] = in })
	}
	first := map[string]any{"title": "API down", "severity": "P1", "components": "API, web", "impact": "All fail", "eta": "", "text": "We look.", "incident": "", "status": ""}
	for range 2 { // a run that is repeated has the same id
		if status, stdout, stderr := run(first); status != 0 || !strings.Contains(stdout, "Live") {
			t.Fatalf("%d %s%s", status, stdout, stderr)
		}
	}
	o.env["GITHUB_RUN_ID"] = "78"
	if status, stdout, stderr := run(map[string]any{"incident": "api-down", "status": "resolved", "text": "It works."}); status != 0 {
		t.Fatalf("%d %s%s", status, stdout, stderr)
	}
	const folder = "content/incidents/2026/2026-10-02-api-down/"
	if got := o.files(); got != folder+"01-investigating.md\n"+folder+"02-resolved.md" {
		t.Error(got)
	}
	o.env["GITHUB_RUN_ID"] = "79"
	for want, in := range map[string]map[string]any{
		`unknown severity "P7"`: {"title": "x", "severity": "P7", "text": "x"},
		`"nope"`:                {"incident": "nope", "text": "x"},
		"missing: TITLE":        {"severity": "P1", "text": "x"},
		`"apy"`:                 {"title": "x", "severity": "P1", "components": "apy", "text": "x"},
	} {
		if status, stdout, stderr := run(in); status == 0 || !strings.Contains(stderr, want) || !strings.Contains(stderr, "hint: ") {
			t.Errorf("%v: %d %s%s", in, status, stdout, stderr)
		}
	}
	if got := o.files(); strings.Count(got, "\n") != 1 {
		t.Error(got)
	}
}

// BenchmarkIssue measures the time from the event of an opened form to the live page, on a site of
// 1,000 incidents that is published to a folder. It includes git's own time.
func BenchmarkIssue(b *testing.B) {
	dir := generated(b, 1000)
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(raw)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	o := newOffice(b, files)
	o.must("publish")
	n := 0
	for b.Loop() {
		n++
		o.github.Add(githubissuetest.Issue{Title: "x"})
		status, stdout, stderr := o.event("support", func(e map[string]any) {
			issue := issueOf(fmt.Sprintf("Incident %d", n), formBody+"We look.")
			issue["html_url"], issue["number"] = fmt.Sprintf("https://github.com/example/status/issues/%d", n), n
			e["action"], e["issue"] = "opened", issue
		})
		if status != 0 || !strings.Contains(stdout, "Live") {
			b.Fatalf("%d %s%s", status, stdout, stderr)
		}
	}
}
