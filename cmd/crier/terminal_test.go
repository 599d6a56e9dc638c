package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"settler.io/crier/internal/testsite/testenv"
)

// screen is a terminal in tmux, with a shell in a folder.
type screen struct {
	*testing.T
	socket string
	dir    string
}

// newScreen opens a terminal in a site. Its editor inserts the value of the variable TEXT above the
// mark. Tests with terminals run in parallel, because they mostly wait.
func newScreen(t *testing.T) screen {
	t.Helper()
	testenv.Need(t, "tmux", "git", "bash")
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) { testenv.Write(t, dir, name, text) }
	write("site/config.toml", "title = \"Example Status\"\n[[components]]\nid = \"api\"\nname = \"API\"\n[[components]]\nid = \"webhooks\"\n[[components]]\nid = \"web\"\n")
	for _, id := range []string{"2026-10-02-api-down", "2026-10-04-webhooks-late"} {
		write("site/content/incidents/2026/"+id+"/01-investigating.md", "---\ntitle: Down\nseverity: P1\nstatus: investigating\ndate: 2026-10-04T10:00:00Z\nimpact: All fails.\neta: unknown\n---\nWe look into it.\n")
	}
	write("site/content/incidents/2026/2026-09-01-api-slow/01-resolved.md", "---\ntitle: Slow\nseverity: P1\nstatus: resolved\ndate: 2026-09-01T10:00:00Z\n---\nIt is well.\n")
	write("editor", "#!/bin/sh\ncp \"$1\" \"$0.saw\"\nprintf '%s\\n' \"$TEXT\" > \"$1\"\ncat \"$0.saw\" >> \"$1\"\n")
	if err := os.Chmod(filepath.Join(dir, "editor"), 0o755); err != nil {
		t.Fatal(err)
	}
	sockets, err := os.MkdirTemp("", "tmux") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	s := screen{t, filepath.Join(sockets, "s"), dir}
	c := s.tmux("new-session", "-d", "-x", "110", "-y", "40", "-c", filepath.Join(dir, "site"), "bash", "--norc", "--noprofile", "-i")
	c.Env = append(os.Environ(), "TMPDIR="+filepath.Join(dir, "tmp"), "GIT_EDITOR="+filepath.Join(dir, "editor"), "TEXT=We look.", "PS1=$ ", "TERM=xterm", "HOME="+dir, "HISTFILE=")
	if err := os.Mkdir(filepath.Join(dir, "tmp"), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("tmux: %v\n%s", err, out)
	}
	t.Cleanup(func() { s.tmux("kill-server").Run() })
	s.wait("$ ")
	return s
}

func (s screen) tmux(args ...string) *exec.Cmd {
	return exec.Command("tmux", append([]string{"-S", s.socket, "-f", "/dev/null"}, args...)...)
}

func (s screen) text(text string) {
	s.Helper()
	if out, err := s.tmux("send-keys", "-l", "--", text).CombinedOutput(); err != nil {
		s.Fatalf("tmux: %v\n%s", err, out)
	}
}

// keys presses keys such as Enter, Tab and C-c.
func (s screen) keys(names ...string) {
	s.Helper()
	if out, err := s.tmux(append([]string{"send-keys"}, names...)...).CombinedOutput(); err != nil {
		s.Fatalf("tmux: %v\n%s", err, out)
	}
}

func (s screen) shown() string {
	out, err := s.tmux("capture-pane", "-p").Output()
	if err != nil {
		s.Fatal(err)
	}
	return strings.TrimRight(string(out), "\n ")
}

// wait waits until the last line of the screen is as given, ignoring trailing white space.
func (s screen) wait(line string) {
	s.Helper()
	s.until(fmt.Sprintf("the line %q", line), func(shown string) bool {
		last := shown[strings.LastIndexByte(shown, '\n')+1:]
		return strings.TrimRight(last, " ") == strings.TrimRight(line, " ")
	})
}

