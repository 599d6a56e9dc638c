package content

import (
	"io/fs"
	"path"
	"slices"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/config"
)

// Edited returns the findings about the file of an update as if it contained text, together with
// the other files of its folder in a site.
func Edited(site fs.FS, c *config.Config, name, text string, now time.Time) []diag.Finding {
	folder := path.Dir(name)
	files := fstest.MapFS{}
	entries, _ := fs.ReadDir(site, folder)
	for _, entry := range entries {
		beside := path.Join(folder, entry.Name())
		if raw, err := fs.ReadFile(site, beside); err == nil {
			files[beside] = &fstest.MapFile{Data: raw}
		}
	}
	files[name] = &fstest.MapFile{Data: []byte(text)}
	_, findings := Load(files, Options{Config: c, Workers: 1, Dates: AllDated(now)})
	return slices.DeleteFunc(findings, func(f diag.Finding) bool { return f.Position.Path != name && f.Position.Path != folder })
}
