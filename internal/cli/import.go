package cli

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/importer"
	"settler.io/crier/internal/source/importer/cstate"
	"settler.io/crier/internal/source/importer/statuspage"
	"settler.io/crier/internal/source/importer/upptime"
	"settler.io/crier/internal/statuspageexport"
)

// importSource is what crier import reads.
type importSource struct {
	name, short, long, example string
	needs                      string // what the folder needs
	read                       func(fsys fs.FS, now time.Time) (*importer.Site, error)
}

var importSources = []importSource{
	{"cstate", "Import a cState repository",
		`Turn a cState repository (config.yml, content/issues and the rest) into config.toml and content/ of the site.

Nothing is lost: whatever cannot be converted stays in the text or is reported. Old URLs and feeds keep working.`,
		`  crier import cstate ../old-status --site .
  crier import cstate ../old-status --site new --dry-run`,
		"config.yml and content/issues", cstate.Read},
	{"statuspage", "Import a page of Atlassian Statuspage",
		`Turn an export of Atlassian Statuspage into config.toml and content/ of the site.

With --page, the command first downloads what the folder lacks, at one request per second, with the API key in STATUSPAGE_API_KEY. An
interrupted run continues where it stopped; for a new export, name a new folder. The folder also gets subscribers.csv, for the
provider of your mailing list. What it contains is not public, so it may not be in the site or in a git repository.`,
		`  crier import statuspage ../export --page kctbh9vrtdwd --site new
  crier import statuspage ../export --site new --dry-run`,
		"page.json and incidents.json", func(fsys fs.FS, _ time.Time) (*importer.Site, error) { return statuspage.Read(fsys) }},
	{"upptime", "Import an Upptime repository",
		`Turn an Upptime repository (.upptimerc.yml and history) and its issues into config.toml and content/ of the site.

GitHub keeps the issues outside of the repository: save the answers of its API as issues.json and comments.json in DIR (see
docs/moving.md).`,
		`  crier import upptime ../upptime --site .
  crier import upptime ../upptime --site new --dry-run`,
		".upptimerc.yml, issues.json and comments.json", func(fsys fs.FS, _ time.Time) (*importer.Site, error) { return upptime.Read(fsys) }},
}

type importOptions struct {
	*app.App
	source importSource
	page   string
	dryRun bool
}

func newImport(a *app.App) *cobra.Command {
	group := app.Group(&cobra.Command{
		Use:   "import",
		Short: "Import the content of another status page",
		Long:  "Import the content of another status page, with its history, URLs and feeds.",
		Example: `  crier import cstate ../old-status --site .
  crier import statuspage ../export --site .`,
	})
	for _, source := range importSources {
		o := &importOptions{App: a, source: source}
		command := &cobra.Command{
			Use:               source.name + " DIR",
			Short:             source.short,
			Long:              source.long + "\n\nExisting files of the site are never overwritten. --dry-run lists what would become what.",
			Example:           source.example,
			Args:              app.Arguments(1, 1, "one folder"),
			ValidArgsFunction: app.CompleteFolder,
			RunE:              func(command *cobra.Command, args []string) error { return o.run(command.Context(), o.Path(args[0])) },
		}
		if source.name == "statuspage" {
			command.Flags().StringVar(&o.page, "page", "", "`id` of the page to download")
		}
		app.DryRunFlag(command, &o.dryRun)
		group.AddCommand(command)
	}
	return group
}

func (o *importOptions) run(ctx context.Context, folder string) error {
	if o.page != "" {
		if err := o.download(ctx, folder); err != nil {
			return err
		}
	}
	hint := fmt.Sprintf("name a folder with %s: crier import %s DIR", o.source.needs, o.source.name)
	root, err := os.OpenRoot(folder)
	if err != nil {
		return diag.Hinted(fmt.Errorf("cannot open the source: %w", err), hint)
	}
	defer root.Close()
	site, err := o.source.read(regularfile.FS(root, statuspageexport.MaxFile), o.Now())
	var result importer.Result
	if err == nil {
		result, err = site.Convert()
	}
	notes := diag.Sort(site.Notes)
	o.PrintFindings(notes)
	if err != nil {
		return diag.Hinted(err, hint)
	}
	return o.write(result, len(notes))
}

// write adds the files to the site, and reports them.
func (o *importOptions) write(result importer.Result, notes int) error {
	added, err := sitefs.AddFiles(o.Folder(), result.Files, o.dryRun)
	if err != nil {
		return diag.Hinted(fmt.Errorf("the import is not complete: %s written, and then: %w", report.Count(len(added.Written), "file"), err),
			o.WriteHint(err, ".")+"; then import again: existing files are kept")
	}
	report.Import{Rows: result.Rows, Written: len(added.Written), Same: len(added.Equal), Notes: notes, DryRun: o.dryRun}.Text(o.Stdout)
	if len(added.Kept) > 0 {
		return diag.Hinted(fmt.Errorf("these exist with other content, and were left alone: %s", diag.Few(added.Kept)), "move them away and import again, or keep them")
	}
	return nil
}

// download adds to an export of Statuspage what it lacks.
func (o *importOptions) download(ctx context.Context, folder string) error {
	key := strings.TrimSpace(o.Getenv("STATUSPAGE_API_KEY"))
	o.Secrets.Add(key)
	export := statuspageexport.Export{Folder: folder, Site: o.Folder(), Page: o.page, Key: key, Transport: o.Transport, Wait: o.Wait, Progress: o.Progress}
	result, err := export.Download(ctx)
	o.Progress("")
	if err != nil {
		return err
	}
	for _, missing := range result.Missing {
		fmt.Fprintf(o.Stderr, "warning: %v\n  hint: run the command again, or save the file in the folder of the export\n", missing)
	}
	fmt.Fprintf(o.Stdout, "%s by e-mail in subscribers.csv; %d others (SMS, webhooks, chats, quarantined) can't be moved.\n", report.Count(result.Emails, "subscriber"), result.Others)
	return nil
}
