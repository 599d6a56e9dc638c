package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/importer/cstate"
)

func importCommand(a *app) *cobra.Command {
	command := &cobra.Command{
		Use:     "import",
		Short:   "Take over the content of another status page",
		Long:    "Take over the content of another status page, with its history, addresses and feeds.",
		Example: `  crier import cstate ../old-status --site .`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(command, args[0])
			}
			return nil
		},
		RunE: func(command *cobra.Command, _ []string) error { return command.Help() },
	}
	var dryRun bool
	cstate := &cobra.Command{
		Use:   "cstate DIR",
		Short: "Take over a cState repository",
		Long: `Turn a cState repository (config.yml, content/issues and the rest) into config.toml and content/ of the site.

Nothing is lost: what cannot be mapped stays in the text and is reported. Old addresses and feeds keep working. Files that
are there already are left alone when they are equal, and never overwritten when they differ.`,
		Example: `  crier import cstate ../old-status --site .
  crier import cstate ../old-status --site new --dry-run`,
		Args: func(command *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("import cstate takes one folder"), "write crier import cstate DIR"}
			}
			return nil
		},
		ValidArgsFunction: completeFolder,
		RunE:              func(_ *cobra.Command, args []string) error { return a.importCState(args[0], dryRun) },
	}
	cstate.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be written, and write nothing")
	command.AddCommand(cstate)
	return command
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

func (a *app) importCState(dir string, dryRun bool) error {
	source, err := os.OpenRoot(a.path(dir))
	if err != nil {
		return hinted{fmt.Errorf("cannot open the cState repository: %w", err), "name the folder that holds config.yml"}
	}
	defer source.Close()
	result, findings, err := cstate.Import(regularfile.FS(source, regularfile.Text))
	a.printFindings(findings)
	if err != nil {
		return hinted{err, "name the folder that holds config.yml and content/issues"}
	}
	var files []compose.NewFile
	for _, name := range slices.Sorted(maps.Keys(result.Files)) {
		files = append(files, compose.NewFile{Path: name, Bytes: result.Files[name]})
	}
	placed, err := a.writeSite(a.path(a.site), files, dryRun)
	if err != nil {
		return hinted{fmt.Errorf("the import is not complete: %s written, and then: %w", count(len(placed.written), "file"), err),
			"fix that and import again: what is there is kept"}
	}
	verb := "written"
	if dryRun {
		verb = "to write"
	}
	fmt.Fprintf(a.Stdout, "%s and %s of maintenance, %s, %s: %s %s, %d unchanged.\n",
		count(result.Incidents, "incident"), entries(result.Maintenance), count(result.Announcements, "announcement"),
		count(result.Pages, "page"), count(len(placed.written), "file"), verb, len(placed.equal))
	if n := diag.Count(findings, diag.Note); n > 0 {
		fmt.Fprintf(a.Stdout, "%s above say what was guessed or could not be mapped.\n", count(n, "note"))
	}
	if len(placed.kept) > 0 {
		return hinted{fmt.Errorf("already there with other content, and left alone: %s", few(placed.kept)), "move them away and import again, or keep them"}
	}
	return nil
}
