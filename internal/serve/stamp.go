package serve

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// stamp is what can be known of a file without reading it. Of a folder only that it is one: its entries speak for it.
type fileStamp struct {
	size, modified int64 // bytes; nanoseconds since 1970
	folder         bool
}

func stampOf(info fs.FileInfo) fileStamp {
	if info.IsDir() {
		return fileStamp{folder: true}
	}
	return fileStamp{size: info.Size(), modified: info.ModTime().UnixNano()}
}

// look gives the stamp of a path below the folder. Symbolic links count as what they are, but for those right in the folder,
// such as content -> ../texts.
func look(folder, name string) (fileStamp, bool) {
	stat := os.Lstat
	if !strings.Contains(name, "/") {
		stat = os.Stat
	}
	info, err := stat(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return fileStamp{}, false
	}
	return stampOf(info), true
}

// visit calls each for a path and for all below it, a folder before what is in it, so that what comes into a folder that each
// begins to watch is either listed here or noticed. What vanishes meanwhile is left out. It ends at the first error.
func visit(folder, name string, ignore func(string) bool, each func(name string, s fileStamp) error) error {
	if name != "." && ignore(name) {
		return nil
	}
	s, ok := look(folder, name)
	if !ok {
		return nil
	}
	return visitKnown(folder, name, s, ignore, each)
}

func visitKnown(folder, name string, s fileStamp, ignore func(string) bool, each func(name string, s fileStamp) error) error {
	if err := each(name, s); err != nil || !s.folder {
		return err
	}
	entries, _ := os.ReadDir(filepath.Join(folder, filepath.FromSlash(name)))
	for _, entry := range entries {
		child := path.Join(name, entry.Name())
		if ignore(child) {
			continue
		}
		s, ok := fileStamp{folder: true}, true
		if !entry.IsDir() {
			s, ok = look(folder, child)
		}
		if !ok {
			continue
		}
		if err := visitKnown(folder, child, s, ignore, each); err != nil {
			return err
		}
	}
	return nil
}
