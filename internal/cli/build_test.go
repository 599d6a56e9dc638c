package cli

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// TestMain also keeps builds from tuning the collector: they would clear 200 MB each.
func TestMain(m *testing.M) {
	debug.SetGCPercent(200)
	testenv.Main(m)
}

// run runs the command line in a folder at the given time. How recently files changed is still
// measured with the real clock.
func run(t testing.TB, dir string, now time.Time, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	clock := func() time.Time { return now }
	if args[0] == "build" {
		args, clock = append(slices.Clone(args), "--at", now.Format(time.RFC3339Nano)), time.Now
	}
	status = Main(System{Args: args, Stdout: &out, Stderr: &err, Dir: dir, Now: clock})
	return status, out.String(), err.String()
}

// generated writes a site with the given number of incidents to a temporary folder.
func generated(t testing.TB, incidents int) string {
	t.Helper()
	dir := t.TempDir()
	// os.CopyFS would be slow: it lists all files for each folder.
	for name, file := range testsite.Generate(testsite.Options{Incidents: incidents, Seed: 1}) {
		testenv.Write(t, dir, name, string(file.Data))
	}
	return dir
}

var autumn = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

func TestTheClockIsTheSystems(t *testing.T) {
	dir := generated(t, 3)
	status, stdout, stderr := run(t, dir, autumn, "build")
	if status != 0 || stderr != "" || !strings.Contains(stdout, "The page next changes by itself at 2026-10-02 00:00:00 UTC.") {
		t.Errorf("%d %s %s", status, stdout, stderr)
	}
	// A second later nothing has changed, but a day later something has.
	if _, stdout, _ = run(t, dir, autumn.Add(time.Second), "build"); !strings.Contains(stdout, "nothing has changed") {
		t.Error(stdout)
	}
	if _, stdout, _ = run(t, dir, autumn.Add(24*time.Hour), "build"); strings.Contains(stdout, "nothing has changed") {
		t.Error(stdout)
	}
}

func TestAFailureOfWritingChangesNothing(t *testing.T) {
	dir := generated(t, 3)
	if err := os.WriteFile(filepath.Join(dir, "public"), []byte("a file"), 0o644); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := run(t, dir, autumn, "build")
	if status != 1 || !strings.HasPrefix(stderr, "error: the output was not changed: ") {
		t.Errorf("%d %s", status, stderr)
	}
}

// TestATemplateThatFailsChangesNothing checks that a template that fails during execution leaves
// the output unchanged.
func TestATemplateThatFailsChangesNothing(t *testing.T) {
	dir := generated(t, 3)
	run(t, dir, autumn, "build")
	before := filesOf(t, filepath.Join(dir, "public"))
	theme := filepath.Join(dir, "themes", "default")
	if err := os.MkdirAll(theme, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(theme, "incident.html"), []byte(`{{define "main"}}{{.View.Nothing}}{{end}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := run(t, dir, autumn.Add(48*time.Hour), "build")
	if status != 1 || !strings.Contains(stderr, "can't evaluate field Nothing") {
		t.Errorf("%d %s", status, stderr)
	}
	for name, content := range filesOf(t, filepath.Join(dir, "public")) {
		if before[name] != content {
			t.Errorf("%s has changed", name)
		}
	}
}

// filesOf returns the contents of all files in a folder by name.
func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(name, ".crier/") {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFew(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "0", 5: "0, 1, 2, 3, 4", 7: "0, 1, 2, 3, 4 and 2 more"} {
		var names []string
		for i := range n {
			names = append(names, strconv.Itoa(i))
		}
		if got := diag.Few(names); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{1234 * time.Nanosecond: "1µs", 12345 * time.Microsecond: "12ms", 1234 * time.Millisecond: "1.23s"} {
		if got := report.Short(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

// BenchmarkFullBuild builds a site with 1,000 incidents of 4 updates into a new folder, then writes
// the same bytes to the same number of files in a plain loop. It reports both times and their
// ratio. Nothing is deleted between runs because that makes file systems slow.
func BenchmarkFullBuild(b *testing.B) {
	dir := generated(b, 1000)
	out := b.TempDir()
	run(b, dir, autumn, "build", "--out", filepath.Join(out, "first"))
	files := filesOf(b, filepath.Join(out, "first"))
	var build, plain time.Duration
	n := 0
	for b.Loop() {
		n++
		begin := time.Now()
		if status := Main(System{Args: []string{"build", "--out", filepath.Join(out, "build", strconv.Itoa(n))}, Stdout: io.Discard, Stderr: io.Discard,
			Dir: dir, Now: func() time.Time { return autumn }}); status != 0 {
			b.Fatal("the build failed")
		}
		build += time.Since(begin)
		begin = time.Now()
		for name, content := range files {
			testenv.Write(b, filepath.Join(out, "plain", strconv.Itoa(n)), name, content)
		}
		plain += time.Since(begin)
	}
	b.ReportMetric(float64(build.Milliseconds())/float64(n), "ms/build")
	b.ReportMetric(float64(plain.Milliseconds())/float64(n), "ms/plain-loop")
	b.ReportMetric(build.Seconds()/plain.Seconds(), "build/plain-loop")
	b.ReportMetric(float64(len(files)), "files")
}

// TestABuildThatFailsHalfwaySaysWhatItChanged checks the error if a folder that Crier did not write
// is in the place of the overview page.
func TestABuildThatFailsHalfwaySaysWhatItChanged(t *testing.T) {
	dir := generated(t, 3)
	run(t, dir, autumn, "build")
	name := filepath.Join(dir, "public", "index.html")
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(name, "foreign"), 0o755); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := run(t, dir, autumn.AddDate(0, 0, 1), "build")
	if status != 1 || !regexp.MustCompile(`^error: [1-9]\d* of \d+ files of the output were changed \(\d+ created, [1-9]\d* updated, \d+ deleted\), and then: .* index.html`).MatchString(stderr) ||
		strings.Contains(stderr, "the output was not changed") || !strings.Contains(stderr, "\n  hint: no page links to a missing file") && !strings.Contains(stderr, "\nhint: no page links to a missing file") {
		t.Errorf("%d %s", status, stderr)
	}
	if err := os.RemoveAll(name); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := run(t, dir, autumn.AddDate(0, 0, 1), "build"); status != 0 {
		t.Error(stderr)
	}
}
