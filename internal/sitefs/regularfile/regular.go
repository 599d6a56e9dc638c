// Package regularfile opens regular files and nothing else. A pipe, a socket or a device is an
// immediate error; it is never opened, so Crier never blocks on one. Reads are limited to a number
// of bytes. Crier uses this package for every file that it reads and did not just create.
package regularfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Limits for reading files, in bytes. docs/content.md lists them.
const (
	Text  = 1 << 20  // config.toml and other texts written by people
	Asset = 10 << 20 // a file of a theme
	Own   = 1 << 28  // a file that Crier wrote: a page, a manifest or a publish record
)

// Open opens a regular file below a root for reading.
func Open(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	return open(name, root.Stat, root.OpenFile)
}

func OpenPath(name string) (*os.File, fs.FileInfo, error) {
	return open(name, os.Stat, os.OpenFile)
}

func open(name string, stat func(string) (fs.FileInfo, error), openFile func(string, int, fs.FileMode) (*os.File, error)) (*os.File, fs.FileInfo, error) {
	info, err := stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(name, info)
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return nil, nil, &fs.PathError{Op: "open", Path: name, Err: failed.Err} // not "statat"
	}
	if err != nil {
		return nil, nil, err
	}
	return openListed(name, openFile)
}

// OpenListed is like OpenPath for a file that a listing of its folder shows as regular. It saves
// looking at the file once more.
func OpenListed(name string) (*os.File, fs.FileInfo, error) { return openListed(name, os.OpenFile) }

// openListed opens a file that was seen to be regular. It may have been replaced since by one of
// another kind: O_NONBLOCK avoids blocking on a pipe.
func openListed(name string, openFile func(string, int, fs.FileMode) (*os.File, error)) (*os.File, fs.FileInfo, error) {
	f, err := openFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(name, info)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

func notRegular(name string, info fs.FileInfo) error {
	kind := "not a regular file"
	switch mode := info.Mode(); {
	case mode.IsDir():
		kind = "a folder, not a file"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a pipe, not a regular file"
	case mode&fs.ModeSocket != 0:
		kind = "a socket, not a regular file"
	case mode&fs.ModeDevice != 0:
		kind = "a device, not a regular file"
	}
	return &fs.PathError{Op: "open", Path: name, Err: errors.New(kind)}
}

type TooLargeError struct{ Limit int64 }

func (e *TooLargeError) Error() string { return fmt.Sprintf("larger than %d bytes", e.Limit) }

// Read returns the contents of a regular file below a root. It fails if there are more than limit
// bytes.
func Read(root *os.Root, name string, limit int64) ([]byte, error) {
	f, info, err := Open(root, name)
	if err != nil {
		return nil, err
	}
	return read(f, info, name, limit)
}

// ReadPath returns the contents of the regular file at a path. It fails if there are more than
// limit bytes.
func ReadPath(name string, limit int64) ([]byte, error) {
	f, info, err := OpenPath(name)
	if err != nil {
		return nil, err
	}
	return read(f, info, name, limit)
}

// ReadListed is like ReadPath, but opens the file with OpenListed.
func ReadListed(name string, limit int64) ([]byte, error) {
	f, info, err := OpenListed(name)
	if err != nil {
		return nil, err
	}
	return read(f, info, name, limit)
}

func read(f *os.File, info fs.FileInfo, name string, limit int64) ([]byte, error) {
	defer f.Close()
	tooLarge := &fs.PathError{Op: "read", Path: name, Err: &TooLargeError{limit}}
	if info.Size() > limit {
		return nil, tooLarge
	}
	// A file may grow while it is read, and files in /proc report a size of 0.
	content := make([]byte, 0, info.Size()+1)
	for {
		n, err := f.Read(content[len(content):cap(content)])
		content = content[:len(content)+n]
		switch {
		case int64(len(content)) > limit:
			return nil, tooLarge
		case err == io.EOF:
			return content, nil
		case err != nil:
			return nil, err
		case len(content) == cap(content):
			content = append(content, 0)[:len(content)]
		}
	}
}

// Create opens a file below a root for writing. It creates the file, or truncates the regular file
// that is there.
func Create(root *os.Root, name string, perm fs.FileMode) (*os.File, error) {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|syscall.O_NONBLOCK, perm)
	if err != nil {
		if info, statError := root.Stat(name); statError == nil && !info.Mode().IsRegular() {
			err = notRegular(name, info) // such as a pipe without a reader
		}
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(name, info)
	}
	if err == nil {
		err = f.Truncate(0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Write creates or replaces a file below a root. The replacement is not atomic.
func Write(root *os.Root, name string, content []byte, perm fs.FileMode) error {
	f, err := Create(root, name, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
