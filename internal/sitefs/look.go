package sitefs

import (
	"io/fs"
	"time"
)

// Look is how a file looks without being read. A file that looks as it did holds what it did, as far as Settled says.
type Look struct {
	Size     int64
	Modified int64  // when its content was last changed, in nanoseconds since 1970; programs can set it
	Changed  int64  // when anything of it was, which programs cannot set; 0 where the system does not say
	Inode    uint64 // 0 where the system does not say
}

// LookOf gives the look of a plain file; ok is false for anything else.
func LookOf(info fs.FileInfo) (look Look, ok bool) {
	if !info.Mode().IsRegular() {
		return Look{}, false
	}
	look = Look{Size: info.Size(), Modified: info.ModTime().UnixNano()}
	look.Changed, look.Inode = beneath(info)
	return look, true
}

// Settled reports whether whatever changes the file from this instant on changes its look: a file system's clock has steps, so
// one that changed a moment ago may change again without looking like it (as in git's index, see gitformat-index(5)). Where it seems to count
// no parts of seconds, that moment is longer.
func (l Look) Settled(now time.Time) bool {
	moment := 20 * time.Millisecond
	last := max(l.Modified, l.Changed)
	if last%int64(time.Second) == 0 {
		moment = 2 * time.Second // the steps of FAT
	}
	return last < now.Add(-moment).UnixNano()
}
