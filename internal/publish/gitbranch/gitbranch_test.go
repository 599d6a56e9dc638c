package gitbranch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/gitbranch"
	"settler.io/crier/internal/publish/githubtest"
	"settler.io/crier/internal/publish/publishtest"
	"settler.io/crier/internal/testsite/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

func TestTheSuite(t *testing.T) {
	publishtest.Run(t, func(t *testing.T) publishtest.Fixture {
		remote, site := testenv.Remote(t), t.TempDir()
		// With a filter, each file that is read is fetched on its own. The many cases of broken
		// notes need that in long runs only.
		if testenv.Long() || !strings.Contains(t.Name(), "broken_notes/") {
			testenv.Git(t, remote, "config", "uploadpack.allowFilter", "true")
		}
		t.Cleanup(func() {
			testenv.Git(t, remote, "fsck", "--strict", "--no-dangling")
			if left := testenv.Git(t, remote, "for-each-ref", "--format=%(refname)", "refs/heads"); left != "" && left != "refs/heads/pages" {
				t.Errorf("refs left: %s", left)
			}
		})
		return publishtest.Fixture{
			Place: func(t testing.TB, patience *publish.Patience) publish.Target {
				return &gitbranch.Branch{Remote: "file://" + filepath.ToSlash(remote), Branch: "pages", Site: site, Work: t.TempDir(), Patience: patience}
			},
			Files: func(t testing.TB) map[string]string {
				if testenv.Git(t, remote, "for-each-ref", "refs/heads/pages") == "" {
					return map[string]string{}
				}
				return githubtest.FilesOf(t, remote, "pages")
			},
			Write: func(t testing.TB, name string, content []byte) {
				t.Helper()
				change := "D " + name
				if content != nil {
					change = fmt.Sprintf("M 100644 inline %s\ndata %d\n%s", name, len(content), content)
				}
				c := testenv.GitCommand(t, remote, "fast-import", "--quiet")
				c.Stdin = strings.NewReader(fmt.Sprintf("commit refs/heads/pages\ncommitter Operator <operator@example.com> %d +0000\ndata 4\nMine\nfrom refs/heads/pages^0\n%s\n", publishtest.Start.Unix(), change))
				if out, err := c.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
			},
		}
	})
}

func TestWhatCannotBeReached(t *testing.T) {
	patience := publishtest.NewClock(publishtest.Start).Patience(func(string) {})
	patience.Limit = time.Second
	for remote, want := range map[string]string{
		filepath.Join(t.TempDir(), "nowhere"):                   "write the URL of a repository or the name of a remote: git:REMOTE#BRANCH",
		"-oProxyCommand=x":                                      "write it like git:https://git.example.com/status.git#pages",
		"http://operator:hunter2hunter2@127.0.0.1:1/status.git": "publish again when the host can be reached: it checks what is there and does the rest",
	} {
		place := &gitbranch.Branch{Remote: remote, Branch: "pages", Site: t.TempDir(), Work: t.TempDir(), Patience: patience}
		_, err := place.Head(t.Context(), nil)
		if diag.HintOf(err) != want || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", remote, err)
		}
	}
}

// TestAProtectedBranch checks that a push that the host's hook rejects is not retried.
func TestAProtectedBranch(t *testing.T) {
	remote := testenv.Remote(t)
	testenv.Write(t, remote, "hooks/pre-receive", "#!/bin/sh\necho no >&2\nexit 1\n")
	if err := os.Chmod(filepath.Join(remote, "hooks/pre-receive"), 0o755); err != nil {
		t.Fatal(err)
	}
	patience := publishtest.NewClock(publishtest.Start).Patience(func(line string) { t.Errorf("tried again: %s", line) })
	place := &gitbranch.Branch{Remote: remote, Branch: "pages", Site: t.TempDir(), Work: t.TempDir(), Patience: patience}
	_, err := publish.Run(t.Context(), place, publishtest.Build(publishtest.Revision(0, 1), publishtest.Start, map[string]string{"index.html": "x"}), publishtest.Options(patience))
	if !strings.Contains(diag.HintOf(err), "is protected") {
		t.Error(err)
	}
}

// TestPasswordsAreNotTold checks that neither errors nor retry messages contain the remote's
// password, even if the URL is not valid.
func TestPasswordsAreNotTold(t *testing.T) {
	for _, remote := range []string{"http://user:hunter2hunter2@127.0.0.1:1/x.git", "http://user:slash/hunter2hunter2@127.0.0.1:1/x.git", "-user:hunter2hunter2@host"} {
		told := ""
		patience := publishtest.NewClock(publishtest.Start).Patience(func(line string) { told += line + "\n" })
		patience.Limit = time.Second
		place := &gitbranch.Branch{Remote: remote, Branch: "pages", Site: t.TempDir(), Work: t.TempDir(), Patience: patience}
		_, err := place.Head(t.Context(), nil)
		if err == nil || strings.Contains(err.Error()+told, "hunter2") {
			t.Errorf("%v\n%s", err, told)
		}
	}
}
