package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	texttemplate "text/template"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/render/theme"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
)

type buildFlags struct {
	at        string
	out       string
	keepGoing bool
	dryRun    bool
	noCache   bool
	format    string
}

func buildCommand(a *app) *cobra.Command {
	var flags buildFlags
	command := &cobra.Command{
		Use:   "build",
		Short: "Compile the site into public/",
		Long: `Compile config.toml and content/ into a static site.

Only files that differ are written. With a mistake in the content nothing is written, unless --keep-going says to build all
that can be understood; the exit status is 3 in both cases.`,
		Example: `  crier build
  crier build --out ../status --keep-going
  crier build --at 2026-10-02T10:30:00Z --dry-run`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.build(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.at, "at", "", "build what may be public at this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&flags.out, "out", "public", "`folder` to write to, below the site")
	command.Flags().BoolVar(&flags.keepGoing, "keep-going", false, "build what can be understood, mistakes or not")
	command.Flags().BoolVar(&flags.dryRun, "dry-run", false, "say what would be written, and write nothing")
	command.Flags().BoolVar(&flags.noCache, "no-cache", false, "make every file, also those that follow from what has not changed")
	command.Flags().StringVar(&flags.format, "format", "text", "`form` of the report: text, json or github (annotations of a workflow)")
	completeWords(command, "format", "text", "json", "github")
	return command
}

// loaded holds a site's parsed sources.
type loaded struct {
	config   *config.Config
	content  *content.Content
	theme    *theme.Theme
	words    map[string]*locale.Locale
	findings []diag.Finding

	fingerprint string // see build.Input; "" to generate every file
	undated     bool   // git was asked for dates
	datedNow    bool   // git did not know a date, so an update is dated now
	history     string // git state behind the dates; "" if not asked or if it may change unnoticed
}

// load reads a site. It returns an error if the site cannot be built, along with what was read so
// far, if anything. Updates without a date that git does not know either are dated now.
func (a *app) load(ctx context.Context, now time.Time) (*loaded, error) {
	return a.loadKnown(ctx, now, nil)
}

// loadKnown is like load but reuses what is already known about the site.
func (a *app) loadKnown(ctx context.Context, now time.Time, known *cache.Site) (*loaded, error) {
	folder := a.path(a.site)
	root, err := a.openSite()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var gitError error
	l := &loaded{}
	options := content.Options{Sums: true, Dates: func(paths []string) content.Dates {
		l.undated = true
		history, state, err := known.History(ctx, folder)
		l.history = state
		if err != nil {
			gitError = err
			return content.Dates{Now: now.Truncate(time.Second), Why: func(string) string { return "git failed" }}
		}
		dates := content.Dates{Known: map[string]time.Time{}, Now: now.Truncate(time.Second), New: history.New, Why: history.Why}
		published, err := history.First(ctx, paths, content.Undated)
		if err != nil {
			gitError = err
		}
		for _, path := range paths {
			if t, ok := published[path]; ok {
				dates.Known[path] = t
			} else if t, ok := history.FirstSeen(path); ok { // drafts
				dates.Known[path] = t
			} else {
				l.datedNow = true
			}
		}
		return dates
	}}
	input, findings, err := build.Load(sitefs.NewListed(root, folder, "content", known.TakeListing()), options)
	l.take(input, findings)
	if err != nil {
		if findings == nil {
			l = nil
		}
		return l, configError(err, findings, folder)
	}
	a.secrets.addRemotes(l.config.Publish.To...)
	if gitError != nil && (!a.lenient || ctx.Err() != nil) {
		return nil, hinted{gitError, "see what git status says in the folder of the site: dates that updates leave out come from git"}
	}
	if gitError != nil {
		fmt.Fprintf(a.Stderr, "warning: dates that updates leave out are not known: %v\n", gitError)
	}
	return l, nil
}

func (a *app) openSite() (*os.Root, error) {
	root, err := os.OpenRoot(a.path(a.site))
	if err != nil {
		return nil, hinted{fmt.Errorf("cannot open the site: %w", err), "name the folder that holds config.toml with --site"}
	}
	return root, nil
}

// take stores the result of build.Load.
func (l *loaded) take(input build.Input, findings []diag.Finding) {
	l.config, l.content, l.theme, l.words, l.findings = input.Config, input.Content, input.Theme, input.Words, findings
}

// configError explains why config.toml cannot be used.
func configError(err error, findings []diag.Finding, folder string) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return hinted{fmt.Errorf("there is no config.toml in %s", folder), "name the site's folder with --site, or make a site: crier init"}
	case findings == nil:
		return hinted{fmt.Errorf("cannot read config.toml: %w", err), "it must be a file that you may read"}
	}
	return mistakesError{errors.New("config.toml cannot be read, so nothing was written")}
}

// input returns the input of a build at the given time.
func (l *loaded) input(now time.Time) build.Input {
	return build.Input{Config: l.config, Content: l.content, Theme: l.theme, Words: l.words, Now: now, Fingerprint: l.fingerprint}
}

func (l *loaded) build(now time.Time) build.Result { return build.Build(l.input(now)) }

