//go:build darwin || freebsd || netbsd

package sitefs

import (
	"io/fs"
	"syscall"
)

// beneath returns the time of the last change of any attribute of a file, in nanoseconds since
// 1970, and the file's inode number.
func beneath(info fs.FileInfo) (changed int64, inode uint64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ctimespec.Nano(), uint64(s.Ino)
	}
	return 0, 0
}
