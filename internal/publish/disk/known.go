package disk

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/sitefs/regularfile"
)

// After a run, the notes list the state of every file and the key from which its content was made.
// The next run need not make a file again if its key is the same and the file is untouched: same
// size, same time, and the same hash as in the manifest. The notes are a cache: they may be deleted
// at any time, and notes that are damaged or in another format are ignored. See
// docs/adr/0008-what-a-build-remembers.md.
const (
	notesHeader = "crier outputs 1\n"
	notesSum    = "sum "
)

// noKey is the key in the notes of a file without one.
const noKey = "-"

// note is the state in which a run left a file.
type note struct {
	key  string
	hash fileset.Hash
	size int64
	time int64 // modification time, in nanoseconds since 1970
}

func notesFile() string { return private("cache", "outputs") }

// readNotes reads the notes of the last run. It leaves out files that changed shortly before the
// notes were written, because they may have changed again without a change of size or time. (Git's
// index has the same problem: see racy-git in git's technical documentation.)
func (w *writer) readNotes() map[string]note {
	if w.root == nil {
		return nil
	}
	info, err := w.root.Stat(notesFile())
	if err != nil {
		return nil
	}
	raw, err := regularfile.Read(w.root, notesFile(), regularfile.Own)
	if err != nil {
		return nil
	}
	end := bytes.LastIndex(raw, []byte(notesSum))
	if end < 0 || string(raw[end:]) != sumOf(raw[:end]) || !bytes.HasPrefix(raw, []byte(notesHeader)) {
		return nil
	}
	w.notesToken = tokenOf(string(raw[end:]))
	latest := settled(info)
	notes := make(map[string]note, len(w.ours))
	for line := range strings.Lines(string(raw[len(notesHeader):end])) {
		var fields [4]string
		name, ok := strings.TrimSuffix(line, "\n"), true
		for i := 0; i < len(fields) && ok; i++ {
			fields[i], name, ok = strings.Cut(name, " ")
		}
		hash, err := fileset.ParseHash(fields[1])
		size, err2 := strconv.ParseInt(fields[2], 10, 64)
		changed, err3 := strconv.ParseInt(fields[3], 10, 64)
		if !ok || err != nil || err2 != nil || err3 != nil {
			return nil
		}
		if changed >= latest {
			w.renote = true
			continue
		}
		notes[name] = note{fields[0], hash, size, changed}
	}
	return notes
}

// settled returns the time, in nanoseconds since 1970, from which a file may have changed unnoticed
// after the notes were written.
func settled(notes fs.FileInfo) int64 { return notes.ModTime().Add(-20 * time.Millisecond).UnixNano() }

// tokenOf returns the token for notes with a checksum.
func tokenOf(sum string) string { return strings.TrimSuffix(strings.TrimPrefix(sum, notesSum), "\n") }

func sumOf(content []byte) string { return fmt.Sprintf("%s%x\n", notesSum, sha256.Sum256(content)) }

// untouched returns the note of a file that need not be made again, because it is on disk as its
// key requires.
func (w *writer) untouched(f fileset.File) (note, bool) {
	n, ok := w.notes[f.Path]
	if f.Key == "" || !ok || n.key != f.Key || w.ours[f.Path] != n.hash {
		return note{}, false
	}
	return n, w.asNoted(f.Path, n)
}

// asNoted reports whether a file's size and time are as noted.
func (w *writer) asNoted(name string, n note) bool {
	info, err := os.Lstat(filepath.Join(w.dir, filepath.FromSlash(name)))
	return err == nil && info.Mode().IsRegular() && info.Size() == n.size && info.ModTime().UnixNano() == n.time
}

var errDiffers = errors.New("not as it was left")

// Untouched reports whether all files of a folder are as the last run left them. It returns a token
// for that state; every later run that changes something changes the token.
func Untouched(dir string) (token string, ok bool) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", false
	}
	defer root.Close()
	w := &writer{dir: dir, root: root}
	if err := w.readOurs(); err != nil {
		return "", false
	}
	w.notes = w.readNotes()
	if w.renote || len(w.notes) != len(w.ours) || len(w.ours) == 0 {
		return "", false
	}
	names := slices.Collect(maps.Keys(w.ours))
	differs := parallel.Try(len(names), 0, func(i int) error {
		n, noted := w.notes[names[i]]
		if !noted || n.hash != w.ours[names[i]] || !w.asNoted(names[i], n) {
			return errDiffers
		}
		return nil
	})
	return w.notesToken, differs == nil
}

// writeNotes writes the state of all files.
func (w *writer) writeNotes() error {
	b := []byte(notesHeader)
	all, latest := true, int64(0)
	for i, f := range w.files.Files() {
		n := note{cmp.Or(f.Key, noKey), w.staged[i].hash, w.staged[i].size, w.staged[i].time}
		if n.time == 0 { // equal to the existing file
			info, err := os.Lstat(filepath.Join(w.dir, filepath.FromSlash(f.Path)))
			if err != nil {
				all = false
				continue
			}
			n.size, n.time = info.Size(), info.ModTime().UnixNano()
		}
		latest = max(latest, n.time)
		b = append(append(b, n.key...), ' ')
		b = append(hex.AppendEncode(b, n.hash[:]), ' ')
		b = append(strconv.AppendInt(b, n.size, 10), ' ')
		b = append(strconv.AppendInt(b, n.time, 10), ' ')
		b = append(append(b, f.Path...), '\n')
	}
	sum := sumOf(b)
	b = append(b, sum...)
	if old, err := regularfile.Read(w.root, notesFile(), regularfile.Own); err != nil || w.renote || !bytes.Equal(old, b) {
		if err := w.root.MkdirAll(private("cache"), 0o755); err != nil {
			return err
		}
		if err := w.replace(notesFile(), b); err != nil {
			return err
		}
	}
	if info, err := w.root.Stat(notesFile()); all && err == nil && latest < settled(info) {
		w.state = tokenOf(sum)
	}
	return nil
}

// writeWaiting writes a staged file and stores its size and time.
func (w *writer) writeWaiting(s *staged, name string, content []byte) (err error) {
	s.size, s.time, err = writeNew(filepath.Join(w.waiting, filepath.FromSlash(name)), content)
	return err
}

// openWaiting finds the folder of staged files. Files in it are written directly by path, several
// times faster than with os.Root, so neither the folder nor its parent may be a symbolic link.
func (w *writer) openWaiting() error {
	for _, folder := range []string{fileset.Private, private("tmp")} {
		info, err := w.root.Lstat(folder)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s in %s is not a folder", folder, w.dir)
		}
	}
	w.waiting = filepath.Join(w.dir, fileset.Private, "tmp")
	return nil
}
