package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// BenchmarkNewPush compares crier new --push with the same git commands typed by hand, in a clone
// of a site of 1,000 incidents whose remote is on the same disk. docs/performance.md has the table.
func BenchmarkNewPush(b *testing.B) {
	root := testenv.MemoryDir(b)
	crier := filepath.Join(root, "crier")
	if out, err := exec.Command("go", "build", "-o", crier, "../cmd/crier").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	clone := filepath.Join(root, "clone")
	if err := os.CopyFS(clone, testsite.Generate(testsite.Options{Incidents: 1000, Seed: 1})); err != nil {
		b.Fatal(err)
	}
	testenv.Git(b, root, "init", "--quiet", "--bare", "remote.git")
	testenv.Git(b, clone, "init", "--quiet")
	testenv.Commit(b, clone, "Begin")
	testenv.Git(b, clone, "remote", "add", "origin", "../remote.git")
	testenv.Git(b, clone, "push", "--quiet", "--set-upstream", "origin", "main")
	run := func(b *testing.B, name string, args ...string) {
		b.Helper()
		c := exec.Command(name, args...)
		c.Dir = clone
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
	n := 0
	b.Run("Git", func(b *testing.B) {
		for b.Loop() {
			n++
			file := fmt.Sprintf("content/incidents/2026/2026-11-01-down-%d/01-investigating.md", n)
			run(b, "git", "fetch", "--quiet")
			testenv.Write(b, clone, file, "---\ntitle: Down\nseverity: P0\nstatus: investigating\ndate: "+time.Now().UTC().Format(time.RFC3339)+"\nimpact: All fails.\neta: unknown\n---\nWe look into it.\n")
			run(b, "git", "add", file)
			run(b, "git", "commit", "--quiet", "--message", "[Investigating] Down", file)
			run(b, "git", "push", "--quiet")
		}
	})
	b.Run("Crier", func(b *testing.B) {
		for b.Loop() {
			n++
			run(b, crier, "new", fmt.Sprint("Down ", n), "-s", "P0", "-i", "All fails.", "--eta", "unknown", "-m", "We look into it.", "--push")
		}
	})
}
