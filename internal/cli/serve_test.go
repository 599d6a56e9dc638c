package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/testsite/testenv"
)

// served is a preview that runs within the test.
type served struct {
	testing.TB
	url, dir string
	out, err *growing

	mu  sync.Mutex
	now time.Time
}

func (s *served) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *served) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// growing is a buffer whose readers can wait for more text.
type growing struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (g *growing) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	defer func() {
		select {
		case g.more <- struct{}{}:
		default:
		}
	}()
	return g.text.Write(p)
}

func (g *growing) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

// wait waits until the text matches pattern and returns the match.
func (s *served) wait(g *growing, pattern string) string {
	s.Helper()
	wanted := regexp.MustCompile(pattern)
	deadline := time.After(2 * time.Minute)
	for {
		if found := wanted.FindString(g.String()); found != "" {
			return found
		}
		select {
		case <-g.more:
		case <-deadline:
			s.Fatalf("nobody says %q:\n%s\n%s", pattern, s.out, s.err)
		}
	}
}

// serving runs crier serve in dir until the test ends.
func serving(t testing.TB, dir string, args ...string) *served {
	t.Helper()
	s := &served{TB: t, dir: dir, now: autumn.Add(22*time.Hour + 30*time.Minute),
		out: &growing{more: make(chan struct{}, 1)}, err: &growing{more: make(chan struct{}, 1)}}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	command := root(System{Stdout: s.out, Stderr: s.err, Dir: dir, Now: s.Now, Sleep: sleep})
	command.SetArgs(append([]string{"serve", "--port", "0"}, args...))
	go func() { ended <- command.ExecuteContext(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the preview ends with: %v", err)
		}
	})
	s.url = s.wait(s.out, `http://\S+/`)
	return s
}

func (s *served) write(name, text string) {
	s.Helper()
	testenv.Write(s, s.dir, name, text)
}

func (s *served) get(path string) string {
	s.Helper()
	r, err := http.Get(s.url + path)
	if err != nil {
		s.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		s.Fatal(err)
	}
	return string(raw)
}

// told is an event sent to the browser, with the fields that these tests use.
type told struct {
	Hash     string
	Below    string
	Now      string
	Problems []struct {
		Path, Code, Message, Hint, Excerpt string
		Line, Column                       int
	}
}

// listen subscribes to the events for a page. The returned function returns the next one.
func (s *served) listen(page string) func() told {
	s.Helper()
	r, err := http.Get(s.url + "__crier/events?page=" + page)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { r.Body.Close() })
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	return func() told {
		s.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var news told
				if err := json.Unmarshal([]byte(data), &news); err != nil {
					s.Fatal(err)
				}
				return news
			}
		}
		s.Fatal("nothing more is told:", lines.Err())
		return told{}
	}
}

const down = "content/incidents/down/01-investigating.md"

func first(date, rest string) string {
	return "---\ntitle: API returning errors\nseverity: P0\nstatus: investigating\n" + date + "components: [api]\nimpact: All.\neta: unknown\n" + rest + "---\nThe first text.\n"
}

const configured = "title = \"Example\"\n[[components]]\nid = \"api\"\n"

// written creates a site with one incident and returns its folder.
func written(t testing.TB, date, rest string) string {
	t.Helper()
	s := &served{TB: t, dir: t.TempDir()}
	s.write("config.toml", configured)
	s.write(down, first(date, rest))
	return s.dir
}

const morning = "date: 2026-10-02T10:00:00Z\n"

