package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/publish/rollout"
	"settler.io/crier/internal/publish/target"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/site/published"
	"settler.io/crier/internal/sitefs/clone"
)

type publishOptions struct {
	githubOptions
	to               []string
	from, format     string
	at               time.Time
	ahead, follow    time.Duration
	dryRun, force    bool
	noWait, noNotify bool
}

func newPublish(a *app.App) *cobra.Command {
	o := &publishOptions{}
	o.App = a
	command := &cobra.Command{
		Use:   "publish",
		Short: "Publish the site",
		Long: `Build the site and publish what differs to one or more targets: a branch that GitHub Pages serves, a branch of any git host, or a
folder. Each target changes in one step. Then wait until the site's own URL serves this build.

A mistake in a file affects only that file; only an unreadable config.toml stops everything. The newest content wins: a run with
an older commit, or for an earlier instant, leaves the page as it is. The publish record, beside the pages, keeps when each update
became public.

A target is github:OWNER/REPO#BRANCH, git:REMOTE#BRANCH or dir:PATH. The targets are those of [publish] in config.toml unless --to
names others. The token for GitHub comes from GITHUB_TOKEN or --token-file.`,
		Example: `  crier publish
  crier publish --dry-run --at 2026-10-02T11:00:00Z
  crier publish --to github:settler/status#gh-pages --to dir:../status
  crier publish --to git:origin#pages --no-wait`,
		Args: app.NoArguments,
		RunE: func(command *cobra.Command, _ []string) error { return o.run(command.Context()) },
	}
	app.DurationFlag(command, &o.ahead, "ahead", "20m", "publish a held update this `duration` before its deadline, such as 20m")
	app.DurationFlag(command, &o.follow, "follow", "65m", "then publish each release and each start or end of maintenance in the next `duration`, such as 65m")
	app.AtFlag(command, &o.at, "with --dry-run: as if it were this `time` (RFC 3339)")
	command.Flags().BoolVar(&o.dryRun, "dry-run", false, "print what would be published, and publish nothing")
	command.Flags().BoolVar(&o.force, "force", false, "publish even over a newer build or files of others, and even if content is not committed")
	app.FormatFlag(command, &o.format, "`format` of the report: text, json or github (workflow annotations)", "text", "json", "github")
	command.Flags().StringVar(&o.from, "from", "", "publish this `folder`, an earlier build, as it is")
	command.Flags().BoolVar(&o.noWait, "no-wait", false, "do not wait until the site's URL serves this build")
	command.Flags().BoolVar(&o.noNotify, "no-notify", false, "leave it to crier notify to tell others what is live")
	command.Flags().StringArrayVar(&o.to, "to", nil, "`target` to publish to, instead of those in config.toml; may be repeated")
	o.githubOptions.flags(command)
	return command
}

// publishing is one run of publish.
type publishing struct {
	*publishOptions
	site    *clone.Site
	now     time.Time
	rollout *rollout.Rollout
}

func (o *publishOptions) run(ctx context.Context) error {
	if o.follow > 0 && (o.dryRun || o.from != "") {
		return diag.Usage(errors.New("--follow cannot be used with --dry-run or --from"), "crier publish --follow 65m")
	}
	defer Memory()()
	var p *publishing
	since := o.Now() // the job before this one has posted the reminders up to now
	follower := publish.Follower{Now: o.Now, Wait: o.Wait, Until: o.Now().Add(o.follow), Publish: func(ctx context.Context) (next time.Time, err error) {
		var seen live.Result
		p, seen, err = o.publish(ctx)
		if p == nil {
			return next, err
		}
		p.tellWorkflow()
		if next = p.rollout.NextEdge(); o.follow > 0 {
			next = earliest(next, p.remind(ctx, seen, since))
			since = o.Now()
		}
		return next, err
	}, Superseded: func(ctx context.Context) bool { return p.rollout.Superseded(ctx) }}
	return follower.Follow(ctx)
}

// publish publishes the site, and returns what was published and what was seen at its URL.
func (o *publishOptions) publish(ctx context.Context) (p *publishing, seen live.Result, err error) {
	if !o.at.IsZero() && !o.dryRun {
		return nil, seen, diag.Usage(errors.New("--at is only for --dry-run: crier publish publishes what is true now"), "crier publish --dry-run --at "+o.at.Format(time.RFC3339))
	}
	p, err = o.load(ctx)
	if err != nil {
		return nil, seen, err
	}
	p.warnWithheld()
	if p.rollout.Targets, err = p.targets(); err != nil {
		return p, seen, err
	}
	source, err := p.source(ctx)
	if err != nil {
		return p, seen, err
	}
	work, err := os.MkdirTemp("", "crier-publish-")
	if err != nil {
		return p, seen, err
	}
	defer os.RemoveAll(work)
	p.rollout.Open(ctx, work, len(p.site.Content.Incidents))
	p.Progress("building the site")
	err = p.rollout.Prepare(ctx, source)
	p.Progress("")
	if err != nil {
		return p, seen, err
	}
	p.printFindings()
	for n, l := range p.rollout.Targets {
		p.Progress("publishing to " + l.Text)
		result := p.rollout.Publish(ctx, n)
		p.Progress("")
		if o.format != "json" {
			p.printResult(result)
		}
		if ctx.Err() != nil {
			return p, seen, ctx.Err()
		}
	}
	seen = p.wait(ctx)
	p.rollout.NoteLive(ctx, seen.At)
	p.notify(ctx, seen)
	return p, seen, p.conclude(seen)
}

