//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris)

package sitefs

import "io/fs"

// beneath gives nothing: the system does not say.
func beneath(fs.FileInfo) (changed int64, inode uint64) { return 0, 0 }
