//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/testsite/testenv"
)

// calls are the arguments with which TestCircumstances runs each command. "-" means that it is not
// run.
var calls = map[string]string{
	"ack":                   "api-down --push",
	"amend":                 "api-down 1 --impact Everything. --push",
	"build":                 "",
	"check":                 "",
	"completion bash":       "",
	"completion fish":       "",
	"completion powershell": "",
	"completion zsh":        "",
	"docs man":              "ROOT/man",
	"docs schema":           "incident",
	"due":                   "",
	"help":                  "",
	"import cstate":         "ROOT/cstate --site ROOT/imported",
	"import statuspage":     "ROOT/export",
	"import upptime":        "ROOT/upptime",
	"init":                  "ROOT/new",
	"issue":                 "",
	"list":                  "",
	"maintenance":           "Work --start +24h --duration 90m -m x --push",
	"mark":                  "api-down escalated=lead --push",
	"new":                   "Jobs -s P1 -c jobs -i Late. --eta unknown -m x --push",
	"notify":                "",
	"notify test":           "chat",
	"pending":               "",
	"postmortem":            "slow --push",
	"publish":               "--to dir:ROOT/served --no-wait",
	"report":                "",
	"resolve":               "api-down -m x --push",
	"retract":               "api-down --push",
	"serve":                 "-", // it runs until it is interrupted
	"show":                  "slow",
	"update":                "api-down identified -i All. --eta unknown -m x --push",
	"version":               "",
}

// apart are commands that do not use the site or git: they are run only where all is well. The same
// holds for completion.
var apart = []string{"docs schema", "help", "import statuspage", "import upptime", "issue", "notify test", "version"}

// few are run in every circumstance even if there is no time for all: one that reads and publishes,
// and one that writes and pushes.
var few = []string{"new", "publish"}

// circumstance is what is unusual where the commands are run.
type circumstance struct {
	name   string
	within string                      // the site's folder, below that of the repository
	change func(t *testing.T, p place) // makes the circumstance
	fix    func(t *testing.T, p place) // ends it, so that the commands of the hints work
	hint   func(hint string) string    // fills in what the user has to
}

func toRemote(hint string) string { return strings.Replace(hint, " URL ", " ../remote.git ", 1) }

var circumstances = []circumstance{
	{name: "all is well"},
	{name: "spaces and unicode in paths", within: "Störung & more/the site's"},
	{name: "site in a subfolder", within: "sites/status"},
	{name: "no site", change: func(t *testing.T, p place) { p.remove(t, "repository/config.toml") }},
	{name: "no git", change: func(t *testing.T, _ place) { t.Setenv("PATH", t.TempDir()) }},
	{name: "no repository", change: func(t *testing.T, p place) { p.remove(t, "repository/.git") },
		fix: func(t *testing.T, p place) {
			p.remove(t, "remote.git")
			testenv.InitBare(t, p.root+"/remote.git")
		},
		hint: func(hint string) string {
			return strings.Replace(toRemote(hint), " && ", " && git config user.name NAME && git config user.email ADDRESS && ", 1)
		}},
	{name: "no identity", change: func(t *testing.T, p place) {
		p.config(t, `(?s)\[user\].*?(\[|$)`, "[user]\n\tuseConfigOnly = true\n$1")
	}},
	{name: "no remote", change: func(t *testing.T, p place) { p.config(t, `(?s)\[remote.*`, "") },
		hint: toRemote},
	{name: "no upstream branch", change: func(t *testing.T, p place) { p.config(t, `(?s)\[branch.*`, "") }},
	{name: "no branch", change: func(t *testing.T, p place) { p.git(t, "checkout", "--quiet", "--detach") },
		hint: func(hint string) string { return strings.Replace(hint, "BRANCH", "main", 1) }},
	{name: "offline", change: func(t *testing.T, p place) { p.move(t, "remote.git", "away.git") },
		fix: func(t *testing.T, p place) { p.move(t, "away.git", "remote.git") }},
	{name: "rejected push", change: func(t *testing.T, p place) {
		testenv.Write(t, p.root, "remote.git/hooks/pre-receive", "#!/bin/sh\necho 'main is protected' >&2\nexit 1\n")
		if err := os.Chmod(p.root+"/remote.git/hooks/pre-receive", 0o755); err != nil {
			t.Fatal(err)
		}
	}, fix: func(t *testing.T, p place) { p.remove(t, "remote.git/hooks") }},
}

