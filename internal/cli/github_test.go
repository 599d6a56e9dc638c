package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/githubissue/githubissuetest"
	"settler.io/crier/internal/testsite/testenv"
)

// online runs the command line against a fake GitHub.
func online(t *testing.T, server *githubissuetest.Server, dir string, now time.Time, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	environment := map[string]string{"GITHUB_API_URL": server.URL, "GITHUB_TOKEN": githubissuetest.Token}
	status = Main(System{Args: args, Stdout: &out, Stderr: &err, Dir: dir, Now: func() time.Time { return now }, Getenv: func(name string) string { return environment[name] }})
	if strings.Contains(out.String()+err.String(), githubissuetest.Token) {
		t.Errorf("%s tells the token", args)
	}
	return status, out.String(), err.String()
}

// spread writes files to a temporary folder.
func spread(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		testenv.Write(t, dir, name, text)
	}
	return dir
}

const (
	publicP1   = "---\ntitle: Confidential title\nseverity: P1\nstatus: investigating\ndate: 2026-10-01T10:00:00Z\nimpact: x\neta: unknown\n---\nWe look.\n"
	resolvedP1 = "---\nstatus: resolved\ndate: 2026-10-01T13:00:00Z\nescalated: {lead: 2026-10-01T11:00:00Z}\n---\nIt works.\n"
	secretP0   = "---\ntitle: Key exposed\nseverity: P0\nstatus: investigating\ndate: 2026-10-01T10:00:00Z\nsecurity: breach\nimpact: x\neta: unknown\n---\nWe look.\n"
)

