package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completeWords completes a flag by the words that it knows.
func completeWords(command *cobra.Command, flag string, known ...string) {
	complete(command, flag, cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder))
}

// completeNothingElse keeps shells from offering files, which they do wherever no completion is known: for flags whose usage
// names a `file` they do, for those of a `folder` they offer folders, for others nothing.
func completeNothingElse(root *cobra.Command) {
	for _, command := range family(root) {
		if command.ValidArgsFunction == nil {
			command.ValidArgsFunction = cobra.NoFileCompletions
		}
		each := func(flag *pflag.Flag) {
			if _, known := command.GetFlagCompletionFunc(flag.Name); known || flag.Value.Type() == "bool" {
				return
			}
			switch name, _ := pflag.UnquoteUsage(flag); name {
			case "file":
			case "folder":
				complete(command, flag.Name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
					return nil, cobra.ShellCompDirectiveFilterDirs
				})
			default:
				complete(command, flag.Name, cobra.NoFileCompletions)
			}
		}
		command.LocalNonPersistentFlags().VisitAll(each)
		command.PersistentFlags().VisitAll(each)
	}
}

// completeFolder completes a command's single argument, a folder.
func completeFolder(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeIncidentFlag offers the ids of incidents, open ones first, without maintenance.
func (a *app) completeIncidentFlag(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	c := a.glance(word)
	var choices []choice
	for _, s := range subjects(c, a.Now()) {
		if !s.planned {
			choices = append(choices, choice{s.id, s.describe()})
		}
	}
	return completed(beginning(word, choices))
}
