package cli

import (
	"cmp"
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

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/issueform"
)

type initOptions struct {
	*app.App
	title, url, action string
	components         []string
	force, dryRun      bool
	github             bool // add what lets people open incidents on GitHub
}

func newInit(a *app.App) *cobra.Command {
	o := &initOptions{App: a}
	command := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Create a new site, ready to build",
		Long: `Create a new site: config.toml, an announcement, a draft of an incident, templates of updates, workflows that check and
publish it on GitHub, and a git hook that checks each commit.

On a terminal, crier init asks for what no flag sets. A folder with other files is refused, unless --force adds to it; an
existing file is never overwritten.`,
		Example: `  crier init status --title "Example Status" --url https://status.example.com/ --component API --component web="Web site"
  crier init sites/status --dry-run`,
		Args: func(command *cobra.Command, args []string) error {
			switch {
			case len(args) > 1:
				return diag.Usage(fmt.Errorf("crier init takes one folder, but got %q too", args[1]), `put a title of several words in quotes: --title "Example Status"`)
			case len(args) == 1 && command.Flags().Changed("site"):
				return diag.Usage(errors.New("crier init takes the folder either as DIR or by --site"), "write crier init "+args[0])
			}
			return nil
		},
		ValidArgsFunction: app.CompleteFolder,
		RunE: func(command *cobra.Command, args []string) error {
			if !command.Flags().Changed("site") {
				a.Site = "." // a new site may be in the folder of another one
			}
			return o.run(command.Context(), append(args, a.Site)[0])
		},
	}
	command.Flags().StringVar(&o.title, "title", "", "the title of the page")
	command.Flags().StringVar(&o.url, "url", "", "the `URL` of the page")
	command.Flags().StringArrayVar(&o.components, "component", nil, `what can fail, as a `+"`name`"+` or as id="name"; may be repeated`)
	command.Flags().StringVar(&o.action, "action", "", "the Crier action that the workflows use, as `owner/repo@commit` (default: this program's commit)")
	command.Flags().BoolVar(&o.force, "force", false, "add to a folder with other files")
	command.Flags().BoolVar(&o.github, "github", false, "add issue forms, and the workflow that publishes what people write with them")
	app.DryRunFlag(command, &o.dryRun)
	return command
}

