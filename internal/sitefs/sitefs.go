// Package sitefs reads the files of a site's folder, fast where there are tens of thousands of them, and none that lies outside of
// it or is not a regular file.
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

// FS reads the files of a site by their paths, which is several times faster than os.Root's way from folder to folder;
// symbolic links alone go that way, so that none leads out of the site.
type FS struct {
	root   *os.Root
	dir    string
	folder string   // only what is in it is read by its path; "": nothing is
	found  *Listing // what is known already; nil: nothing
	links  sync.Map // names that ReadDir found to be symbolic links
}

// New gives the file system of a site in which folder is read fast.
func New(root *os.Root, dir, folder string) fs.FS { return NewListed(root, dir, folder, nil) }

// NewListed is New where the folder was listed already, and so is not listed again; found may be nil.
func NewListed(root *os.Root, dir, folder string, found *Listing) fs.FS {
	for at := folder; at != "."; at = path.Dir(at) {
		if info, err := root.Lstat(at); err != nil || info.Mode()&fs.ModeSymlink != 0 {
			return &FS{root: root, dir: dir}
		}
	}
	s := &FS{root: root, dir: dir, folder: folder, found: found}
	if found != nil {
		found.links(func(name string) { s.links.Store(name, true) })
	}
	return s
}

// direct reports whether a name may be read by its path: it is valid, in the folder and not a symbolic link.
func (s *FS) direct(name string) bool {
	_, link := s.links.Load(name)
	return !link && fs.ValidPath(name) && (name == s.folder || strings.HasPrefix(name, s.folder+"/"))
}

// Open opens a file or folder.
func (s *FS) Open(name string) (fs.File, error) {
	if !s.direct(name) {
		return regularfile.FS(s.root, regularfile.Text).Open(name)
	}
	full := filepath.Join(s.dir, filepath.FromSlash(name))
	f, _, err := regularfile.OpenPath(full)
	if info, statError := os.Stat(full); err != nil && statError == nil && info.IsDir() {
		return os.Open(full)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// ReadFile returns the bytes of a file, up to the limit of its kind.
func (s *FS) ReadFile(name string) ([]byte, error) {
	switch {
	case strings.HasPrefix(name, "themes/"):
		return fs.ReadFile(regularfile.FS(s.root, regularfile.Asset), name)
	case !s.direct(name):
		return fs.ReadFile(regularfile.FS(s.root, regularfile.Text), name)
	}
	return regularfile.ReadPath(filepath.Join(s.dir, filepath.FromSlash(name)), regularfile.Text)
}

// Stat tells what a file or folder is without opening it: to open a pipe would wait for who writes to it.
func (s *FS) Stat(name string) (fs.FileInfo, error) {
	if !s.direct(name) {
		return fs.Stat(s.root.FS(), name)
	}
	return os.Stat(filepath.Join(s.dir, filepath.FromSlash(name)))
}

// Lstat is Stat that tells of a symbolic link, not of where it leads.
func (s *FS) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(s.root.FS(), name) }

// ReadLink gives where a symbolic link leads.
func (s *FS) ReadLink(name string) (string, error) { return fs.ReadLink(s.root.FS(), name) }

// ReadDir lists a folder by name.
func (s *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	if !s.direct(name) {
		return fs.ReadDir(s.root.FS(), name)
	}
	if entries, err, known := s.found.readDir(name); known {
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