// readOnly is the last circumstance. It does not exist for root.
var readOnly = circumstance{name: "read-only folder", change: func(t *testing.T, p place) { p.permit(t, 0o555) }, fix: func(t *testing.T, p place) { p.permit(t, 0o755) }}

// place is a folder with a clone, its remote, and what commands read beside them.
type place struct{ root, site string }

func (p place) remove(t *testing.T, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(p.root, name)); err != nil {
		t.Fatal(err)
	}
}

func (p place) move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(p.root, from), filepath.Join(p.root, to)); err != nil {
		t.Fatal(err)
	}
}

// config changes the configuration of the clone.
func (p place) config(t *testing.T, pattern, by string) {
	t.Helper()
	name := filepath.Join(p.root, "repository/.git/config")
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, regexp.MustCompile(pattern).ReplaceAll(raw, []byte(by)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (p place) git(t *testing.T, args ...string) string {
	t.Helper()
	return testenv.Git(t, p.root+"/repository", args...)
}

// permit sets the mode of all folders.
func (p place) permit(t *testing.T, mode fs.FileMode) {
	t.Helper()
	err := filepath.WalkDir(p.root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		return os.Chmod(name, mode)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// crier runs the command line in the folder of the site. The network does not work, and waiting
// only advances the clock.
func (p place) crier(args ...string) (status int, stdout, stderr string) {
	now := autumn
	var out, log bytes.Buffer
	status = Main(System{Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Dir: p.site, Now: func() time.Time { return now },
		Sleep:     func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
		Transport: unplugged{}})
	return status, out.String(), log.String()
}

type unplugged struct{}

func (unplugged) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("the network does not work")
}

// copied returns a copy of the place.
func (p place) copied(t *testing.T) place {
	t.Helper()
	root := testenv.MemoryDir(t)
	if err := os.CopyFS(root, os.DirFS(p.root)); err != nil {
		t.Fatal(err)
	}
	return place{root, strings.Replace(p.site, p.root, root, 1)}
}

// newPlace makes the place that every call gets a copy of.
func newPlace(t *testing.T, within string) place {
	t.Helper()
	root := testenv.MemoryDir(t)
	p := place{root, filepath.Join(root, "repository", within)}
	const update = "---\ntitle: %s\nseverity: P0\nstatus: %s\ndate: 2026-10-01T%s:00Z\ncomponents: [api]\nimpact: All.\neta: unknown\n---\nWe look into it.\n"
	for name, text := range map[string]string{
		"config.toml": "title = \"Example\"\nbase_url = \"https://status.example.com/\"\n[[components]]\nid = \"api\"\n[[components]]\nid = \"jobs\"\n" +
			"[[notify]]\nname = \"chat\"\nform = \"slack\"\nto = \"CRIER_SLACK_URL\"\n",
		".gitignore": "public/\n.crier/\n",
		"content/incidents/2026/2026-10-01-api-down/01-investigating.md": fmt.Sprintf(update, "API down", "investigating", "11:50"),
		"content/incidents/2026/2026-09-30-slow/01-resolved.md":          fmt.Sprintf(update, "Slow", "resolved", "09:50"),
	} {
		testenv.Write(t, p.site, name, text)
	}
	testenv.Write(t, root, "cstate/config.yml", "title: Status\nbaseURL: https://status.example.com/\n")
	testenv.Write(t, root, "cstate/content/issues/2020-01-02-down.md", "---\ntitle: Down\ndate: 2020-01-02 10:00:00\nresolved: true\nresolvedWhen: 2020-01-02 11:00:00\nseverity: down\naffected: []\nsection: issue\n---\nIt was down.\n")
	testenv.Init(t, root+"/repository")
	p.config(t, `\z`, "[user]\n\tname = Operator\n\temail = operator@example.com\n")
	testenv.Commit(t, p.root+"/repository", "First")
	pushed(t, root+"/repository", root+"/remote.git", "../remote.git")
	return p
}

// commands returns the commands of the program by path, such as "import cstate".
func commands() map[string]*cobra.Command {
	all := map[string]*cobra.Command{}
	var walk func(command *cobra.Command)
	walk = func(command *cobra.Command) {
		if command.Runnable() && command.HasParent() && !command.HasSubCommands() || command.Name() == "notify" {
			all[strings.TrimPrefix(command.CommandPath(), "crier ")] = command
		}
		for _, sub := range command.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(app.New(System{Dir: "."})))
	return all
}

const reportVariable = "CRIER_TEST_READ_ONLY"

// TestCircumstances runs every command in every circumstance. Each must end with a status that
// --help lists; an error has a hint, and no file is half written. The git commands of the hints
// work once the circumstance has ended. testdata/circumstances.txt has the errors and hints.
func TestCircumstances(t *testing.T) {
	testenv.SkipRace(t)
	testenv.Need(t, "git", "sh")
	settings := filepath.Join(t.TempDir(), "gitconfig") // without an identity
	if err := os.WriteFile(settings, []byte("[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", settings)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	if name := os.Getenv(reportVariable); name != "" {
		if err := os.WriteFile(name, []byte(readOnly.run(t, newPlace(t, ""))), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for path := range commands() {
		if _, ok := calls[path]; !ok {
			t.Errorf("calls lacks crier %s", path)
		}
	}
	var all strings.Builder
	places := map[string]place{}
	for _, c := range circumstances {
		if _, ok := places[c.within]; !ok {
			places[c.within] = newPlace(t, c.within)
		}
		t.Run(c.name, func(t *testing.T) { all.WriteString(c.run(t, places[c.within])) })
	}
	t.Run(readOnly.name, func(t *testing.T) { all.WriteString(runReadOnly(t, places[""])) })
	if testenv.Long() { // otherwise only a few commands were run
		golden(t, "testdata/circumstances.txt", all.String())
	}
}

// runReadOnly runs the commands in a read-only folder as a user who is not root.
func runReadOnly(t *testing.T, whole place) string {
	if os.Getuid() != 0 {
		return readOnly.run(t, whole)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir := testenv.MemoryDir(t)
	if err := errors.Join(os.Chmod(dir, 0o777), os.WriteFile(dir+"/test", program, 0o755)); err != nil {
		t.Fatal(err)
	}
	const nobody = 65534
	c := exec.Command(dir+"/test", "-test.run=^TestCircumstances$")
	c.Dir = dir
	c.Env = append(os.Environ(), reportVariable+"="+dir+"/report", "TMPDIR=/tmp", "HOME="+dir)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	report, err := os.ReadFile(dir + "/report")
	if err != nil {
		t.Fatal(err)
	}
	return string(report)
}

// golden compares a text with a file, or writes the file with -update.
func golden(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		testenv.Write(t, ".", name, text)
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), text); d != "" {
		t.Errorf("run with -update:\n%s", d)
	}
}

// run runs every command in a circumstance, each in a copy of a place, and returns the errors and
// hints.
func (c circumstance) run(t *testing.T, whole place) string {
	first := c.name == circumstances[0].name
	paths := slices.DeleteFunc(slices.Sorted(maps.Keys(calls)), func(path string) bool {
		aside := strings.HasPrefix(path, "completion ") || slices.Contains(apart, path)
		return calls[path] == "-" || !first && (aside || !testenv.Long() && !slices.Contains(few, path))
	})
	places, reports := make([]place, len(paths)), make([]string, len(paths))
	for n := range paths {
		places[n] = whole.copied(t)
		if c.change != nil {
			c.change(t, places[n])
		}
	}
	parallel.For(len(paths), 0, func(n int) { reports[n] = c.call(t, places[n], paths[n]) })
	text := "== " + c.name + " ==\n"
	for n, report := range reports {
		if at := slices.Index(reports, report); at < n {
			continue
		}
		var same []string
		for other := range reports {
			if reports[other] == report {
				same = append(same, paths[other])
			}
		}
		text += "\n" + strings.Join(same, ", ") + "\n" + report
	}
	return text + "\n"
}

var (
	errorAndHint = regexp.MustCompile(`(?m)^error: .*\nhint: (.*)\n\z`)
	hashes       = regexp.MustCompile(`\b[0-9a-f]{7,40}\b`)
	files        = regexp.MustCompile(`\bcontent/\S+\.md\b`)
	messages     = regexp.MustCompile(`-m '[^']*'`)
	aCommand     = regexp.MustCompile(`\b(git|crier|chmod|df) [a-z-]|GITHUB_|CRIER_SLACK_URL|install git`)
)

// call runs a command, checks what comes of it, and returns the error with its hint, or "".
func (c circumstance) call(t *testing.T, p place, path string) string {
	args := append(strings.Fields(path), strings.Fields(strings.ReplaceAll(calls[path], "ROOT", p.root))...)
	status, stdout, stderr := p.crier(args...)
	fail := func(format string, values ...any) {
		t.Helper()
		t.Errorf("%s: crier %s: %s\nstatus %d\n%s%s", c.name, strings.Join(args, " "), fmt.Sprintf(format, values...), status, stdout, stderr)
	}
	for name := range filesIn(t, filepath.Join(p.site, "content")) {
		if strings.HasPrefix(filepath.Base(name), ".") || filepath.Ext(name) != ".md" {
			fail("it left %s", name)
		}
	}
	if _, err := os.Stat(filepath.Join(p.site, "config.toml")); err == nil {
		a := app.New(System{Dir: p.site, Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Now: time.Now})
		if site, err := a.Load(t.Context(), autumn); err != nil || diag.Count(site.Findings, diag.Mistake) > 0 {
			fail("it left mistakes: %v %v", err, site.Findings)
		}
	}
	found := errorAndHint.FindStringSubmatch(stderr)
	switch {
	case !slices.Contains([]int{exitFine, exitFailed, exitUsage, exitMistakes, exitMissed}, status):
		fail("no such status")
	case status == exitFine && strings.Contains(stderr, "error: "):
		fail("an error, but it succeeds")
	case status == exitFine:
		return "  succeeds\n"
	case found == nil && status != exitMistakes && status != exitMissed: // their findings have hints
		fail("no error with a hint at the end")
	case found != nil && !aCommand.MatchString(found[1]):
		fail("the hint names no command")
	}
	if found == nil {
		return "  fails with findings\n"
	}
	if commands := regexp.MustCompile(`git .*`).FindString(found[1]); strings.Contains(commands, "git push") && strings.Contains(stdout, "content/") {
		if c.fix != nil {
			c.fix(t, p)
		}
		if c.hint != nil {
			commands = c.hint(commands)
		}
		shell := exec.Command("sh", "-c", commands)
		shell.Dir = p.site
		if out, err := shell.CombinedOutput(); err != nil {
			fail("the hint does not work: %v\n%s", err, out)
		}
		if unpushed := p.git(t, "log", "--format=%s", "HEAD", "--not", "--remotes"); unpushed != "" {
			fail("the hint did not push %s", unpushed)
		}
	}
	text := strings.ReplaceAll(found[0], p.root, "ROOT")
	text = messages.ReplaceAllString(files.ReplaceAllString(hashes.ReplaceAllString(text, "HASH"), "FILE"), "-m MESSAGE")
	return fmt.Sprintf("  status %d\n  %s\n", status, strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  "))
}

// TestWrongFlags gives every flag of every command a value that makes no sense, and every command a
// flag that it does not have. Each error has a hint. testdata/flags.txt has them, and lists the
// flags that take any text.
func TestWrongFlags(t *testing.T) {
	testenv.SkipRace(t)
	p := newPlace(t, "")
	var errors strings.Builder
	var free []string
	all := commands()
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if status, _, stderr := p.crier(append(strings.Fields(path), "--no-such-flag")...); status != exitUsage || !strings.HasSuffix(stderr, "\nhint: see crier "+path+" --help\n") {
			t.Errorf("crier %s --no-such-flag: %d %s", path, status, stderr)
		}
		if calls[path] == "-" {
			continue
		}
		args := append(strings.Fields(path), strings.Fields(strings.ReplaceAll(calls[path], "ROOT", p.root))...)
		if args[len(args)-1] == "--push" {
			args = args[:len(args)-1]
		}
		if all[path].Flags().Lookup("dry-run") != nil && path != "notify" {
			args = append(args, "--dry-run")
		}
		all[path].LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if flag.Name == "help" || flag.Name == "out" || flag.Value.Type() == "bool" {
				return
			}
			name := "crier " + path + " --" + flag.Name
			status, _, stderr := p.crier(append(args, "--"+flag.Name+"=?!")...)
			found := errorAndHint.FindString(stderr)
			switch {
			case status == exitFine && found == "":
				free = append(free, name)
			case found == "":
				t.Errorf("%s=?!: %d without error and hint\n%s", name, status, stderr)
			default:
				fmt.Fprintf(&errors, "%s (%d)\n  %s\n\n", name, status, strings.ReplaceAll(strings.TrimSpace(strings.ReplaceAll(found, p.root, "ROOT")), "\n", "\n  "))
			}
		})
	}
	golden(t, "testdata/flags.txt", errors.String()+"Any text:\n"+strings.Join(free, "\n")+"\n")
}
