package disk

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/sitefs/regularfile"
)

// The manifest lists the files that Crier wrote, each with its git blob hash and, after a tab, the
// state in which the run left it: key, size and time. A run need not make a file again if its key
// is the same and the file is untouched. States are a cache: the last line is a checksum, and
// without it they are ignored. See docs/adr/0016-one-manifest-of-an-output.md.
//
// The journal lists the paths that a run is about to change. After a run was killed, the content of
// those files is unknown, but they still count as ours.
const (
	manifestHeader = "crier manifest 2"
	manifestSum    = "sum "
	journalHeader  = "crier journal 1"
)

// noKey is the key in the manifest of a file without one.
const noKey = "-"

// written is a file that an earlier run wrote, as the manifest lists it.
type written struct {
	hash fileset.Hash // zero: the content is unknown
	key  string       // "": the state is unknown
	size int64
	time int64 // modification time, in nanoseconds since 1970
}

func manifestFile() string { return private("manifest", "files") }

// readOurs reads the manifest and the journal. It refuses a folder that contains anything but has
// neither.
func (w *writer) readOurs() error {
	w.ours = map[string]written{}
	found := false
	// Earlier versions split the manifest into several files.
	parts, err := fs.ReadDir(w.root.FS(), private("manifest"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, part := range parts {
		if err := w.readManifest(private("manifest", part.Name())); err != nil {
			return err
		}
		found = true
	}
	if len(parts) > 1 {
		w.token = ""
	}
	journal, err := regularfile.Read(w.root, private("journal"), regularfile.Own)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		found = true
		for name := range lines(string(journal)) {
			if fileset.ValidPath(name) == nil {
				w.ours[name] = written{}
			}
		}
	}
	if found {
		return nil
	}
	return w.refuse()
}

func (w *writer) readManifest(name string) error {
	info, err := w.root.Stat(name)
	if err != nil {
		return err
	}
	raw, err := regularfile.Read(w.root, name, regularfile.Own)
	if err != nil {
		return err
	}
	content := string(raw)
	end := max(0, strings.LastIndex(content, manifestSum))
	intact := content[end:] == sumOf(raw[:end])
	if intact {
		w.token = strings.TrimSpace(content[end+len(manifestSum):])
	}
	recent := settled(info)
	for line := range lines(content) {
		digits, rest, ok := strings.Cut(line, "  ")
		hash, err := fileset.ParseHash(digits)
		name, state, _ := strings.Cut(rest, "\t")
		if !ok || err != nil || fileset.ValidPath(name) != nil {
			continue
		}
		f := written{hash: hash}
		if fields := strings.Split(state, " "); intact && len(fields) == 3 {
			f.key = fields[0]
			f.size, _ = strconv.ParseInt(fields[1], 10, 64)
			f.time, _ = strconv.ParseInt(fields[2], 10, 64)
			if f.time >= recent {
				f.key, w.unsettled = "", true
			}
		}
		w.ours[name] = f
	}
	return nil
}

// settled returns the time, in nanoseconds since 1970, from which a file may have changed again
// after the manifest was written, without a change of size or time. (Git's index has the same
// problem: see racy-git in git's technical documentation.)
func settled(manifest fs.FileInfo) int64 {
	return manifest.ModTime().Add(-20 * time.Millisecond).UnixNano()
}

func sumOf(content []byte) string { return fmt.Sprintf("%s%x\n", manifestSum, sha256.Sum256(content)) }

// lines returns the lines of a manifest or a journal, without its header.
func lines(content string) iter.Seq[string] {
	_, rest, _ := strings.Cut(strings.TrimSuffix(content, "\n"), "\n")
	return strings.SplitSeq(rest, "\n")
}

// untouched reports whether a file need not be made again, because it is on disk as its key
// requires.
func (w *writer) untouched(f fileset.File) (written, bool) {
	known := w.ours[f.Path]
	return known, f.Key != "" && known.key == f.Key && w.asLeft(f.Path, known)
}

// asLeft reports whether a file's size and time are those in the manifest.
func (w *writer) asLeft(name string, known written) bool {
	info, err := os.Lstat(filepath.Join(w.dir, filepath.FromSlash(name)))
	return err == nil && info.Mode().IsRegular() && info.Size() == known.size && info.ModTime().UnixNano() == known.time
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
	if w.readOurs() != nil || w.token == "" || len(w.ours) == 0 {
		return "", false
	}
	names := slices.Collect(maps.Keys(w.ours))
	differs := parallel.Try(len(names), 0, func(i int) error {
		known := w.ours[names[i]]
		if known.size == 0 && known.time == 0 || !w.asLeft(names[i], known) {
			return errDiffers
		}
		if known.key == "" { // it changed too recently for its size and time to prove anything
			raw, err := regularfile.Read(w.root, names[i], regularfile.Own)
			if err != nil || fileset.Sum(raw) != known.hash {
				return errDiffers
			}
		}
		return nil
	})
	return w.token, differs == nil
}

// refuse returns an error for a folder that contains anything but has neither a manifest nor a
// journal.
func (w *writer) refuse() error {
	if shards, err := fs.ReadDir(w.root.FS(), private("manifest")); err == nil && len(shards) > 0 {
		return nil
	}
	if _, err := w.root.Stat(private("journal")); err == nil {
		return nil
	}
	entries, err := fs.ReadDir(w.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() != ".git" && entry.Name() != fileset.Private {
			return &ForeignError{Folder: w.dir}
		}
	}
	return nil
}

// writeManifest lists all files with the state in which they are now.
func (w *writer) writeManifest() error {
	b := []byte(manifestHeader + "\n")
	all := true
	for i, f := range w.files.Files() {
		s := w.staged[i]
		if s.time == 0 { // equal to the existing file
			if info, err := os.Lstat(filepath.Join(w.dir, filepath.FromSlash(f.Path))); err == nil {
				s.size, s.time = info.Size(), info.ModTime().UnixNano()
			}
		}
		b = append(append(append(hex.AppendEncode(b, s.hash[:]), "  "...), f.Path...), '\t')
		b = append(append(b, cmp.Or(f.Key, noKey)...), ' ')
		b = append(strconv.AppendInt(b, s.size, 10), ' ')
		b = append(strconv.AppendInt(b, s.time, 10), '\n')
		all = all && s.time != 0
	}
	sum := sumOf(b)
	b = append(b, sum...)
	if old, err := regularfile.Read(w.root, manifestFile(), regularfile.Own); err != nil || w.unsettled || !bytes.Equal(old, b) {
		if err := w.root.MkdirAll(private("manifest"), 0o755); err != nil {
			return err
		}
		if err := w.replace(manifestFile(), b); err != nil {
			return err
		}
	}
	parts, err := fs.ReadDir(w.root.FS(), private("manifest"))
	if err != nil {
		return err
	}
	for _, part := range parts {
		if name := private("manifest", part.Name()); name != manifestFile() {
			if err := w.root.Remove(name); err != nil {
				return err
			}
			w.visible()
		}
	}
	if all {
		w.state = strings.TrimSpace(sum[len(manifestSum):])
	}
	return nil
}

// writeJournal lists the paths that the run is about to change.
func (w *writer) writeJournal() error {
	var b bytes.Buffer
	b.WriteString(journalHeader + "\n")
	for i, f := range w.files.Files() {
		if w.staged[i].action != "" || w.unknown(f.Path) {
			b.WriteString(f.Path + "\n")
		}
	}
	for _, name := range w.stale {
		b.WriteString(name + "\n")
	}
	return w.replace(private("journal"), b.Bytes())
}

// unknown reports whether an earlier run was killed when it was about to change the path.
func (w *writer) unknown(name string) bool {
	known, own := w.ours[name]
	return own && known.hash == fileset.Hash{}
}

// replace replaces a file atomically: it writes a temporary file and renames it.
func (w *writer) replace(name string, content []byte) error {
	waiting := private("tmp", "replace-"+path.Base(name))
	if err := regularfile.Write(w.root, waiting, content, 0o644); err != nil {
		return err
	}
	if err := w.root.Rename(waiting, name); err != nil {
		return err
	}
	w.visible()
	return nil
}
