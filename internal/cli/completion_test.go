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

// TestNothingOffersFiles: a shell offers files of the working directory for whatever no completion is known. No argument and
// no flag of ours is left to that, but for flags about a file; --format always has its words.
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

// takesFile reports whether files are what a flag is about.
func takesFile(flag *pflag.Flag) bool {
	name, _ := pflag.UnquoteUsage(flag)
	return name == "file"
}

// TestShellsTakeTheScripts has real shells read the scripts that are written for them and complete a command line.
func TestShellsTakeTheScripts(t *testing.T) {
	program := compiled(t)
	for shell, c := range map[string]struct{ script, want string }{
		// Completion functions are called as the shells call them when Tab is pressed.
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

// need skips a test for want of a program, or fails where everything is to be there.
func need(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("CRIER_CI") != "" {
		t.Fatalf("%s is needed, and not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

// compiled builds the program.
func compiled(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "crier")
	if out, err := exec.Command("go", "build", "-o", program, "settler.io/crier/cmd/crier").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// TestTheShellsOfTheDocs: docs/cli.md says how to install the script of every shell that there is one for.
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
