package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// atTerminal runs a command with the given input typed at a terminal, and returns the lines shown.
func atTerminal(t *testing.T, dir, typed string, args ...string) (status int, shown []string) {
	t.Helper()
	var out, err bytes.Buffer
	status = Main(System{
		Args: args, Stdin: strings.NewReader(strings.ReplaceAll(typed, "\n", "\r")), Stdout: &out, Stderr: &err, Dir: dir,
		Now:      func() time.Time { return autumn },
		Terminal: Terminal{Interactive: true, Raw: func() (int, func(), error) { return 200, func() {}, nil }},
	})
	plain := regexp.MustCompile(`\x1b\[[0-9]*[A-Z]`).ReplaceAllString(err.String(), "")
	for line := range strings.Lines(strings.ReplaceAll(plain, "\r", "")) {
		shown = append(shown, strings.TrimRight(line, " \n"))
	}
	return status, shown
}

func TestInitAsksForWhatNoFlagSays(t *testing.T) {
	for _, c := range []struct {
		name, typed          string
		args, shown, written []string
	}{
		{"everything", "Acme Status\nhttps://status.example.com/acme/\nAPI, Web site,jp=日本\n", []string{"init", "status"},
			[]string{"Title [Example Status]: Acme Status", "URL of the page [https://status.example.com/]: https://status.example.com/acme/", "What can fail, separated by commas [API]: API, Web site,jp=日本"},
			[]string{`title = "Acme Status"`, `base_url = "https://status.example.com/acme/"`, "id = \"web-site\"\nname = \"Web site\"", `id = "jp"`}},
		{"nothing but Enter", "\n\n \n", []string{"init", "status"},
			[]string{"Title [Example Status]:", "URL of the page [https://status.example.com/]:", "What can fail, separated by commas [API]:"},
			[]string{`title = "Example Status"`, `id = "api"`}},
		{"the rest", "https://status.example.com/x/\n", []string{"init", "status", "--title", "Acme", "--component", "Imports, exports"},
			[]string{"URL of the page [https://status.example.com/]: https://status.example.com/x/"},
			[]string{`title = "Acme"`, `name = "Imports, exports"`}},
		{"once more", "ftp://status.example.com\nhttps://status.example.com/\n,\nAPI\n", []string{"init", "status", "--title", "Acme"},
			[]string{
				"URL of the page [https://status.example.com/]: ftp://status.example.com",
				`"ftp://status.example.com" is not an absolute http or https URL; write it like "https://status.example.com/"`,
				"URL of the page [https://status.example.com/]: https://status.example.com/",
				"What can fail, separated by commas [API]: ,",
				"a page needs a component; write its name, such as API",
				"What can fail, separated by commas [API]: API",
			},
			[]string{`id = "api"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			status, shown := atTerminal(t, dir, c.typed, c.args...)
			if status != exitFine {
				t.Error(status)
			}
			if d := cmp.Diff(c.shown, shown); d != "" {
				t.Error(d)
			}
			raw, err := os.ReadFile(filepath.Join(dir, "status", "config.toml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.written {
				if !strings.Contains(string(raw), want) {
					t.Errorf("config.toml lacks %s:\n%s", want, raw)
				}
			}
		})
	}
}

// TestInitLeftAloneWritesNothing checks that Ctrl-C, Ctrl-D and the end of the input write nothing,
// at any question.
func TestInitLeftAloneWritesNothing(t *testing.T) {
	for _, typed := range []string{"\x03", "\x04", "Acme Status\n\x03", "Acme Status\n\n\x04", ""} {
		dir := t.TempDir()
		status, shown := atTerminal(t, dir, typed, "init", "status")
		if status != exitInterrupted || !slices.Equal(shown[len(shown)-2:], []string{"error: interrupted", "hint: nothing was written"}) {
			t.Error(status, shown)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Error(entries, err)
		}
	}
}
