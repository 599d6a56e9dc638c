//go:build unix

package cli

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

// runOrOpen runs a command. If it blocks on the pipe for half a minute, runOrOpen unblocks it and
// fails the test.
func runOrOpen(t *testing.T, pipe, dir string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	ended, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-ended:
			return
		case <-time.After(30 * time.Second):
		}
		t.Errorf("%q waits for the pipe %s", args, pipe)
		if f, err := os.OpenFile(pipe, os.O_RDWR, 0); err == nil { // unblocks readers and writers
			<-ended
			f.Close()
		}
	}()
	status, stdout, stderr = run(t, dir, autumn, args...)
	close(ended)
	<-watched
	return status, stdout, stderr
}

// TestPipesInPlaceOfFiles puts a pipe in place of each file that Crier reads or writes in a site,
// and checks that no command blocks on it.
func TestPipesInPlaceOfFiles(t *testing.T) {
	const unreadable = "a pipe, not a regular file"
	for _, c := range []struct {
		place  string
		args   string
		status int
		said   string // "" if the file is optional
	}{
		{"config.toml", "build", 1, "cannot read config.toml: open config.toml: " + unreadable},
		{"config.toml", "check", 1, unreadable},
		{"config.toml", "due", 1, unreadable},
		{"config.toml", "init --force --title Status --url https://status.example.com/ --component API .", 1, unreadable},
		{"config.toml", "__complete show 2", 0, ""},
		{"themes/default/base.html", "build", exitMistakes, "themes/default/base.html:1:1: mistake: "},
		{"themes/default/base.html", "check", exitMistakes, unreadable},
		{"themes/default/head.html", "build", exitMistakes, unreadable},
		{"themes/default/icon.svg", "build", exitMistakes, unreadable},
		{"themes/default/assets/style.css", "build", exitMistakes, unreadable},
		{"themes/default/assets/extra.css", "build", exitMistakes, unreadable},
		{"themes/default/languages/en.toml", "build", exitMistakes, unreadable},
		{"themes/default/not-of-any-use", "build", 0, ""},
		{"content/templates/x.md", "check", exitMistakes, "a pipe, a socket or a device"},
		{"public/.crier/manifest/files", "build", 1, unreadable},
		{"public/.crier/journal", "build", 1, unreadable},
		{"public/.crier/lock", "build", 1, unreadable},
		{"public/.crier/source", "publish --to dir:public", 1, unreadable},
		{"public/.crier/record/index.json", "publish --to dir:public", 1, unreadable},
		{"public/.crier/record/index.json", "check --record dir:public", 1, unreadable},
		{"public/index.html", "publish --from public --to dir:other", 1, "index.html is not a regular file"},
		{".crier/cache/program", "build", 0, ""},
		{".crier/cache/program.new", "build", 0, ""},
		{"text", "new Title -s P2 -F text", 1, "hint: name a file with -F, or - for standard input"},
		{"token", "due --issue example/status --token-file token", 1, unreadable},
		{".githooks/pre-commit", "init --force --title Status --url https://status.example.com/ --component API .", 1, unreadable},
		{"from/config.yml", "import cstate from", 1, unreadable},
		{"from/content/issues/x.md", "import cstate from", 1, unreadable},
	} {
		t.Run(c.place+" "+c.args, func(t *testing.T) {
			t.Parallel()
			dir := generated(t, 2)
			if err := os.MkdirAll(filepath.Join(dir, "from", "content", "issues"), 0o755); err != nil {
				t.Fatal(err)
			}
			testenv.Write(t, dir, "from/config.yml", "title: Status\nbaseURL: https://status.example.com/\n")
			if strings.HasPrefix(c.place, "public/") || strings.HasPrefix(c.place, ".crier/") {
				if status, _, stderr := run(t, dir, autumn, "build"); status != 0 {
					t.Fatal(stderr)
				}
			}
			pipe := filepath.Join(dir, filepath.FromSlash(c.place))
			if err := os.MkdirAll(filepath.Dir(pipe), 0o755); err != nil {
				t.Fatal(err)
			}
			os.Remove(pipe)
			if err := syscall.Mkfifo(pipe, 0o644); err != nil {
				t.Skip("no named pipes here:", err)
			}
			// Otherwise the stamp says that the site is up to date.
			if strings.HasPrefix(c.place, "public/") || path.Ext(c.place) == ".new" {
				os.RemoveAll(filepath.Join(dir, ".crier", "cache", "stamps"))
			}
			status, stdout, stderr := runOrOpen(t, pipe, dir, strings.Fields(c.args)...)
			if status != c.status || !strings.Contains(stdout+stderr, c.said) {
				t.Errorf("status %d, want %d and %q: %s%s", status, c.status, c.said, stdout, stderr)
			}
		})
	}
}

