package git

import (
	"context"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Companions are the other files in the folder of a file that are not committed.
type Companions struct {
	Updates []string // to commit with it: without them, the public would see a part of the incident
	Left    []Left
}

// Left is a file that is left alone.
type Left struct{ Path, Why string }

// Companions returns the files that are not committed beside an update. drafts has the updates of
// the site, by path, and whether each is a draft. Drafts, post-mortems and what is staged are left
// alone.
func (r *Repository) Companions(ctx context.Context, own string, drafts map[string]bool) (c Companions, err error) {
	folder := path.Dir(own)
	if files, err := os.ReadDir(filepath.Join(r.folder, filepath.FromSlash(folder))); err == nil && len(files) == 1 {
		return c, nil
	}
	staged, err := r.uncommitted(ctx, folder)
	if err != nil {
		return c, err
	}
	for _, name := range slices.Sorted(maps.Keys(staged)) {
		draft, isUpdate := drafts[name]
		switch {
		case name == own || path.Dir(name) != folder:
		case staged[name]:
			c.Left = append(c.Left, Left{name, "staged"})
		case draft:
			c.Left = append(c.Left, Left{name, "a draft"})
		case isUpdate:
			c.Updates = append(c.Updates, name)
		case path.Base(name) == "postmortem.md":
			c.Left = append(c.Left, Left{name, "a post-mortem"})
		default:
			c.Left = append(c.Left, Left{name, "not an update"})
		}
	}
	return c, nil
}
