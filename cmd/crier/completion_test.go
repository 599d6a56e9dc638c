package main

import (
	"os"
	"os/exec"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

// TestShellsTakeTheScripts loads the completion scripts into real shells and completes a command
// line.
func TestShellsTakeTheScripts(t *testing.T) {
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
			testenv.Need(t, shell)
			if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); shell == "bash" && err != nil {
				testenv.Missing(t, "bash-completion")
			}
			command := exec.Command(shell, "-c", c.script)
			home := t.TempDir()
			command.Dir = home
			command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TERM=xterm", "XDG_DATA_HOME=" + home, "XDG_CONFIG_HOME=" + home, "GOCOVERDIR=" + home}
			out, err := command.CombinedOutput()
			if err != nil || string(out) != c.want {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
