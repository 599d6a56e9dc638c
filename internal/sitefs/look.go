package sitefs

import (
	"io/fs"
	"time"
)

// Look is what the file system reports about a file. If Look is unchanged and Settled, so is the
// content.
type Look struct {
	Size     int64
	Modified int64  // change time of the content, in nanoseconds since 1970; programs can set it
	Changed  int64  // change time of any attribute, which programs can't set; 0 if unknown
	Inode    uint64 // 0 if unknown
}

// LookOf returns the look of a regular file. ok is false for any other kind of file.
func LookOf(info fs.FileInfo) (look Look, ok bool) {
	if !info.Mode().IsRegular() {
		return Look{}, false
	}
	look = Look{Size: info.Size(), Modified: info.ModTime().UnixNano()}
	look.Changed, look.Inode = beneath(info)
	return look, true
}

// Settled reports whether any change to the file from now on changes its Look. A file system's
// clock advances in steps, so a file that changed a moment ago may change again and keep its Look.
// (Git's index has the same problem: see racy-git in git's technical documentation.) The moment is
// 20 ms, or 2 s if the time is in whole seconds.
func (l Look) Settled(now time.Time) bool {
	moment := 20 * time.Millisecond
	last := max(l.Modified, l.Changed)
	if last%int64(time.Second) == 0 {
		moment = 2 * time.Second // the resolution of FAT
	}
	return last < now.Add(-moment).UnixNano()
}