// TestTheIssueOfWhatIsOverdue checks the issue over the course of an incident, and that it never
// mentions a security incident.
func TestTheIssueOfWhatIsOverdue(t *testing.T) {
	server := githubissuetest.New()
	defer server.Close()
	dir := spread(t, map[string]string{
		"config.toml": "title = \"Example\"\n[severity.P1]\nmeeting = \"1d\"\npostmortem = \"1d\"\n",
		"content/incidents/key-exposed/01-investigating.md": secretP0,
	})
	at := func(clock string) time.Time {
		when, err := time.Parse(time.RFC3339, clock)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	keep := func(clock, want string) {
		t.Helper()
		status, stdout, stderr := online(t, server, dir, at(clock), "due", "--issue", "example/status")
		if status != 0 || stderr != "" || stdout != want+"\n" {
			t.Fatalf("%s: %d %q %q", clock, status, stdout, stderr)
		}
	}
	keep("2026-10-01T20:00:00Z", "Nothing is overdue, and no issue is open in example/status.")
	testenv.Write(t, dir, "content/incidents/api-down/01-investigating.md", publicP1)
	keep("2026-10-01T10:05:00Z", "Nothing is overdue, and no issue is open in example/status.")
	keep("2026-10-01T10:31:00Z", "Overdue: 1 deadline. Issue 1 of example/status is opened.")
	keep("2026-10-01T10:41:00Z", "Overdue: 1 deadline. Issue 1 of example/status is unchanged.")
	keep("2026-10-01T12:01:00Z", "Overdue: 2 deadlines. Issue 1 of example/status is updated.")
	issue := server.Get(1)
	if !strings.Contains(issue.Body, "| 2026-10-01 10:30 UTC | next update | `api-down` | on-call engineer |\n| 2026-10-01 12:00 UTC | tell the engineering lead, unless it is resolved | `api-down` | on-call engineer |\n") {
		t.Error(issue.Body)
	}
	if len(issue.Comments) != 1 || strings.Contains(issue.Comments[0].Body, "next update") || !strings.Contains(issue.Comments[0].Body, "tell the engineering lead") {
		t.Errorf("what came new: %+v", issue.Comments)
	}
	testenv.Write(t, dir, "content/incidents/api-down/02-resolved.md", resolvedP1)
	keep("2026-10-01T13:01:00Z", "Nothing is overdue: issue 1 of example/status is closed.")
	testenv.Write(t, dir, "content/incidents/api-down/postmortem.md", "---\nmeeting: 2026-10-01T15:00:00Z\ndate: 2026-10-01T16:00:00Z\n---\n## Actions\n\n- [ ] Buy a confidential thing - Owner: engineering lead - Due: 2026-10-02\n")
	keep("2026-10-04T00:00:00Z", "Overdue: 1 deadline. Issue 2 of example/status is opened.")
	for _, i := range server.Issues {
		for _, text := range []string{"onfidential", "key-exposed", "exposed", "breach", "We look"} {
			if strings.Contains(i.Title+i.Body, text) {
				t.Errorf("issue %d tells %q:\n%s", i.Number, text, i.Body)
			}
		}
	}
	if status, _, stderr := online(t, server, dir, at("2026-10-04T00:00:00Z"), "due", "--issue", "example/status", "--fail"); status != exitMissed {
		t.Errorf("%d %s", status, stderr)
	}
}

// TestWrongWaysToGitHub checks the errors and hints for wrong or missing GitHub options.
func TestWrongWaysToGitHub(t *testing.T) {
	server := githubissuetest.New()
	defer server.Close()
	dir := spread(t, map[string]string{"config.toml": "title = \"Example\"\n", "content/incidents/api-down/01-investigating.md": publicP1})
	token := filepath.Join(dir, "token")
	now := autumn
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"due --issue status", 2, "error: --issue: \"status\" is not a repository\nhint: write it like --issue example/status\n"},
		{"due --issue example/status --within 1h", 2, "error: --issue lists everything that is overdue, in its own format\nhint: leave out --incident, --within and --format\n"},
		{"due --issue example/status --api example.com", 2, "error: --api: the root of GitHub's API is not an http or https URL\nhint: write it like --api https://github.example.com/api/v3\n"},
		{"due --issue example/other", 1, "error: GitHub does not let this token read the issues of example/other\nhint: give the job of the workflow \"permissions: issues: write\"; a pull request from a fork never has it\n"},
		{"due --issue example/status --token-file nowhere", 1, "error: cannot read the token: open " + filepath.Join(dir, "nowhere") + ": no such file or directory\nhint: name a file that contains only the token\n"},
		{"due --issue example/status --token-file " + token, 1, "error: " + token + " does not contain a token\nhint: name a file that contains only the token\n"},
	} {
		if err := os.WriteFile(token, []byte("\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		status, _, stderr := online(t, server, dir, now, strings.Fields(c.args)...)
		if status != c.status || stderr != c.want {
			t.Errorf("%s: %d\n got %q\nwant %q", c.args, status, stderr, c.want)
		}
	}
	os.WriteFile(token, []byte(githubissuetest.Token+"\n"), 0o600)
	if status, stdout, stderr := online(t, server, dir, now, "due", "--issue", "example/status", "--token-file", "token"); status != 0 || !strings.Contains(stdout, "opened") {
		t.Error(status, stdout, stderr)
	}
}

// TestAnnotationsTellNothingOfSecurityIncidents checks that annotations do not mention security
// incidents, since anyone may be able to read the log of a workflow.
func TestAnnotationsTellNothingOfSecurityIncidents(t *testing.T) {
	dir := spread(t, map[string]string{
		"config.toml": "title = \"Example\"\n",
		"content/incidents/key-exposed/01-investigating.md": secretP0,
		"content/incidents/key-exposed/02-identified.md":    "---\nstatus: identfied\n---\nx\n",
		"content/incidents/api-down/01-investigating.md":    publicP1,
		"content/incidents/api-down/02-resolved.md":         resolvedP1,
		"content/incidents/api-down/postmortem.md":          "---\nmeeting: 2026-10-01T15:00:00Z\n---\n- [ ] Buy a confidential thing - Owner: engineering lead - Due: 2026-10-02\n",
	})
	for _, args := range []string{"check --format github", "due --format github"} {
		_, stdout, stderr := run(t, dir, autumn.AddDate(0, 0, 9), strings.Fields(args)...)
		if !strings.Contains(stdout, "api-down") || !strings.Contains(stdout, "action item") {
			t.Errorf("%s\n%s", args, stdout)
		}
		for _, text := range []string{"onfidential", "exposed", "breach"} {
			if strings.Contains(stdout+stderr, text) {
				t.Errorf("%s tells %q:\n%s%s", args, text, stdout, stderr)
			}
		}
	}
	if status, _, stderr := run(t, dir, autumn, "check", "--format", "github"); status != exitMistakes || !strings.HasPrefix(stderr, "note: ") {
		t.Errorf("%d %s", status, stderr)
	}
}

// TestTheCommentOnAPullRequest checks that there is only ever one comment and that it does not
// mention a security incident.
func TestTheCommentOnAPullRequest(t *testing.T) {
	server := githubissuetest.New()
	defer server.Close()
	server.Add(githubissuetest.Issue{Title: "A pull request", PullRequest: &struct{}{}})
	dir := spread(t, map[string]string{"config.toml": "title = \"Example\"\n"})
	testenv.Init(t, dir)
	testenv.Commit(t, dir, "first")
	testenv.Git(t, dir, "branch", "base")
	keep := func(want, body string) {
		t.Helper()
		status, stdout, stderr := online(t, server, dir, autumn, "pending", "--changed-since", "base", "--comment", "example/status#1")
		if status != 0 || stderr != "" || stdout != "The comment on example/status#1 is "+want+".\n" {
			t.Fatalf("%d %q %q", status, stdout, stderr)
		}
		comments := server.Get(1).Comments
		if body == "" && len(comments) != 0 || body != "" && (len(comments) != 1 || !strings.Contains(comments[0].Body, body)) {
			t.Errorf("%+v", comments)
		}
		for _, c := range comments {
			if strings.Contains(c.Body, "exposed") || strings.Contains(c.Body, "onfidential") {
				t.Errorf("it tells too much:\n%s", c.Body)
			}
		}
	}
	testenv.Write(t, dir, "content/incidents/key-exposed/01-investigating.md", secretP0)
	keep("unchanged", "")
	testenv.Write(t, dir, "content/incidents/api-down/01-investigating.md", publicP1)
	keep("opened", "| api-down/01-investigating | P1 | investigating | immediately | 2026-10-01 10:05 UTC |")
	keep("unchanged", "| api-down/01-investigating |")
	testenv.Write(t, dir, "content/incidents/api-down/02-resolved.md", resolvedP1)
	keep("updated", "| api-down/02-resolved | P1 | resolved | 2026-10-01 13:00 UTC: its date |")
	os.RemoveAll(filepath.Join(dir, "content", "incidents", "api-down"))
	keep("updated", "This no longer changes anything in public.")
	server.Denied = "PATCH"
	testenv.Write(t, dir, "content/incidents/api-down/01-investigating.md", publicP1)
	status, _, stderr := online(t, server, dir, autumn, "pending", "--changed-since", "base", "--comment", "example/status#1")
	if status != 1 || !strings.HasPrefix(stderr, "error: GitHub does not let this token comment on a pull request of example/status\nhint: give the job \"permissions: pull-requests: write\"; ") {
		t.Errorf("%d %s", status, stderr)
	}
}
