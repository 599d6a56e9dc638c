package sitefs

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"settler.io/crier/internal/parallel"
)

// Listing lists the files below a folder of a site, with what can be learned without reading them.
type Listing struct {
	Start time.Time // no file was inspected before this time, by the file system's clock

	folders map[string]*listed
	order   []string // the folders, parents first
}

type listed struct {
	entries []fs.DirEntry // sorted by name
	looks   []Look        // of regular files; zero for others
	err     error
}

// List lists everything below a folder of a site, reading folders of the same depth in parallel. It
// leaves out what is in folders whose names begin with a dot. start is the current time.
func List(site, folder string, start time.Time) *Listing {
	l := &Listing{folders: map[string]*listed{}, Start: start}
	if info, err := os.Lstat(filepath.Join(site, filepath.FromSlash(folder))); err != nil || !info.IsDir() {
		return l
	}
	for depth := []string{folder}; len(depth) > 0; {
		found := make([]*listed, len(depth))
		parallel.For(len(depth), 0, func(n int) { found[n] = list(filepath.Join(site, filepath.FromSlash(depth[n]))) })
		var below []string
		for n, folder := range depth {
			l.folders[folder] = found[n]
			for _, entry := range found[n].entries {
				if entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
					below = append(below, folder+"/"+entry.Name())
				}
			}
		}
		l.order = append(l.order, depth...)
		depth = below
	}
	return l
}

func list(name string) *listed {
	entries, err := os.ReadDir(name)
	l := &listed{entries: entries[:0], looks: make([]Look, 0, len(entries)), err: err}
	for _, entry := range entries {
		var look Look
		if !entry.IsDir() {
			info, err := os.Lstat(name + string(filepath.Separator) + entry.Name())
			if errors.Is(err, fs.ErrNotExist) { // it was deleted a moment ago
				continue
			}
			if err != nil {
				l.err = errors.Join(l.err, err)
				continue
			}
			entry = fs.FileInfoToDirEntry(info)
			look, _ = LookOf(info)
		}
		l.entries, l.looks = append(l.entries, entry), append(l.looks, look)
	}
	return l
}

// Sum returns a hash of the names and looks of all files. It returns "" if those don't prove that
// the contents are unchanged: because a file is not regular, could not be inspected, or changed so
// recently that it may change again without a change of its look.
func (l *Listing) Sum() string {
	if len(l.order) == 0 {
		return ""
	}
	h := sha256.New()
	var b []byte
	for _, folder := range l.order {
		found := l.folders[folder]
		if found.err != nil {
			return ""
		}
		b = append(append(b[:0], folder...), 0)
		for n, entry := range found.entries {
			b = append(append(b, entry.Name()...), 0)
			if entry.IsDir() {
				continue
			}
			look := found.looks[n]
			if look == (Look{}) || !look.Settled(l.Start) {
				return ""
			}
			for _, n := range []int64{look.Size, look.Modified, look.Changed, int64(look.Inode)} {
				b = binary.LittleEndian.AppendUint64(b, uint64(n))
			}
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}
