package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// dontNeed is POSIX_FADV_DONTNEED in linux/fadvise.h.
const dontNeed = 4

// forget makes the system drop its cache of the files in a folder on disk, which are not read
// again, and, if permitted, of unused names and inodes. Otherwise memory fills up with the outputs
// of earlier rounds, and making room counts as the work of later ones.
func forget(folder string) error {
	syscall.Sync() // data that is not on the disk yet can't be dropped
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
	// See Documentation/admin-guide/sysctl/vm.rst in Linux.
	if err := os.WriteFile("/proc/sys/vm/drop_caches", []byte("2"), 0); err != nil {
		fmt.Fprintln(os.Stderr, "  note: the system may not be asked to forget names and inodes:", err)
	}
	return nil
}
