package cli

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
)

// siteFS reads the files of a site by their paths, which is several times faster than os.Root's way from folder to folder;
// symbolic links alone go that way, so that none leads out of the site.
type siteFS struct {
	root  *os.Root
	dir   string
	scan  *scan    // what was found already; nil: nothing
	links sync.Map // names that ReadDir found to be symbolic links
}

// newSiteFS gives the file system of a site for reading below folder.
func newSiteFS(root *os.Root, dir, folder string) fs.FS { return newScannedFS(root, dir, folder, nil) }

// newScannedFS is newSiteFS where the site was looked through already: folders are listed as they were found.
func newScannedFS(root *os.Root, dir, folder string, found *scan) fs.FS {
	for at := folder; at != "."; at = path.Dir(at) {
		if info, err := root.Lstat(at); err != nil || info.Mode()&fs.ModeSymlink != 0 {
			return root.FS()
		}
	}
	s := &siteFS{root: root, dir: dir, scan: found}
	if found != nil {
		found.links(func(name string) { s.links.Store(name, true) })
	}
	return s
}

// Open opens a file or folder.
func (s *siteFS) Open(name string) (fs.File, error) {
	if _, link := s.links.Load(name); link || !fs.ValidPath(name) {
		return s.root.FS().Open(name)
	}
	return os.Open(filepath.Join(s.dir, filepath.FromSlash(name)))
}

// ReadDir lists a folder by name.
func (s *siteFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries, err, known := s.scan.ReadDir(name); known {
		return entries, err
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, filepath.FromSlash(name)))
	for _, entry := range entries {
		if entry.Type()&fs.ModeSymlink != 0 {
			s.links.Store(path.Join(name, entry.Name()), true)
		}
	}
	return entries, err
}
