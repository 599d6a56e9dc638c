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
)

// Input is everything that a build depends on. Missing dates must be filled in first. Build sets
// Assets, from the theme.
type Input struct {
	site.Input
	Theme *theme.Theme
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
	input.Assets = nil
	for _, asset := range input.Theme.Assets {
		input.Assets = append(input.Assets, asset.Path)
	}
	planned, findings := site.Plan(input.Input)
	w := newWriter(input, planned)
	files := planned.Files(func(i int) fileset.File {
		o := &planned.Outputs[i]
		if o.View == site.Version { // describes all other files
			return fileset.File{Path: o.Path, Order: o.Order, Digest: func(tree fileset.Hash) []byte { return fmt.Appendf(nil, "{\"version\":%q}\n", tree) }}
		}
		return fileset.File{Path: o.Path, Key: o.Key, Order: o.Order, Write: func(out io.Writer) error { return w.write(out, o) }}
	})
	return Result{Files: files, Site: planned, Findings: findings, NextChange: planned.NextChange}
}
