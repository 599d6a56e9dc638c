package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

var anchor = regexp.MustCompile(`/incidents/down/#([a-z0-9-]+)`)

// TestNotifyInAJobOfItsOwn publishes without telling anybody, and then notifies, as a workflow does
// whose first job has no secrets.
func TestNotifyInAJobOfItsOwn(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	address, down := shown(t, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(m.dir, "served", name)) })
	var got []string
	refuse := "nothing"
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if about := anchor.FindSubmatch(body); about != nil { // readers see it already
			page, err := os.ReadFile(filepath.Join(m.dir, "served", "incidents", "down", "index.html"))
			if err != nil || !strings.Contains(string(page), fmt.Sprintf("id=%q", about[1])) {
				t.Errorf("%s is not on the page: %v", about[1], err)
			}
		}
		if strings.Contains(string(body), refuse) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		got = append(got, string(body))
	}))
	t.Cleanup(chat.Close)
	m.env["CRIER_SLACK_URL"] = chat.URL + "/s3cret"
	m.write("config.toml", fmt.Sprintf(`title = "Example"
base_url = %q
[feeds]
host = "status.example.com"
[publish]
to = ["dir:served"]
[[notify]]
name = "incidents"
form = "slack"
to = "CRIER_SLACK_URL"
severities = ["P0", "P1"]
remind = "15m"
[[notify]]
name = "contracts"
form = "smtp"
to = "CRIER_LIST"
secret = "CRIER_SMTP"
from = "Example <status@example.com>"
`, address))
	m.write("content/incidents/old/01-resolved.md", "---\ntitle: Old\nseverity: P1\nstatus: resolved\ndate: 2026-09-01T10:04:00Z\n---\nIt was.\n")
	m.commit()
	crier := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		status, stdout, stderr := m.crier(args...)
		if status != want {
			t.Fatalf("%q: %d\n%s%s", args, status, stdout, stderr)
		}
		if strings.Contains(stdout+stderr, "s3cret") {
			t.Errorf("it prints the URL: %s%s", stdout, stderr)
		}
		return stdout, stderr
	}
	says := func(text, want string) {
		t.Helper()
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	_, stderr := crier(1, "notify")
	says(stderr, "does not show this content, so nobody was notified\nhint: run crier publish first")
	crier(0, "publish", "--no-notify", "--force")
	m.now = m.now.Add(time.Minute)
	m.write("content/incidents/down/01-investigating.md", "---\ntitle: Down\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\nimpact: x\neta: unknown\n---\nWe look.\n")
	m.commit()
	crier(0, "publish", "--no-notify", "--force")
	if len(got) > 0 {
		t.Fatalf("--no-notify notified: %q", got)
	}
	m.now = m.now.Add(time.Minute)
	stdout, stderr := crier(0, "notify")
	says(stdout, "Notified incidents of 1 update, 3 min after its date.\n")
	says(stderr, "warning: contracts is not notified: CRIER_LIST is not set\n  hint: ")
	if len(got) != 1 || !strings.Contains(got[0], "[Investigating] Down") {
		t.Fatalf("the chat got %q", got)
	}
	if stdout, _ = crier(0, "notify"); stdout != "" || len(got) != 1 {
		t.Errorf("it notifies twice: %q %q", stdout, got)
	}
	crier(0, "publish", "--force")
	if len(got) != 1 {
		t.Errorf("publish notifies once more: %q", got)
	}

	stdout, _ = crier(0, "due", "--notify", "incidents")
	says(stdout, "The next reminder to incidents is due at 10:22 UTC.\n")
	m.now = m.now.Add(15 * time.Minute)
	stdout, _ = crier(0, "due", "--notify", "incidents")
	says(stdout, "Reminded incidents of 1 open incident.\n")
	if len(got) != 2 || !strings.Contains(got[1], "P1 Down: open for 18 min, last update 10:04 UTC, next due 10:34 UTC") {
		t.Errorf("the reminder is %q", got[1:])
	}
	got = got[:1]
	_, stderr = crier(2, "due", "--notify", "contracts")
	says(stderr, "error: contracts is not reminded\nhint: write remind = ")

	add := func(name, status string) string {
		m.write("content/incidents/down/"+name+".md", fmt.Sprintf("---\nstatus: %s\ndate: %s\nimpact: x\neta: unknown\n---\nWe look.\n", status, m.now.Format(time.RFC3339)))
		m.commit()
		_, stderr := crier(0, "publish", "--force")
		return stderr
	}
	refuse = "[Identified]"
	says(add("02-identified", "identified"), "warning: incidents was not notified of 1 update: it answered 400 Bad Request; the next run tries again\n")
	says(add("03-monitoring", "monitoring"), "warning: incidents refused 1 update and accepted a later one: it answered 400 Bad Request; it is not sent again\n")
	refuse = "nothing"
	if crier(0, "publish", "--force"); len(got) != 2 || !strings.Contains(got[1], "[Monitoring] Down") {
		t.Errorf("the chat got %q", got[1:])
	}
	m.write("content/incidents/small/01-resolved.md", "---\ntitle: Small\nseverity: P3\nstatus: resolved\ndate: "+m.now.Format(time.RFC3339)+"\n---\nIt was.\n")
	m.commit()
	crier(0, "publish", "--force")
	record, err := os.ReadFile(filepath.Join(m.dir, "served", ".crier", "record", "2026-10.json"))
	if err != nil || !regexp.MustCompile(`"02-identified".*"refused":\{"incidents":`).Match(record) {
		t.Errorf("the record says %v\n%s", err, record)
	}
	got = got[:1]

	stdout, _ = crier(0, "notify", "test", "incidents")
	says(stdout, "Sent a test to incidents.")
	if len(got) != 2 || !strings.Contains(got[1], "[Test] [Investigating] This is a test") {
		t.Errorf("the test is %q", got[1:])
	}
	_, stderr = crier(2, "notify", "test", "incident")
	says(stderr, "error: config.toml has no recipient \"incident\"\nhint: did you mean")
	_, stderr = crier(1, "notify", "test", "contracts")
	says(stderr, "error: CRIER_LIST is not set\nhint: export CRIER_LIST=... (where messages go)")
	chat.Close()
	_, stderr = crier(1, "notify", "test", "incidents")
	says(stderr, "error: incidents was not notified: the request failed\nhint: check that its URL")

	stdout, _ = crier(0, "notify", "--dry-run", "--update", "down/01")
	says(stdout, "incidents (slack) gets about down/01-investigating:\n{")
	says(stdout, "contracts (smtp) gets about down/01-investigating:\n")
	says(stdout, "Subject: [Investigating] Down")
	for _, part := range []string{"down/01-investigating", "Dow/invest", "down/01", "dow/01"} {
		short, _ := crier(0, "notify", "--dry-run", "--update", part)
		about := regexp.MustCompile(` gets about .*|Message-ID: .*`) // the rest of an e-mail differs each time
		if got, want := about.FindAllString(short, -1), about.FindAllString(stdout, -1); !slices.Equal(got, want) {
			t.Errorf("--update %s prints %q, not %q", part, got, want)
		}
	}
	_, stderr = crier(2, "notify", "--dry-run", "--update", "down/07")
	says(stderr, "error: there is no public update \"down/07\"\nhint: crier show down lists its updates")
	_, stderr = crier(2, "notify", "--dry-run", "--update", "dawn")
	says(stderr, "error: there is no incident \"dawn\"\nhint: did you mean \"down\"?")
	_, stderr = crier(2, "notify", "--dry-run")
	says(stderr, "error: --dry-run and --update belong together\nhint: crier notify --dry-run --update")
	*down = true
	_, stderr = crier(1, "notify")
	says(stderr, "does not show this content")
}