func (a *app) build(ctx context.Context, flags buildFlags) error {
	begin := a.Now()
	defer Memory()()
	if err := oneOf("format", flags.format, "text", "json", "github"); err != nil {
		return err
	}
	now, err := a.instant(flags.at)
	if err != nil {
		return err
	}
	out := flags.out
	if !filepath.IsAbs(out) {
		out = filepath.Join(a.path(a.site), out)
	}
	var known *cache.Site
	fingerprint := ""
	if !flags.noCache {
		known = cache.OpenSite(a.path(a.site), a.Now, !flags.dryRun)
		defer known.Close()
		if s, ok := known.Stamp(ctx, out, now); ok && standsAs(out, s.Outputs) {
			a.summarize(summary{Findings: s.Findings, Summary: disk.Summary{Files: s.Files, Unchanged: s.Files}, Out: flags.out,
				standing: &s.Standing, zone: known.Zone, took: a.Now().Sub(begin)}, flags)
			return nil
		}
		fingerprint = known.Fingerprint
	}
	l, err := a.loadKnown(ctx, now, known)
	if err != nil {
		if l != nil {
			a.summarize(summary{Findings: l.findings}, flags)
		}
		return err
	}
	l.fingerprint = fingerprint
	result := l.build(now)
	report := summary{Findings: diag.Sort(append(l.findings, result.Findings...)), standing: standingOf(&result), zone: l.config.Zone}
	mistakes := diag.Count(report.Findings, diag.Mistake)
	if mistakes > 0 && !flags.keepGoing {
		a.summarize(report, flags)
		return mistakesError{fmt.Errorf("%s, so nothing was built (--keep-going builds the rest)", count(mistakes, "mistake"))}
	}
	write := disk.Write
	if flags.dryRun {
		write = disk.Plan
	}
	report.Summary, err = write(ctx, out, result.Files)
	if err != nil {
		a.summarize(report, flags)
		return explain(err)
	}
	if known != nil && !flags.dryRun && mistakes == 0 && !l.datedNow && (!l.undated || l.history != "") {
		known.WriteStamp(out, cache.Stamp{Outputs: report.Summary.State, History: l.history, From: now, Until: result.NextChange, Files: report.Summary.Files,
			Findings: report.Findings, Standing: *report.standing})
	}
	report.Out, report.took = flags.out, a.Now().Sub(begin)
	a.summarize(report, flags)
	if mistakes > 0 {
		return mistakesError{fmt.Errorf("%s; all that can be understood was built", count(mistakes, "mistake"))}
	}
	return nil
}

// standsAs reports whether an output folder is still in the state in which a build left it.
func standsAs(out, state string) bool {
	now, untouched := disk.Untouched(out)
	return untouched && now == state
}

// standingOf returns the status of the site for the summary of a build.
func standingOf(result *build.Result) *cache.Standing {
	s := result.Site
	return &cache.Standing{State: s.State().Description, OpenIncidents: s.OpenIncidents, OpenMaintenance: s.OpenMaintenance, NextChange: result.NextChange}
}

// explain adds a hint to an error from writing the output.
func explain(err error) error {
	var foreign *disk.ForeignError
	var executing texttemplate.ExecError
	switch {
	case errors.As(err, &executing):
		return hinted{fmt.Errorf("nothing public was changed: %w", err), "fix that template of the theme; docs/themes.md lists what it can use"}
	case errors.As(err, &foreign):
		return hinted{err, "choose another folder with --out, or move away what is there"}
	case errors.Is(err, disk.ErrBusy):
		return hinted{err, "wait for it, or choose another folder with --out"}
	}
	var partial *disk.PartialError
	if errors.As(err, &partial) {
		return hinted{err, "no page links to a missing file, and the next build does the rest: see that every file of the folder can be replaced"}
	}
	return hinted{fmt.Errorf("nothing public was changed: %w", err), "see that the folder can be written to and has room, or choose another with --out"}
}

// summary is what a build reports when it is done.
type summary struct {
	Findings []diag.Finding
	Summary  disk.Summary
	Out      string // "" when nothing was written

	standing *cache.Standing // nil when the configuration cannot be read
	zone     *time.Location
	took     time.Duration
}

func (a *app) summarize(r summary, flags buildFlags) {
	if flags.format == "json" {
		a.summaryJSON(r, flags)
		return
	}
	if flags.format == "github" {
		a.annotate(r.Findings)
	} else {
		a.printFindings(r.Findings)
	}
	if r.Out == "" {
		return
	}
	s := r.Summary
	created, updated, deleted := s.Count(fileset.Create), s.Count(fileset.Update), s.Count(fileset.Delete)
	switch {
	case flags.dryRun:
		for _, c := range s.Changes {
			fmt.Fprintf(a.Stdout, "%-6s %s\n", c.Action, c.Path)
		}
		fmt.Fprintf(a.Stdout, "%s in %s would be created, %d updated, %d deleted; %d stay as they are.\n",
			count(created, "file"), r.Out, updated, deleted, s.Unchanged)
	case len(s.Changes) == 0:
		fmt.Fprintf(a.Stdout, "%s in %s, built in %s: nothing has changed.\n", count(s.Files, "file"), r.Out, short(r.took))
	default:
		fmt.Fprintf(a.Stdout, "%s in %s, built in %s: %d created, %d updated, %d deleted, %d unchanged.\n",
			count(s.Files, "file"), r.Out, short(r.took), created, updated, deleted, s.Unchanged)
	}
	fmt.Fprintf(a.Stdout, "State: %s.%s%s\n", r.standing.State, ids(" Open", r.standing.OpenIncidents), ids(" Maintenance", r.standing.OpenMaintenance))
	fmt.Fprintf(a.Stdout, "The page next changes by itself at %s.\n", r.standing.NextChange.In(r.zone).Format("2006-01-02 15:04:05 MST"))
}

// ids formats a labelled list of open incidents or maintenance.
func ids(label string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return label + ": " + few(list) + "."
}

// few lists names, shortening long lists.
func few(names []string) string {
	if len(names) > 5 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), len(names)-5)
	}
	return strings.Join(names, ", ")
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// short formats a duration, rounded to a readable precision.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
