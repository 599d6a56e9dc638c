package sitefs

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"time"
)

// overlayFS is a site of which only one folder is listed, with other text in one file of that
// folder.
type overlayFS struct {
	fs.FS
	name string
	text []byte
}

// Overlay returns a file system that holds the folder of the file name as it is in fsys, except
// that the file has the given text. Of the folders above it, only those that lead to it are listed.
func Overlay(fsys fs.FS, name string, text []byte) fs.FS { return overlayFS{fsys, name, text} }

// Open opens a file, the replaced one with its new text.
func (f overlayFS) Open(name string) (fs.File, error) {
	if name == f.name {
		return &memoryFile{Reader: bytes.NewReader(f.text), name: path.Base(name)}, nil
	}
	return f.FS.Open(name)
}

// Stat describes a file without opening it.
func (f overlayFS) Stat(name string) (fs.FileInfo, error) {
	if name == f.name {
		return &memoryFile{Reader: bytes.NewReader(f.text), name: path.Base(name)}, nil
	}
	return fs.Stat(f.FS, name)
}

// ReadDir lists the file's folder; of a folder above it, only the entry that leads there.
func (f overlayFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.FS, name)
	rest, above := strings.CutPrefix(path.Dir(f.name), name+"/")
	if err != nil || !above {
		return entries, err
	}
	next, _, _ := strings.Cut(rest, "/")
	for _, entry := range entries {
		if entry.Name() == next {
			return []fs.DirEntry{entry}, nil
		}
	}
	return nil, nil
}

// memoryFile is a file in memory; it is its own fs.FileInfo.
type memoryFile struct {
	*bytes.Reader
	name string
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Name() string               { return f.name }
func (f *memoryFile) Mode() fs.FileMode          { return 0o444 }
func (f *memoryFile) ModTime() time.Time         { return time.Time{} }
func (f *memoryFile) IsDir() bool                { return false }
func (f *memoryFile) Sys() any                   { return nil }
