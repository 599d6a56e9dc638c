package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/cli/app"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/githubpages"
	"settler.io/crier/internal/publish/live"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/publish/recordsource"
	"settler.io/crier/internal/publish/target"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/site"
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

// filesPerIncident is about how many files a site has for each of its incidents.
const filesPerIncident = 3

// publishing is one run of publish.
type publishing struct {
	*publishOptions
	site    *app.Site
	token   string
	now     time.Time
	build   *publish.Build
	plan    *site.Site // nil if an existing folder is published
	results []published
}

// published is the result of publishing to one target.
type published struct {
	target   target.Location
	patience *publish.Patience
	log      *publish.DeliveryLog // the target's delivery log; nil after an error
	plan     *publish.Plan
	err      error
	took     time.Duration
}

func (o *publishOptions) run(ctx context.Context) error {
	if o.follow > 0 && (o.dryRun || o.from != "") {
		return app.Usage(errors.New("--follow cannot be used with --dry-run or --from"), "crier publish --follow 65m")
	}
	defer Memory()()
	var p *publishing
	since := o.Now() // the job before this one has posted the reminders up to now
	follower := publish.Follower{Now: o.Now, Wait: o.Wait, Until: o.Now().Add(o.follow), Publish: func(ctx context.Context) (next time.Time, err error) {
		var seen live.Result
		p, seen, err = o.publish(ctx)
		p.tellWorkflow()
		if next = p.nextEdge(); o.follow > 0 {
			next = earliest(next, p.remind(ctx, seen, since))
			since = o.Now()
		}
		return next, err
	}, Superseded: func(ctx context.Context) bool { return p.superseded(ctx) }}
	return follower.Follow(ctx)
}

