package cli

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
)

// opening returns the file of a first update, in a new folder below section. The folder is named
// for the date and the title, or for word if there is no title. there holds the IDs of the existing
// folders of its kind.
func (a *app) opening(l *loaded, section, word string, there []string, u incident.Update, when time.Time, text string) file {
	newest := ""
	ids := map[string]bool{}
	for _, folder := range there {
		newest, ids[strings.ToLower(path.Base(folder))] = folder, true
	}
	place := func(taken func(id string) bool) string {
		return path.Join(compose.Folder(section, newest, when.In(l.config.Zone), u.Title, word, taken), compose.File(nil, u.Status.String()))
	}
	f := file{text: compose.Update(u, text), message: template(u.Title, u, text, l.config.Zone)}
	f.path = a.free(place, ids)
	f.another = func(own string, others []string) string {
		taken := map[string]bool{}
		for _, other := range others {
			taken[path.Base(path.Dir(other))] = true
		}
		if !taken[path.Base(path.Dir(own))] {
			return own
		}
		return place(func(id string) bool { return taken[id] || ids[id] })
	}
	return f
}

// free returns a path whose folder does not exist yet, not even with files that cannot be read.
func (a *app) free(place func(taken func(id string) bool) string, ids map[string]bool) string {
	for {
		name := place(func(id string) bool { return ids[id] })
		folder := path.Dir(name)
		if _, err := os.Stat(filepath.Join(a.path(a.site), filepath.FromSlash(folder))); err != nil {
			return name
		}
		ids[path.Base(folder)] = true
	}
}