// see waits until the screen shows a text.
func (s screen) see(text string) {
	s.Helper()
	s.until(fmt.Sprintf("the text %q", text), func(shown string) bool { return strings.Contains(shown, text) })
}

func (s screen) until(what string, good func(shown string) bool) {
	s.Helper()
	pace := time.NewTicker(25 * time.Millisecond) // each look at the screen starts a process
	defer pace.Stop()
	testenv.Await(s, func() string { return fmt.Sprintf("%s is missing; the screen shows\n%s", what, s.shown()) }, func() bool {
		if good(s.shown()) {
			return true
		}
		<-pace.C
		return false
	})
}

// files lists all files below the site and the temporary folder.
func (s screen) files() []string {
	s.Helper()
	var names []string
	for _, below := range []string{"site", "tmp"} {
		err := filepath.WalkDir(filepath.Join(s.dir, below), func(name string, entry os.DirEntry, err error) error {
			names = append(names, name)
			return err
		})
		if err != nil {
			s.Fatal(err)
		}
	}
	return names
}

func (s screen) read(name string) string {
	s.Helper()
	raw, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.Fatal(err)
	}
	return string(raw)
}

// one returns the only file in the site that matches a pattern.
func (s screen) one(pattern string) string {
	s.Helper()
	found, err := filepath.Glob(filepath.Join(s.dir, pattern))
	if err != nil || len(found) != 1 {
		s.Fatalf("%s: %v %v", pattern, found, err)
	}
	name, _ := filepath.Rel(s.dir, found[0])
	return name
}

// TestTheQuestionsOfNew checks that new asks one short question about each missing value, with
// completion, and then opens the editor.
func TestTheQuestionsOfNew(t *testing.T) {
	s := newScreen(t)
	s.text("crier new; echo status $?")
	s.keys("Enter")
	s.wait("What is wrong, in brief:")
	s.text("API returning errors")
	s.keys("Enter")
	s.wait("Severity:")
	s.keys("Tab") // P, which all of them start with
	s.wait("Severity: P")
	s.keys("Tab") // lists all of them
	s.see("P3  low")
	s.text("9")
	s.keys("Enter") // asks again after an invalid answer
	s.see(`unknown severity "P9"; valid values: P0, P1, P2, P3`)
	s.wait("Severity:")
	s.text("P0")
	s.keys("Enter")
	s.wait("Components:")
	s.text("ap")
	s.keys("Tab")
	s.wait("Components: api")
	s.text(", webh")
	s.keys("Tab")
	s.wait("Components: api, webhooks")
	s.keys("Enter")
	s.wait("Impact (what is affected):")
	s.text("All API requests fail.")
	s.keys("Enter")
	s.wait("ETA (+45m, 11:00 or words) [unknown]:")
	s.keys("Enter")
	s.see("To publish: git add ")
	s.wait("$ ")
	s.see("status 0")
	text := s.read(s.one("site/content/incidents/2026/*-api-returning-errors/01-investigating.md"))
	head, rest, _ := strings.Cut(text, "date: ")
	_, rest, _ = strings.Cut(rest, "\n")
	want := "---\ntitle: API returning errors\nseverity: P0\nstatus: investigating\ncomponents: [api, webhooks]\nimpact: All API requests fail.\neta: unknown\n---\nWe look.\n"
	if d := cmp.Diff(want, head+rest); d != "" {
		t.Error(d)
	}
	saw := s.read("editor.saw")
	for _, line := range []string{"# ------------------------ >8 ------------------------", "# An empty text cancels, and nothing is written.", "# [Investigating] API returning errors", "# Impact: All API requests fail.", "# Components: api (Major outage), webhooks (Major outage)"} {
		if !strings.Contains(saw, line+"\n") {
			t.Errorf("the editor does not show %q in\n%s", line, saw)
		}
	}
}