// publish publishes the site, and returns what was published and what was seen at its URL.
func (o *publishOptions) publish(ctx context.Context) (p *publishing, seen live.Result, err error) {
	if !o.at.IsZero() && !o.dryRun {
		return p, seen, app.Usage(errors.New("--at is only for --dry-run: crier publish publishes what is true now"), "crier publish --dry-run --at "+o.at.Format(time.RFC3339))
	}
	p, err = o.load(ctx)
	if err != nil {
		return p, seen, err
	}
	p.warnWithheld()
	targets, err := p.targets()
	if err != nil {
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
	for n, t := range targets {
		result := published{target: t, patience: p.patience(t)}
		_, result.log, result.err = p.open(ctx, t, filepath.Join(work, fmt.Sprint(n)), result.patience)
		if branch, ok := result.log.Place.(*githubpages.Branch); ok && result.err == nil {
			branch.Ahead(ctx, filesPerIncident*len(p.site.Content.Incidents))
		}
		p.results = append(p.results, result)
	}
	p.Progress("building the site")
	p.build, err = p.first(ctx, source)
	p.Progress("")
	if err != nil {
		return p, seen, err
	}
	p.printFindings()
	for n := range p.results {
		if p.publishTo(ctx, &p.results[n], n == 0); o.format != "json" {
			p.printResult(p.results[n])
		}
		if ctx.Err() != nil {
			return p, seen, ctx.Err()
		}
	}
	seen = p.wait(ctx)
	p.note(ctx, seen)
	p.notify(ctx, seen)
	return p, seen, p.conclude(seen)
}

// load reads the token and the site.
func (o *publishOptions) load(ctx context.Context) (*publishing, error) {
	p := &publishing{publishOptions: o, now: o.At(o.at)}
	var err error
	if p.token, err = o.token(); err != nil {
		return nil, err
	}
	o.Lenient = true
	if p.site, err = o.Load(ctx, p.now); err != nil {
		return nil, err
	}
	p.site.Config.Rules.Ahead = o.ahead
	return p, nil
}

// targets returns the targets of --to or, without that flag, those of config.toml.
func (p *publishing) targets() ([]target.Location, error) {
	texts := p.to
	if len(texts) == 0 {
		texts = p.site.Config.Publish.To
	}
	if len(texts) == 0 {
		return nil, app.Hinted(errors.New("there is no publish target"), `write to = ["github:OWNER/REPO#gh-pages"] below [publish] in config.toml, or use --to`)
	}
	var targets []target.Location
	p.Secrets.AddRemotes(texts...)
	for _, text := range texts {
		t, err := target.Parse(text)
		if err != nil {
			return nil, app.Usage(err, "write "+target.Forms)
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
		return s, app.Hinted(fmt.Errorf("content is not committed: %s, such as %s", report.Count(len(stands.Dirty), "file"), example), fmt.Sprintf("%s && %s && %s, or publish anyway with --force", p.GitLine("add", "--all", "."), p.GitLine("commit"), p.GitLine("push")))
	case stands.Unpushed > 0:
		return s, app.Hinted(errors.New("the commit that is checked out is not pushed"), p.GitLine("push")+", or publish anyway with --force")
	}
	return s, nil
}

// make builds the site, or reads the folder of an earlier build.
func (p *publishing) make(source publish.Source) (*publish.Build, error) {
	if p.from != "" {
		dir := p.Path(p.from)
		made, err := disk.ReadBuild(dir, source)
		if err != nil {
			return nil, app.Hinted(fmt.Errorf("%s is not a site that was built: %w", dir, err), "name the folder that crier build wrote, such as --from public")
		}
		made.Source.Version = made.Version
		return made, nil
	}
	result := p.site.Build(p.now)
	if p.build == nil {
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
			return nil, err
		}
	}
	p.plan, made.Source.Version = result.Site, made.Version
	for _, s := range result.Site.Public() {
		made.Updates = append(made.Updates, publish.Update{Key: record.Key{Kind: record.Kind(s.Kind), ID: s.ID, Update: s.Update}, Posted: s.Posted.UTC().Truncate(time.Second), Severity: s.Severity, Security: s.Security})
	}
	return made, nil
}

// posted returns when the updates of the site were posted if the first target has this record. This
// publish posts those that it lacks.
func (p *publishing) posted(r *record.Record) *site.Posted {
	return recordsource.Posted(p.site.Config.Rules, r, p.now)
}

// first builds the site for the record that is known without asking anybody.
func (p *publishing) first(ctx context.Context, source publish.Source) (*publish.Build, error) {
	targets := p.to
	if len(targets) == 0 {
		targets = p.site.Config.Publish.To
	}
	p.site.Posted = p.posted(recordsource.KnownRecord(ctx, targets[:min(len(targets), 1)], p.Folder()))
	return p.make(source)
}

// rebuild returns the build for the record of the first target, which decides when updates were
// posted. Usually that is the record that the build was made with.
func (p *publishing) rebuild(r *record.Record) (*publish.Build, error) {
	posted := p.posted(r)
	if posted.Equal(p.site.Posted) {
		return p.build, nil
	}
	p.site.Posted = posted
	var err error
	p.build, err = p.make(p.build.Source)
	return p.build, err
}

// publishTo publishes to one target. An error does not prevent publishing to the others.
func (p *publishing) publishTo(ctx context.Context, r *published, first bool) {
	begin := p.Now()
	p.Progress("publishing to " + r.target.Text)
	defer p.Progress("")
	if r.err == nil {
		options := publish.Options{
			Force: p.force, Receipts: r.log.Entries, Patience: r.patience, DryRun: p.dryRun, Limit: publish.RetryLimit,
			Ancestor: func(ctx context.Context, older, newer string) (bool, error) {
				return git.Ancestor(ctx, p.Folder(), older, newer)
			},
			Local: p.localBlobs,
		}
		if first && p.from == "" {
			options.Rebuild = p.rebuild
		}
		if r.plan, r.err = publish.Run(ctx, r.log.Place, p.build, options); first && r.err == nil && !p.dryRun {
			p.keepRecord(r.plan.Record())
		}
	}
	r.took = p.Now().Sub(begin)
}

// localBlobs reads blobs that this clone has, such as those of a branch that was fetched.
func (p *publishing) localBlobs(ctx context.Context, hashes []string, each func(string, []byte)) error {
	missing := map[string]bool{}
	for _, hash := range hashes {
		missing[hash] = true
	}
	err := git.Blobs(ctx, p.Folder(), hashes, func(hash string, content []byte) {
		delete(missing, hash)
		each(hash, content)
	})
	if c, failed := cache.Open(p.Folder()); failed == nil {
		defer c.Close()
		for hash := range missing {
			if content, ok := c.Read("record/"+hash, hash); ok {
				each(hash, []byte(content))
			}
		}
	}
	return err
}

// keepRecord keeps the files of the record that this run wrote or read, for localBlobs.
func (p *publishing) keepRecord(files [][]byte) {
	c, err := cache.Open(p.Folder())
	if err != nil || len(files) == 0 {
		return
	}
	defer c.Close()
	for _, content := range files {
		hash := fileset.Sum(content).String()
		c.Write("record/"+hash, hash, content)
	}
	const most = 100
	c.Prune("record", most)
}

// open returns a target with its delivery log. work is a folder for temporary files, which does not
// exist yet.
func (p *publishing) open(ctx context.Context, l target.Location, work string, patience *publish.Patience) (publish.Target, *publish.DeliveryLog, error) {
	place, err := target.New(ctx, l, target.Options{Site: p.Folder(), Work: work, API: p.root(), Token: p.token, Transport: p.Transport, Patience: patience})
	return place, &publish.DeliveryLog{Place: place, Warn: func(err error) { fmt.Fprintf(p.Stderr, "%s: warning: %v\n", l.Text, err) }}, err
}

// patience says how long to retry what fails at a target.
func (p *publishing) patience(t target.Location) *publish.Patience {
	return &publish.Patience{Now: p.Now, Wait: p.Wait, Began: p.Now(), Limit: publish.RetryLimit(incident.P0), Tell: func(line string) {
		p.Progress("")
		fmt.Fprintf(p.Stderr, "%s: %s\n", t.Text, line)
	}}
}
