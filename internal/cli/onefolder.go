package cli

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"time"
)

// oneFolder is the folder of one incident in a site, with one of its files as it might become.
type oneFolder struct {
	fs.FS
	name string
	text []byte
}

// Open opens the file as it might become, and any other as it is.
func (f oneFolder) Open(name string) (fs.File, error) {
	if name == f.name {
		return &imagined{Reader: bytes.NewReader(f.text), name: path.Base(name)}, nil
	}
	return f.FS.Open(name)
}

// Stat tells what a file is without opening it.
func (f oneFolder) Stat(name string) (fs.FileInfo, error) {
	if name == f.name {
		return &imagined{Reader: bytes.NewReader(f.text), name: path.Base(name)}, nil
	}
	return fs.Stat(f.FS, name)
}

// ReadDir lists the folder, and on the way there nothing but the way.
func (f oneFolder) ReadDir(name string) ([]fs.DirEntry, error) {
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

// imagined is a file in memory; it is its own fs.FileInfo.
type imagined struct {
	*bytes.Reader
	name string
}

func (f *imagined) Stat() (fs.FileInfo, error) { return f, nil }
func (f *imagined) Close() error               { return nil }
func (f *imagined) Name() string               { return f.name }
func (f *imagined) Mode() fs.FileMode          { return 0o444 }
func (f *imagined) ModTime() time.Time         { return time.Time{} }
func (f *imagined) IsDir() bool                { return false }
func (f *imagined) Sys() any                   { return nil }
