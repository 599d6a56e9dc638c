package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	texttemplate "text/template"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/target"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/clone"
	"settler.io/crier/internal/source/content"
)

type buildOptions struct {
	*app.App
	at                         time.Time
	out, format                string
	keepGoing, dryRun, noCache bool
}

func newBuild(a *app.App) *cobra.Command {
	o := &buildOptions{App: a}
	command := &cobra.Command{
		Use:   "build",
		Short: "Build the site into public/",
		Long: `Compile config.toml and content/ into a static site.

Only files that differ are written. If the content has a mistake, nothing is written, unless --keep-going builds everything else;
the exit status is 3 in both cases.`,
		Example: `  crier build
  crier build --out ../status --keep-going
  crier build --at 2026-10-02T10:30:00Z --dry-run`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	app.AtFlag(command, &o.at, "build what may be public at this `time` (RFC 3339) instead of now")
	command.Flags().StringVar(&o.out, "out", "public", "`folder` to write to, relative to the site")
	command.Flags().BoolVar(&o.keepGoing, "keep-going", false, "build the rest if there are mistakes")
	app.DryRunFlag(command, &o.dryRun)
	command.Flags().BoolVar(&o.noCache, "no-cache", false, "generate every file, even if nothing that it depends on has changed")
	app.FormatFlag(command, &o.format, "`format` of the report: text, json or github (workflow annotations)", "text", "json", "github")
	return command
}

func (o *buildOptions) run(ctx context.Context) error {
	begin := o.Now()
	defer Memory()()
	now := o.At(o.at)
	out := o.out
	if !filepath.IsAbs(out) {
		out = filepath.Join(o.Folder(), out)
	}
	if target.OfSources(o.Folder(), out) {
		return diag.Usage(fmt.Errorf("%s belongs to the sources of the site", o.out), "choose another folder with --out")
	}
	var known *cache.Site
	fingerprint := ""
	if !o.noCache {
		known = cache.OpenSite(o.Folder(), o.Now, !o.dryRun)
		defer known.Close()
		// To know what the log of a workflow leaves out, the content has to be read.
		if s, ok := clone.LastBuild(ctx, known, o.Folder(), out, now); ok && !o.PublicLog(o.format) {
			return o.print(report.Build{
				Out: o.out, DryRun: o.dryRun, Files: s.Files, Same: s.Files, Findings: s.Findings, Standing: &s.Standing, Zone: known.Zone, Took: o.Now().Sub(begin),
			}, nil)
		}
		fingerprint = known.Fingerprint
	}
	site, err := o.LoadWithEvidence(ctx, now, known)
	if err != nil {
		if site != nil {
			o.print(report.Build{Findings: site.Findings}, site.Content)
		}
		return err
	}
	site.Fingerprint = fingerprint
	record, err := site.PostAsKnown(ctx, o.Folder())
	if err != nil {
		return err
	}
	result := site.Build(now)
	s := result.Site
	built := report.Build{
		DryRun: o.dryRun, Findings: diag.Sort(append(site.Findings, result.Findings...)), Zone: site.Config.Zone,
		Standing: &report.Standing{State: s.State().Description, OpenIncidents: s.OpenIncidents, OpenMaintenance: s.OpenMaintenance, NextChange: result.NextChange},
	}
	mistakes := diag.Count(built.Findings, diag.Mistake)
	if mistakes > 0 && !o.keepGoing {
		o.print(built, site.Content)
		return app.Mistakes("%s, so nothing was built (--keep-going builds the rest)", report.Count(mistakes, "mistake"))
	}
	write := disk.Write
	if o.dryRun {
		write = disk.Plan
	}
	written, err := write(ctx, out, result.Files)
	if err != nil {
		o.print(built, site.Content)
		return o.explainWrite(err)
	}
	built.Changes, built.Files, built.Same = written.Changes, written.Files, written.Unchanged
	if known != nil && !o.dryRun && mistakes == 0 && !site.DatedNow && site.History != "" {
		known.WriteStamp(out, cache.Stamp{Outputs: written.State, History: site.History, Targets: site.Config.Publish.To, Record: record, From: now, Until: result.NextChange, Files: built.Files,
			Findings: built.Findings, Standing: *built.Standing})
	}
	built.Out, built.Took = o.out, o.Now().Sub(begin)
	if err := o.print(built, site.Content); err != nil || mistakes == 0 {
		return err
	}
	return app.Mistakes("%s; everything else was built", report.Count(mistakes, "mistake"))
}

// explainWrite adds a hint to an error from writing the output.
func (o *buildOptions) explainWrite(err error) error {
	switch {
	case errors.As(err, new(texttemplate.ExecError)):
		return diag.Hinted(fmt.Errorf("the output was not changed: %w", err), "fix that template of the theme; docs/themes.md lists what it can use")
	case errors.As(err, new(*disk.ForeignError)):
		return diag.Hinted(err, "choose another folder with --out, or move its files away")
	case errors.Is(err, disk.ErrBusy):
		return diag.Hinted(err, "wait for it, or choose another folder with --out")
	case errors.As(err, new(*disk.PartialError)):
		return diag.Hinted(err, "no page links to a missing file, and the next build completes the rest: check that every file of the folder can be replaced")
	}
	return diag.Hinted(fmt.Errorf("the output was not changed: %w", err), o.WriteHint(err, o.out)+"; or choose another folder with --out")
}

// print reports a build of content, which is nil if it was not read.
func (o *buildOptions) print(b report.Build, c *content.Content) error {
	hidden := func(string) bool { return false }
	if o.PublicLog(o.format) && c != nil {
		hidden = c.NamesSecret
		n := 0
		if b.Findings, n = c.WithoutSecrets(b.Findings); n > 0 {
			defer fmt.Fprintf(o.Stderr, "note: %s in files that a workflow does not show; run crier check yourself\n", report.Count(n, "more finding"))
		}
	}
	switch o.format {
	case "json":
		return o.PrintJSON(b.JSON())
	case "github":
		diag.Annotate(o.Stdout, b.Findings)
	default:
		o.PrintFindings(b.Findings)
	}
	if b.Out != "" {
		b.Text(o.Stdout, hidden)
	}
	return nil
}