func TestServeFollows(t *testing.T) {
	s := serving(t, written(t, morning, ""))
	next := s.listen("incidents/down/")
	opened := next()
	if len(opened.Problems) > 0 || opened.Now != "2026-10-02T10:30:00Z" {
		t.Errorf("%+v", opened)
	}
	if page := s.get("incidents/down/"); !strings.Contains(page, "The first text.") || !strings.Contains(page, opened.Hash) {
		t.Error(page)
	}
	s.write(down, strings.Replace(first(morning, ""), "first", "second", 1))
	if news := next(); news.Hash == opened.Hash || !strings.Contains(s.get("incidents/down/"), "The second text.") {
		t.Errorf("%+v", news)
	}
	s.wait(s.out, `down/01-investigating\.md: rebuilt in [0-9a-zµ.]+, the open page differs`)

	// A change that does not affect the open page is reported in the terminal only.
	s.write("content/pages/about.md", "---\ntitle: About\ndraft: true\n---\n")
	s.wait(s.out, `about\.md: rebuilt in [0-9a-zµ.]+, the open page is the same`)

	// Mistakes in content, in the configuration or in a template are reported.
	for name, broken := range map[string]struct{ text, whole, code, excerpt string }{
		down: {"---\ntitle: X\nseverity: P9\nstatus: investigating\n" + morning + "---\n", strings.Replace(first(morning, ""), "first", "third", 1),
			diag.UnknownSeverity.Code, ">    3 | severity: P9\n       |           ^"},
		"config.toml":                  {"title = \"Example\"\ntitel = 1\n", configured + "description = \"D\"\n", diag.UnknownKey.Code, ">    2 | titel = 1\n"},
		"themes/default/overview.html": {"{{define \"main\"}}\n{{.Nothing", "{{define \"main\"}}Another overview{{end}}", diag.BadTemplate.Code, ">    2 | {{.Nothing\n"},
	} {
		was := s.get("")
		s.write(name, broken.text)
		news := next()
		if len(news.Problems) == 0 || news.Below != "the last good build" {
			t.Fatalf("%s: %+v", name, news)
		}
		p := news.Problems[0]
		if p.Path != name || p.Line == 0 || p.Code != broken.code || p.Hint == "" || !strings.Contains(p.Excerpt, broken.excerpt) {
			t.Errorf("%s: %+v", name, p)
		}
		if s.get("") != was {
			t.Errorf("%s: the last good build is gone", name)
		}
		s.wait(s.err, "the last good build is shown")
		s.write(name, broken.whole)
		if news := next(); len(news.Problems) > 0 {
			t.Errorf("%s: %+v", name, news)
		}
	}
	s.wait(s.err, "all mistakes are fixed")

	// The configuration cannot be parsed at all.
	s.write("config.toml", "title = \n")
	if news := next(); len(news.Problems) != 1 || news.Problems[0].Path != "config.toml" {
		t.Errorf("%+v", news)
	}
	s.write("config.toml", strings.Replace(configured, "Example", "Renamed", 1))
	if next(); !strings.Contains(s.get("incidents/down/"), "Renamed") {
		t.Error("the configuration is not followed")
	}
	os.RemoveAll(filepath.Join(s.dir, "content/incidents/down"))
	if next(); strings.Contains(s.get("incidents/down/"), "The third text.") {
		t.Error("a folder that is gone is shown")
	}
}