// TestFollowingReminds checks that a job that follows reminds a chat every 15 minutes after the
// last update, also across two jobs, and no longer once the incident is resolved.
func TestFollowingReminds(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	address, _ := shown(t, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(m.dir, "served", name)) })
	var got []string
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var message struct{ Text string }
		json.NewDecoder(r.Body).Decode(&message)
		got = append(got, m.present().Format("15:04 ")+message.Text)
	}))
	t.Cleanup(chat.Close)
	m.env["CRIER_SLACK_URL"], m.env["GITHUB_OUTPUT"] = chat.URL, filepath.Join(m.dir, "output")
	m.write("output", "")
	m.write("config.toml", fmt.Sprintf("title = \"Example\"\nbase_url = %q\n[publish]\nto = [\"dir:served\"]\n[[notify]]\nname = \"incidents\"\nform = \"slack\"\nto = \"CRIER_SLACK_URL\"\nremind = \"15m\"\n", address))
	m.write("content/incidents/old/01-resolved.md", "---\ntitle: Old\nseverity: P1\nstatus: resolved\ndate: 2026-09-01T10:04:00Z\n---\nIt was.\n")
	m.commit()
	m.must("publish", "--force")
	m.write("content/incidents/down/01-investigating.md", "---\ntitle: Down\nseverity: P2\nstatus: investigating\ndate: 2026-10-02T10:05:00Z\n---\nWe look.\n")
	m.commit()
	m.must("publish", "--force")
	if raw, err := os.ReadFile(m.env["GITHUB_OUTPUT"]); err != nil || string(raw) != "follow=false\nfollow=true\n" {
		t.Errorf("the workflow is told %q %v", raw, err)
	}
	m.must("publish", "--force", "--follow", "40m")
	m.must("publish", "--force", "--follow", "40m")
	m.write("content/incidents/down/02-resolved.md", "---\nstatus: resolved\ndate: "+m.now.Format(time.RFC3339)+"\n---\nIt works.\n")
	m.commit()
	m.must("publish", "--force", "--follow", "40m")
	want := []string{
		"10:05 [Investigating] Down",
		"10:20 P2 Down: open for 15 min, last update 10:05 UTC", "10:35 P2 Down: open for 30 min, last update 10:05 UTC",
		"10:50 P2 Down: open for 45 min, last update 10:05 UTC", "11:05 P2 Down: open for 1 h, last update 10:05 UTC",
	}
	if len(got) != len(want)+1 || !slices.Equal(got[:len(want)], want) || !strings.HasSuffix(got[len(want)], " [Resolved] Down") {
		t.Errorf("got\n%s\nwant\n%s\nand the resolution", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestNoSecretIsKept publishes with every form while all receivers refuse, are away or answer with
// what they were sent, and searches all output, the site, both branches, the record and the caches
// for the secrets and addresses.
func TestNoSecretIsKept(t *testing.T) {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	address, _ := shown(t, func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(m.dir, "served", name)) })
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Location", "https://elsewhere.example.com/s3cret-path")
		w.WriteHeader(map[bool]int{true: http.StatusFound, false: http.StatusBadRequest}[len(body)%2 == 0])
		fmt.Fprintf(w, "%s %v %s", r.URL, r.Header, body)
	}))
	t.Cleanup(echo.Close)
	secrets := map[string]string{
		"CRIER_SLACK": echo.URL + "/s3cret-path", "CRIER_DISCORD": "http://127.0.0.1:1/s3cret-path", "CRIER_TEAMS": echo.URL + "/s3cret-path?sig=s3cret-sig",
		"CRIER_KEY": "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0", "CRIER_TOKEN": "crier:s3cret-token",
		"CRIER_LIST": "s3cret.person@example.com", "CRIER_SMTP": "smtp://s3cret-user:s3cret-password@127.0.0.1:1",
	}
	maps.Copy(m.env, secrets)
	pages := testenv.Remote(t)
	config := fmt.Sprintf("title = \"Example\"\nbase_url = %q\n[publish]\nto = [\"dir:served\", %q]\n", address, "git:"+pages+"#gh-pages")
	for _, n := range []string{
		`form = "slack"|to = "CRIER_SLACK"|remind = "15m"`, `form = "discord"|to = "CRIER_DISCORD"`, `form = "teams"|to = "CRIER_TEAMS"`,
		fmt.Sprintf(`form = "webhook"|to = %q|secret = "CRIER_KEY"`, echo.URL+"/hook"), fmt.Sprintf(`form = "listmonk"|to = %q|secret = "CRIER_TOKEN"|lists = [1]`, echo.URL),
		`form = "smtp"|to = "CRIER_LIST"|secret = "CRIER_SMTP"|from = "status@example.com"`,
	} {
		form, _, _ := strings.Cut(strings.TrimPrefix(n, `form = "`), `"`)
		config += "[[notify]]\nname = \"" + form + "\"\n" + strings.ReplaceAll(n, "|", "\n") + "\n"
	}
	m.write("config.toml", config)
	m.write("content/incidents/old/01-resolved.md", "---\ntitle: Old\nseverity: P1\nstatus: resolved\ndate: 2026-09-01T10:04:00Z\n---\nIt was.\n")
	m.commit()
	m.crier("publish", "--force")
	m.write("content/incidents/down/01-investigating.md", "---\ntitle: Down\nseverity: P1\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\nimpact: x\neta: unknown\n---\nWe look.\n")
	m.commit()
	m.crier("publish", "--force")
	m.crier("notify")
	for _, name := range []string{"slack", "discord", "teams", "webhook", "listmonk", "smtp"} {
		if status, _, stderr := m.crier("notify", "test", name); status == 0 || !strings.Contains(stderr, name+" was not notified: ") {
			t.Errorf("%s: %d %s", name, status, stderr)
		}
	}
	m.crier("due", "--notify", "slack")
	m.crier("publish", "--force", "--format", "json")
	text := m.said.String()
	err := filepath.WalkDir(m.dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			raw, failure := os.ReadFile(name)
			text, err = text+string(raw), failure
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, repository := range []string{m.dir, pages} { // whose files are compressed
		objects, err := testenv.GitCommand(t, repository, "cat-file", "--batch-all-objects", "--batch").Output()
		if err != nil || !strings.Contains(string(objects), "We look.") {
			t.Errorf("%s has no commits: %v", repository, err)
		}
		text += string(objects)
	}
	for _, secret := range []string{"s3cret", "c2VjcmV0IHNl", "secret secret"} {
		if at := strings.Index(strings.ReplaceAll(text, config, ""), secret); at >= 0 {
			t.Errorf("%q is kept: …%.300s", secret, text[max(at-150, 0):])
		}
	}
}
