package serve

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// fileStamp is what is known about a file without reading it. Of a folder it says only that it is
// one; the entries have their own stamps.
type fileStamp struct {
	size, modified int64 // bytes; nanoseconds since 1970
	folder         bool
}

// look returns the stamp of a path below the folder. It follows a symbolic link only directly in
// the folder, such as content -> ../texts.
func look(folder, name string) (fileStamp, bool) {
	stat := os.Lstat
	if !strings.Contains(name, "/") {
		stat = os.Stat
	}
	info, err := stat(filepath.Join(folder, filepath.FromSlash(name)))
	switch {
	case err != nil:
		return fileStamp{}, false
	case info.IsDir():
		return fileStamp{folder: true}, true
	}
	return fileStamp{size: info.Size(), modified: info.ModTime().UnixNano()}, true
}

// visit calls each for a path and everything below it, until the first error. A folder comes before
// its entries, so that if each starts to watch it, a new entry is either listed here or reported by
// the watch. Files that disappear meanwhile are left out.
func visit(folder, name string, ignore func(string) bool, each func(name string, s fileStamp) error) error {
	if name != "." && ignore(name) {
		return nil
	}
	s, ok := look(folder, name)
	if !ok {
		return nil
	}
	if err := each(name, s); err != nil || !s.folder {
		return err
	}
	entries, _ := os.ReadDir(filepath.Join(folder, filepath.FromSlash(name)))
	for _, entry := range entries {
		if err := visit(folder, path.Join(name, entry.Name()), ignore, each); err != nil {
			return err
		}
	}
	return nil
}