// TestTheQuestionsOfMaintenance checks the questions about the start and the end or duration.
func TestTheQuestionsOfMaintenance(t *testing.T) {
	s := newScreen(t)
	s.text("crier maintenance Upgrade; echo status $?")
	s.keys("Enter")
	s.wait("Start (+24h or 2030-11-30 22:00):")
	s.text("soon")
	s.keys("Enter")
	s.see(`--start "soon" is not a time; write it like +45m, 11:00 or 2026-10-02T11:00:00Z`)
	s.wait("Start (+24h or 2030-11-30 22:00):")
	s.text("2031-11-30 22:00")
	s.keys("Enter")
	s.wait("Duration (90m) or end [1h]:")
	s.text("23:30")
	s.keys("Enter")
	s.wait("Components:")
	s.keys("Enter")
	s.wait("Impact (what is affected):")
	s.keys("Enter")
	s.see("From 2031-11-30 22:00 UTC to 23:30 UTC.")
	s.see("status 0")
	if text := s.read("site/content/maintenance/2031/2031-11-30-upgrade/01-scheduled.md"); !strings.HasSuffix(text, "starts: 2031-11-30T22:00:00Z\nends: 2031-11-30T23:30:00Z\n---\nWe look.\n") {
		t.Error(text)
	}
}

// TestAnOpenIncidentIsCompleted checks completion of open incidents, both in the question and in
// bash.
func TestAnOpenIncidentIsCompleted(t *testing.T) {
	s := newScreen(t)
	s.text("crier update; echo status $?")
	s.keys("Enter")
	s.wait("Incident:")
	s.keys("Tab")
	s.wait("Incident: 2026-10-0")
	s.keys("Tab")
	s.see("2026-10-04-webhooks-late  P1, Investigating: Down")
	s.keys("BSpace", "BSpace", "BSpace", "BSpace", "BSpace", "BSpace", "BSpace", "BSpace", "BSpace")
	s.text("down") // a part of its ID that is in no other open one's
	s.keys("Tab")
	s.wait("Incident: 2026-10-02-api-down")
	s.keys("Enter")
	s.wait("Status of 2026-10-02-api-down:")
	s.text("ident")
	s.keys("Tab")
	s.wait("Status of 2026-10-02-api-down: identified")
	s.keys("Enter")
	s.see("status 0")
	if text := s.read("site/content/incidents/2026/2026-10-02-api-down/02-identified.md"); !strings.HasSuffix(text, "---\nWe look.\n") {
		t.Error(text)
	}
	if saw := s.read("editor.saw"); !strings.Contains(saw, "#   We look into it.\n#   Impact: All fails.\n") {
		t.Error(saw)
	}
}

func TestCompletionInBash(t *testing.T) {
	s := newScreen(t)
	if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); err != nil {
		testenv.Missing(t, "bash-completion")
	}
	s.text("source /usr/share/bash-completion/bash_completion; source <(crier completion bash); clear")
	s.keys("Enter")
	s.wait("$ ")
	s.text("crier update 2026-10-02")
	s.keys("Tab")
	s.wait("$ crier update 2026-10-02-api-down")
	s.text("mon")
	s.keys("Tab")
	s.wait("$ crier update 2026-10-02-api-down monitoring")
	s.text("-c webh")
	s.keys("Tab")
	s.wait("$ crier update 2026-10-02-api-down monitoring -c webhooks")
}

