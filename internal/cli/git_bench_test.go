package cli

import (
	"os"
	"path/filepath"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

// BenchmarkBuildWithGit measures a build of every file of 10,000 incidents without a git
// repository, with one whose log is not kept yet, and with one whose log is.
func BenchmarkBuildWithGit(b *testing.B) {
	dir := generated(b, 10000)
	build := func(b *testing.B, forget ...string) {
		for b.Loop() {
			b.StopTimer()
			for _, name := range append(forget, "public") {
				if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
					b.Fatal(err)
				}
			}
			b.StartTimer()
			if status, _, stderr := run(b, dir, autumn, "build"); status != 0 {
				b.Fatal(stderr)
			}
		}
	}
	b.Run("Without", func(b *testing.B) { build(b, ".crier") })
	testenv.Git(b, dir, "init", "--quiet")
	testenv.Git(b, dir, "add", "content", "config.toml")
	testenv.Commit(b, dir, "All")
	b.Run("First", func(b *testing.B) { build(b, ".crier") })
	b.Run("Afterwards", func(b *testing.B) { build(b) })
}