var actionForm = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_./-]+@[A-Za-z0-9_./-]+$`)

func (o *initOptions) run(ctx context.Context, dir string) error {
	if o.action != "" && !actionForm.MatchString(o.action) {
		return diag.Usage(fmt.Errorf("--action %q is not an action", o.action), "write it like --action settler/crier@COMMIT, with the commit's 40 digits")
	}
	o.action = cmp.Or(o.action, version().action())
	existing, err := o.existing(dir) // check before asking any question
	if err != nil {
		return err
	}
	folder, _ := sitefs.InRepository(o.Path(dir))
	options := compose.SiteOptions{Title: exampleTitle, URL: exampleURL, Action: o.action, Folder: folder, Now: o.Now(), Components: []compose.Component{{ID: "api", Name: exampleComponent}}}
	if existing == nil {
		options, err = o.ask(ctx, options)
	} else { // flags that set values in config.toml are ignored, since that file is kept
		options.Title, options.URL = existing.Title, existing.BaseURL
		for n, component := range existing.Components {
			options.Components = append(options.Components[:n], compose.Component{ID: component.ID, Name: component.Name})
		}
	}
	if err != nil {
		return err
	}
	files := slices.DeleteFunc(compose.NewSite(options), func(f compose.NewFile) bool {
		return existing != nil && (f.Sample || o.github && !o.force)
	})
	if o.github {
		files = append(files, forms(options, existing)...)
	}
	added, err := sitefs.AddFiles(o.Path(dir), files, o.dryRun)
	if err != nil {
		return diag.Hinted(fmt.Errorf("the site is not complete: %w", err), o.WriteHint(err, o.Path(dir))+"; then run the same command again with --force: existing files are kept")
	}
	o.print(ctx, dir, added, existing == nil, options)
	return nil
}

// harmless matches the names of files that a folder may contain when a site is created in it:
// dotfiles and the usual files at the root of a repository.
var harmless = regexp.MustCompile(`(?i)^(\..*|(readme|licen[cs]e|copying|notice|codeowners|contributing|security|code_of_conduct)(\..*)?)$`)

// existing returns an error if a new site cannot be created in a folder. With --force, it returns
// the configuration of an existing site, to which init then adds files, or nil if there is no site.
func (o *initOptions) existing(dir string) (*config.Config, error) {
	entries, err := os.ReadDir(o.Path(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, diag.Hinted(fmt.Errorf("cannot create a site there: %w", err), "name a new or empty folder: crier init status")
	}
	var others []string
	for _, entry := range entries {
		switch {
		case entry.Name() == "config.toml" && !o.force && !o.github:
			return nil, diag.Hinted(fmt.Errorf("%s already contains a site: it has a config.toml", here(dir)), "build it: crier build --site "+app.QuoteForShell(dir)+"; or add the files it lacks with --force: nothing is overwritten")
		case entry.Name() == "config.toml":
			return o.parse(filepath.Join(o.Path(dir), "config.toml"))
		case !harmless.MatchString(entry.Name()):
			others = append(others, entry.Name())
		}
	}
	if len(others) > 0 && !o.force {
		return nil, diag.Hinted(fmt.Errorf("%s is not empty: it contains %s", here(dir), diag.Few(others)), "name a new folder: crier init status; or add to this one with --force: nothing is overwritten")
	}
	return nil, nil
}

// forms returns the issue forms and their workflow. c is the configuration of an existing site.
func forms(options compose.SiteOptions, c *config.Config) []compose.NewFile {
	if c == nil {
		c, _ = configOf(options)
	}
	return []compose.NewFile{
		{Path: issueform.IncidentPath, Bytes: []byte(issueform.IncidentForm(c)), Mark: issueform.Mark},
		{Path: issueform.MaintenancePath, Bytes: []byte(issueform.MaintenanceForm(c)), Mark: issueform.Mark},
		compose.IssueWorkflow(options),
	}
}

// configOf returns the configuration of a new site, and its mistakes.
func configOf(options compose.SiteOptions) (*config.Config, []diag.Finding) {
	files := compose.NewSite(options)
	n := slices.IndexFunc(files, func(f compose.NewFile) bool { return f.Path == "config.toml" })
	c, findings, _ := config.Parse(files[n].Path, files[n].Bytes)
	return c, findings
}

func (o *initOptions) parse(name string) (*config.Config, error) {
	raw, err := regularfile.ReadPath(name, regularfile.Text)
	if err != nil {
		return nil, diag.Hinted(err, "config.toml must be a file that you may read")
	}
	c, findings, err := config.Parse("config.toml", raw)
	if err != nil {
		o.PrintFindings(findings)
		return nil, app.Mistakes("config.toml cannot be read, so nothing was written")
	}
	return c, nil
}

// here returns the name of a folder for use in a sentence.
func here(dir string) string {
	if dir == "." {
		return "this folder"
	}
	return dir
}

func (o *initOptions) print(ctx context.Context, dir string, added sitefs.Added, samples bool, site compose.SiteOptions) {
	verb := "Created"
	if o.dryRun {
		verb = "Would create"
	}
	fmt.Fprintf(o.Stdout, "%s %s in %s.\n", verb, report.Count(len(added.Written), "file"), here(dir))
	for _, name := range added.Written {
		fmt.Fprintln(o.Stdout, " ", name)
	}
	if kept := slices.Sorted(slices.Values(slices.Concat(added.Kept, added.Equal))); len(kept) > 0 {
		fmt.Fprintln(o.Stdout, "\nAlready there, and kept:\n ", strings.Join(kept, "\n  "))
	}
	if slices.Contains(added.Kept, ".gitignore") {
		fmt.Fprintln(o.Stdout, "\nAdd the line /public/ to .gitignore: crier build writes there.")
	}
	if strings.HasSuffix(o.action, "@COMMIT") {
		fmt.Fprintln(o.Stdout, "\nThis crier doesn't know the commit it was built from. In .github/workflows, replace COMMIT with 40 digits that\n  git ls-remote https://github.com/settler/crier 'v*'\nprints for a release.")
	}
	if o.dryRun {
		return
	}
	if o.github && !samples {
		fmt.Fprintln(o.Stdout, "\nNext: commit and push them. Then people open incidents on GitHub: see docs/without-git.md.")
		return
	}
	var steps [][]string
	step := func(command, what string) { steps = append(steps, []string{"  " + command, "  " + what}) }
	if filepath.Clean(o.Path(dir)) != filepath.Clean(o.Dir) {
		step("cd "+app.QuoteForShell(dir), "the new site")
	}
	folder, _ := sitefs.InRepository(o.Path(dir))
	var upstream git.Upstream
	repository, err := git.Open(ctx, o.Path(dir))
	if err == nil {
		upstream, _ = repository.Upstream(ctx)
	} else {
		step("git init -b main", "git keeps updates, and knows when they were published")
	}
	step("git config core.hooksPath "+app.QuoteForShell(path.Join(folder, ".githooks")), "checks each commit")
	step("crier build", "compiles the site into public/: open public/index.html")
	step("crier new --template service-down", "opens an incident")
	fmt.Fprintln(o.Stdout, "\nNext:")
	report.Table(o.Stdout, steps)
	steps = nil
	if upstream.Branch != "" && upstream.Branch != "main" {
		step("git branch -m main", "the branch that the workflows publish; or write "+upstream.Branch+" into them")
	}
	step("git add -A && git commit -m 'Add the status page'", "the workflows publish what is on main")
	if upstream.Remote == "" {
		step("git remote add origin git@github.com:OWNER/REPO.git", "an empty repository on GitHub")
	}
	step("git push -u "+cmp.Or(upstream.Remote, "origin")+" main", "starts the workflow, which writes the branch gh-pages")
	step("gh api repos/OWNER/REPO/pages -f 'source[branch]=gh-pages'", "serves that branch; or choose it under Settings, Pages on GitHub")
	fmt.Fprintln(o.Stdout, "\nTo put it online:")
	report.Table(o.Stdout, steps)
	switch host := site.Host(); {
	case host != "":
		fmt.Fprintf(o.Stdout, "  Then add this DNS record: %s CNAME OWNER.github.io\n", host)
	case strings.Contains(site.URL, "example.com"):
		fmt.Fprintln(o.Stdout, "  Then write the page's URL, https://OWNER.github.io/REPO/, into base_url in config.toml, and commit and push it.")
	}
	if folder != "." {
		fmt.Fprintln(o.Stdout, "\nGitHub runs only workflows at the root of a repository: move the folder .github there.")
	}
	if samples {
		fmt.Fprintln(o.Stdout, "\nThe announcement and the draft of an incident are samples: change or delete them.")
	}
}

// Examples are the defaults for values that neither a flag nor an answer sets.
const (
	exampleTitle     = "Example Status"
	exampleURL       = "https://status.example.com/"
	exampleComponent = "API"
)

// ask sets the options of a new site from flags and, on a terminal, from answers.
func (o *initOptions) ask(ctx context.Context, options compose.SiteOptions) (compose.SiteOptions, error) {
	// set applies values to the options, unless the site would have a mistake then.
	set := func(values []string, apply func(next *compose.SiteOptions, values []string) error) error {
		next := options
		if err := apply(&next, values); err != nil {
			return err
		}
		if _, findings := configOf(next); len(findings) > 0 {
			return diag.Usage(errors.New(findings[0].Message), findings[0].Hint)
		}
		options = next
		return nil
	}
	for _, q := range []struct {
		text, example string
		values        []string // set by flags
		split         string   // separates several values in an answer
		apply         func(next *compose.SiteOptions, values []string) error
	}{
		{"Title", exampleTitle, nonEmpty(o.title), "\n", func(next *compose.SiteOptions, values []string) error {
			next.Title = values[0]
			return nil
		}},
		{"URL of the page", exampleURL, nonEmpty(o.url), "\n", func(next *compose.SiteOptions, values []string) error {
			next.URL = values[0]
			if !strings.Contains(next.URL, "://") {
				next.URL = "https://" + next.URL
			}
			return nil
		}},
		{"What can fail, separated by commas", exampleComponent, o.components, ",", setComponents},
	} {
		var err error
		switch {
		case len(q.values) > 0:
			err = set(q.values, q.apply)
		case o.Terminal.Interactive:
			_, err = o.Ask(ctx, app.Question{Text: q.text, Fallback: q.example, Check: func(answer string) error { return set(strings.Split(answer, q.split), q.apply) }})
		}
		if err != nil {
			return options, err
		}
	}
	return options, nil
}

func nonEmpty(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func setComponents(next *compose.SiteOptions, values []string) error {
	next.Components = nil
	for _, text := range values {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		component, err := compose.ParseComponent(text)
		if err != nil {
			return diag.Usage(err, fmt.Sprintf("write the id too, such as api=%q", text))
		}
		next.Components = append(next.Components, component)
	}
	if len(next.Components) == 0 {
		return diag.Usage(errors.New("a page needs a component"), "write its name, such as "+exampleComponent)
	}
	return nil
}
