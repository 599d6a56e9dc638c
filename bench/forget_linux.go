package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// dontNeed is POSIX_FADV_DONTNEED of linux/fadvise.h.
const dontNeed = 4

// forget has the system drop what it keeps in memory of the files in a folder on a disk, which are not looked at again. Else its memory
// fills up with the outputs of earlier rounds, and to make room in it is counted as the work of a later one.
func forget(folder string) error {
	syscall.Sync() // what is not on the disk yet is not dropped
	return filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if _, _, failure := syscall.Syscall6(syscall.SYS_FADVISE64, f.Fd(), 0, 0, dontNeed, 0, 0); failure != 0 {
			return &fs.PathError{Op: "fadvise", Path: name, Err: failure}
		}
		return nil
	})
}
