package serve

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/sitefs/regularfile"
)

type PreviewOptions struct {
	Folder string    // of the site
	Start  time.Time // the instant to begin with; zero: the present

	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error

	// Open opens Folder. An error with a hint ends Begin.
	Open func() (*os.Root, error)
	// ConfigError turns an error of build.LoadConfig into one that says what to do. One with a hint
	// ends Begin.
	ConfigError func(err error, findings []diag.Finding) error
	Reporter    Reporter
}

// Reporter reports what a preview does. Its methods are called one at a time, except Note.
type Reporter interface {
	// Note reports why the system cannot watch the files.
	Note(why string)
	// Failed reports an error, not one of the findings, that keeps the site from being built.
	Failed(err error)
	// Rebuilt reports a rebuild without mistakes. why is the paths that changed, or else one reason
	// in words.
	Rebuilt(why []string, took time.Duration, shown Shown)
	// Findings reports findings that were not there before, and the numbers of mistakes before and
	// after. good means that the last good build is still shown.
	Findings(fresh []diag.Finding, before, after int, good bool)
}

// Preview follows a site: it rebuilds the site on every change, and shows and reports the result.
type Preview struct {
	PreviewOptions
	sources *sources
	server  *Server

	batches  <-chan Batch
	plans    plans
	snapshot *snapshot // what is shown; nil: nothing yet
	good     bool      // it was built without a mistake
	known    []diag.Finding
	problems []Problem // that are shown
	failing  string    // the error that was reported last
}

func NewPreview(server *Server, options PreviewOptions) *Preview {
	return &Preview{PreviewOptions: options, sources: newSources(options), server: server}
}

// Begin watches the site and builds it for the first time. It returns an error only if the site is
// missing or cannot be watched.
func (p *Preview) Begin(ctx context.Context) error {
	repository, _ := git.Head(ctx, p.Folder)
	options := Options{Ignore: ignored, Sleep: p.Sleep, Say: p.Reporter.Note}
	if repository != "" {
		options.Beside = []string{repository}
	}
	var err error
	if _, err = os.Stat(filepath.Join(p.Folder, "config.toml")); err == nil {
		p.batches, err = Watch(ctx, p.Folder, options)
		if err != nil {
			return err
		}
	}
	loaded, err := p.sources.reload(ctx, Batch{})
	if diag.HintOf(err) != "" {
		return err
	}
	p.take(loaded, err)
	return nil
}

// Title returns the title of the site; ok is false if the site cannot be built yet.
func (p *Preview) Title() (title string, ok bool) {
	if p.snapshot == nil {
		return "", false
	}
	return p.snapshot.loaded.Config.Title, true
}

// tick is how often the preview looks at the clock: a page changes at certain instants, and the
// machine may have slept.
const tick = time.Second

