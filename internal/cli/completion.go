package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
)

// addCompletion adds cobra's completion command with our own help.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		if command.Name() != "completion" {
			continue
		}
		app.Group(command)
		command.Short = "Write a completion script for a shell"
		command.Long = "Write the script with which a shell completes commands, flags, components, incidents and statuses: docs/cli.md says where\neach shell looks for it."
		command.Example = "  crier completion bash > crier.bash"
		for _, shell := range command.Commands() {
			name := shell.Name()
			script := map[string]string{"bash": "crier.bash", "fish": "crier.fish", "zsh": "_crier", "powershell": "crier.ps1"}[name]
			shell.Short = "Write the completion script for " + name
			shell.Args = app.NoArguments
			shell.Long = fmt.Sprintf("Write the completion script for %s to standard output.", name)
			shell.Example = fmt.Sprintf("  crier completion %s > %s", name, script)
		}
	}
}
