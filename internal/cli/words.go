package cli

import "github.com/spf13/cobra"

// words completes a flag by the words that it knows.
func words(command *cobra.Command, flag string, known ...string) {
	complete(command, flag, cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder))
}

// noFiles keeps shells from offering files for flags that take none.
func noFiles(command *cobra.Command, flags ...string) {
	for _, flag := range flags {
		complete(command, flag, cobra.NoFileCompletions)
	}
}

// folders completes a flag by folders.
func folders(command *cobra.Command, flag string) {
	complete(command, flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	})
}

func complete(command *cobra.Command, flag string, by cobra.CompletionFunc) {
	if err := command.RegisterFlagCompletionFunc(flag, by); err != nil {
		panic(err) // a flag that the command does not have
	}
}

// oneFolder completes a command's single argument, a folder.
func oneFolder(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}
