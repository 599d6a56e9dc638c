package clone

import (
	"context"
	"path"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/git"
	"settler.io/crier/internal/source/check"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// Changes are how a site differs from the commit at which a revision and HEAD parted.
type Changes struct {
	Files map[string]check.Change // by path

	folder, base string
}

// ChangesSince returns how the site in a folder has changed since a revision.
func ChangesSince(ctx context.Context, folder, revision string) (c Changes, err error) {
	c.folder = folder
	if c.base, err = git.MergeBase(ctx, folder, revision); err == nil {
		c.Files, err = git.Changes(ctx, folder, c.base)
	}
	if err != nil {
		return c, diag.Hinted(err, "name a revision that this clone has, such as origin/main")
	}
	return c, nil
}

// Before returns the content as it was, of the folders in which files have changed.
func (c Changes) Before(ctx context.Context, config *config.Config, now time.Time) (*content.Content, error) {
	folders := map[string]bool{}
	for name := range c.Files {
		if strings.HasPrefix(name, "content/") {
			folders[path.Dir(name)] = true
		}
	}
	files, err := git.Before(ctx, c.folder, c.base, folders)
	if err != nil || files == nil {
		return &content.Content{}, err
	}
	// Committed updates without a date were public by now.
	before, _ := content.Load(files, content.Options{Config: config, Dates: content.AllDated(now)})
	return before, nil
}
