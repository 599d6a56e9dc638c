// Package build compiles a site. It takes content, configuration, a theme and the current time, and
// returns files, findings and the time of the next change. Build uses no disk, network, git or
// clock, and the same input always returns the same bytes.
package build

import (
	"fmt"
	"io"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/render/theme"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
)

// Input is everything that a build depends on. Missing dates must be filled in first.
type Input struct {
	Config  *config.Config
	Content *content.Content
	Theme   *theme.Theme
	Words   map[string]*locale.Locale // by language; English for missing words
	Now     time.Time
	Posted  *site.Posted // when updates were posted; nil: when they were released
	// Preview includes drafts and held updates, marked as such, to check them before they are
	// public. It must never be set for publishing.
	Preview bool
	// Fingerprint identifies the program, the configuration, the theme and its words. If it is set
	// and the content has Sums, the files have keys.
	Fingerprint string
	Memory      *site.Memory // cache shared between builds; may be nil
}

// Result is the result of a build.
type Result struct {
	Files    *fileset.Set
	Site     *site.Site
	Findings []diag.Finding // of the plan only; loading reports all others
	// NextChange is the next instant at which any file would change.
	NextChange time.Time
}

// Build plans the site as it is public at input.Now. The files of the result are rendered when they
// are written.
func Build(input Input) Result {
	assets := make([]string, len(input.Theme.Assets))
	for i, asset := range input.Theme.Assets {
		assets[i] = asset.Path
	}
	planned, findings := site.Plan(site.Input{Config: input.Config, Content: input.Content, Words: input.Words, Assets: assets, Now: input.Now, Posted: input.Posted,
		Fingerprint: input.Fingerprint, Memory: input.Memory, Preview: input.Preview})
	w := newWriter(input, planned)
	var files *fileset.Set
	files = planned.Files(func(i int) fileset.File {
		o := &planned.Outputs[i]
		if o.View == site.Version { // describes all other files
			return files.Sealed(o.Path, func(tree fileset.Hash) []byte { return fmt.Appendf(nil, "{\"version\":%q}\n", tree) })
		}
		return fileset.File{Path: o.Path, Key: o.Key, Order: o.Order, Write: func(out io.Writer) error { return w.write(out, o) }}
	})
	return Result{Files: files, Site: planned, Findings: findings, NextChange: planned.NextChange}
}
