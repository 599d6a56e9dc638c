package cli

import (
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/importer"
	"settler.io/crier/internal/source/importer/cstate"
	"settler.io/crier/internal/source/importer/upptime"
)

func newImport(a *app.App) *cobra.Command {
	command := app.Group(&cobra.Command{
		Use:   "import",
		Short: "Import the content of another status page",
		Long:  "Import the content of another status page, with its history, URLs and feeds.",
		Example: `  crier import cstate ../old-status --site .
  crier import statuspage --files ../export --site .`,
	})
	command.AddCommand(newImportCState(a), newImportStatuspage(a), newImportUpptime(a))
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

Nothing is lost: whatever cannot be converted stays in the text and is reported. Old URLs and feeds keep working. Existing files
are never overwritten. --dry-run lists what would become what.`,
		Example: `  crier import cstate ../old-status --site .
  crier import cstate ../old-status --site new --dry-run`,
		Args:              app.Arguments(1, 1, "one folder"),
		ValidArgsFunction: app.CompleteFolder,
		RunE: func(_ *cobra.Command, args []string) error {
			source, err := os.OpenRoot(o.Path(args[0]))
			if err != nil {
				return app.Hinted(fmt.Errorf("cannot open the cState repository: %w", err), "name the folder that contains config.yml")
			}
			defer source.Close()
			site, err := cstate.Read(regularfile.FS(source, regularfile.Text), o.Now())
			return o.write(site, err, "name the folder that contains config.yml and content/issues")
		},
	}
	app.DryRunFlag(command, &o.dryRun)
	return command
}

func newImportUpptime(a *app.App) *cobra.Command {
	o := &importOptions{App: a}
	command := &cobra.Command{
		Use:   "upptime DIR",
		Short: "Import an Upptime repository",
		Long: `Turn an Upptime repository (.upptimerc.yml and history) and its issues into config.toml and content/ of the site.

GitHub keeps the issues outside of the repository: save the answers of its API as issues.json and comments.json in DIR (see
docs/moving.md). Existing files are never overwritten. --dry-run lists what would become what.`,
		Example: `  crier import upptime ../upptime --site .
  crier import upptime ../upptime --site new --dry-run`,
		Args:              app.Arguments(1, 1, "one folder"),
		ValidArgsFunction: app.CompleteFolder,
		RunE: func(_ *cobra.Command, args []string) error {
			const hint = "name a clone of the repository with issues.json and comments.json: see docs/moving.md"
			source, err := os.OpenRoot(o.Path(args[0]))
			if err != nil {
				return app.Hinted(fmt.Errorf("cannot open the Upptime repository: %w", err), hint)
			}
			defer source.Close()
			site, err := upptime.Read(regularfile.FS(source, maxExport))
			return o.write(site, err, hint)
		},
	}
	app.DryRunFlag(command, &o.dryRun)
	return command
}

// write adds what a source read to the site, and reports it. With an error it only prints the notes
// so far.
func (o *importOptions) write(site *importer.Site, err error, hint string) error {
	if err != nil {
		o.PrintFindings(diag.Sort(site.Notes))
		return app.Hinted(err, hint)
	}
	result := site.Convert()
	o.PrintFindings(result.Notes)
	added, err := sitefs.AddFiles(o.Folder(), result.Files, o.dryRun)
	if err != nil {
		return app.Hinted(fmt.Errorf("the import is not complete: %s written, and then: %w", report.Count(len(added.Written), "file"), err),
			"fix that and import again: existing files are kept")
	}
	verb := "written"
	if o.dryRun {
		verb = "to write"
		rows := [][]string{{"FROM", "KIND", "TO", "UPDATES"}}
		for _, row := range result.Rows {
			updates := ""
			if row.Updates > 0 {
				updates = strconv.Itoa(row.Updates)
			}
			rows = append(rows, []string{row.From, row.Kind, row.To, updates})
		}
		report.Table(o.Stdout, rows)
	}
	kinds := map[string]int{}
	for _, row := range result.Rows {
		kinds[row.Kind]++
	}
	fmt.Fprintf(o.Stdout, "%s, %s, %s, %s: %s %s, %d unchanged.\n",
		report.Count(kinds["incident"], "incident"), report.Count(kinds["maintenance"], "maintenance window"), report.Count(kinds["announcement"], "announcement"),
		report.Count(kinds["page"], "page"), report.Count(len(added.Written), "file"), verb, len(added.Equal))
	if n := len(result.Notes); n > 0 {
		fmt.Fprintf(o.Stdout, "%s above: see what was guessed or could not be converted.\n", report.Count(n, "note"))
	}
	if len(added.Kept) > 0 {
		return app.Hinted(fmt.Errorf("these exist with other content, and were left alone: %s", report.Few(added.Kept)), "move them away and import again, or keep them")
	}
	return nil
}
