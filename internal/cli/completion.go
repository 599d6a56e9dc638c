package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// completionCommand adds cobra's completion command with our own examples.
func completionCommand(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		if command.Name() != "completion" {
			continue
		}
		command.Short = "Write a completion script for a shell"
		command.Long = "Write the script that lets a shell complete commands, flags, components, incidents and statuses: docs/cli.md says where\neach shell looks for it."
		command.Example = "  crier completion bash > crier.bash"
		command.Args = func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(command, args[0])
			}
			return nil
		}
		command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
		for _, shell := range command.Commands() {
			shell.Short = "Write the completion script for " + shell.Name()
			shell.Args = noArguments
			shell.Long = fmt.Sprintf("Write the completion script for %s to standard output.", shell.Name())
			shell.Example = fmt.Sprintf("  crier completion %s > %s", shell.Name(), scriptName(shell.Name()))
		}
	}
}

// scriptName returns the file name under which a shell looks for its completion script.
func scriptName(shell string) string {
	switch shell {
	case "zsh":
		return "_crier"
	case "powershell":
		return "crier.ps1"
	}
	return "crier." + shell
}
