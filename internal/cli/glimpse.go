package cli

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// glimpsed is how many incidents, and how many entries of maintenance, a glimpse shows.
const glimpsed = 100

// dayFirst is the form that names of incidents and maintenance have by custom.
var dayFirst = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}-`)

// glimpse is a site of which only the newest incidents and maintenance are seen, of those whose name has a part: so that
// completion takes as long on a site with thousands of them as on any other. Folders whose names do not begin with a day are all
// seen. A glimpse serves one walk, which it leads from the last name to the first.
type glimpse struct {
	fs.FS
	part string
	left map[string]int // by folder below content/
}

func newGlimpse(fsys fs.FS, part string) glimpse {
	return glimpse{fsys, part, map[string]int{"incidents": glimpsed, "maintenance": glimpsed}}
}

// Stat tells what a file is without opening it.
func (g glimpse) Stat(name string) (fs.FileInfo, error) { return fs.Stat(g.FS, name) }

// ReadDir lists a folder, the last name first.
func (g glimpse) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(g.FS, name)
	slices.Reverse(entries)
	below, inside := strings.CutPrefix(name, "content/")
	section, _, _ := strings.Cut(below, "/")
	if _, limited := g.left[section]; !inside || !limited {
		return entries, err
	}
	return slices.DeleteFunc(entries, func(entry fs.DirEntry) bool {
		if !entry.IsDir() || !dayFirst.MatchString(entry.Name()) {
			return false
		}
		if g.left[section] == 0 || !strings.Contains(entry.Name(), g.part) {
			return true
		}
		g.left[section]--
		return false
	}), err
}
