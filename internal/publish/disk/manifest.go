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

// The manifest says which files are ours: lines of "<git blob hash>  <path>", by path, in shards, so that one new update
// changes few of them. The journal lists the paths that a run is about to touch; after a run that was killed their state is
// unknown, and they are ours all the same.
const (
	manifestHeader = "crier manifest 1"
	journalHeader  = "crier journal 1"
)

// sharder gives the names of shards, quickly for one path after another of the same folder.
type sharder struct{ prefix, name string }

// shard gives the name of the shard that a path belongs to: by its first folder, and for incidents, of which there are
// many, by two digits of a hash of the incident's id as well.
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

// readOurs reads manifest and journal. A folder that holds anything without them is refused.
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

// refuse gives an error for a folder that holds anything and neither manifest nor journal.
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

// eachLine calls f for every line after the header.
func eachLine(content []byte, f func(string)) {
	_, lines, _ := strings.Cut(string(content), "\n")
	for line := range strings.Lines(lines) {
		f(strings.TrimSuffix(line, "\n"))
	}
}

// writeManifest brings the shards up to date; those that are equal stay as they are.
func (w *writer) writeManifest() error {
	type part struct {
		files []int // by their index
		same  int   // how many of them are in the shard already as they are
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

// writeJournal notes what the run is about to touch.
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

// unknown reports whether an earlier run was killed while it was about to touch the path.
func (w *writer) unknown(name string) bool {
	hash, own := w.ours[name]
	return own && hash == fileset.Hash{}
}

// replace writes a file whole: under a temporary name first, then renamed.
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
