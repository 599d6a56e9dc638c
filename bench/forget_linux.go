package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// dontNeed is POSIX_FADV_DONTNEED of linux/fadvise.h.
const dontNeed = 4

// forget has the system drop what it keeps in memory of the files in a folder on a disk, which are not looked at again: what is in them and,
// where this may be asked for, names and inodes that nobody uses. Else its memory fills up with the outputs of earlier rounds, and to make
// room in it is counted as the work of a later one.
func forget(folder string) error {
	syscall.Sync() // what is not on the disk yet is not dropped
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
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
	if err != nil {
		return err
	}
	if err := os.WriteFile("/proc/sys/vm/drop_caches", []byte("2"), 0); err != nil { // Linux, Documentation/admin-guide/sysctl/vm.rst
		fmt.Fprintln(os.Stderr, "  note: the system may not be asked to forget names and inodes:", err)
	}
	return nil
}