// Follow rebuilds until the context ends, or the server fails with an error from served.
func (p *Preview) Follow(ctx context.Context, served <-chan error) error {
	ticks := make(chan struct{})
	go func() {
		for p.Sleep(ctx, tick) == nil {
			select {
			case ticks <- struct{}{}:
			case <-ctx.Done():
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-served:
			return err
		case batch, ok := <-p.batches:
			if !ok {
				p.batches = nil
				continue
			}
			why := batch.Paths
			if batch.Beside && p.sources.committed(ctx) {
				why = append(why, "another commit")
			}
			if len(why) > 0 || batch.All {
				p.rebuild(ctx, batch, why)
			}
		case <-ticks:
			if now := p.Now(); p.snapshot != nil && p.snapshot.due(now) {
				p.snapshot = p.newSnapshot(p.snapshot.loaded, now)
				shown := p.show(p.problems)
				p.Reporter.Rebuilt([]string{"time has passed"}, p.Now().Sub(now), shown)
			}
		}
	}
}

// rebuild reads what changed and shows it.
func (p *Preview) rebuild(ctx context.Context, batch Batch, why []string) {
	begin := p.Now()
	loaded, err := p.sources.reload(ctx, batch)
	if ctx.Err() != nil {
		return
	}
	shown, ok := p.take(loaded, err)
	if ok {
		p.Reporter.Rebuilt(why, p.Now().Sub(begin), shown)
	}
}

// take shows the result of reading the site, and reports whether the build that is shown is that of
// the files. After a mistake, the last good build stays; if there was none, what can be understood
// is shown.
func (p *Preview) take(loaded *loaded, err error) (Shown, bool) {
	var findings []diag.Finding
	if err != nil {
		if loaded != nil {
			findings = loaded.findings
		}
		problems := p.problemsOf(findings)
		if len(problems) == 0 {
			problems = append(problems, Problem{Message: err.Error(), Hint: diag.HintOf(err)})
			if p.failing != err.Error() {
				p.failing = err.Error()
				p.Reporter.Failed(err)
			}
		}
		// Nothing new is known about other findings.
		rest := slices.DeleteFunc(slices.Clone(p.known), func(f diag.Finding) bool { return f.Kind.Class == diag.Mistake })
		p.report(slices.Concat(rest, findings))
		return p.show(problems), false
	}
	p.failing = ""
	next := p.newSnapshot(loaded, p.Now())
	findings = next.findings()
	problems := p.problemsOf(findings)
	if len(problems) == 0 || !p.good {
		p.snapshot, p.good = next, len(problems) == 0
	}
	shown := p.show(problems)
	p.report(findings)
	return shown, len(problems) == 0
}

func (p *Preview) newSnapshot(l *loaded, now time.Time) *snapshot {
	return &snapshot{loaded: l, plans: &p.plans, start: p.Start, now: now}
}

// show passes the current state to the server.
func (p *Preview) show(problems []Problem) Shown {
	p.problems = problems
	site := Site{Problems: problems}
	if s := p.snapshot; s != nil {
		site.Build, site.Life, site.Base = s.build, s.life, s.loaded.Config.BaseURL
		site.Below = "the last good build"
		if !p.good {
			site.Below = "what can be understood"
		}
	}
	return p.server.Show(site)
}

// report reports the findings that were not there before.
func (p *Preview) report(findings []diag.Finding) {
	fresh := slices.DeleteFunc(slices.Clone(findings), func(f diag.Finding) bool { return slices.Contains(p.known, f) })
	p.Reporter.Findings(fresh, diag.Count(p.known, diag.Mistake), diag.Count(findings, diag.Mistake), p.good)
	p.known = findings
}

// problemsOf returns the mistakes with the lines around them.
func (p *Preview) problemsOf(findings []diag.Finding) []Problem {
	var problems []Problem
	for _, f := range diag.Mistakes(findings) {
		problems = append(problems, Problem{Path: f.Position.Path, Line: f.Position.Line, Column: f.Position.Column,
			Code: f.Kind.Code, Message: f.Message, Hint: f.Hint, Excerpt: p.excerpt(f.Position)})
	}
	return problems
}

// excerpt returns the line of a position and its neighbours, numbered, with a mark below the
// column.
func (p *Preview) excerpt(at diag.Position) string {
	if at.Line == 0 || !filepath.IsLocal(filepath.FromSlash(at.Path)) {
		return ""
	}
	root, err := os.OpenRoot(p.Folder)
	if err != nil {
		return ""
	}
	defer root.Close()
	name := filepath.FromSlash(at.Path)
	raw, err := regularfile.Read(root, name, regularfile.Text)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.ReplaceAll(string(raw), "\t", " "), "\n")
	var b strings.Builder
	for n := max(1, at.Line-1); n <= min(at.Line+1, len(lines)); n++ {
		mark := " "
		if n == at.Line {
			mark = ">"
		}
		line := []rune(strings.TrimRight(lines[n-1], "\r"))
		fmt.Fprintf(&b, "%s %4d | %s\n", mark, n, string(line[:min(len(line), 200)]))
		if n == at.Line && at.Column > 0 && at.Column <= len(lines[n-1])+1 {
			column := len([]rune(lines[n-1][:at.Column-1])) // columns count bytes
			fmt.Fprintf(&b, "       | %s^\n", strings.Repeat(" ", min(column, 200)))
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
