//go:build unix

package disk

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestAStartingProgramKeepsNoLock checks that the end of a run unlocks the folder even if a program
// that is being started has a copy of the lock's file: it loses its copy only when it runs.
func TestAStartingProgramKeepsNoLock(t *testing.T) {
	dir, unlock := locked(t)
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("this system doesn't list open files:", err)
	}
	copied := false
	for _, entry := range open {
		file, _ := os.Readlink(filepath.Join("/proc/self/fd", entry.Name()))
		if fd, err := strconv.Atoi(entry.Name()); err == nil && strings.HasSuffix(file, filepath.Base(dir)+"/"+private("lock")) {
			held, err := syscall.Dup(fd)
			if err != nil {
				t.Fatal(err)
			}
			defer syscall.Close(held)
			copied = true
			break
		}
	}
	if !copied {
		t.Fatal("the lock's file is not open")
	}
	unlock()
	write(t, dir, small)
}
