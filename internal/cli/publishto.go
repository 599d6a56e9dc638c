package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/publish/gitbranch"
	"settler.io/crier/internal/publish/githubpages"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/site"
)

// target is a parsed publish target.
type target struct {
	text                      string
	kind                      string // github, git or dir
	owner, repository, branch string // github only
	remote                    string // git only; branch too
	dir                       string // dir only
}

const targetHint = "write github:OWNER/REPO#BRANCH, git:REMOTE#BRANCH or dir:PATH"

// parseTarget parses github:OWNER/REPO#BRANCH, git:REMOTE#BRANCH or dir:PATH.
func parseTarget(text string) (target, error) {
	bad := func(why string) (target, error) {
		return target{}, usageError{fmt.Errorf("%q is not a target: %s", text, why), targetHint}
	}
	kind, rest, _ := strings.Cut(text, ":")
	t := target{text: text, kind: kind}
	var ok bool
	switch kind {
	case "dir":
		if t.dir = rest; rest == "" {
			return bad("it names no folder")
		}
		return t, nil
	case "github":
		var place string
		place, t.branch, ok = strings.Cut(rest, "#")
		t.owner, t.repository, _ = strings.Cut(place, "/")
		if t.owner == "" || t.repository == "" || strings.ContainsAny(place, " ?%\\") || strings.Contains(t.repository, "/") {
			return bad("it names no repository")
		}
	case "git":
		at := strings.LastIndexByte(rest, '#')
		if ok = at > 0; ok {
			t.remote, t.branch = rest[:at], rest[at+1:]
		}
	default:
		return bad("it begins with none of github:, git: and dir:")
	}
	if !ok || badBranch(t.branch) {
		return bad("it names no branch")
	}
	return t, nil
}

// badBranch reports whether name is not a valid branch name (git-check-ref-format(1)).
func badBranch(name string) bool {
	return name == "" || strings.ContainsAny(name, " ~^:?*[\\\x7f") || strings.Contains(name, "..") || strings.Contains(name, "@{") || strings.Contains(name, "//") ||
		strings.HasPrefix(name, "/") || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "/") || strings.HasSuffix(name, ".") ||
		strings.HasSuffix(name, ".lock") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' })
}