// TestServeBeginsWithAMistake starts a preview before there is a good build.
func TestServeBeginsWithAMistake(t *testing.T) {
	dir := written(t, morning, "colour: red\n")
	s := serving(t, dir)
	next := s.listen("")
	if news := next(); len(news.Problems) != 1 || news.Below != "what can be understood" {
		t.Errorf("%+v", news)
	}
	s.write("config.toml", "title = \n")
	if news := next(); news.Below != "what can be understood" || !strings.Contains(s.get(""), "API returning errors") {
		t.Errorf("%+v", news)
	}

	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte("title = \n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s = serving(t, dir)
	next = s.listen("")
	if news := next(); len(news.Problems) != 1 || news.Hash != "" || !strings.Contains(s.get(""), "nothing to show yet") {
		t.Errorf("%+v", news)
	}
	s.write("config.toml", configured)
	if news := next(); len(news.Problems) != 0 || !strings.Contains(s.get(""), "<title>Example</title>") {
		t.Errorf("%+v", news)
	}
}

// TestServeFollowsTheClock checks that a held update becomes public without a change to any file.
func TestServeFollowsTheClock(t *testing.T) {
	s := serving(t, written(t, morning, "hold: 45m\n"))
	s.write(down, strings.Replace(first(morning, "hold: 45m\n"), "P0", "P2", 1))
	s.wait(s.out, "rebuilt")
	next := s.listen("incidents/down/")
	before := next()
	if strings.Contains(s.get("incidents/down/"), "The first text.") {
		t.Error("a held update is shown")
	}
	s.pass(15 * time.Minute)
	if news := next(); news.Hash == before.Hash || news.Now != "2026-10-02T10:45:00Z" || !strings.Contains(s.get("incidents/down/"), "The first text.") {
		t.Errorf("%+v", news)
	}
}

// TestServeAsksGitAgain checks that an update without a date gets the time at which it was first
// seen, and the time of its commit once it is committed.
func TestServeAsksGitAgain(t *testing.T) {
	dir := written(t, "", "")
	testenv.Init(t, dir)
	s := serving(t, dir)
	next := s.listen("incidents/down/")
	next()
	if !strings.Contains(s.get("incidents/down/"), "10:30 UTC") {
		t.Error("an update that is not committed is not of now")
	}
	s.pass(5 * time.Minute)
	s.write(down, first("", "")+"More.\n")
	if next(); !strings.Contains(s.get("incidents/down/"), "10:30 UTC") {
		t.Error("an edit changes the date")
	}
	testenv.Git(t, dir, "add", ".")
	testenv.GitAt(t, dir, time.Date(2026, 10, 2, 10, 20, 0, 0, time.UTC), "commit", "--quiet", "--message", "An incident")
	if next(); !strings.Contains(s.get("incidents/down/"), "10:20 UTC") {
		t.Error("the commit's date is not shown")
	}
}

// TestServeKnowsWhenAnUpdateWasPosted checks that the preview shows the same times as a build after
// edits of texts and dates, and after commits.
func TestServeKnowsWhenAnUpdateWasPosted(t *testing.T) {
	clock := func(hour, minute int) time.Time { return time.Date(2026, 10, 2, hour, minute, 0, 0, time.UTC) }
	const late, held, fresh = "content/incidents/late/01.md", "content/incidents/held/01.md", "content/incidents/fresh/01.md"
	s := &served{TB: t, dir: t.TempDir()}
	urgent := func(name string, date time.Time, text string) func() {
		return func() { s.write(name, postedUpdate("P1", "investigating", date, "", text)) }
	}
	commit := func(at time.Time) func() {
		return func() {
			testenv.Git(t, s.dir, "add", ".")
			testenv.GitAt(t, s.dir, at, "commit", "--quiet", "--message", "Updates")
		}
	}
	testenv.Init(t, s.dir)
	s.write("config.toml", configured)
	s.write(held, postedUpdate("P2", "investigating", clock(9, 0), "hold: 40m\n", "We look."))
	commit(clock(9, 5))()
	urgent(late, clock(9, 0), "We look.")()
	commit(clock(9, 50))()
	s = serving(t, s.dir)
	for _, step := range []struct {
		name   string
		change func()
		posted []string // newest first
	}{
		{"at first", nil, []string{"09:50", "09:40"}},
		{"a text is edited", urgent(late, clock(9, 0), "We look again."), []string{"09:50", "09:40"}},
		{"a hold is removed after it was over", urgent(held, clock(9, 0), "It is worse."), []string{"09:50", "09:40"}},
		{"dated after its commit", urgent(late, clock(10, 10), "We look."), []string{"10:10", "09:40"}},
		{"dated before again", urgent(late, clock(8, 0), "We look."), []string{"09:50", "09:40"}},
		{"an update is not committed", urgent(fresh, clock(10, 0), "Something new."), []string{"10:00", "09:50", "09:40"}},
		{"and then it is", commit(clock(10, 20)), []string{"10:20", "09:50", "09:40"}},
	} {
		rebuilt := strings.Count(s.out.String(), "rebuilt")
		if step.change != nil {
			step.change()
			s.wait(s.out, fmt.Sprintf("(?s)(rebuilt.*){%d}", rebuilt+1))
		}
		if status, _, stderr := run(t, s.dir, s.Now(), "build", "--no-cache"); status != exitFine {
			t.Fatal(stderr)
		}
		built := filesIn(t, filepath.Join(s.dir, "public"))
		for _, name := range []string{"feed.json", "incidents/late/index.md", "api/v2/incidents.json"} {
			if got := s.get(name); got != built[name] {
				t.Errorf("%s: %s is\n%s\nin the preview, and in a build\n%s", step.name, name, got, built[name])
			}
		}
		var posted []string
		for _, found := range regexp.MustCompile(`"date_published": "2026-10-02T(..:..):00Z"`).FindAllStringSubmatch(built["feed.json"], -1) {
			posted = append(posted, found[1])
		}
		if d := cmp.Diff(step.posted, posted); d != "" {
			t.Errorf("%s: %s", step.name, d)
		}
	}
}

func TestServeRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"--port", port}, exitFailed, "error: port " + port + " is taken by another program, perhaps another crier serve\nhint: choose another with --port, or a free one with --port 0\n"},
		{[]string{"--port", "70000"}, exitUsage, "error: --port 70000 is not a port\nhint: "},
		{[]string{"--host", "status.example.com"}, exitUsage, "error: --host \"status.example.com\" is not an IP address\nhint: write localhost, "},
		{[]string{"--host", "192.0.2.1", "--port", "0"}, exitFailed, "error: cannot listen at 192.0.2.1:0: "},
		{[]string{"--at", "yesterday"}, exitUsage, "error: --at \"yesterday\" is not a time\nhint: write it like "},
		{[]string{"--port", "0", "--site", "missing"}, exitFailed, "error: cannot open the site: "},
		{[]string{"--port", "0", "--site", "empty"}, exitFailed, "error: there is no config.toml in "},
	} {
		dir := written(t, morning, "")
		os.Mkdir(filepath.Join(dir, "empty"), 0o755)
		status, stdout, stderr := run(t, dir, autumn, append([]string{"serve"}, c.args...)...)
		if status != c.status || stdout != "" || !strings.HasPrefix(stderr, c.says) {
			t.Errorf("%v: %d\n%s%s", c.args, status, stdout, stderr)
		}
	}
}

