package cli

import (
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/importer/cstate"
)

func newImport(a *app.App) *cobra.Command {
	command := app.Group(&cobra.Command{
		Use:     "import",
		Short:   "Import the content of another status page",
		Long:    "Import the content of another status page, with its history, URLs and feeds.",
		Example: `  crier import cstate ../old-status --site .`,
	})
	command.AddCommand(newImportCState(a))
	return command
}

type importOptions struct {
	*app.App
	dryRun bool
}

func newImportCState(a *app.App) *cobra.Command {
	o := &importOptions{App: a}
	command := &cobra.Command{
		Use:   "cstate DIR",
		Short: "Import a cState repository",
		Long: `Turn a cState repository (config.yml, content/issues and the rest) into config.toml and content/ of the site.

Nothing is lost: whatever cannot be mapped stays in the text and is reported. Old URLs and feeds keep working. Existing files are
never overwritten.`,
		Example: `  crier import cstate ../old-status --site .
  crier import cstate ../old-status --site new --dry-run`,
		Args:              app.Arguments(1, 1, "one folder"),
		ValidArgsFunction: app.CompleteFolder,
		RunE:              func(_ *cobra.Command, args []string) error { return o.run(args[0]) },
	}
	app.DryRunFlag(command, &o.dryRun)
	return command
}

func (o *importOptions) run(dir string) error {
	source, err := os.OpenRoot(o.Path(dir))
	if err != nil {
		return app.Hinted(fmt.Errorf("cannot open the cState repository: %w", err), "name the folder that contains config.yml")
	}
	defer source.Close()
	result, findings, err := cstate.Import(regularfile.FS(source, regularfile.Text))
	o.PrintFindings(findings)
	if err != nil {
		return app.Hinted(err, "name the folder that contains config.yml and content/issues")
	}
	var files []compose.NewFile
	for _, name := range slices.Sorted(maps.Keys(result.Files)) {
		files = append(files, compose.NewFile{Path: name, Bytes: result.Files[name]})
	}
	added, err := sitefs.AddFiles(o.Folder(), files, o.dryRun)
	if err != nil {
		return app.Hinted(fmt.Errorf("the import is not complete: %s written, and then: %w", report.Count(len(added.Written), "file"), err),
			"fix that and import again: existing files are kept")
	}
	verb := "written"
	if o.dryRun {
		verb = "to write"
	}
	fmt.Fprintf(o.Stdout, "%s, %s, %s, %s: %s %s, %d unchanged.\n",
		report.Count(result.Incidents, "incident"), report.Count(result.Maintenance, "maintenance window"), report.Count(result.Announcements, "announcement"),
		report.Count(result.Pages, "page"), report.Count(len(added.Written), "file"), verb, len(added.Equal))
	if n := diag.Count(findings, diag.Note); n > 0 {
		fmt.Fprintf(o.Stdout, "%s above: see what was guessed or could not be mapped.\n", report.Count(n, "note"))
	}
	if len(added.Kept) > 0 {
		return app.Hinted(fmt.Errorf("these exist with other content, and were left alone: %s", report.Few(added.Kept)), "move them away and import again, or keep them")
	}
	return nil
}
