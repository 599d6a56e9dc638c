package disk

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/sitefs/regularfile"
)

// The manifest lists the files that Crier wrote, sorted by path, in lines of the form "<git blob
// hash>  <path>". It is split into shards, so that a new update changes few of them. The journal
// lists the paths that a run is about to change. After a run was killed, the content of those files
// is unknown, but they still count as ours.
const (
	manifestHeader = "crier manifest 1"
	journalHeader  = "crier journal 1"
)

// sharder computes the shards of paths. It is fast for consecutive paths in the same folder.
type sharder struct{ prefix, name string }

// shard returns the name of a path's shard. It depends on the path's first folder and, because
// there are many incidents, also on two digits of a hash of the incident's id.
func (s *sharder) shard(name string) string {
	if s.prefix != "" && strings.HasPrefix(name, s.prefix) {
		return s.name
	}
	first, rest, below := strings.Cut(name, "/")
	if !below {
		return "root"
	}
	id, _, below := strings.Cut(rest, "/")
	switch {
	case first != "incidents":
		s.prefix, s.name = first+"/", "in-"+first
	case !below:
		return "in-incidents"
	default:
		sum := sha256.Sum256([]byte(id))
		s.prefix, s.name = name[:len(first)+len(id)+2], fmt.Sprintf("incidents-%02x", sum[0])
	}
	return s.name
}

// readOurs reads the manifest and the journal. It refuses a folder that contains anything but has
// neither.
func (w *writer) readOurs() error {
	w.ours, w.shards = map[string]fileset.Hash{}, map[string]int{}
	found := false
	shards, err := fs.ReadDir(w.root.FS(), private("manifest"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range shards {
		content, err := regularfile.Read(w.root, private("manifest", entry.Name()), regularfile.Own)
		if err != nil {
			return err
		}
		found = true
		var names sharder
		eachLine(content, func(line string) {
			hash, name, ok := strings.Cut(line, "  ")
			sum, err := fileset.ParseHash(hash)
			if ok && err == nil && fileset.ValidPath(name) == nil {
				w.ours[name] = sum
				if w.shards[entry.Name()]++; names.shard(name) != entry.Name() {
					w.shards[entry.Name()] = math.MinInt
				}
			}
		})
	}
	journal, err := regularfile.Read(w.root, private("journal"), regularfile.Own)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		found = true
		eachLine(journal, func(name string) {
			if fileset.ValidPath(name) == nil {
				w.ours[name] = fileset.Hash{}
			}
		})
	}
	if found {
		return nil
	}
	return w.refuse()
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

func eachLine(content []byte, f func(string)) {
	_, lines, _ := strings.Cut(string(content), "\n")
	for line := range strings.Lines(lines) {
		f(strings.TrimSuffix(line, "\n"))
	}
}

// writeManifest updates the shards. It doesn't touch those that are up to date.
func (w *writer) writeManifest() error {
	type part struct {
		files []int // indexes of the files
		same  int   // number of files that the shard already lists as they are
	}
	shards := map[string]*part{}
	var names sharder
	var last string
	var p *part
	for i, f := range w.files.Files() {
		if name := names.shard(f.Path); name != last {
			last = name
			if p = shards[name]; p == nil {
				p = &part{}
				shards[name] = p
			}
		}
		p.files = append(p.files, i)
		if hash, own := w.ours[f.Path]; own && hash == w.staged[i].hash {
			p.same++
		}
	}
	if err := w.root.MkdirAll(private("manifest"), 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(shards)) {
		p := shards[name]
		if p.same == len(p.files) && w.shards[name] == len(p.files) {
			continue
		}
		slices.SortFunc(p.files, func(a, b int) int { return strings.Compare(w.files.Files()[a].Path, w.files.Files()[b].Path) })
		var b bytes.Buffer
		b.WriteString(manifestHeader + "\n")
		for _, i := range p.files {
			b.WriteString(w.staged[i].hash.String() + "  " + w.files.Files()[i].Path + "\n")
		}
		old, err := regularfile.Read(w.root, private("manifest", name), regularfile.Own)
		if err == nil && bytes.Equal(old, b.Bytes()) {
			continue
		}
		if err := w.replace(private("manifest", name), b.Bytes()); err != nil {
			return err
		}
	}
	entries, err := fs.ReadDir(w.root.FS(), private("manifest"))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if shards[entry.Name()] == nil {
			if err := w.root.Remove(private("manifest", entry.Name())); err != nil {
				return err
			}
			w.visible()
		}
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
	hash, own := w.ours[name]
	return own && hash == fileset.Hash{}
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