// TestCtrlCLeavesNothingBehind presses Ctrl-C at each question. No file, folder or broken terminal
// may remain.
func TestCtrlCLeavesNothingBehind(t *testing.T) {
	s := newScreen(t)
	before := s.files()
	interrupted := func() {
		t.Helper()
		s.keys("C-c")
		s.see("error: interrupted\nhint: nothing was written")
		s.see("status 130")
		s.wait("$ ")
		if d := cmp.Diff(before, s.files()); d != "" {
			t.Error(d)
		}
		s.text("clear; stty -a | grep -o ' echo '; clear")
		s.keys("Enter")
		s.until("an empty screen", func(shown string) bool { return shown == "$" })
	}
	for _, answers := range [][]string{{}, {"Mail lost"}, {"Mail lost", "P0"}, {"Mail lost", "P0", "api"}, {"Mail lost", "P0", "api", "All of it."}} {
		s.text("crier new --push; echo status $?")
		s.keys("Enter")
		questions := []string{"What is wrong, in brief:", "Severity:", "Components:", "Impact (what is affected):", "ETA (+45m, 11:00 or words) [unknown]:"}
		for n, answer := range answers {
			s.wait(questions[n])
			s.text(answer)
			s.keys("Enter")
		}
		s.wait(questions[len(answers)])
		interrupted()
	}
	s.text("crier update; echo status $?")
	s.keys("Enter")
	s.wait("Incident:")
	interrupted()
	s.text("crier maintenance; echo status $?")
	s.keys("Enter")
	s.wait("What is planned, in brief:")
	interrupted()
}

// clone makes the site a clone of a bare repository, whose page is at a URL.
func (s screen) clone(url string) {
	s.Helper()
	site := filepath.Join(s.dir, "site")
	shell(s.T, s.dir, "git init -q --bare -b main remote.git")
	shell(s.T, site, "git init -q -b main && git remote add origin ../remote.git && sed -i '1a base_url = \""+url+"\"' config.toml && git add . && git commit -q -m first && git push -q -u origin main 2>&1")
}

// TestPublishNow answers the question whether to publish an update, and watches the push and the
// page.
func TestPublishNow(t *testing.T) {
	s := newScreen(t)
	var shown atomic.Bool
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if shown.Load() {
			w.Write([]byte(`<article id="04-monitoring">`))
		}
	}))
	defer page.Close()
	s.clone(page.URL + "/")
	update := "clear; crier update 2026-10-02 %s -m 'We know.'; echo status $?"
	s.text(fmt.Sprintf(update, "identified"))
	s.keys("Enter")
	s.wait("Publish now? [Y/n]")
	s.text("what")
	s.keys("Enter")
	s.see("answer yes or no")
	s.text("n")
	s.keys("Enter")
	s.see("NOT PUBLIC YET: not pushed. To publish: git add ")
	s.see("status 0")

	s.text(fmt.Sprintf(update, "identified"))
	s.keys("Enter")
	s.wait("Publish now? [Y/n]")
	s.keys("C-c") // the file is there
	s.see("error: interrupted")
	s.see("hint: the file stays, and is NOT PUBLIC YET. To publish: git add ")
	s.see("status 130")
	shell(t, filepath.Join(s.dir, "site"), "rm content/incidents/2026/2026-10-02-api-down/03-identified.md")

	s.text(fmt.Sprintf(update, "identified"))
	s.keys("Enter")
	s.wait("Publish now? [Y/n]")
	s.keys("Enter")
	s.see("Not committed yet, and part of this: content/incidents/2026/2026-10-02-api-down/02-identified.md")
	s.see("Pushed to origin/main.")
	s.see("status 0")

	s.text(fmt.Sprintf(update, "monitoring --wait"))
	s.keys("Enter")
	s.see("Pushed to origin/main.")
	s.see("NOT PUBLIC YET: to appear at " + page.URL + "/incidents/2026-10-02-api-down/")
	s.until("the progress", func(screen string) bool {
		last := screen[strings.LastIndexByte(screen, '\n')+1:]
		return regexp.MustCompile(`^pushed \d\d:\d\d:\d\d, not live after [1-9]s$`).MatchString(last)
	})
	shown.Store(true)
	s.see("status 0")
	if out := s.shown(); !regexp.MustCompile(`\nPublic: pushed \d\d:\d\d:\d\d, live \d\d:\d\d:\d\d UTC\.\nstatus 0\n`).MatchString(out) || strings.Contains(out, "not live") {
		t.Error(out)
	}
}