// TestThemesThatCannotBeUsed checks that a theme that links out of the site or holds a file that is
// too large is a mistake, and that the built-in theme is used instead.
func TestThemesThatCannotBeUsed(t *testing.T) {
	outside := t.TempDir()
	if err := os.MkdirAll(filepath.Join(outside, "default", "assets"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ link, to, said string }{
		{"themes", outside, "themes/default:1:1: mistake: cannot use the theme: path escapes from parent [unreadable-file]"},
		{"themes/default", outside, "themes/default:1:1: mistake: cannot use the theme: path escapes from parent [unreadable-file]"},
		{"themes/default", "nowhere", "themes/default:1:1: mistake: cannot use the theme: themes/default is a broken link [unreadable-file]"},
		{"themes/default", "../config.toml", "themes/default:1:1: mistake: cannot use the theme: not a folder [unreadable-file]"},
		{"themes/default/assets", outside, "themes/default/assets:1:1: mistake: "},
		{"themes/default/assets/fonts", outside, "themes/default/assets/fonts:1:1: mistake: "},
		{"themes/default/languages", outside, "themes/default/languages/en.toml:1:1: mistake: path escapes from parent [unreadable-file]"},
		{"themes/default/base.html", filepath.Join(outside, "base.html"), "themes/default/base.html:1:1: mistake: "},
	} {
		t.Run(c.link+" to "+c.to, func(t *testing.T) {
			t.Parallel()
			dir := generated(t, 2)
			if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(path.Dir(c.link))), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(c.to, filepath.Join(dir, filepath.FromSlash(c.link))); err != nil {
				t.Fatal(err)
			}
			status, _, stderr := run(t, dir, autumn, "build", "--keep-going")
			if status != exitMistakes || !strings.Contains(stderr, c.said) || strings.Count(stderr, ": mistake: ") != 1 {
				t.Errorf("status %d, want %q: %s", status, c.said, stderr)
			}
			if _, err := os.Stat(filepath.Join(dir, "public", "index.html")); err != nil {
				t.Error(err)
			}
		})
	}
	dir := generated(t, 2)
	testenv.Write(t, dir, "themes/default/assets/large.png", "")
	large := filepath.Join(dir, "themes/default/assets/large.png")
	if err := os.Truncate(large, 10<<20); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := run(t, dir, autumn, "build"); status != 0 {
		t.Errorf("10 MiB: %d %s", status, stderr)
	}
	if err := os.Truncate(large, 10<<20+1); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := run(t, dir, autumn, "build"); status != exitMistakes || !strings.Contains(stderr, "large.png:1:1: mistake: ") || !strings.Contains(stderr, "larger than 10485760 bytes") {
		t.Errorf("more than 10 MiB: %d %s", status, stderr)
	}
}

// TestNamesOfFilesAreShownHarmlessly checks that file names are printed without control characters,
// line breaks, invalid UTF-8 or characters that change the writing direction.
func TestNamesOfFilesAreShownHarmlessly(t *testing.T) {
	testenv.SkipRace(t)
	dir := generated(t, 1)
	for name, shown := range map[string]string{
		"a\x1b[2Jb.txt":      `content/a\x1b[2Jb.txt`,
		"c\nerror: x.txt":    `content/c\nerror: x.txt`,
		"d\x7f\u009b1m.txt":  `content/d\x7f\u009b1m.txt`,
		"e\u202etxt.exe":     `content/e\u202etxt.exe`,
		"f\xff.txt":          `content/f\xff.txt`,
		"g\x07::error::.txt": `content/g\a::error::.txt`,
	} {
		file := filepath.Join(dir, "content", name)
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Skip("such a name is not possible here:", err)
		}
		for _, args := range [][]string{{"check"}, {"check", "--format", "github"}, {"check", "--format", "json"}, {"build"}, {"build", "--format", "github", "--dry-run"}} {
			_, stdout, stderr := run(t, dir, autumn, args...)
			said := stdout + stderr
			if args[len(args)-1] == "json" { // JSON has its own escapes
				said = strings.NewReplacer("\x7f", "", "\u009b", "", "\u202e", "").Replace(said)
			}
			if strings.ContainsAny(said, "\x1b\x07\x7f\u009b\u202e") || strings.Contains(said, "\xff") || strings.Contains(said, "\nerror: x") {
				t.Errorf("%q shows %q", args, said)
			}
			if !strings.Contains(strings.Join(args, " "), "--format") && !strings.Contains(said, shown) {
				t.Errorf("%q does not show %s: %q", args, shown, said)
			}
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
}
