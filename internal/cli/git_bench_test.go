package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// BenchmarkBuildWithGit measures a build of every file of 10,000 incidents without a git
// repository, with one whose log is not kept yet, and with one whose log is. The output is removed
// before each build, so that none of them finds that nothing has changed.
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
	for name, commit := range map[string]func(testing.TB, string){"EachUpdate": committedEach, "AllAtOnce": committedAtOnce} {
		b.Run(name, func(b *testing.B) {
			if err := os.RemoveAll(filepath.Join(dir, ".git")); err != nil {
				b.Fatal(err)
			}
			commit(b, dir)
			b.Run("First", func(b *testing.B) { build(b, ".crier") })
			b.Run("Afterwards", func(b *testing.B) { build(b) })
		})
	}
}

// committedAtOnce commits a generated site as somebody does who begins to use git: every update is
// late.
func committedAtOnce(t testing.TB, dir string) {
	t.Helper()
	testenv.Init(t, dir)
	testenv.Git(t, dir, "add", "content", "config.toml")
	testenv.GitAt(t, dir, autumn.Add(-time.Hour), "commit", "--quiet", "--message", "All")
}

var datedAt = regexp.MustCompile(`(?m)^date: (\S+)$`)

// committedEach commits each update of a generated site two minutes after its date, and one in ten
// of them half an hour later.
func committedEach(t testing.TB, dir string) {
	t.Helper()
	type file struct {
		name string
		text []byte
		at   time.Time
	}
	var files []file
	for name, generated := range testsite.Generate(testsite.Options{Incidents: 10000, Seed: 1}) {
		f := file{name, generated.Data, time.Unix(0, 0)}
		if found := datedAt.FindSubmatch(f.text); found != nil {
			at, err := time.Parse(time.RFC3339, string(found[1]))
			if err != nil {
				t.Fatal(err)
			}
			f.at = at.Add(2 * time.Minute)
			if at.Unix()%10 == 0 {
				f.at = f.at.Add(30 * time.Minute)
			}
		}
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	var stream bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter Operator <operator@example.com> %d +0000\ndata 0\nM 644 inline %s\ndata %d\n%s\n", f.at.Unix(), f.name, len(f.text), f.text)
	}
	testenv.Init(t, dir)
	importing := testenv.GitCommand(t, dir, "fast-import", "--quiet", "--depth=0")
	importing.Stdin = &stream
	if out, err := importing.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	testenv.Git(t, dir, "reset", "--quiet")
}