// TestTheProgressOfPublish watches crier publish wait for the page. The line of progress
// disappears.
func TestTheProgressOfPublish(t *testing.T) {
	s := newScreen(t)
	var shown atomic.Bool
	served := http.FileServer(http.Dir(filepath.Join(s.dir, "served")))
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if shown.Load() {
			served.ServeHTTP(w, r)
		}
	}))
	defer page.Close()
	s.clone(page.URL + "/")
	s.text("clear; crier publish --to dir:../served; echo status $?")
	s.keys("Enter")
	s.until("the progress", func(screen string) bool {
		last := screen[strings.LastIndexByte(screen, '\n')+1:]
		return regexp.MustCompile(`^published \d\d:\d\d:\d\d, not live after [1-9]s$`).MatchString(last)
	})
	shown.Store(true)
	s.see("Live at " + page.URL + "/ after ")
	s.see("status 0")
	if out := s.shown(); strings.Contains(out, "not live") || strings.Contains(out, "publishing to") || strings.Contains(out, "building") {
		t.Error(out)
	}
}

// TestUpdateInstead opens an incident like one that is open, and updates that one instead.
func TestUpdateInstead(t *testing.T) {
	s := newScreen(t)
	second := "site/content/incidents/2026/2026-10-04-webhooks-late/"
	if err := os.Rename(filepath.Join(s.dir, second), filepath.Join(s.dir, "aside")); err != nil {
		t.Fatal(err)
	}
	s.text(`crier new 'Down' -s P0 -c api -i 'All of it.' -m 'It is down.'; echo status $?`)
	s.keys("Enter")
	s.see("note: 2026-10-02-api-down is already open (P1, Investigating: Down)")
	s.wait("Update 2026-10-02-api-down instead? [y/N]")
	s.text("y")
	s.keys("Enter")
	s.see("status 0")
	text := s.read(s.one("site/content/incidents/2026/2026-10-02-api-down/02-*.md"))
	head, rest, _ := strings.Cut(text, "date: ")
	_, rest, _ = strings.Cut(rest, "\n")
	if d := cmp.Diff("---\nseverity: P0\nstatus: investigating\ncomponents: [api]\nimpact: All of it.\n---\nIt is down.\n", head+rest); d != "" {
		t.Error(d)
	}

	// With several, the choice is numbered. The new one is less severe and adds a component.
	if err := os.Rename(filepath.Join(s.dir, "aside"), filepath.Join(s.dir, second)); err != nil {
		t.Fatal(err)
	}
	s.text(`clear; crier new 'Down' -s P2 -c web,api -m 'The site too.'; echo status $?`)
	s.keys("Enter")
	s.see("1  2026-10-04-webhooks-late  P1, Investigating: Down")
	s.see("2  2026-10-02-api-down       P0, Investigating: Down")
	s.see("3  new                       open another incident")
	s.wait("Update one of them instead [new]:")
	s.text("2")
	s.keys("Enter")
	s.see("status 0")
	text = s.read(s.one("site/content/incidents/2026/2026-10-02-api-down/03-*.md"))
	if !strings.Contains(text, "\ncomponents: [api, web]\n") || strings.Contains(text, "severity") {
		t.Error(text)
	}

	// Enter opens another.
	s.text(`clear; crier new 'Down' -s P2 -m 'Again.'; echo status $?`)
	s.keys("Enter")
	s.wait("Update one of them instead [new]:")
	s.keys("Enter")
	s.see("status 0")
	s.one("site/content/incidents/2026/????-??-??-down/01-investigating.md")
}

