package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	"settler.io/crier/internal/source/newsite"
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
	o.action = cmp.Or(o.action, version().Action())
	existing, err := o.existing(dir) // check before asking any question
	if err != nil {
		return err
	}
	options := newsite.Example
	options.Action, options.Now = o.action, o.Now()
	options.Folder, _ = sitefs.InRepository(o.Path(dir))
	if existing == nil {
		options, err = o.ask(ctx, options)
	} else { // flags that set values in config.toml are ignored, since that file is kept
		options.Title, options.URL = existing.Title, existing.BaseURL
		if len(existing.Components) > 0 {
			options.Components = report.Each(existing.Components, func(c config.Component) newsite.Component { return newsite.Component{ID: c.ID, Name: c.Name} })
		}
	}
	if err != nil {
		return err
	}
	files := slices.DeleteFunc(newsite.Files(options), func(f compose.NewFile) bool {
		return existing != nil && (f.Sample || o.github && !o.force)
	})
	if o.github {
		c := existing
		if c == nil {
			c, _ = options.Config()
		}
		files = append(files, newsite.IssueFiles(options, c)...)
	}
	added, err := sitefs.AddFiles(o.Path(dir), files, o.dryRun)
	if err != nil {
		return diag.Hinted(fmt.Errorf("the site is not complete: %w", err), o.WriteHint(err, o.Path(dir))+"; then run the same command again with --force: existing files are kept")
	}
	made := report.NewSite{
		Options: options, Dir: dir, Elsewhere: filepath.Clean(o.Path(dir)) != filepath.Clean(o.Dir), DryRun: o.dryRun, Samples: existing == nil, Forms: o.github,
		Written: added.Written, Kept: slices.Concat(added.Kept, added.Equal), Ignored: slices.Contains(added.Kept, ".gitignore"),
	}
	if repository, err := git.Open(ctx, o.Path(dir)); err == nil {
		upstream, _ := repository.Upstream(ctx)
		made.InGit, made.Branch, made.Remote = true, upstream.Branch, upstream.Remote
	}
	made.Text(o.Stdout)
	return nil
}

// existing returns an error if a new site cannot be created in a folder. With --force, it returns
// the configuration of an existing site, to which init then adds files, or nil if there is no site.
func (o *initOptions) existing(dir string) (*config.Config, error) {
	site, others, err := sitefs.Occupied(o.Path(dir))
	switch {
	case err != nil:
		return nil, diag.Hinted(fmt.Errorf("cannot create a site there: %w", err), "name a new or empty folder: crier init status")
	case site && !o.force && !o.github:
		return nil, diag.Hinted(fmt.Errorf("%s already contains a site: it has a config.toml", report.Folder(dir)),
			"build it: crier build --site "+diag.QuoteForShell(dir)+"; or add the files it lacks with --force: nothing is overwritten")
	case site:
		return o.parse(filepath.Join(o.Path(dir), "config.toml"))
	case len(others) > 0 && !o.force:
		return nil, diag.Hinted(fmt.Errorf("%s is not empty: it contains %s", report.Folder(dir), diag.Few(others)),
			"name a new folder: crier init status; or add to this one with --force: nothing is overwritten")
	}
	return nil, nil
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

// ask sets the options of a new site from flags and, on a terminal, from answers.
func (o *initOptions) ask(ctx context.Context, options newsite.Options) (newsite.Options, error) {
	type values = []string
	keep := func(next newsite.Options, err error) error {
		if err == nil {
			options = next
		}
		return err
	}
	for _, q := range []struct {
		text, fallback string
		typed          values // by flags
		separator      string // of several values in an answer
		set            func(values) error
	}{
		{"Title", options.Title, nonEmpty(o.title), "\n", func(v values) error { return keep(options.WithTitle(v[0])) }},
		{"URL of the page", options.URL, nonEmpty(o.url), "\n", func(v values) error { return keep(options.WithURL(v[0])) }},
		{"What can fail, separated by commas", options.Components[0].Name, o.components, ",", func(v values) error { return keep(options.WithComponents(v)) }},
	} {
		var err error
		switch {
		case len(q.typed) > 0:
			err = q.set(q.typed)
		case o.Terminal.Interactive:
			_, err = o.Ask(ctx, app.Question{Text: q.text, Fallback: q.fallback, Check: func(answer string) error { return q.set(strings.Split(answer, q.separator)) }})
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
