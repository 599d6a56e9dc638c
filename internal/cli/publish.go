package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/frontmatter"
)

type publishFlags struct {
	to                    []string
	from, at, api, ahead  string
	tokenFile, format     string
	dryRun, force, noWait bool
}

func publishCommand(a *app) *cobra.Command {
	var flags publishFlags
	command := &cobra.Command{
		Use:   "publish",
		Short: "Bring the site to its readers, at once",
		Long: `Build the site and bring what differs to where readers see it: a branch that GitHub Pages serves, a branch of any git host, a
folder; each in one step. Then wait until the site's own address serves this build.

Mistakes cost what they are about and stop nothing but an unreadable config.toml. The newest content wins: a run with an older
commit, or for an earlier instant, leaves the page as it is. What became public when is kept in the record, beside the pages.

A target is github:OWNER/REPO#BRANCH, git:REMOTE#BRANCH or dir:PATH; those of [publish] in config.toml unless --to names others.
The token for GitHub comes from GITHUB_TOKEN or --token-file.`,
		Example: `  crier publish
  crier publish --dry-run --at 2026-10-02T11:00:00Z
  crier publish --to github:settler/status#gh-pages --to dir:../status
  crier publish --to git:origin#pages --no-wait`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error { return a.publish(command.Context(), flags) },
	}
	command.Flags().StringVar(&flags.ahead, "ahead", "", "`duration` before its deadline from which a held update goes out, such as 20m")
	command.Flags().StringVar(&flags.api, "api", "", "root `address` of GitHub's API; otherwise GITHUB_API_URL, which a workflow sets, or https://api.github.com")
	command.Flags().StringVar(&flags.at, "at", "", "with --dry-run: as if it were this `time` (RFC 3339)")
	command.Flags().BoolVar(&flags.dryRun, "dry-run", false, "say what would be published, and publish nothing")
	command.Flags().BoolVar(&flags.force, "force", false, "publish whatever is there: a newer build, uncommitted content, files of others")
	command.Flags().StringVar(&flags.format, "format", "text", "`form` of the report: text, json or github (annotations of a workflow)")
	completeWords(command, "format", "text", "json", "github")
	command.Flags().StringVar(&flags.from, "from", "", "publish this `folder`, built before, as it is")
	command.Flags().BoolVar(&flags.noWait, "no-wait", false, "do not wait until the site's address serves this build")
	command.Flags().StringArrayVar(&flags.to, "to", nil, "`target` to publish to in place of those in config.toml; may be repeated")
	command.Flags().StringVar(&flags.tokenFile, "token-file", "", "`file` that holds the token for GitHub")
	return command
}

// publishing is one run of the publish command.
type publishing struct {
	*app
	flags   publishFlags
	loaded  *loaded
	token   string
	now     time.Time
	build   *publish.Build
	plan    *site.Site // nil if an existing folder is published
	results []published
	done    []func() // cleanup functions to run at the end
}

// published is the result of publishing to one target.
type published struct {
	target target
	log    *publish.DeliveryLog // the target's delivery log; nil after an error
	plan   *publish.Plan
	err    error
	took   time.Duration
}

func (a *app) publish(ctx context.Context, flags publishFlags) error {
	p := &publishing{app: a, flags: flags}
	if err := p.check(); err != nil {
		return err
	}
	return p.run(ctx)
}

// check validates the flags and reads the token.
func (p *publishing) check() error {
	if err := oneOf("format", p.flags.format, "text", "json", "github"); err != nil {
		return err
	}
	if p.flags.at != "" && !p.flags.dryRun {
		return usageError{errors.New("--at is for --dry-run only: what is published is public now"), "crier publish --dry-run --at " + p.flags.at}
	}
	var err error
	if p.now, err = p.instant(p.flags.at); err != nil {
		return err
	}
	if p.token, err = p.app.token(p.flags.tokenFile); err != nil {
		return err
	}
	return nil
}

