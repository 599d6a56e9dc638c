package disk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"settler.io/crier/internal/fileset"
)

// openWaiting finds the folder of staged files. Files in it are written directly by path, several
// times faster than with os.Root, so neither the folder nor its parent may be a symbolic link.
func (w *writer) openWaiting() error {
	for _, folder := range []string{fileset.Private, private("tmp")} {
		info, err := w.root.Lstat(folder)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s in %s is not a folder", folder, w.dir)
		}
	}
	w.waiting = filepath.Join(w.dir, fileset.Private, "tmp")
	return nil
}

// writeWaiting writes a staged file and stores its size and time.
func (w *writer) writeWaiting(s *staged, name string, content []byte) (err error) {
	s.size, s.time, err = writeNew(filepath.Join(w.waiting, filepath.FromSlash(name)), content)
	return err
}

// writeNew writes a file that must not exist yet. It returns its size in bytes and its modification
// time in nanoseconds since 1970. O_NONBLOCK has no effect on a regular file, but without it
// package os makes four more system calls.
func writeNew(name string, content []byte) (size, modified int64, err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NONBLOCK, 0o644)
	if err != nil {
		return 0, 0, err
	}
	_, err = f.Write(content)
	if err == nil {
		var info os.FileInfo
		if info, err = f.Stat(); err == nil {
			size, modified = info.Size(), info.ModTime().UnixNano()
		}
	}
	return size, modified, errors.Join(err, f.Close())
}
