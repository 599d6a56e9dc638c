package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing"
)

// BenchmarkWarmBuild measures rebuilding a site, with one more update each time and with no
// changes.
func BenchmarkWarmBuild(b *testing.B) {
	for _, incidents := range []int{1000, 10000} {
		b.Run(fmt.Sprint(incidents), func(b *testing.B) {
			dir := generated(b, incidents)
			files, err := fs.Glob(os.DirFS(dir), fmt.Sprintf("content/incidents/*/*/*-%05d-*/02-*.md", incidents-1))
			if err != nil || len(files) != 1 {
				b.Fatal(files, err)
			}
			text, err := os.ReadFile(filepath.Join(dir, files[0]))
			if err != nil {
				b.Fatal(err)
			}
			build := func(b *testing.B) {
				if status, _, stderr := run(b, dir, autumn, "build"); status != 0 {
					b.Fatal(stderr)
				}
			}
			build(b)
			updates := 0
			b.Run("OneUpdate", func(b *testing.B) {
				for b.Loop() {
					updates++
					name := filepath.Join(dir, path.Dir(files[0]), fmt.Sprintf("02-%06d.md", updates))
					if err := os.WriteFile(name, text, 0o644); err != nil {
						b.Fatal(err)
					}
					build(b)
				}
			})
			b.Run("Nothing", func(b *testing.B) {
				build(b)
				build(b)
				for b.Loop() {
					build(b)
				}
			})
		})
	}
}