// load reads the token and the site.
func (o *publishOptions) load(ctx context.Context) (*publishing, error) {
	p := &publishing{publishOptions: o, now: o.At(o.at)}
	token, err := o.token()
	if err != nil {
		return nil, err
	}
	o.Lenient = true
	if p.site, err = o.Load(ctx, p.now); err != nil {
		return nil, err
	}
	p.site.Config.Rules.Ahead = o.ahead
	p.rollout = &rollout.Rollout{
		Config: p.site.Config, Reach: target.Options{Site: p.Folder(), API: p.root(), Token: token, Transport: p.Transport},
		Force: o.force, DryRun: o.dryRun, Make: p.make, Rebuild: o.from == "",
		Instant: p.now, Now: o.Now, Sleep: o.Wait, Warn: func(line string) {
			p.Progress("")
			fmt.Fprintln(p.Stderr, line)
		},
	}
	return p, nil
}

// targets returns the targets of --to or, without that flag, those of config.toml.
func (p *publishing) targets() ([]target.Location, error) {
	texts := p.to
	if len(texts) == 0 {
		texts = p.site.Config.Publish.To
	}
	if len(texts) == 0 {
		return nil, diag.Hinted(errors.New("there is no publish target"), `write to = ["github:OWNER/REPO#gh-pages"] below [publish] in config.toml, or use --to`)
	}
	var targets []target.Location
	p.Secrets.AddRemotes(texts...)
	for _, text := range texts {
		t, err := target.Parse(text)
		if err != nil {
			return nil, diag.Usage(err, "write "+target.Forms)
		}
		targets = append(targets, t)
	}
	return targets, nil
}

// source returns what the build is made from. Unless the flags allow it, content that is not
// committed or not pushed is an error, because the next run on another machine would undo it.
func (p *publishing) source(ctx context.Context) (publish.Source, error) {
	s := publish.Source{Instant: p.now.UTC()}
	stands, err := git.Stand(ctx, p.Folder(), "config.toml", "content", "themes")
	if err != nil {
		if ctx.Err() != nil {
			return s, err
		}
		fmt.Fprintf(p.Stderr, "warning: it is unknown which commit this is: %v\n", err)
	}
	s.Revision = stands.Revision
	switch {
	case p.force || p.dryRun || p.from != "":
	case len(stands.Dirty) > 0:
		example := "one of a security incident"
		for _, path := range stands.Dirty {
			if !p.site.Content.SecretPath(path) {
				example = path
				break
			}
		}
		return s, diag.Hinted(fmt.Errorf("content is not committed: %s, such as %s", report.Count(len(stands.Dirty), "file"), example), fmt.Sprintf("%s && %s && %s, or publish anyway with --force", p.GitLine("add", "--all", "."), p.GitLine("commit"), p.GitLine("push")))
	case stands.Unpushed > 0:
		return s, diag.Hinted(errors.New("the commit that is checked out is not pushed"), p.GitLine("push")+", or publish anyway with --force")
	}
	return s, nil
}

// make builds the site, or reads the folder of an earlier build.
func (p *publishing) make(source publish.Source, posted *published.Posted) (*publish.Build, *site.Site, error) {
	if p.from != "" {
		dir := p.Path(p.from)
		made, err := disk.ReadBuild(dir, source)
		if err != nil {
			return nil, nil, diag.Hinted(fmt.Errorf("%s is not a site that was built: %w", dir, err), "name the folder that crier build wrote, such as --from public")
		}
		made.Source.Version = made.Version
		return made, nil, nil
	}
	p.site.Posted = posted
	result := p.site.Build(p.now)
	if p.rollout.Build == nil { // for another record, a build has the same findings
		p.site.Findings = append(p.site.Findings, result.Findings...)
	}
	made, err := publish.Assemble(result.Files, source)
	if err != nil { // a template failed, which is only found when it is used
		fmt.Fprintf(p.Stderr, "warning: the theme fails, so the built-in one is used: %v\n", err)
		p.site.Config.Theme = "default"
		p.site.Findings = diag.Mistakes(p.site.Findings)
		p.site.Input = p.site.WithBuiltinTheme()
		result = p.site.Build(p.now)
		if made, err = publish.Assemble(result.Files, source); err != nil {
			return nil, nil, err
		}
	}
	made.Source.Version = made.Version
	for _, s := range result.Site.Public() {
		made.Updates = append(made.Updates, publish.Update{
			Key:    record.Key{Kind: record.Kind(s.Kind), ID: s.ID, Update: s.Update},
			Posted: s.Posted.UTC().Truncate(time.Second), Severity: s.Severity, Security: s.Security,
		})
	}
	return made, result.Site, nil
}
