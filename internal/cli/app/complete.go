package app

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/config"
)

type Completion = func(command *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective)

func complete(command *cobra.Command, flag string, with Completion) {
	if err := command.RegisterFlagCompletionFunc(flag, with); err != nil {
		panic(err) // the flag does not exist or already has a completion
	}
}

// CompleteFlag completes the values of a flag with the choices that begin with the word typed so
// far.
func CompleteFlag(command *cobra.Command, flag string, choices func(word string) []Choice) {
	complete(command, flag, func(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return Completed(word, choices(word))
	})
}

// Completed converts the choices that begin with word for cobra. It keeps their order and does not
// offer file names.
func Completed(word string, choices []Choice) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, c := range choices {
		if strings.HasPrefix(c.Text, word) {
			out = append(out, cobra.CompletionWithDesc(c.Text, c.Note))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// CompleteID completes the id of an incident or maintenance as the only argument of a command, open
// ones first. If open is set, it offers only open ones.
func (a *App) CompleteID(open bool) Completion {
	return func(_ *cobra.Command, args []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return Completed("", nil)
		}
		return Completed(word, a.CaseChoices(word, func(c incident.Case) bool { return c.Open() || !open }))
	}
}

// CaseChoices lists the cases to complete a word with, open ones first.
func (a *App) CaseChoices(word string, keep func(incident.Case) bool) []Choice {
	return caseChoices(slices.DeleteFunc(clone.RecentCases(a.Folder(), word, a.Now()), func(c incident.Case) bool { return !keep(c) }))
}

func SeverityChoices(string) []Choice {
	return report.Each(incident.Severities[:], func(s incident.Severity) Choice { return Choice{s.String(), s.Word()} })
}

func StatusChoices(statuses []incident.Status) []Choice {
	return report.Each(statuses, func(s incident.Status) Choice { return Choice{s.String(), ""} })
}

func ComponentChoices(c *config.Config) []Choice {
	return report.Each(c.Components, func(c config.Component) Choice { return Choice{c.ID, c.Name} })
}

// ComponentFlag defines --component. It completes the last component of a comma-separated list, or
// its condition after "=".
func (a *App) ComponentFlag(command *cobra.Command, components *[]string, usage string) {
	command.Flags().StringArrayVarP(components, "component", "c", nil, usage)
	complete(command, "component", func(_ *cobra.Command, _ []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		comma := strings.LastIndexByte(word, ',') + 1
		before, last := word[:comma], word[comma:]
		if id, _, stated := strings.Cut(last, "="); stated {
			return Completed("", report.Each(incident.Conditions[:], func(c incident.Condition) Choice {
				return Choice{before + id + "=" + c.String(), c.Word()}
			}))
		}
		list, directive := Completed("", report.Each(ComponentChoices(clone.Config(a.Folder())), func(c Choice) Choice { return Choice{before + c.Text, c.Note} }))
		return list, directive | cobra.ShellCompDirectiveNoSpace
	})
}

func SeverityFlag(command *cobra.Command, severity *string, usage string) {
	command.Flags().StringVarP(severity, "severity", "s", "", usage)
	CompleteFlag(command, "severity", SeverityChoices)
}

// CompleteFolder completes the only argument of a command, which is a folder.
func CompleteFolder(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// Commands returns a command and all its descendants that are listed in the help.
func Commands(command *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{command}
	for _, child := range command.Commands() {
		if child.IsAvailableCommand() {
			all = append(all, Commands(child)...)
		}
	}
	return all
}

// CompleteNothingElse sets a completion for everything that has none, because shells would offer
// files there. Flags whose usage names a `file` offer files, those whose usage names a `folder`
// offer folders, and everything else offers nothing.
func CompleteNothingElse(root *cobra.Command) {
	for _, command := range Commands(root) {
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
				complete(command, flag.Name, CompleteFolder)
			default:
				complete(command, flag.Name, cobra.NoFileCompletions)
			}
		}
		command.LocalNonPersistentFlags().VisitAll(each)
		command.PersistentFlags().VisitAll(each)
	}
}
