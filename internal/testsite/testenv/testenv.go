// Package testenv is the set-up that tests share: files, git repositories, and programs that may be
// missing. Its functions fail the test instead of returning an error.
package testenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Long reports whether long tests run in full: large sites, long histories, every case of a matrix.
// .ci/run sets CRIER_LONG.
func Long() bool { return os.Getenv("CRIER_LONG") != "" }

// Missing skips the test because something that it needs is not installed. In CI, where everything
// is, it fails the test.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CRIER_CI") != "" {
		t.Fatalf("missing: %s", what)
	}
	t.Skipf("missing: %s; .ci/run installs it", what)
}

// SkipRace skips a long test when the race detector is on, because other tests run the same
// goroutines in less time.
func SkipRace(t testing.TB) {
	t.Helper()
	if race {
		t.Skip("long, and other tests run the same goroutines")
	}
}

// Need skips the test, or fails it in CI, unless all of these programs are installed.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			Missing(t, program)
		}
	}
}

// Write writes a file and its folders. The name is slash-separated and below dir.
func Write(t testing.TB, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Some returns the first n cases; in a long run, all of them.
func Some[T any](n int, cases []T) []T {
	if Long() {
		return cases
	}
	return cases[:n]
}

// Main runs the tests of a package. It is called by TestMain, and uses the configuration of git in
// tests, and temporary folders in memory, if the system supports it, because creating many files is
// slow on disks.
func Main(m *testing.M) { os.Exit(Process{m}.Run()) }

// Process is a test process as by Main, for testscript.Main.
type Process struct{ *testing.M }

// Run runs the tests and returns the exit status.
func (p Process) Run() int {
	dir, err := os.MkdirTemp("/dev/shm", "crier-test-")
	if err != nil {
		dir, err = os.MkdirTemp("", "crier-test-")
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "gitconfig"), []byte(settings), 0o644)
	}
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	os.Setenv("TMPDIR", dir)
	os.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(dir, "gitconfig"))
	os.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	return p.M.Run()
}

// Await waits until a condition holds, for a minute at most. what says the condition in an error.
func Await(t testing.TB, what func() string, holds func() bool) {
	t.Helper()
	tick, limit := time.NewTicker(2*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("after a minute: %s", what())
		}
	}
}

// MemoryDir returns a temporary folder, in memory if the system supports it, because creating many
// files is slow on disks.
func MemoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "crier-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
