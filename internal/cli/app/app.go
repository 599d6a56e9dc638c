// Package app is what the commands share: the environment of a run, its site, questions, flags,
// errors with their exit statuses, and completion. It prints nothing but questions, findings and
// warnings.
package app

import (
	"fmt"
	"sync/atomic"

	"golang.org/x/term"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git/redact"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/clone"
)

// App is one run of the program.
type App struct {
	System
	sitefs.Location
	Secrets *redact.List // removed from Stdout and Stderr
	// Lenient means that a failure of git is a warning; dates from git are then missing.
	Lenient bool

	editing atomic.Bool // an editor is using the terminal and handles Ctrl-C
	// console is the terminal on which questions are asked. All questions of a run share it so that
	// input typed ahead is not lost. It is nil until the first question.
	console *term.Terminal
}

// New returns a run in an environment. What it prints contains no secrets.
func New(system System) *App {
	a := &App{System: system, Location: sitefs.Nearest(system.Dir), Secrets: &redact.List{}}
	if site := a.Getenv("CRIER_SITE"); site != "" {
		a.Site = site
	}
	a.Stdout, a.Stderr = a.Secrets.Writer(system.Stdout), a.Secrets.Writer(system.Stderr)
	return a
}

// Getenv returns the value of an environment variable.
func (a *App) Getenv(name string) string {
	if a.System.Getenv == nil {
		return ""
	}
	return a.System.Getenv(name)
}

// InWorkflow reports whether this run is one of GitHub Actions, whose log anyone may read.
func (a *App) InWorkflow() bool { return a.Getenv("GITHUB_ACTIONS") == "true" }

// PublicLog reports whether anyone may read what a command prints in a format, so that it must not
// mention security incidents. The formats for programs have everything.
func (a *App) PublicLog(format string) bool {
	return format == "github" || (format == "text" || format == "markdown") && a.InWorkflow()
}

// NoSecrets reports whether what a command prints in a format must not mention security incidents,
// and says so on standard error, whether there are any or not.
func (a *App) NoSecrets(format string) bool {
	public := a.PublicLog(format)
	if public && format != "github" {
		fmt.Fprintln(a.Stderr, "note: security incidents are left out, because anyone may read the log of a workflow")
	}
	return public
}

// PrintFindings writes findings to standard error.
func (a *App) PrintFindings(findings []diag.Finding) error { return diag.Print(a.Stderr, findings) }

// PrintMistakes writes the mistakes in a site's files to standard error, because what these files
// say may be missing from what a command prints. If public is set or in a workflow, it leaves out
// files that are or may be about security incidents.
func (a *App) PrintMistakes(s *clone.Site, public bool) {
	a.PrintFindings(s.Shown(diag.Mistakes(s.Findings), public || a.InWorkflow()))
}

// Edit opens a file in an editor and waits for it. Ctrl-C belongs to the editor meanwhile.
func (a *App) Edit(editor, file string) error {
	a.editing.Store(true)
	defer a.editing.Store(false)
	return a.Terminal.Edit(editor, file)
}

// Progress shows on the terminal what is going on, in place of what it showed before. An empty text
// clears it. Without a terminal, it does nothing.
func (a *App) Progress(text string) {
	if a.Terminal.Interactive {
		fmt.Fprint(a.Stderr, "\r\x1b[K"+text)
	}
}
