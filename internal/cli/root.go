// Package cli is the command line: it defines the commands, runs the one that is called, and
// returns the exit status. Commands that write to a site are in package write, and what all
// commands share is in package app.
//
// Results go to standard output, everything else to standard error. An error is one line starting
// with "error:", followed by a "hint:" if the user can do something about it. Findings are printed
// like compiler errors.
package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/cli/write"
)

type System = app.System

func OS() System { return app.OS() }

// Main runs the command line and returns the exit status.
func Main(system System) int {
	a := app.New(system)
	for _, arg := range a.Args { // errors may quote URLs with passwords
		if strings.Contains(arg, "://") {
			a.Secrets.AddRemotes(arg)
		}
	}
	ctx, stop := a.Interruptible()
	defer stop()
	command := newRoot(a)
	command.SetArgs(a.Args)
	called, err := command.ExecuteContextC(ctx)
	return a.Report(ctx, called, err)
}

// newRoot returns the root command. It uses no package variables, so runs share no state.
func newRoot(a *app.App) *cobra.Command {
	command := app.Group(&cobra.Command{
		Use:   "crier",
		Short: "A status page from Markdown files in git",
		Long: "Crier compiles incident updates, Markdown files with front matter in git, into a static status page.\n\n" +
			app.ExitTable,
		Version:       version().String(),
		SilenceErrors: true,
		SilenceUsage:  true,
	})
	command.SetVersionTemplate("crier {{.Version}}\n")
	command.SetFlagErrorFunc(app.FlagError)
	command.PersistentFlags().StringVar(&a.Site, "site", a.Site, "`folder` of the site; default: CRIER_SITE, or the nearest folder with config.toml from here up")
	command.PersistentFlags().Lookup("site").DefValue = ""
	command.AddCommand(write.Commands(a)...)
	command.AddCommand(newBuild(a), newCheck(a), newDocs(a), newDue(a), newImport(a), newInit(a), newIssue(a), newList(a), newNotify(a), newPending(a), newPublish(a), newReport(a), newServe(a), newShow(a), newVersion(a))
	command.SetOut(a.Stdout)
	command.SetErr(a.Stderr)
	addCompletion(command)
	refuseUnknownHelp(command)
	app.CompleteNothingElse(command)
	return command
}

// refuseUnknownHelp makes crier help fail for what is not a command.
func refuseUnknownHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, _ := root.Find([]string{"help"})
	help.Run, help.RunE = nil, func(_ *cobra.Command, args []string) error {
		command, rest, err := root.Find(args)
		if err == nil && len(rest) > 0 {
			err = command.Args(command, rest)
		}
		if err != nil {
			return err
		}
		command.InitDefaultHelpFlag()
		return command.Help()
	}
}