func (p *publishing) run(ctx context.Context) error {
	defer func() {
		for _, clear := range p.done {
			clear()
		}
	}()
	var ahead time.Duration
	if p.flags.ahead != "" {
		var err error
		if ahead, err = frontmatter.ParseDuration(p.flags.ahead); err != nil {
			return usageError{fmt.Errorf("--ahead %w", err), "write it like --ahead 20m"}
		}
	}
	p.lenient = true
	l, err := p.load(ctx, p.now)
	if err != nil {
		if l != nil {
			p.printFindings(l.findings)
		}
		return err
	}
	l.config.Rules.Ahead = ahead
	p.loaded = l
	p.warnWithheld()
	p.warnAhead()
	targets, err := p.targets()
	if err != nil {
		return err
	}
	source, err := p.source(ctx)
	if err != nil {
		return err
	}
	if p.build, err = p.make(source); err != nil {
		return err
	}
	p.build.Source.Version = p.build.Version
	p.tellFindings()
	for _, t := range targets {
		p.results = append(p.results, p.publishTo(ctx, t))
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	seen := p.wait(ctx)
	p.note(ctx, seen)
	p.announce(ctx, seen)
	return p.conclude(seen)
}

// warnWithheld warns about each file that is not public because of a mistake in it.
func (p *publishing) warnWithheld() {
	withheld, secret := map[string]bool{}, 0
	for _, f := range diag.Sort(p.loaded.findings) {
		path := f.Position.Path
		if withheld[path] || !content.Withholds(f) || f.Kind == diag.UnclearHold && p.out(path) {
			continue
		}
		withheld[path] = true
		if p.secretPath(path) {
			secret++
			continue
		}
		why := ": " + f.Message
		if p.getenv("GITHUB_ACTIONS") == "true" {
			why = "; the mistake is in line " + strconv.Itoa(f.Position.Line)
		}
		fmt.Fprintf(p.Stderr, "warning: %s is NOT public%s\n", path, why)
	}
	if secret > 0 {
		fmt.Fprintf(p.Stderr, "warning: %s more NOT public, of which nothing is told here: see crier check\n", count(secret, "file"))
	}
}

// out reports whether an update is public at the time of the run, regardless of its hold.
func (p *publishing) out(path string) bool {
	for _, i := range p.loaded.content.Incidents {
		for _, release := range p.loaded.config.Rules.Releases(i.Updates) {
			if release.Update.Path == path {
				return release.Public(p.now)
			}
		}
	}
	return false
}

// warnAhead warns the on-call engineer about each P0 or P1 update that is not public because its
// date is in the future.
func (p *publishing) warnAhead() {
	for _, i := range p.loaded.content.Incidents {
		for _, release := range p.loaded.config.Rules.Releases(i.Updates) {
			if !release.Ruling.Urgent() || release.Public(p.now) || release.Update.Draft || !release.Update.Date.After(p.now.Add(p.loaded.config.Rules.Tolerance)) {
				continue
			}
			name := i.ID + "/" + release.Update.ID
			if i.Secret() {
				name = "an update of a security incident"
			}
			fmt.Fprintf(p.Stderr, "warning: %s is %s and NOT public: its date, %s, lies %s ahead\n", name, release.Ruling,
				release.Update.Date.In(p.loaded.config.Zone).Format("2006-01-02 15:04 MST"), release.Update.Date.Sub(p.now).Round(time.Minute))
			fmt.Fprintln(p.Stderr, "  hint: correct its date, commit, and publish again")
		}
	}
}

// shownFindings returns the mistakes to print. It omits those in security incidents, because the
// logs of a public repository are public. In a workflow it keeps only the position and the kind of
// each, because messages may quote text that is not public yet.
func (p *publishing) shownFindings() []diag.Finding {
	var shown []diag.Finding
	for _, f := range diag.Sort(diag.Mistakes(p.loaded.findings)) {
		if p.secretPath(f.Position.Path) {
			continue
		}
		if p.getenv("GITHUB_ACTIONS") == "true" {
			f.Message, f.Hint = "there is a mistake here", "see it with: crier check"
		}
		shown = append(shown, f)
	}
	return shown
}

func (p *publishing) tellFindings() {
	shown := p.shownFindings()
	switch p.flags.format {
	case "github":
		p.annotate(shown)
	case "text":
		p.printFindings(shown)
	}
	if hidden := diag.Count(p.loaded.findings, diag.Mistake) - len(shown); hidden > 0 {
		fmt.Fprintf(p.Stderr, "%s more not shown here: crier check shows all\n", count(hidden, "mistake"))
	}
}

func (p *publishing) secretPath(path string) bool { return p.loaded.content.SecretPath(path) }
