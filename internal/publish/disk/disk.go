// Package disk writes a file set into a folder: only what differs, each file whole, in an order in which nothing ever links
// to what is not there, and deletes only what an earlier run wrote. A run that fails, or is killed, leaves a site that
// works, and the next run repairs it.
//
// There is no fsync: the order holds when the process is killed, not when the machine loses power.
package disk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/sitefs/regularfile"
)

// Summary says what a run did, or with Plan would do.
type Summary struct {
	Changes   []fileset.Change // by path
	Files     int
	Unchanged int
	Bytes     int64  // written
	State     string // the token of Untouched for how the folder is left; "" when a file could change again unseen, or with Plan
}

// Count gives the number of changes of a kind.
func (s Summary) Count(action fileset.Action) int {
	n := 0
	for _, c := range s.Changes {
		if c.Action == action {
			n++
		}
	}
	return n
}

// ForeignError tells that a folder, or a file in it, is not ours to write.
type ForeignError struct {
	Folder string
	Path   string // of a file in it; "" for the whole folder
}

func (e *ForeignError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%s is not empty and was not written by Crier", e.Folder)
	}
	return fmt.Sprintf("%s in %s was not written by Crier and differs", e.Path, e.Folder)
}

// ErrBusy tells that another run is writing to the folder.
var ErrBusy = errors.New("another build is writing to this folder")

// Plan says what Write would do, and touches nothing.
func Plan(ctx context.Context, dir string, files *fileset.Set) (Summary, error) {
	w := &writer{dir: dir, files: files, dry: true}
	root, err := os.OpenRoot(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return Summary{}, err
	default:
		defer root.Close()
		w.root = root
		if err := w.readOurs(); err != nil {
			return Summary{}, err
		}
	}
	err = w.stage(ctx)
	return w.summary(), err
}

// Write brings the folder, which is made if it is not there, to the state of the set.
func Write(ctx context.Context, dir string, files *fileset.Set) (Summary, error) {
	return WriteNoted(ctx, dir, files, nil)
}

// Note is a file of the caller's own in the Private folder.
type Note struct {
	Name    string // its path below that folder
	Content []byte // nil: the file goes
}

// WriteNoted is Write with notes. They are asked for when all is ready to be shown and no other run can write, and written, in their
// order, when all is shown. An error of notes ends the run before anything is.
func WriteNoted(ctx context.Context, dir string, files *fileset.Set, notes func() ([]Note, error)) (Summary, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Summary{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Summary{}, err
	}
	defer root.Close()
	w := &writer{dir: dir, files: files, root: root}
	if err := w.refuse(); err != nil {
		return Summary{}, err
	}
	if err := root.MkdirAll(private("tmp"), 0o755); err != nil {
		return Summary{}, err
	}
	unlock, err := lock(root)
	if err != nil {
		return Summary{}, err
	}
	defer unlock()
	if err := w.readOurs(); err != nil { // what is so until the end, since no other run writes
		return Summary{}, err
	}
	if err := w.cleanTemporary(); err != nil {
		return Summary{}, err
	}
	if err := w.stage(ctx); err != nil {
		return Summary{}, errors.Join(err, w.cleanTemporary())
	}
	if notes != nil {
		var err error
		if w.given, err = notes(); err != nil {
			return Summary{}, errors.Join(err, w.cleanTemporary())
		}
	}
	if err := w.commit(); err != nil {
		return Summary{}, w.partial(err)
	}
	return w.summary(), nil
}

// private gives a path in the folder of our own notes.
func private(parts ...string) string {
	return path.Join(append([]string{fileset.Private}, parts...)...)
}

type writer struct {
	dir   string
	root  *os.Root
	files *fileset.Set
	dry   bool

	ours   map[string]fileset.Hash // what an earlier run wrote; zero hash: state unknown
	shards map[string]int          // of the manifest: how many files each says are ours; fewer than none: it holds those of another
	staged []staged                // by index of the file
	stale  []string                // ours, and no longer wanted
	lost   []string                // ours, no longer wanted, and not there: a run was killed, or somebody took them away
	given  []Note                  // notes of the caller
	bytes  atomic.Int64

	fresh      map[string]fileset.Order // folders that are not there yet, the topmost of each, which come as a whole
	tops       map[string]string        // folder -> the fresh one that it is or lies in; "" for none
	waiting    string                   // where files wait until all are ready
	notes      map[string]note          // how the last run left files
	notesToken string                   // of all that the last run noted
	renote     bool                     // some files had changed too shortly before that
	state      string                   // see Summary
	made       sync.Map                 // folders below waiting that are made

	done     map[string]fileset.Action // what has become of public files so far, for an error to tell
	doneLock sync.Mutex

	// after is called after every visible step; tests stop the process there.
	after func()
	// serial makes renames one after the other, for the same tests.
	serial bool
}

// staged is what became of a file of the set.
type staged struct {
	hash   fileset.Hash
	action fileset.Action // "" when it is equal on disk
	order  fileset.Order
	top    string // the fresh folder that it comes with; "" when it is moved by itself

	size, time int64 // how it is left; see note
}

