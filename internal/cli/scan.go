package cli

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"settler.io/crier/internal/cache"
)

// scan is what lies below the content folder of a site, and how it looks, found once for all that ask.
type scan struct {
	folders map[string]scannedFolder
	order   []string // the folders, above before below
	looks   map[string]cache.Look
	start   time.Time // no file was looked at before, by the file system's clock
}

type scannedFolder struct {
	entries []fs.DirEntry // by name, with what is known of them
	err     error
}

// scanContent lists the content folder of a site, folders of one depth several at once. A folder whose name begins with a dot is not looked into.
func scanContent(site string) *scan {
	s := &scan{folders: map[string]scannedFolder{}, looks: map[string]cache.Look{}, start: time.Now()} // the file system's clock, not the build's instant
	if info, err := os.Lstat(filepath.Join(site, "content")); err != nil || !info.IsDir() {
		return s
	}
	for depth := []string{"content"}; len(depth) > 0; {
		found := make([]scannedFolder, len(depth))
		var next atomic.Int64
		var group sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			group.Go(func() {
				for n := next.Add(1) - 1; n < int64(len(depth)); n = next.Add(1) - 1 {
					found[n] = scanFolder(filepath.Join(site, filepath.FromSlash(depth[n])))
				}
			})
		}
		group.Wait()
		var below []string
		for n, folder := range depth {
			s.folders[folder] = found[n]
			s.order = append(s.order, folder)
			for _, entry := range found[n].entries {
				name := folder + "/" + entry.Name()
				if entry.IsDir() {
					if !strings.HasPrefix(entry.Name(), ".") {
						below = append(below, name)
					}
					continue
				}
				if info, err := entry.Info(); err == nil {
					if look, ok := cache.LookOf(info); ok {
						s.looks[name] = look
					}
				}
			}
		}
		depth = below
	}
	return s
}

// scanFolder lists a folder with what is known of the files in it.
func scanFolder(name string) scannedFolder {
	entries, err := os.ReadDir(name)
	known := entries[:0]
	for _, entry := range entries {
		if entry.IsDir() {
			known = append(known, entry)
			continue
		}
		info, infoErr := entry.Info()
		switch {
		case infoErr == nil:
			known = append(known, fs.FileInfoToDirEntry(info))
		case !errors.Is(infoErr, fs.ErrNotExist): // else it went just now
			err = errors.Join(err, infoErr)
		}
	}
	return scannedFolder{known, err}
}

// ReadDir lists a folder as it was found.
func (s *scan) ReadDir(name string) (entries []fs.DirEntry, err error, known bool) {
	if s == nil {
		return nil, nil, false
	}
	folder, known := s.folders[name]
	return folder.entries, folder.err, known
}

// links are the names of symbolic links.
func (s *scan) links(each func(name string)) {
	for folder, found := range s.folders {
		for _, entry := range found.entries {
			if entry.Type()&fs.ModeSymlink != 0 {
				each(path.Join(folder, entry.Name()))
			}
		}
	}
}

// sum stands for the names and looks of all files. It is "" when that says too little: a file changed a moment ago and may change
// again without looking like it, is no plain file, or could not be looked at.
func (s *scan) sum() string {
	if len(s.order) == 0 {
		return ""
	}
	h := sha256.New()
	var b []byte
	for _, folder := range s.order {
		found := s.folders[folder]
		if found.err != nil {
			return ""
		}
		b = append(append(b[:0], folder...), 0)
		for _, entry := range found.entries {
			b = append(append(b, entry.Name()...), 0)
			if entry.IsDir() {
				continue
			}
			look, plain := s.looks[folder+"/"+entry.Name()]
			if !plain || !look.Settled(s.start) {
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
