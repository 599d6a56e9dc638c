// Package build is the pipeline: content, configuration, theme and the instant in; files, findings and the next change out.
// A build is a value: it touches no disk, no network, no git and no clock, and the same input gives the same bytes.
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
	Memory      *site.Memory // what one build may share with the next; nil for a build by itself
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
	assets := make([]string, len(input.Theme.Assets))
	for i, asset := range input.Theme.Assets {
		assets[i] = asset.Path
	}
	planned, findings := site.Plan(site.Input{Config: input.Config, Content: input.Content, Words: input.Words, Assets: assets, Now: input.Now,
		Fingerprint: input.Fingerprint, Memory: input.Memory, Preview: input.Preview})
	w := newWriter(input, planned)
	var files *fileset.Set
	files = planned.Files(func(i int) fileset.File {
		o := &planned.Outputs[i]
		if o.View == site.Version { // it says what all other files are
			return files.Sealed(o.Path, func(tree fileset.Hash) []byte { return fmt.Appendf(nil, "{\"version\":%q}\n", tree) })
		}
		return fileset.File{Path: o.Path, Key: o.Key, Order: o.Order, Write: func(out io.Writer) error { return w.write(out, o) }}
	})
	return Result{Files: files, Site: planned, Findings: findings, NextChange: planned.NextChange}
}