// TestWhatOthersOpened asks whether to open another incident if this clone lacks one of others and
// cannot be moved on.
func TestWhatOthersOpened(t *testing.T) {
	s := newScreen(t)
	s.clone("https://status.example.com/")
	shell(t, s.dir, "git clone -q remote.git other && cd other && mkdir -p content/incidents/2026/2026-10-05-mail-lost && printf -- '---\\ntitle: Mail lost\\nseverity: P0\\nstatus: investigating\\ndate: 2026-10-05T10:00:00Z\\n---\\nWe look.\\n' > content/incidents/2026/2026-10-05-mail-lost/01-investigating.md && git add . && git commit -q -m mail && git push -q 2>&1")
	shell(t, filepath.Join(s.dir, "site"), "echo '# mine' >> config.toml")
	s.text("crier new 'Mail lost'; echo status $?")
	s.keys("Enter")
	s.see("note: this clone lacks 1 commit of others on origin/main, which open 2026-10-05-mail-lost")
	s.see("  hint: git pull --rebase --autostash")
	s.wait("Open another incident all the same? [y/N]")
	s.keys("Enter")
	s.see("hint: git pull --rebase --autostash && crier update 2026-10-05-mail-lost")
	s.see("status 1")
	shell(t, filepath.Join(s.dir, "site"), "git pull -q --rebase --autostash")
	s.one("site/content/incidents/2026/*-mail-lost") // the only one is the colleague's
}

// TestTheEditor checks that an empty text cancels, that a placeholder leads to a question, and that
// Ctrl-C in the editor only affects the editor.
func TestTheEditor(t *testing.T) {
	s := newScreen(t)
	before := s.files()
	s.text("TEXT= crier update 2026-10-02 identified; echo status $?")
	s.keys("Enter")
	s.see("error: the text is empty, so nothing was written")
	s.see(`hint: write something above the line, or set the text with -m "..."`)
	s.see("status 1")
	s.text("clear; TEXT='It is [issue description].' crier update 2026-10-02 identified; echo status $?")
	s.keys("Enter")
	s.see("[issue description] was not filled in: edit again? [Y/n]")
	s.text("no")
	s.keys("Enter")
	s.see("error: [issue description] was not filled in, so nothing was written")
	s.text("clear; GIT_EDITOR=false crier update 2026-10-02 identified; echo status $?")
	s.keys("Enter")
	s.see(`error: the editor "false" failed, so nothing was written`)
	s.see("hint: name your editor in EDITOR or git config core.editor, or set the text with -m")
	if d := cmp.Diff(before, s.files()); d != "" {
		t.Error(d)
	}
	patient := "#!/bin/sh\ntrap 'echo not me' INT\necho editing\nuntil read line; do :; done\necho Saved. > \"$1\"\n"
	if err := os.WriteFile(filepath.Join(s.dir, "patient"), []byte(patient), 0o755); err != nil {
		t.Fatal(err)
	}
	s.text("clear; GIT_EDITOR=../patient crier update 2026-10-02 identified; echo status $?")
	s.keys("Enter")
	s.wait("editing")
	s.keys("C-c")
	s.see("not me")
	s.keys("Enter")
	s.see("status 0")
	if text := s.read("site/content/incidents/2026/2026-10-02-api-down/02-identified.md"); !strings.HasSuffix(text, "---\nSaved.\n") {
		t.Error(text)
	}
}

// TestAmendingInTheEditor checks that amend opens the whole file, and opens it again if it has
// mistakes.
func TestAmendingInTheEditor(t *testing.T) {
	s := newScreen(t)
	name := "site/content/incidents/2026/2026-10-02-api-down/01-investigating.md"
	before := s.read(name)
	s.text(`GIT_EDITOR='sed -i s/unknown/2026-10-02/' crier amend 2026-10-02; echo status $?`)
	s.keys("Enter")
	s.see("01-investigating.md:7:6: mistake: ")
	s.see("The update has mistakes: edit again? [Y/n]")
	s.text("no")
	s.keys("Enter")
	s.see("error: the corrected update has mistakes, so nothing was written")
	s.see("status 3")
	if d := cmp.Diff(before, s.read(name)); d != "" {
		t.Error(d)
	}
	s.text(`clear; GIT_EDITOR='sed -i s/unknown/tonight/' crier amend 2026-10-02; echo status $?`)
	s.keys("Enter")
	s.see("status 0")
	if now := s.read(name); !strings.HasPrefix(now, strings.Replace(strings.TrimSuffix(before, "---\nWe look into it.\n"), "unknown", "tonight", 1)+"amended: 20") {
		t.Error(now)
	}
}