// targets returns the targets of --to or, without that flag, those of config.toml.
func (p *publishing) targets() ([]target, error) {
	texts := p.flags.to
	if len(texts) == 0 {
		texts = p.loaded.config.Publish.To
	}
	if len(texts) == 0 {
		return nil, hinted{errors.New("nobody says where to publish"), `write to = ["github:OWNER/REPO#gh-pages"] below [publish] in config.toml, or use --to`}
	}
	var targets []target
	p.secrets.addRemotes(texts...)
	for _, text := range texts {
		t, err := parseTarget(text)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	return targets, nil
}

// limit returns how long a run retries, depending on the worst severity that it publishes. For
// urgent severities it is as long as a person would keep trying.
func limit(worst incident.Severity) time.Duration {
	switch {
	case worst.Urgent():
		return 30 * time.Minute
	case worst != 0:
		return 15 * time.Minute
	}
	return 10 * time.Minute
}

// publishTo publishes to one target. An error does not prevent publishing to the others.
func (p *publishing) publishTo(ctx context.Context, t target) published {
	begin := p.Now()
	patience := &publish.Patience{Now: p.Now, Wait: p.sleep, Began: begin, Limit: limit(incident.P0), Tell: func(line string) {
		fmt.Fprintf(p.Stderr, "%s: %s\n", t.text, line)
	}}
	result := published{target: t}
	var place publish.Target
	switch t.kind {
	case "dir":
		place = &disk.Folder{Dir: p.within(t.dir), Patience: patience}
	case "git":
		work, err := os.MkdirTemp("", "crier-publish-")
		if err != nil {
			result.err = err
			return result
		}
		p.done = append(p.done, func() { os.RemoveAll(work) })
		place = &gitbranch.Branch{Remote: t.remote, Branch: t.branch, Site: p.path(p.site), Work: work, Patience: patience}
	default:
		place, result.err = githubpages.New(githubpages.Options{Owner: t.owner, Repository: t.repository, Branch: t.branch,
			API: p.apiRoot(p.flags.api), Token: p.token, Transport: p.Transport, Patience: patience})
	}
	if result.err == nil {
		result.log = &publish.DeliveryLog{Place: place, Warn: func(err error) { fmt.Fprintf(p.Stderr, "%s: warning: %v\n", t.text, err) }}
		result.plan, result.err = publish.Run(ctx, place, p.build, publish.Options{
			Force: p.flags.force, Receipts: result.log.Entries, Patience: patience, DryRun: p.flags.dryRun, Limit: limit,
			Ancestor: func(ctx context.Context, older, newer string) (bool, error) {
				return git.Ancestor(ctx, p.path(p.site), older, newer)
			},
		})
	}
	result.took = p.Now().Sub(begin)
	if p.flags.format != "json" {
		p.tellResult(result)
	}
	return result
}

// within resolves the path of a folder relative to the site.
func (p *publishing) within(dir string) string {
	inner := *p.app
	inner.Dir = p.path(p.site)
	return inner.path(dir)
}

// source returns what the build is made from. Unless the flags allow it, content that is not
// committed or not pushed is an error, because the next run on another machine would undo it.
func (p *publishing) source(ctx context.Context) (publish.Source, error) {
	s := publish.Source{Instant: p.now.UTC()}
	stands, err := git.Stand(ctx, p.path(p.site), "config.toml", "content", "themes")
	if err != nil {
		if ctx.Err() != nil {
			return s, err
		}
		fmt.Fprintf(p.Stderr, "warning: nobody knows which commit this is: %v\n", err)
	}
	s.Revision = stands.Revision
	switch {
	case p.flags.force || p.flags.dryRun:
	case len(stands.Dirty) > 0 && p.flags.from == "":
		return s, hinted{fmt.Errorf("%s not committed, such as %s", filesAre(len(stands.Dirty)), p.harmless(stands.Dirty)), "commit and push, or publish it all the same with --force"}
	case stands.Unpushed && p.flags.from == "":
		return s, hinted{errors.New("the commit that is checked out is not pushed"), "git push, or publish it all the same with --force"}
	}
	return s, nil
}

func filesAre(n int) string {
	if n == 1 {
		return "1 file is"
	}
	return fmt.Sprintf("%d files are", n)
}

// harmless returns the first path that is not part of a security incident, or a description if all
// of them are.
func (p *publishing) harmless(paths []string) string {
	for _, path := range paths {
		if !p.secretPath(path) {
			return path
		}
	}
	return "one of a security incident"
}

// make builds the site, or reads the folder of an earlier build.
func (p *publishing) make(source publish.Source) (*publish.Build, error) {
	if p.flags.from != "" {
		dir := p.path(p.flags.from)
		made, err := disk.ReadBuild(dir, source)
		if err != nil {
			return nil, hinted{fmt.Errorf("%s is not a site that was built: %w", dir, err), "name the folder that crier build wrote, such as --from public"}
		}
		return made, nil
	}
	result := p.loaded.build(p.now)
	p.loaded.findings = append(p.loaded.findings, result.Findings...)
	made, err := publish.Assemble(result.Files, source)
	if err != nil { // a template failed, which is only found when it is used
		fmt.Fprintf(p.Stderr, "warning: the theme fails, so the built-in one is used: %v\n", err)
		p.loaded.config.Theme = "default"
		p.loaded.findings = diag.Mistakes(p.loaded.findings)
		p.loaded.theme = p.loaded.input(p.now).WithBuiltinTheme().Theme
		result = p.loaded.build(p.now)
		if made, err = publish.Assemble(result.Files, source); err != nil {
			return nil, err
		}
	}
	p.plan = result.Site
	for _, s := range result.Site.Public() {
		made.Updates = append(made.Updates, publicUpdate(s))
	}
	return made, nil
}

// publicUpdate converts an update that the site shows into the type that package publish uses.
func publicUpdate(s site.Shown) publish.Update {
	return publish.Update{Key: record.Key{Kind: record.Kind(s.Kind), ID: s.ID, Update: s.Update}, Severity: s.Severity, Security: s.Security}
}
