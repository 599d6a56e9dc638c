package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/testsite/testenv"
)

// undatedSite creates a site in a repository, with one update whose date comes from git.
func undatedSite(t *testing.T) (dir string, git func(args ...string)) {
	t.Helper()
	dir = generated(t, 3)
	testenv.Write(t, dir, "content/incidents/2026/2026-09-29-undated/01-investigating.md", "---\ntitle: Undated\nseverity: P2\nstatus: investigating\n---\nWords.\n")
	minute := 0
	git = func(args ...string) {
		t.Helper()
		minute++
		testenv.GitAt(t, dir, autumn.Add(-48*time.Hour).Add(time.Duration(minute)*time.Minute), args...)
	}
	testenv.Init(t, dir)
	git("add", "content", "config.toml")
	git("commit", "-q", "-m", "Begin")
	return dir, git
}

// TestASiteThatLeavesDatesToGitIsKnownAgain checks that the cache of such a site stays valid until
// git would return another date.
func TestASiteThatLeavesDatesToGitIsKnownAgain(t *testing.T) {
	dir, git := undatedSite(t)
	build := func() string {
		t.Helper()
		quiet(t, dir)
		testenv.Await(t, func() string { return "the state of git is still too young" }, func() bool {
			info, err := os.Stat(filepath.Join(dir, ".git/index"))
			if err != nil {
				t.Fatal(err)
			}
			look, ok := sitefs.LookOf(info)
			return ok && look.Settled(time.Now())
		})
		status, stdout, stderr := run(t, dir, autumn, "build")
		if status != 0 {
			t.Fatal(stderr)
		}
		settle(t, filepath.Join(dir, "public"))
		return stdout
	}
	// believed alters the cached state and reports whether a build then uses it.
	believed := func() bool {
		t.Helper()
		if replaceKept(t, dir, knownOf(t, dir).Inputs, `"State":"`, `"State":"Kept `) != 1 {
			t.Fatal("there is no stamp")
		}
		return strings.Contains(build(), "State: Kept ")
	}
	build()
	build()
	if !believed() {
		t.Error("the same site is built anew")
	}
	name := "content/incidents/2026/2026-09-29-undated/01-investigating.md"
	type change struct {
		what string
		make func()
	}
	for _, c := range testenv.Some(2, []change{
		{"another commit", func() { git("commit", "-q", "--allow-empty", "-m", "More") }},
		{"another index", func() { git("rm", "-q", "--cached", name); git("add", name) }},
		{"the commit is another", func() { git("commit", "-q", "--allow-empty", "--amend", "-m", "Amended") }},
		{"an older commit", func() { git("checkout", "-q", "--detach", "HEAD~1") }},
		{"a replaced commit", func() {
			git("commit", "-q", "--allow-empty", "-m", "Last")
			build()
			build()
			git("replace", "--graft", "HEAD")
		}},
	}) {
		t.Run(c.what, func(t *testing.T) {
			build()
			build()
			c.make()
			if believed() {
				t.Error("it is not seen")
			}
			want := filesOf(t, filepath.Join(dir, "public"))
			if status, _, stderr := run(t, dir, autumn, "build", "--out", "fresh", "--no-cache"); status != 0 {
				t.Fatal(stderr)
			}
			if d := cmp.Diff(filesOf(t, filepath.Join(dir, "fresh")), want); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestGitIsAskedOnlyForWhatNeedsIt replaces git with a script that records each call. A build asks
// when updates were posted.
func TestGitIsAskedOnlyForWhatNeedsIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	dir, _ := undatedSite(t)
	bin, told := t.TempDir(), filepath.Join(t.TempDir(), "told")
	if err := os.WriteFile(filepath.Join(bin, "git"), []byte("#!/bin/sh\necho \"$@\" >> '"+told+"'\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	asked := func(args ...string) bool {
		t.Helper()
		os.Remove(told)
		run(t, dir, autumn, args...)
		_, err := os.Stat(told)
		return err == nil
	}
	if !asked("build", "--keep-going") {
		t.Error("nobody asks when a date is missing")
	}
	if err := os.RemoveAll(filepath.Join(dir, "content/incidents/2026/2026-09-29-undated")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"list"}} {
		if asked(args...) {
			t.Errorf("crier %s asks git though every update has its date", strings.Join(args, " "))
		}
	}
}
