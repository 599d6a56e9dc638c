package regularfile

import (
	"io/fs"
	"os"
)

// FS returns the folders and regular files below a root as a file system. Its ReadFile, and
// therefore fs.ReadFile, fails for files with more bytes than the limit.
func FS(root *os.Root, limit int64) fs.FS { return &rootFS{root, limit} }

type rootFS struct {
	root  *os.Root
	limit int64
}

func (f *rootFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if info, err := f.root.Stat(name); err == nil && info.IsDir() {
		return f.root.FS().Open(name)
	}
	file, _, err := Open(f.root, name)
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (f *rootFS) ReadFile(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return Read(f.root, name, f.limit)
}

func (f *rootFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.root.FS(), name) }

func (f *rootFS) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.root.FS(), name) }
