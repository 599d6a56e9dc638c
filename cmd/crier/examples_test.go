package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"settler.io/crier/internal/testsite/testenv"
)

// elsewhere lists the commands whose examples run in an empty folder, next to the site of
// testdata/examples.txtar.
var elsewhere = map[string]bool{"import cstate": true, "import upptime": true, "init": true}

// otherwise lists the commands whose examples are run by other tests.
var otherwise = map[string]string{
	"import statuspage": "asks Statuspage: TestImportStatuspage of internal/cli",
	"serve":             "runs until it is interrupted: testdata/script/serve.txtar",
	"issue":             "handles an event of GitHub: TestFromAFormToThePage of internal/cli",
	"notify":            "asks the site's own URL: TestNotifyInAJobOfItsOwn of internal/cli",
	"notify test":       "sends to a chat: TestNotifyInAJobOfItsOwn of internal/cli",
	"publish":           "asks GitHub and the site's own address: TestTheExamplesOfPublish",
}

// TestExamples runs every line of the examples in each command's --help with the shell, each in a
// fresh site that is a clone of a bare repository. All of them must succeed. Without CRIER_LONG, it
// runs the first line of each command.
func TestExamples(t *testing.T) {
	needShell(t)
	whole, lines := prepared(t), 0
	for command, examples := range examplesOfHelp(t, "") {
		if len(examples) == 0 {
			t.Errorf("crier %s has no example", command)
			continue
		}
		if otherwise[command] != "" {
			continue
		}
		for _, line := range testenv.Some(1, examples) {
			lines++
			t.Run(strings.ReplaceAll(line, "/", "-"), func(t *testing.T) {
				t.Parallel()
				root := t.TempDir()
				if err := os.CopyFS(root, os.DirFS(whole)); err != nil {
					t.Fatal(err)
				}
				for name, source := range map[string]string{"old-status": "cstate/testdata/jenkins", "upptime": "upptime/testdata/site"} {
					folder, err := filepath.Abs("../../internal/source/importer/" + source)
					if err == nil {
						err = os.Symlink(folder, filepath.Join(root, name))
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				folder := "site"
				if elsewhere[command] {
					folder = "empty"
				}
				shell(t, filepath.Join(root, folder), line)
			})
		}
	}
	if lines < 10 {
		t.Errorf("only %d examples were found", lines)
	}
}

func needShell(t *testing.T) {
	t.Helper()
	testenv.Need(t, "git", "sh")
}

var commandLine = regexp.MustCompile(`(?m)^  ([a-z-]+) `)

// examplesOfHelp returns the examples in the --help of a command and its subcommands, by command.
func examplesOfHelp(t *testing.T, command string) map[string][]string {
	t.Helper()
	help := shell(t, t.TempDir(), strings.TrimSpace("crier "+command)+" --help")
	all := map[string][]string{}
	_, below, group := strings.Cut(help, "\nAvailable Commands:\n")
	if below, _, _ = strings.Cut(below, "\n\n"); group {
		for _, m := range commandLine.FindAllStringSubmatch(below, -1) {
			if m[1] == "help" { // cobra's own
				continue
			}
			for name, lines := range examplesOfHelp(t, strings.TrimSpace(command+" "+m[1])) {
				all[name] = lines
			}
		}
		return all
	}
	_, examples, _ := strings.Cut(help, "\nExamples:\n")
	examples, _, _ = strings.Cut(examples, "\n\n")
	all[command] = nil
	for line := range strings.Lines(strings.ReplaceAll(examples, "\\\n", "")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all[command] = append(all[command], line)
		}
	}
	return all
}

// prepared returns a new folder with the site and the files next to it.
func prepared(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/examples.txtar")
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	shell(t, root, "git init -q --bare remote.git && git clone -q remote.git site 2>&1")
	site := filepath.Join(root, "site")
	for _, f := range archive.Files {
		testenv.Write(t, site, f.Name, string(f.Data))
	}
	shell(t, site, "git add . && git commit -q -m first && git push -q 2>&1")
	shell(t, root, "mkdir empty && git -C site remote set-url origin ../remote.git")
	return root
}

// shell runs a line with the shell in a folder, and returns its output. The home folder is empty,
// so that the settings of this machine have no effect.
func shell(t *testing.T, dir, line string) string {
	t.Helper()
	c := exec.Command("sh", "-c", line)
	c.Dir = dir
	c.Env = append(os.Environ(), "HOME="+t.TempDir())
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", line, err, stdout.String(), stderr.String())
	}
	return stdout.String()
}
