// Package build is the pipeline: content, configuration, theme and the instant in; files, findings and the next change out.
// A build is a value: it touches no disk, no network, no git and no clock, and the same input gives the same bytes.
package build

import (
	"time"

	"settler.io/crier/internal/config"
	"settler.io/crier/internal/content"
	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/locale"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/theme"
)

// Input is all that a build depends on. Missing dates are filled in before.
type Input struct {
	Config  *config.Config
	Content *content.Content
	Theme   *theme.Theme
	Words   map[string]*locale.Locale // of each language of the site; English where one is missing
	Now     time.Time
	// Preview lets through, marked, what is a draft or held back: for looking at it before it is public, never for publishing.
	Preview bool
	// Fingerprint stands for the program, the configuration, the theme and its words; with one, and with content that has Sums,
	// files have keys.
	Fingerprint string
	Memory      *Memory // what one build may share with the next; nil for a build by itself
}

// Result is what a build gives.
type Result struct {
	Files    *fileset.Set
	Site     *site.Site
	Findings []diag.Finding // of the plan; those of configuration, content and theme came with them
	// NextChange is the next instant at which any file would differ.
	NextChange time.Time
}

// Build plans the site as it may be public at the instant, and says how each file is written.
func Build(input Input) Result {
	var memory *site.Memory
	if input.Memory != nil {
		memory = &input.Memory.site
	}
	planned, findings := site.Plan(site.Input{Config: input.Config, Content: input.Content, Words: input.Words, Now: input.Now, Fingerprint: input.Fingerprint, Memory: memory, Preview: input.Preview})
	files, more := input.Memory.lay(planned.Frame, input.Theme, parts(input, planned))
	return Result{Files: files, Site: planned, Findings: diag.Sort(append(findings, more...)), NextChange: planned.NextChange}
}

// orderOf puts what readers enter by last, so that it never leads to a page that is not there yet.
func orderOf(page site.Planned) fileset.Order {
	if page.Kind == site.KindOverview {
		return fileset.Entry
	}
	return fileset.Page
}
