package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completeWords completes a flag with a fixed list of words.
func completeWords(command *cobra.Command, flag string, known ...string) {
	complete(command, flag, cobra.FixedCompletions(known, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveKeepOrder))
}

// completeNothingElse sets a completion for everything that has none, because shells would offer
// files there. Flags whose usage names a `file` offer files, those whose usage names a `folder`
// offer folders, and everything else offers nothing.
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

// completeFolder completes the only argument of a command, which is a folder.
func completeFolder(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeIncidentFlag completes the ids of incidents, open ones first, but not of maintenance.
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
