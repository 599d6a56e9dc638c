package browser

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// served is a preview that runs as a separate process.
type served struct {
	URL, Dir string
	Stop     func() // interrupts it; fails the test unless it exits cleanly

	mu  sync.Mutex
	out bytes.Buffer
}

func (s *served) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()
}

var address = regexp.MustCompile(`http://\S+/`)

// TestMain lets the test binary act as crier, which is then on the PATH.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"crier": func() { os.Exit(cli.Main(cli.OS())) }})
}

// preview writes a generated site and runs `crier serve` on it.
func preview(t testing.TB, incidents int, args ...string) *served {
	t.Helper()
	s := &served{Dir: t.TempDir()}
	for name, file := range testsite.Generate(testsite.Options{Incidents: incidents, Seed: 1}) {
		testenv.Write(t, s.Dir, name, string(file.Data))
	}
	command := exec.CommandContext(context.WithoutCancel(t.Context()), "crier", append([]string{"serve", "--port", "0"}, args...)...)
	command.Dir = s.Dir
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if lines.Scan() {
		s.URL = address.FindString(lines.Text())
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for lines.Scan() {
			s.mu.Lock()
			s.out.WriteString(lines.Text() + "\n")
			s.mu.Unlock()
		}
	}()
	s.Stop = sync.OnceFunc(func() {
		command.Process.Signal(os.Interrupt)
		<-ended
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.Stop)
	if s.URL == "" {
		t.Fatal("the preview does not say where it is")
	}
	return s
}

// TestServe checks that an edit shows up in the page without a reload, that a mistake is shown
// above the page until it is fixed, that the toolbar shows other times and drafts, and that a
// changed stylesheet is replaced.
func TestServe(t *testing.T) {
	testenv.NeedNode(t)
	chromium := testenv.Chromium(t)
	s := preview(t, 1000)
	site := os.DirFS(s.Dir)
	found, err := fs.Glob(site, "content/incidents/2026/*/*-00990-trouble/02-*.md")
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	folder := path.Dir(found[0])
	raw, err := fs.ReadFile(site, found[0])
	if err != nil {
		t.Fatal(err)
	}
	first := folder + "/01-investigating.md"
	date := regexp.MustCompile(`(?m)^date: (\S+)$`).FindSubmatch(raw)
	if date == nil {
		t.Fatalf("%s has no date", found[0])
	}
	var result struct {
		Seen     map[string]any
		Problems []string
	}
	testenv.Node(t, "serve.mjs", map[string]any{
		"chromium": chromium, "url": s.URL, "site": s.Dir, "screenshots": os.Getenv("CRIER_SCREENSHOTS"),
		"update": map[string]string{"file": found[0], "first": first, "page": "incidents/" + path.Base(folder) + "/", "id": strings.TrimSuffix(path.Base(found[0]), ".md")},
		"at":     map[string]any{"time": string(date[1]), "updates": 2},
		"draft": map[string]string{"file": folder + "/05-draft.md", "shown": "A word that is not public.",
			"text": "---\nstatus: monitoring\ndate: 2026-10-01T12:00:00Z\ndraft: true\n---\nA word that is not public.\n"},
	}, &result)
	for _, p := range result.Problems {
		t.Error(p)
	}
	overlay, _ := result.Seen["overlay"].(string)
	for _, part := range []string{found[0] + ":", "unknown-key", "hint:", "status", "the last good build", "> "} {
		if !strings.Contains(overlay, part) {
			t.Errorf("the overlay lacks %q:\n%s", part, overlay)
		}
	}
	delete(result.Seen, "overlay")
	id := strings.TrimSuffix(path.Base(found[0]), ".md")
	want := map[string]any{
		"mark": "the same page", "scrolled": true, "focused": "anchor", "own": result.Seen["own"], "lastGood": true, "alsoElsewhere": true,
		"stood": id + "," + strings.TrimSuffix(path.Base(first), ".md"), "before": "kind-404", "kept": "the same page",
		"refused": "write it like 2026-10-02T10:30:00Z", "present": "true", "draftHidden": true, "draftMark": "Not public: draft", "count": " (1)",
		"style linked": "the same page", "style within": "the same page", "gone": true,
		"keys": []any{"button", "range", "text", "checkbox", "button"},
	}
	if d := cmp.Diff(want, result.Seen); d != "" {
		t.Error(d)
	}
	s.Stop()
	if out := s.output(); !regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d ` + regexp.QuoteMeta(found[0]) + `: rebuilt in \S+, the open page differs$`).MatchString(out) {
		t.Errorf("the terminal says\n%s", out)
	}
}

// BenchmarkServeInBrowser measures the time from closing an edited file until the open page shows
// the edit. Each operation is the median of twenty edits.
func BenchmarkServeInBrowser(b *testing.B) {
	for _, incidents := range []int{1000, 10000} {
		b.Run(fmt.Sprint(incidents), func(b *testing.B) {
			chromium := testenv.Chromium(b)
			s := preview(b, incidents)
			found, err := fs.Glob(os.DirFS(s.Dir), fmt.Sprintf("content/incidents/*/*/*-%05d-*/02-*.md", incidents-1))
			if err != nil || len(found) != 1 {
				b.Fatal(found, err)
			}
			var took []float64
			for b.Loop() {
				var more []float64
				testenv.Node(b, "serveedits.mjs", map[string]any{"chromium": chromium, "edits": 20, "file": filepath.Join(s.Dir, found[0]), "url": s.URL + "incidents/" + path.Base(path.Dir(found[0])) + "/"}, &more)
				took = append(took, more...)
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2], "ms-median")
		})
	}
}
