//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris)

package sitefs

import "io/fs"

// beneath returns zeros, because this system reports neither value.
func beneath(fs.FileInfo) (changed int64, inode uint64) { return 0, 0 }
