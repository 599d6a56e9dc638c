package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/serve"
	"settler.io/crier/internal/sitefs/regularfile"
)

// preview follows a site: it rebuilds on every change, shows what came of it and says so in the terminal.
type preview struct {
	*app
	sources *sources
	server  *serve.Server
	start   time.Time // --at; zero: none

	batches <-chan serve.Batch
	plans   plans
	looks   *looks // what is shown; nil: nothing yet
	good    bool   // it was built without a mistake
	known   []diag.Finding
	failed  []serve.Problem
	failing string // what the terminal was told last of why there is no build
}

// begin watches the site and builds it for the first time. Only a site that is not there is an error.
func (p *preview) begin(ctx context.Context) error {
	folder := p.sources.folder
	repository, _ := git.Head(ctx, folder)
	options := serve.Options{Ignore: ignored, Sleep: p.sleep, Say: func(why string) { fmt.Fprintf(p.Stderr, "note: %s\n", why) }}
	if repository != "" {
		options.Beside = []string{repository}
	}
	var err error
	if _, err = os.Stat(filepath.Join(folder, "config.toml")); err == nil {
		p.batches, err = serve.Watch(ctx, folder, options)
		if err != nil {
			return err
		}
	}
	loaded, err := p.sources.reload(ctx, serve.Batch{})
	var hint hinted
	if errors.As(err, &hint) {
		return err
	}
	p.take(loaded, err)
	return nil
}

// title names the site.
func (p *preview) title() string {
	if p.looks == nil {
		return "a site that cannot be built yet"
	}
	return p.looks.loaded.config.Title
}

// tick is how often the clock is looked at: the page changes by itself as well, and a machine may have slept.
const tick = time.Second

// history is git's answer after a commit.
type history struct {
	*git.History
	commit string
}

// follow rebuilds until the context ends, or the server fails.
func (p *preview) follow(ctx context.Context, served <-chan error) error {
	ticks := make(chan struct{})
	go func() {
		for p.sleep(ctx, tick) == nil {
			select {
			case ticks <- struct{}{}:
			case <-ctx.Done():
			}
		}
	}()
	commits := make(chan history, 1)
	asking, again := false, false
	ask := func() {
		if again = asking; asking || p.sources.history == nil { // no update has asked for its date
			return
		}
		asking = true
		from := p.sources.commit
		go func() {
			found, commit := moved(ctx, p.sources.folder, from)
			commits <- history{found, commit}
		}()
	}
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
			if batch.Beside {
				ask()
			}
			if len(batch.Paths) > 0 || batch.All {
				p.rebuild(ctx, batch, strings.TrimSuffix(few(batch.Paths), "."))
			}
		case found := <-commits:
			asking = false
			if found.History != nil {
				p.sources.commitTo(found.History, found.commit)
				p.rebuild(ctx, serve.Batch{}, "another commit")
			}
			if again {
				ask()
			}
		case <-ticks:
			if now := p.Now(); p.looks != nil && p.looks.due(now) {
				p.looks = newLooks(p.looks.loaded, &p.plans, p.start, now)
				shown := p.show(p.failed)
				p.say("the page changes by itself now", p.Now().Sub(now), shown)
			}
		}
	}
}

// rebuild reads what changed and shows it.
func (p *preview) rebuild(ctx context.Context, batch serve.Batch, why string) {
	begin := p.Now()
	loaded, err := p.sources.reload(ctx, batch)
	if ctx.Err() != nil {
		return
	}
	shown, ok := p.take(loaded, err)
	if ok {
		p.say(why, p.Now().Sub(begin), shown)
	}
}

// take shows what came of reading the site, and reports whether a build is shown that is as the files say. With a mistake the
// last good build stays; where there was none, what can be understood is shown.
func (p *preview) take(loaded *loaded, err error) (serve.Shown, bool) {
	var findings []diag.Finding
	if err != nil {
		if loaded != nil {
			findings = loaded.findings
		}
		problems := p.problems(findings)
		if len(problems) == 0 {
			problem := serve.Problem{Message: err.Error()}
			var hint hinted
			if errors.As(err, &hint) {
				problem.Hint = hint.hint
			}
			problems = append(problems, problem)
			if p.failing != err.Error() {
				p.failing = err.Error()
				fmt.Fprintln(p.Stderr, "error:", err)
			}
		}
		// Of the rest nothing is known anew.
		rest := slices.DeleteFunc(slices.Clone(p.known), func(f diag.Finding) bool { return f.Kind.Class == diag.Mistake })
		p.report(slices.Concat(rest, findings))
		return p.show(problems), false
	}
	p.failing = ""
	next := newLooks(loaded, &p.plans, p.start, p.Now())
	findings = next.findings()
	problems := p.problems(findings)
	if len(problems) == 0 || !p.good {
		p.looks, p.good = next, len(problems) == 0
	}
	shown := p.show(problems)
	p.report(findings)
	return shown, len(problems) == 0
}

// show gives the server what there is to show.
func (p *preview) show(problems []serve.Problem) serve.Shown {
	p.failed = problems
	site := serve.Site{Problems: problems}
	if looks := p.looks; looks != nil {
		site.Build, site.Life, site.Base = looks.build, looks.life, looks.loaded.config.BaseURL
		site.Below = "the last good build"
		if !p.good {
			site.Below = "what can be understood"
		}
	}
	return p.server.Show(site)
}

// say tells in one line what a rebuild came to.
func (p *preview) say(why string, took time.Duration, shown serve.Shown) {
	line := p.Now().Format("15:04:05") + " " + why + ": rebuilt in " + short(took)
	switch {
	case shown.Open == 0:
	case shown.Open == 1 && shown.Differ == 1:
		line += ", the open page differs"
	case shown.Open == 1:
		line += ", the open page is the same"
	default:
		line += fmt.Sprintf(", %d of %d open pages differ", shown.Differ, shown.Open)
	}
	fmt.Fprintln(p.Stdout, line)
}

// report prints the findings that were not there before, and says how many mistakes are left when that has changed.
func (p *preview) report(findings []diag.Finding) {
	var fresh []diag.Finding
	for _, f := range findings {
		if !slices.Contains(p.known, f) {
			fresh = append(fresh, f)
		}
	}
	p.printFindings(fresh)
	before, after := diag.Count(p.known, diag.Mistake), diag.Count(findings, diag.Mistake)
	switch {
	case after > 0 && (len(fresh) > 0 || before != after):
		below := "the last good build stays"
		if !p.good {
			below = "what can be understood is shown"
		}
		fmt.Fprintf(p.Stderr, "%s: %s\n", count(after, "mistake"), below)
	case before > 0 && after == 0:
		fmt.Fprintln(p.Stderr, "no mistakes are left")
	}
	p.known = findings
}

// problems are the mistakes, with the lines around them.
func (p *preview) problems(findings []diag.Finding) []serve.Problem {
	var problems []serve.Problem
	for _, f := range diag.Mistakes(findings) {
		problems = append(problems, serve.Problem{Path: f.Position.Path, Line: f.Position.Line, Column: f.Position.Column,
			Code: f.Kind.Code, Message: f.Message, Hint: f.Hint, Excerpt: p.excerpt(f.Position)})
	}
	return problems
}

// excerpt shows the line of a position and its neighbours, numbered, with a mark below the column.
func (p *preview) excerpt(at diag.Position) string {
	if at.Line == 0 || !filepath.IsLocal(filepath.FromSlash(at.Path)) {
		return ""
	}
	root, err := os.OpenRoot(p.sources.folder)
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