func TestServeBeyondThisMachine(t *testing.T) {
	s := serving(t, written(t, morning, ""), "--host", "0.0.0.0")
	s.wait(s.err, `note: everyone who can reach 0\.0\.0\.0:\d+ sees this preview, including drafts and held updates`)
	if !strings.HasPrefix(s.url, "http://localhost:") {
		t.Error(s.url)
	}
	for host, want := range map[string]int{"192.0.2.7:1414": http.StatusOK, "localhost": http.StatusOK, "evil.example": http.StatusForbidden} {
		r, _ := http.NewRequest("GET", s.url, nil)
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %s", host, answer.Status)
		}
	}
}

// TestServeEndsWell checks that Ctrl-C ends a preview with success.
func TestServeEndsWell(t *testing.T) {
	s := &served{TB: t, out: &growing{more: make(chan struct{}, 1)}, err: &growing{more: make(chan struct{}, 1)}}
	ended := make(chan int, 1)
	dir := written(t, morning, "")
	go func() {
		ended <- Main(System{Args: []string{"serve", "--port", "0"}, Stdout: s.out, Stderr: s.err, Dir: dir, Now: func() time.Time { return autumn }, Sleep: sleep})
	}()
	s.wait(s.out, "stop with Ctrl-C")
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(os.Interrupt); err != nil {
		t.Skip(err)
	}
	if status := <-ended; status != exitFine || s.err.String() != "" {
		t.Errorf("%d %s", status, s.err)
	}
}

// TestServeOpensTheBrowser checks --open, with and without a browser.
func TestServeOpensTheBrowser(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems have no xdg-open")
	}
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	s := serving(t, written(t, morning, ""), "--open")
	s.wait(s.err, `note: cannot open a browser \(.+\): open http://localhost:\d+/`)
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte("#!/bin/sh\necho \"$1\" >> "+bin+"/asked\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	s = serving(t, written(t, morning, ""), "--open")
	for asked := []byte(nil); !strings.HasPrefix(string(asked), s.url); runtime.Gosched() {
		asked, _ = os.ReadFile(filepath.Join(bin, "asked"))
		if t.Context().Err() != nil {
			return
		}
	}
}

// TestTheExamplesOfServe runs the examples as they are written. If another program uses a port, the
// error must report that.
func TestTheExamplesOfServe(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no browser
	examples := strings.Split(newServe(&app.App{}).Example, "\n")
	for _, example := range examples {
		args := strings.Fields(example)[1:]
		s := &served{TB: t, dir: written(t, morning, ""), now: autumn, out: &growing{more: make(chan struct{}, 1)}, err: &growing{more: make(chan struct{}, 1)}}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		command := root(System{Stdout: s.out, Stderr: s.err, Dir: s.dir, Now: s.Now, Sleep: sleep})
		command.SetArgs(args)
		go func() { ended <- command.ExecuteContext(ctx) }()
		select {
		case err := <-ended:
			if err == nil || !strings.Contains(err.Error(), "is taken by another program") {
				t.Errorf("%s: %v", example, err)
			}
		case <-s.out.more:
			if !strings.Contains(s.out.String(), "http://localhost:") {
				t.Errorf("%s: %s", example, s.out)
			}
			stop()
			if err := <-ended; err != nil {
				t.Errorf("%s: %v", example, err)
			}
		}
		stop()
	}
	if len(examples) < 2 {
		t.Error("there are no examples")
	}
}
