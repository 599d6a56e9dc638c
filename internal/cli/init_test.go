package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// converse runs a command for somebody at a terminal who types the lines.
func converse(t *testing.T, dir, typed string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = Main(System{Args: args, Stdin: strings.NewReader(typed), Stdout: &out, Stderr: &err, Dir: dir, Now: func() time.Time { return autumn }, Interactive: true})
	return status, out.String(), err.String()
}

func TestInitAsksForWhatNoFlagSays(t *testing.T) {
	for _, c := range []struct {
		name, typed, asked string
		args, wanted       []string
	}{
		{"everything", "Acme Status\nhttps://status.example.com/acme/\nAPI, Web site,jp=日本\n",
			"What is the page called? [Example Status] Where will it live? [https://status.example.com/] What can fail? Names, with commas between them: [API] ",
			[]string{"init", "status"}, []string{`title = "Acme Status"`, `base_url = "https://status.example.com/acme/"`, "id = \"web-site\"\nname = \"Web site\"", `id = "jp"`}},
		{"nothing but Enter", "\n\n \n",
			"What is the page called? [Example Status] Where will it live? [https://status.example.com/] What can fail? Names, with commas between them: [API] ",
			[]string{"init", "status"}, []string{`title = "Example Status"`, `id = "api"`}},
		{"the rest", "https://status.example.com/x/\n", "Where will it live? [https://status.example.com/] ",
			[]string{"init", "status", "--title", "Acme", "--component", "Imports, exports"}, []string{`title = "Acme"`, `name = "Imports, exports"`}},
		{"once more", "status.example.com\nhttps://status.example.com/\n,\nAPI\n",
			"Where will it live? [https://status.example.com/] \"status.example.com\" is no absolute http or https address: write \"https://status.example.com/\"\n" +
				"Where will it live? [https://status.example.com/] What can fail? Names, with commas between them: [API] a page needs a component: write its name, such as API\n" +
				"What can fail? Names, with commas between them: [API] ",
			[]string{"init", "status", "--title", "Acme"}, []string{`id = "api"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			status, _, stderr := converse(t, dir, c.typed, c.args...)
			if status != exitFine || stderr != c.asked {
				t.Errorf("%d\n got %q\nwant %q", status, stderr, c.asked)
			}
			raw, err := os.ReadFile(filepath.Join(dir, "status", "config.toml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.wanted {
				if !strings.Contains(string(raw), want) {
					t.Errorf("config.toml lacks %s:\n%s", want, raw)
				}
			}
		})
	}
}

func TestInitWithoutAnAnswerWritesNothing(t *testing.T) {
	dir := t.TempDir()
	status, _, stderr := converse(t, dir, "Acme Status\n", "init", "status")
	if status != exitFailed || !strings.HasSuffix(stderr, "\nerror: there was no answer, so nothing was written\nhint: answer, or say it by flags: see crier init --help\n") {
		t.Error(status, stderr)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Error(entries, err)
	}
}
