// Package sitefs reads the files of a site's folder. It is fast for tens of thousands of files, and
// never reads one that is outside the folder or is not a regular file.
package sitefs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"settler.io/crier/internal/sitefs/regularfile"
)

// FS is the file system of a site. It opens most files directly by path, which is several times
// faster than os.Root, which opens folder by folder. Only symbolic links are opened with os.Root,
// so that none leads out of the site.
type FS struct {
	root *os.Root
	dir  string
	// folder is the folder whose files are opened directly by path; "" for none.
	folder string
	// found is what was listed before; may be nil.
	found *Listing
	// special holds the names that ReadDir found of anything but regular files and folders.
	special sync.Map
}

// New returns the file system of a site. Files in folder are read fast; found, which may be nil, is
// what was listed of it before.
func New(root *os.Root, dir, folder string, found *Listing) fs.FS {
	for at := folder; at != "."; at = path.Dir(at) {
		if info, err := root.Lstat(at); err != nil || info.Mode()&fs.ModeSymlink != 0 {
			return &FS{root: root, dir: dir}
		}
	}
	s := &FS{root: root, dir: dir, folder: folder, found: found}
	if found != nil {
		for at, folder := range found.folders {
			s.listed(at, folder.entries)
		}
	}
	return s
}

// listed keeps the names of the entries of a folder that are special.
func (s *FS) listed(folder string, entries []fs.DirEntry) {
	for _, entry := range entries {
		if !entry.IsDir() && !entry.Type().IsRegular() {
			s.special.Store(path.Join(folder, entry.Name()), true)
		}
	}
}

// direct reports whether a file may be opened directly by path: the name is valid, in the folder,
// and was not found to be a symbolic link, a pipe or a device.
func (s *FS) direct(name string) bool {
	_, special := s.special.Load(name)
	return !special && fs.ValidPath(name) && (name == s.folder || strings.HasPrefix(name, s.folder+"/"))
}

func (s *FS) Open(name string) (fs.File, error) {
	if !s.direct(name) {
		return regularfile.FS(s.root, regularfile.Text).Open(name)
	}
	full := filepath.Join(s.dir, filepath.FromSlash(name))
	f, _, err := regularfile.OpenListed(full)
	if err == nil {
		return f, nil
	}
	if info, statError := os.Stat(full); statError == nil && info.IsDir() {
		return os.Open(full)
	}
	return nil, err
}

// ReadFile returns the contents of a file. The size limit depends on the kind of file.
func (s *FS) ReadFile(name string) ([]byte, error) {
	switch {
	case strings.HasPrefix(name, "themes/"):
		return fs.ReadFile(regularfile.FS(s.root, regularfile.Asset), name)
	case !s.direct(name):
		return fs.ReadFile(regularfile.FS(s.root, regularfile.Text), name)
	}
	return regularfile.ReadListed(filepath.Join(s.dir, filepath.FromSlash(name)), regularfile.Text)
}

// Stat describes a file or folder without opening it, because opening a pipe would block.
func (s *FS) Stat(name string) (fs.FileInfo, error) {
	if !s.direct(name) {
		return fs.Stat(s.root.FS(), name)
	}
	return os.Stat(filepath.Join(s.dir, filepath.FromSlash(name)))
}

// Lstat is like Stat but does not follow symbolic links.
func (s *FS) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(s.root.FS(), name) }

func (s *FS) ReadLink(name string) (string, error) { return fs.ReadLink(s.root.FS(), name) }

// ReadDir lists a folder, sorted by name.
func (s *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	if !s.direct(name) {
		return fs.ReadDir(s.root.FS(), name)
	}
	if s.found != nil {
		if folder, known := s.found.folders[name]; known {
			return folder.entries, folder.err
		}
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, filepath.FromSlash(name)))
	s.listed(name, entries)
	return entries, err
}
