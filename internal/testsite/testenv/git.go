package testenv

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// settings is the configuration of git in tests.
const settings = "[user]\n\tname = Operator\n\temail = operator@example.com\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n"

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
	c := exec.Command("git", append([]string{"-C", dir, "-c", "init.defaultBranch=main", "-c", "user.name=Operator", "-c", "user.email=operator@example.com"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	return c
}

// Repository returns a new repository without commits.
func Repository(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	Git(t, dir, "init", "--quiet")
	return dir
}

// Remote returns a new bare repository without commits.
func Remote(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	Git(t, dir, "init", "--quiet", "--bare")
	return dir
}

// Commit commits all files of a repository.
func Commit(t testing.TB, dir, message string) {
	t.Helper()
	Git(t, dir, "add", "--all")
	Git(t, dir, "commit", "--quiet", "--message", message)
}
