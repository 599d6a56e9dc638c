package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
)

type initFlags struct {
	title, url, action string
	components         []string
	force, dryRun      bool
}

func initCommand(a *app) *cobra.Command {
	var flags initFlags
	command := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a new site, ready to build",
		Long: `Make a new site: config.toml, an announcement, a draft of an incident, templates of updates, workflows that check and
publish it on GitHub, and a hook of git that checks each commit.

On a terminal it asks for what no flag says. A folder that holds anything else is refused, unless --force says to add to it;
a file that is there is never overwritten.`,
		Example: `  crier init status --title "Example Status" --url https://status.example.com/ --component API --component web="Web site"
  crier init sites/status --dry-run`,
		Args: func(command *cobra.Command, args []string) error {
			switch {
			case len(args) > 1:
				return usageError{fmt.Errorf("crier init takes one folder, but got %q too", args[1]), `put a title of several words in quotes: --title "Example Status"`}
			case len(args) == 1 && command.Flags().Changed("site"):
				return usageError{errors.New("crier init takes the folder either as DIR or by --site"), "write crier init " + args[0]}
			}
			return nil
		},
		ValidArgsFunction: completeFolder,
		RunE: func(command *cobra.Command, args []string) error {
			dir := a.site
			if len(args) == 1 {
				dir = args[0]
			}
			return a.init(command.Context(), dir, flags)
		},
	}
	command.Flags().StringVar(&flags.title, "title", "", "what the page is called")
	command.Flags().StringVar(&flags.url, "url", "", "`address` at which the page will live")
	command.Flags().StringArrayVar(&flags.components, "component", nil, `what can fail, as a `+"`name`"+` or as id="name"; may be repeated`)
	command.Flags().StringVar(&flags.action, "action", "settler/crier@main", "the action of Crier that the workflows use, as `owner/repo@ref`")
	command.Flags().BoolVar(&flags.force, "force", false, "add to a folder that holds other things")
	command.Flags().BoolVar(&flags.dryRun, "dry-run", false, "say what would be written, and write nothing")
	return command
}

var actionForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+@[A-Za-z0-9_./-]+$`)

func (a *app) init(ctx context.Context, dir string, flags initFlags) error {
	if !actionForm.MatchString(flags.action) {
		return usageError{fmt.Errorf("--action %q is no action", flags.action), "write it like --action settler/crier@main"}
	}
	existing, err := a.vacant(dir, flags.force) // check before asking any question
	if err != nil {
		return err
	}
	folder, _ := a.inRepository(dir)
	var files []compose.NewFile
	if existing != nil {
		files, err = siteFiles(a.optionsOf(existing, flags, folder), false)
	} else {
		var options compose.SiteOptions
		if options, err = a.siteOptions(ctx, flags, folder); err == nil {
			files, err = siteFiles(options, true)
		}
	}
	if err != nil {
		return err
	}
	result, err := a.writeSite(a.path(dir), files, flags.dryRun)
	if err != nil {
		return hinted{fmt.Errorf("the site is not complete: %w", err), "fix that and run the same command again with --force: what is there is kept"}
	}
	a.tellInit(dir, result, existing == nil, flags.dryRun)
	return nil
}

// siteFiles returns the files of a site. If samples is set, as for a new site, they include sample
// content.
func siteFiles(o compose.SiteOptions, samples bool) ([]compose.NewFile, error) {
	files := compose.NewSite(o)
	for _, file := range files {
		if file.Path == "config.toml" {
			if _, findings, _ := config.Parse(file.Path, file.Bytes); len(findings) > 0 && samples {
				return nil, usageError{errors.New(findings[0].Message), findings[0].Hint}
			}
		}
	}
	return slices.DeleteFunc(files, func(f compose.NewFile) bool { return f.Sample && !samples }), nil
}

func (a *app) writeSite(folder string, files []compose.NewFile, dryRun bool) (placed, error) {
	var result placed
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) && dryRun {
		for _, file := range files {
			result.written = append(result.written, file.Path)
		}
		return result, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return result, err
	}
	target, err := os.OpenRoot(folder)
	if err != nil {
		return result, err
	}
	defer target.Close()
	for _, file := range files {
		mode := fs.FileMode(0o644)
		if file.Executable {
			mode = 0o755
		}
		if err := result.place(target, file.Path, file.Bytes, mode, dryRun); err != nil {
			return result, err
		}
	}
	return result, nil
}

// harmless matches the names of files that a folder may contain when a site is created in it:
// dotfiles and the usual files at the root of a repository.
var harmless = regexp.MustCompile(`(?i)^(\..*|(readme|licen[cs]e|copying|notice|codeowners|contributing|security|code_of_conduct)(\..*)?)$`)

// vacant returns an error if a new site cannot be created in a folder. With force, it returns the
// configuration of an existing site, to which init then adds files, or nil if there is no site.
func (a *app) vacant(dir string, force bool) (*config.Config, error) {
	entries, err := os.ReadDir(a.path(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, hinted{fmt.Errorf("cannot make a site there: %w", err), "name a folder, new or empty: crier init status"}
	}
	var others []string
	for _, entry := range entries {
		if entry.Name() == "config.toml" && !force {
			return nil, hinted{fmt.Errorf("there is a site in %s already: it has a config.toml", here(dir)), "build it: crier build --site " + quoteForShell(dir) + "; or add what it lacks with --force: nothing is overwritten"}
		}
		if entry.Name() == "config.toml" {
			return a.existing(filepath.Join(a.path(dir), "config.toml"))
		}
		if !harmless.MatchString(entry.Name()) {
			others = append(others, entry.Name())
		}
	}
	if len(others) > 0 && !force {
		return nil, hinted{fmt.Errorf("%s is not empty: it holds %s", here(dir), few(others)), "name a new folder: crier init status; or add to this one with --force: nothing is overwritten"}
	}
	return nil, nil
}

func (a *app) existing(name string) (*config.Config, error) {
	raw, err := regularfile.ReadPath(name, regularfile.Text)
	if err != nil {
		return nil, hinted{err, "config.toml is a file"}
	}
	c, findings, err := config.Parse("config.toml", raw)
	if err != nil {
		a.printFindings(findings)
		return nil, mistakesError{errors.New("config.toml cannot be read, so nothing was written")}
	}
	return c, nil
}

// optionsOf describes an existing site. Flags that set values in config.toml are ignored, since
// that file is kept.
func (a *app) optionsOf(c *config.Config, flags initFlags, folder string) compose.SiteOptions {
	o := compose.SiteOptions{Title: c.Title, URL: c.BaseURL, Action: flags.action, Folder: folder, Now: a.Now()}
	for _, component := range c.Components {
		o.Components = append(o.Components, compose.Component{ID: component.ID, Name: component.Name})
	}
	if len(o.Components) == 0 {
		o.Components = []compose.Component{{ID: "api", Name: exampleComponent}}
	}
	return o
}

// here returns the name of a folder for use in a sentence.
func here(dir string) string {
	if dir == "." {
		return "this folder"
	}
	return dir
}

func (a *app) tellInit(dir string, result placed, samples, dryRun bool) {
	verb := "Made"
	if dryRun {
		verb = "Would make"
	}
	fmt.Fprintf(a.Stdout, "%s %s in %s.\n", verb, count(len(result.written), "file"), here(dir))
	for _, name := range result.written {
		fmt.Fprintln(a.Stdout, " ", name)
	}
	if kept := slices.Sorted(slices.Values(slices.Concat(result.kept, result.equal))); len(kept) > 0 {
		fmt.Fprintln(a.Stdout, "\nThere already, and kept:")
		for _, name := range kept {
			fmt.Fprintln(a.Stdout, " ", name)
		}
	}
	if slices.Contains(result.kept, ".gitignore") {
		fmt.Fprintln(a.Stdout, "\nAdd the line /public/ to .gitignore: that is what crier build writes.")
	}
	if dryRun {
		return
	}
	fmt.Fprintln(a.Stdout, "\nNext:")
	table := tabwriter.NewWriter(a.Stdout, 0, 0, 4, ' ', 0)
	step := func(command, what string) { fmt.Fprintf(table, "  %s\t%s\n", command, what) }
	if filepath.Clean(a.path(dir)) != filepath.Clean(a.Dir) {
		step("cd "+quoteForShell(dir), "the new site")
	}
	folder, versioned := a.inRepository(dir)
	if !versioned {
		step("git init", "updates live in git, which says when they were published")
	}
	hooks := path.Join(folder, ".githooks")
	step("git config core.hooksPath "+quoteForShell(hooks), "checks each commit")
	step("crier build", "compiles the site into public/: open public/index.html")
	step("crier new --template service-down", "opens an incident")
	table.Flush()
	if folder != "." {
		fmt.Fprintln(a.Stdout, "\nGitHub runs the workflows at the top of a repository only: move the folder .github there.")
	}
	if samples {
		fmt.Fprintln(a.Stdout, "\nThe announcement and the draft of an incident are samples: change or delete them.")
	}
}

// inRepository returns the path of a folder relative to the repository that contains it, if any.
func (a *app) inRepository(dir string) (below string, versioned bool) {
	folder := filepath.Clean(a.path(dir))
	for top := folder; ; top = filepath.Dir(top) {
		if _, err := os.Stat(filepath.Join(top, ".git")); err == nil {
			below, err := filepath.Rel(top, folder)
			return filepath.ToSlash(below), err == nil
		}
		if top == filepath.Dir(top) {
			return ".", false
		}
	}
}

// quoteForShell quotes a path for a shell if necessary.
func quoteForShell(text string) string {
	if !strings.ContainsAny(text, " \t\"'$`\\*?[](){}<>|&;!#~") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
