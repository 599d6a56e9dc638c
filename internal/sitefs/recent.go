package sitefs

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// maxRecent is how many incidents, and how many entries of maintenance, Recent lists.
const maxRecent = 100

// dated matches the names that incidents and maintenance have by convention.
var dated = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}-`)

// recentFS is a site of which only the newest incidents and maintenance are listed.
type recentFS struct {
	fs.FS
	part string
	left map[string]int // how many more are listed, by folder below content/
}

// Recent returns a site of which only the 100 newest incidents, and the 100 newest entries of
// maintenance, are listed, of those whose folder's name contains part: completion then takes as
// long with thousands of them as with a few. Folders whose names do not begin with a date are all
// listed. The result can be walked once, since folders are listed from the last name to the first.
func Recent(fsys fs.FS, part string) fs.FS {
	return recentFS{fsys, part, map[string]int{"incidents": maxRecent, "maintenance": maxRecent}}
}

// Stat describes a file without opening it.
func (r recentFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(r.FS, name) }

// ReadDir lists a folder, the last name first.
func (r recentFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.FS, name)
	slices.Reverse(entries)
	below, inside := strings.CutPrefix(name, "content/")
	section, _, _ := strings.Cut(below, "/")
	if _, limited := r.left[section]; !inside || !limited {
		return entries, err
	}
	return slices.DeleteFunc(entries, func(entry fs.DirEntry) bool {
		if !entry.IsDir() || !dated.MatchString(entry.Name()) {
			return false
		}
		if r.left[section] == 0 || !strings.Contains(entry.Name(), r.part) {
			return true
		}
		r.left[section]--
		return false
	}), err
}
