package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

// TestStartsOfGit counts how often commands start git, which takes 5 to 30 ms each time.
func TestStartsOfGit(t *testing.T) {
	testenv.Need(t, "git")
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, time.Date(2026, 10, 2, 10, 0, 0, 0, time.UTC))
	remote := testenv.MemoryDir(t)
	m.write("config.toml", "title = \"Status\"\n[[components]]\nid = \"api\"\n[publish]\nto = [\"git:origin#pages\"]\n")
	m.commit()
	pushed(t, m.dir, remote, remote)

	bin, log := t.TempDir(), filepath.Join(t.TempDir(), "log")
	testenv.Write(t, bin, "git", fmt.Sprintf("#!/bin/sh\necho \"$*\" >> '%s'\nexec '%s' \"$@\"\n", log, git))
	if err := os.Chmod(filepath.Join(bin, "git"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, c := range []struct {
		most    int
		command string
	}{
		{8, "new Down -s P2 -c api -m We_look. --push"},
		{9, "update down identified -m Found. --push"},
		{13, "publish --no-wait"},
		{5, "build"},
		{2, "build"},
		{4, "check"},
		{4, "due"},
	} {
		m.now = m.now.Add(time.Minute)
		m.must(strings.Fields(c.command)...)
		raw, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		if starts := strings.Count(string(raw), "\n"); starts > c.most {
			t.Errorf("crier %s starts git %d times:\n%s", c.command, starts, raw)
		}
		os.Remove(log)
	}
}
