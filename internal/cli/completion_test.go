package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestNothingOffersFiles checks that only flags that take a file complete file names, and that
// --format always completes its values. Shells offer files from the working directory for any
// argument or flag without a completion.
func TestNothingOffersFiles(t *testing.T) {
	asked := func(command *cobra.Command, words ...string) {
		t.Helper()
		args := append([]string{"__complete"}, strings.Fields(command.CommandPath())[1:]...)
		_, stdout, _ := run(t, t.TempDir(), autumn, append(args, words...)...)
		if strings.HasSuffix(stdout, ":0\n") || !strings.Contains(stdout, ":") {
			t.Errorf("crier %s: files are offered\n%s", strings.Join(append(args, words...), " "), stdout)
		}
		if words[0] == "--format" && !strings.Contains(stdout, "json\n") {
			t.Errorf("crier %s: no words are offered\n%s", strings.Join(append(args, words...), " "), stdout)
		}
	}
	for _, command := range family(root(System{})) {
		if command.Name() == "help" {
			continue
		}
		asked(command, "")
		command.Flags().VisitAll(func(flag *pflag.Flag) {
			if flag.Value.Type() != "bool" && !takesFile(flag) {
				asked(command, "--"+flag.Name, "")
			}
		})
	}
}

// takesFile reports whether a flag takes a file.
func takesFile(flag *pflag.Flag) bool {
	name, _ := pflag.UnquoteUsage(flag)
	return name == "file"
}

// TestShellsTakeTheScripts loads the completion scripts into real shells and completes a command
// line.
func TestShellsTakeTheScripts(t *testing.T) {
	program := compiled(t)
	for shell, c := range map[string]struct{ script, want string }{
		// The completion functions are called in the way the shells call them when Tab is pressed.
		"bash": {`
			source /usr/share/bash-completion/bash_completion
			source <(crier completion bash)
			COMP_LINE='crier build --format '; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(crier build --format ''); COMP_CWORD=3; COMP_TYPE=9; COMP_KEY=9
			compopt() { :; }
			__start_crier crier '' --format
			printf '%s\n' "${COMPREPLY[@]}"`, "text\njson\ngithub\n"},
		"zsh": {`
			autoload -U compinit; compinit -D
			source <(crier completion zsh)
			[[ ${_comps[crier]} = _crier ]] || exit 1
			_describe() { print -rl -- "${completions[@]}" }
			words=(crier build --format ''); CURRENT=4
			_crier`, "text\njson\ngithub\n"},
		"fish": {`
			crier completion fish | source
			complete --do-complete 'crier build --format '`, "text\njson\ngithub\n"},
	} {
		t.Run(shell, func(t *testing.T) {
			if _, err := exec.LookPath(shell); err != nil {
				need(t, shell)
			}
			if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); shell == "bash" && err != nil {
				need(t, "bash-completion")
			}
			command := exec.Command(shell, "-c", c.script)
			home := t.TempDir()
			command.Dir = home
			command.Env = []string{"PATH=" + filepath.Dir(program) + ":" + os.Getenv("PATH"), "HOME=" + home, "TERM=xterm", "XDG_DATA_HOME=" + home, "XDG_CONFIG_HOME=" + home}
			out, err := command.CombinedOutput()
			if err != nil || string(out) != c.want {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// need skips the test if a program is not installed. In CI, where every program must be installed,
// it fails the test.
func need(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("CRIER_CI") != "" {
		t.Fatalf("%s is needed, and not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

// compiled builds crier and returns the path of the program.
func compiled(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "crier")
	if out, err := exec.Command("go", "build", "-o", program, "settler.io/crier/cmd/crier").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// TestTheShellsOfTheDocs checks that docs/cli.md explains how to install the completion script of
// every supported shell.
func TestTheShellsOfTheDocs(t *testing.T) {
	text := document(t, "docs/cli.md")
	for _, command := range family(root(System{})) {
		if command.HasParent() && command.Parent().Name() == "completion" {
			if !regexp.MustCompile("(?m)^\\| (?i:" + command.Name() + ") \\| `crier completion " + command.Name()).MatchString(text) {
				t.Errorf("docs/cli.md says not how to install completion for %s", command.Name())
			}
		}
	}
}
