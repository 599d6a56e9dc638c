package testenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// settings is the configuration of git in tests. Maintenance would start one or two more processes
// after every commit and push.
const settings = "[user]\n\tname = Operator\n\temail = operator@example.com\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n"

// GitConfig returns the variables that make git use its configuration in tests, for programs that
// do not inherit the environment of the test. TestMain must call Main.
func GitConfig() []string {
	return []string{"GIT_CONFIG_GLOBAL=" + os.Getenv("GIT_CONFIG_GLOBAL"), "GIT_CONFIG_NOSYSTEM=1"}
}

// Git runs git in a folder and returns its output without white space around it.
func Git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	return GitAt(t, dir, time.Time{}, args...)
}

// GitAt runs git as if at the given time.
func GitAt(t testing.TB, dir string, now time.Time, args ...string) string {
	t.Helper()
	c := GitCommand(t, dir, args...)
	if !now.IsZero() {
		date := now.UTC().Format(time.RFC3339)
		c.Env = append(c.Env, "GIT_AUTHOR_DATE="+date, "GIT_COMMITTER_DATE="+date)
	}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// GitCommand returns a command that runs git in a folder, for tests that write to its input or
// expect an error.
func GitCommand(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	Need(t, "git")
	c := exec.Command("git", append([]string{"-C", dir, "-c", "init.defaultBranch=main", "-c", "maintenance.auto=false", "-c", "user.name=Operator", "-c", "user.email=operator@example.com"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	return c
}

// Repository returns a new repository without commits.
func Repository(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	Init(t, dir)
	return dir
}

// Remote returns a new bare repository without commits.
func Remote(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	InitBare(t, dir)
	return dir
}

// Init makes a folder a repository without commits.
func Init(t testing.TB, dir string) {
	t.Helper()
	create(t, filepath.Join(dir, ".git"), "\tbare = false\n\tlogallrefupdates = true\n")
}

// InitBare makes a folder a bare repository without commits.
func InitBare(t testing.TB, dir string) {
	t.Helper()
	create(t, dir, "\tbare = true\n")
}

// create writes the files of an empty repository, as gitrepository-layout(5) describes them.
// Starting git would take ten times as long.
func create(t testing.TB, dir, config string) {
	t.Helper()
	for _, name := range []string{"objects/info", "objects/pack", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	Write(t, dir, "HEAD", "ref: refs/heads/main\n")
	Write(t, dir, "config", "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n"+config)
}

// Commit commits all files of a repository.
func Commit(t testing.TB, dir, message string) {
	t.Helper()
	Git(t, dir, "add", "--all")
	Git(t, dir, "commit", "--quiet", "--message", message)
}
