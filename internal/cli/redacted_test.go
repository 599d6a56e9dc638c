package cli

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

// unsaid lists the strings that must not occur in any output or file. They are parts of the user
// info in the remotes below.
var unsaid = []string{"robotUser", "hunter2hunter2", "slash3word"}

const (
	robot   = "robotUser:hunter2hunter2@"
	strange = "robotUser:hunter2/hunter2@slash3word@" // not a valid URL, as git reports
)

// gitServer serves a bare repository over HTTP with a password.
func gitServer(t *testing.T) (host, dir string) {
	t.Helper()
	dir = t.TempDir()
	testenv.Git(t, dir, "init", "--quiet", "--bare", "-b", "pages", "status.git")
	testenv.Git(t, dir+"/status.git", "config", "http.receivepack", "true")
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{Path: git, Args: []string{"http-backend"}, Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "robotUser" || password != "hunter2hunter2" {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://"), dir
}

// secretMachine returns a machine with a site whose remote origin is the given URL.
func secretMachine(t *testing.T, origin string) *machine {
	m := newMachine(t, time.Date(2026, 10, 2, 10, 5, 0, 0, time.UTC))
	m.jump = 10 * time.Minute
	m.write("config.toml", fmt.Sprintf(smallSite, "http://localhost/"))
	m.write("content/incidents/a/01-investigating.md", fmt.Sprintf(newP0, "api"))
	m.commit()
	m.git("remote", "add", "origin", origin)
	return m
}

// tells fails the test if an output, or a file that Crier wrote, contains a secret.
func (m *machine) tells(also ...string) {
	m.t.Helper()
	for _, secret := range unsaid {
		for line := range strings.Lines(m.said.String()) {
			if strings.Contains(line, secret) {
				m.t.Errorf("it was said: %s", line)
			}
		}
		for _, dir := range append(also, m.dir) {
			fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() || name == "config.toml" || strings.HasPrefix(name, ".git/") && !strings.HasPrefix(name, ".git/logs/") {
					return err
				}
				raw, _ := os.ReadFile(filepath.Join(dir, name))
				if strings.Contains(string(raw), secret) {
					m.t.Errorf("%s in %s holds %s", name, dir, secret)
				}
				return nil
			})
		}
	}
}

// TestPasswordsInRemotesAreNotTold runs each command that can print a remote, with URLs that
// contain a password. The URLs are valid and invalid, and their servers accept the password, reject
// it or don't exist. Without CRIER_LONG, some of the URLs must do.
func TestPasswordsInRemotesAreNotTold(t *testing.T) {
	host, served := gitServer(t)
	remotes := map[string]string{
		"good":        "http://" + robot + host + "/status.git",
		"wrong":       "http://robotUser:hunter2hunter2wrong@" + host + "/status.git",
		"missing":     "http://" + robot + host + "/other.git",
		"token":       "http://hunter2hunter2@" + host + "/status.git",
		"unreachable": "http://" + robot + "127.0.0.1:1/status.git",
		"no host":     "https://" + robot + "nowhere.invalid/status.git",
		"strange":     "http://" + strange + host + "/status.git",
		"no scheme":   robot + "nowhere.invalid:status.git",
		"ssh":         "ssh://" + robot + "127.0.0.1:1/status.git",
		"ftp":         "ftp://" + robot + "127.0.0.1:1/status.git",
		"file":        "file://" + robot + "nowhere/status.git",
		"unknown":     "foo://" + robot + "127.0.0.1:1/status.git",
	}
	for name, remote := range remotes {
		if !testenv.Long() && name != "good" && name != "wrong" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			temporary := t.TempDir()
			t.Setenv("TMPDIR", temporary)
			m := secretMachine(t, remote)
			target := "git:" + remote + "#pages"
			for _, args := range testenv.Some(4, [][]string{
				{"publish", "--force", "--to", target, "--dry-run"}, {"publish", "--force", "--to", target}, {"publish", "--force", "--to", target, "--format", "json"}, {"publish", "--force", "--to", "git:origin#pages"},
				{"publish", "--force", "--to", target}, {"publish", "--force", "--to", target, "--format", "github"}, {"publish", "--force", "--to", target, "--to", "dir:served", "--no-wait"},
			}) {
				if status, _, _ := m.crier(args...); (status == exitFine) != (name == "good") {
					t.Errorf("crier %s: status %d\n%s", args, status, m.said.String())
				}
			}
			for _, args := range testenv.Some(2, [][]string{
				{"due", "--record", target}, {"due", "--record", "git:origin#other"}, {"publish", "--force", "--to=" + target, "--from", "nowhere"},
				{"check", "--record", target}, {"report", "--record", target}, {"pending", "--changed-since", "HEAD"}, {"due", "--record", "git:origin#pages"},
			}) {
				m.crier(args...)
			}
			m.write("config.toml", fmt.Sprintf(smallSite, "http://localhost/")+fmt.Sprintf("[publish]\nto = [%q]\n", target))
			for _, args := range testenv.Some(2, [][]string{{"publish", "--force"}, {"check"}, {"publish", "--force", "--dry-run", "--format", "json"}, {"due"}, {"build", "--out", "public"}}) {
				m.crier(args...)
			}
			m.tells(temporary, served)
			if !strings.Contains(m.said.String(), "***") {
				t.Errorf("the remote was never mentioned:\n%s", m.said.String())
			}
		})
	}
	objects := testenv.Git(t, served+"/status.git", "cat-file", "--batch", "--batch-all-objects")
	for _, secret := range unsaid {
		if strings.Contains(objects, secret) {
			t.Errorf("the branch holds %s", secret)
		}
	}
}