// stage produces every file and writes those that differ under temporary names. Nothing visible changes.
func (w *writer) stage(ctx context.Context) error {
	files := w.files.Files()
	w.staged = make([]staged, len(files))
	if err := w.findFresh(); err != nil {
		return err
	}
	if !w.dry {
		if err := w.openWaiting(); err != nil {
			return err
		}
	}
	w.notes = w.readNotes()
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	err := parallel.Try(len(files), 0, func(i int) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		return w.stageFile(i, files[i], b)
	})
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for i, f := range files {
		if f.Digest != nil {
			content := f.Digest(w.files.Tree(func(i int) fileset.Hash { return w.staged[i].hash }))
			if err := w.stageContent(i, f, content); err != nil {
				return err
			}
		}
	}
	wanted := make(map[string]bool, len(files))
	for _, f := range files {
		wanted[f.Path] = true
	}
	for name := range w.ours {
		switch {
		case wanted[name]:
		case w.exists(name):
			w.stale = append(w.stale, name)
		default:
			w.lost = append(w.lost, name)
		}
	}
	slices.Sort(w.stale)
	return nil
}

func (w *writer) stageFile(i int, f fileset.File, b *bytes.Buffer) error {
	if f.Digest != nil { // when all others are known
		return nil
	}
	if n, ok := w.untouched(f); ok {
		w.staged[i] = staged{hash: n.hash, order: f.Order, size: n.size, time: n.time}
		return nil
	}
	if err := f.Write(b); err != nil {
		return fmt.Errorf("making %s: %w", f.Path, err)
	}
	return w.stageContent(i, f, b.Bytes())
}

func (w *writer) stageContent(i int, f fileset.File, content []byte) error {
	s := &w.staged[i]
	s.hash, s.order = fileset.Sum(content), f.Order
	s.top = w.tops[path.Dir(f.Path)]
	if s.top != "" {
		s.action = fileset.Create
		if w.dry {
			return nil
		}
		w.bytes.Add(int64(len(content)))
		name := path.Join("new", f.Path)
		if _, made := w.made.Load(path.Dir(name)); !made {
			if err := makeFolder(filepath.Join(w.waiting, filepath.FromSlash(path.Dir(name)))); err != nil {
				return err
			}
			w.made.Store(path.Dir(name), true)
		}
		return w.writeWaiting(s, name, content)
	}
	there, equal, err := w.compare(f.Path, content)
	_, own := w.ours[f.Path]
	switch {
	case err != nil:
		return err
	case equal:
		return nil
	case there && !own:
		return &ForeignError{w.dir, f.Path}
	case there:
		s.action = fileset.Update
	default:
		s.action = fileset.Create
	}
	if w.dry {
		return nil
	}
	w.bytes.Add(int64(len(content)))
	return w.writeWaiting(s, strconv.Itoa(i), content)
}

// temporary is where a file waits until all are ready.
func temporary(i int) string { return private("tmp", strconv.Itoa(i)) }

// compare says whether there is a file at the path, and whether it has the content.
func (w *writer) compare(name string, content []byte) (there, equal bool, err error) {
	if w.root == nil || len(w.ours) == 0 { // an empty folder, or readOurs would have refused it
		return false, false, nil
	}
	info, err := w.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), notADirectory(err):
		return false, false, nil
	case err != nil:
		return false, false, err
	case info.IsDir():
		return false, false, nil // a folder that will have to go; commit says so if it is not empty
	case !info.Mode().IsRegular():
		return true, false, nil
	case info.Size() != int64(len(content)):
		return true, false, nil
	}
	f, _, err := regularfile.Open(w.root, name)
	if err != nil {
		return true, false, err
	}
	defer f.Close()
	equal, err = holds(f, content)
	return true, equal, err
}

// holds reports whether a file has the content, without reading more of it than is the same.
func holds(f io.Reader, content []byte) (bool, error) {
	var part [32 << 10]byte
	for {
		n, err := f.Read(part[:])
		switch {
		case !bytes.HasPrefix(content, part[:n]):
			return false, nil
		case err == io.EOF:
			return len(content) == n, nil
		case err != nil:
			return false, err
		}
		content = content[n:]
	}
}

func (w *writer) exists(name string) bool {
	_, err := w.root.Lstat(name)
	return err == nil
}

func (w *writer) summary() Summary {
	s := Summary{Files: w.files.Len(), Bytes: w.bytes.Load(), State: w.state}
	for i, f := range w.files.Files() {
		switch action := w.staged[i].action; {
		case w.staged[i] == (staged{}):
		case action == "":
			s.Unchanged++
		default:
			s.Changes = append(s.Changes, fileset.Change{Path: f.Path, Action: action, Hash: w.staged[i].hash})
		}
	}
	for _, name := range w.stale {
		s.Changes = append(s.Changes, fileset.Change{Path: name, Action: fileset.Delete})
	}
	slices.SortFunc(s.Changes, func(a, b fileset.Change) int { return strings.Compare(a.Path, b.Path) })
	return s
}