// TestPasswordsInPushesAreNotTold checks the output of git and its hooks when an update is pushed.
func TestPasswordsInPushesAreNotTold(t *testing.T) {
	host, _ := gitServer(t)
	for name, remote := range map[string]string{
		"good": "http://" + robot + host + "/status.git", "wrong": "http://robotUser:hunter2hunter2wrong@" + host + "/status.git", "missing": "http://" + robot + host + "/other.git",
		"unreachable": "http://" + robot + "127.0.0.1:1/status.git", "strange": "http://" + strange + host + "/status.git", "ssh": "ssh://" + robot + "127.0.0.1:1/status.git",
	} {
		if !testenv.Long() && name != "good" && name != "wrong" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := secretMachine(t, remote)
			update := func() int {
				status, _, _ := m.crier("update", "a", "identified", "-m", "We found it.", "--push")
				return status
			}
			update() // the branch has no upstream
			m.git("config", "branch.main.merge", "refs/heads/main")
			m.git("config", "branch.main.remote", "origin")
			if status := update(); (status == exitFine) != (name == "good") {
				t.Errorf("exit status %d\n%s", status, m.said.String())
			}
			m.git("config", "branch.main.remote", remote)
			update()
			m.git("remote", "remove", "origin")
			update()
			m.tells()
		})
	}
}

// TestPasswordsInWrongUsageAreNotTold checks errors that quote the command line.
func TestPasswordsInWrongUsageAreNotTold(t *testing.T) {
	for _, url := range testenv.Some(1, []string{"https://" + robot + "example.com/status", "https://" + strange + "example.com/status"}) {
		m := secretMachine(t, "https://example.com/")
		m.env["GITHUB_API_URL"] = url
		for _, args := range [][]string{
			{url}, {"publish", url}, {"publish", "--to", url}, {"publish", "--to", "git:" + url}, {"publish", "--to", "git:" + url + "#a..b"}, {"publish", "--to", "github:" + url + "#x"},
			{"publish", "--at", url, "--dry-run"}, {"publish", "--format", url}, {"publish", "--ahead", url}, {"publish", "--token-file", url}, {"publish", "--from", url, "--force"}, {"publish", "--" + url},
			{"publish", "--to", "github:example/status#pages", "--api", url, "--force"}, {"publish", "--to", "github:example/status#pages", "--force"},
			{"due", "--record", url}, {"due", "--record", "git:" + url}, {"due", "--issue", url}, {"due", "--issue", "example/status", "--api", url}, {"due", "--issue", "example/status"},
			{"pending", "--comment", url}, {"pending", "--changed-since", url}, {"--site", url, "build"}, {"init", "--url", url}, {"import", "cstate", url}, {"build", "--out", url + "\x00"}, {"show", url}, {"update", url},
		} {
			if status, _, _ := m.crier(args...); status == exitFine {
				t.Errorf("crier %s: no error", strings.Join(args, " "))
			}
		}
		for _, key := range []string{"base_url = %q\n", "[feeds]\nhub = %q\n", "[[webhooks]]\nname = \"a\"\nurl = %q\nsecret_env = \"A\"\n", "[publish]\nto = %q\n", "[publish]\nto = [%q]\n", "%q = 1\n"} {
			m.write("config.toml", "title = \"T\"\n"+fmt.Sprintf(key, url))
			m.crier("check")
			m.crier("check", "--format", "json")
			m.crier("publish", "--force", "--dry-run")
			m.crier("build", "--keep-going")
		}
		m.tells()
	}
}
