// Package disk writes a file set to a folder. It writes only files that differ, replaces each file
// atomically, and orders the writes so that no page ever links to a missing file. It deletes only
// files that an earlier run wrote. A run that fails or is killed leaves a working site, and the
// next run repairs it.
//
// Package disk does not call fsync: the order holds if the process is killed, but not if the
// machine loses power.
//
// Folder is a publish target on disk, such as a folder that a web server serves. Its publish record
// is in the same folder.
package disk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/sitefs/regularfile"
)

// Summary is what a run did, or with Plan would do.
type Summary struct {
	Changes   []fileset.Change // sorted by path
	Files     int
	Unchanged int
	// State is the token that Untouched returns for the folder as it is now. It is "" with Plan.
	State string
}

// ForeignError reports that a folder, or a file in it, was not written by Crier.
type ForeignError struct {
	Folder string
	Path   string // of a file in the folder; "" for the folder itself
}

func (e *ForeignError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%s is not empty and was not written by Crier", e.Folder)
	}
	return fmt.Sprintf("%s in %s was not written by Crier and differs", e.Path, e.Folder)
}

// ErrBusy reports that another run is writing to the folder.
var ErrBusy = errors.New("another build is writing to this folder")

// Plan returns what Write would do. It changes nothing.
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

// Write brings the folder to the state of the set. It creates the folder if necessary.
func Write(ctx context.Context, dir string, files *fileset.Set) (Summary, error) {
	return writeNoted(ctx, dir, files, nil)
}

// writeNoted is like Write, and also writes notes, which are files in the folder fileset.Private.
// It calls notes when all files are ready and no other run can write to the folder, and writes the
// notes in their order after all other files. If notes returns an error, nothing visible has
// changed.
func writeNoted(ctx context.Context, dir string, files *fileset.Set, notes func() ([]publish.Change, error)) (Summary, error) {
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
	// The result stays valid until the end, because no other run can write.
	if err := w.readOurs(); err != nil {
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
		if w.notes, err = notes(); err != nil {
			return Summary{}, errors.Join(err, w.cleanTemporary())
		}
	}
	if err := w.commit(); err != nil {
		return Summary{}, w.partial(err)
	}
	return w.summary(), nil
}

// private returns a path in the folder of Crier's own files.
func private(parts ...string) string {
	return path.Join(append([]string{fileset.Private}, parts...)...)
}

type writer struct {
	dir   string
	root  *os.Root
	files *fileset.Set
	dry   bool

	ours      map[string]written // files that an earlier run wrote
	token     string             // identifies the state that the manifest describes; "" for none
	unsettled bool               // some files had changed too recently for the manifest
	staged    []staged           // by index of the file
	stale     []string           // our files that are no longer wanted
	// lost are our files that are no longer wanted and don't exist: an earlier run was killed, or
	// someone deleted them.
	lost  []string
	notes []publish.Change // the caller's notes

	// fresh are the topmost folders that don't exist yet. Each is moved into place as a whole.
	fresh   map[string]fileset.Order
	tops    map[string]string // folder -> the fresh folder that contains it, or ""
	waiting string            // folder of the staged files
	state   string            // see Summary.State
	made    sync.Map          // folders created below waiting

	// done are the changes of public files so far, for error messages.
	done     map[string]fileset.Action
	doneLock sync.Mutex

	// after is called after every visible step. Tests stop the process there.
	after func()
	// serial makes renames sequential, for the same tests.
	serial bool
}

// staged is the state of one file of the set.
type staged struct {
	hash   fileset.Hash
	action fileset.Action // "" if the file on disk is equal
	order  fileset.Order
	// top is the fresh folder that the file is moved with; "" if it is moved by itself.
	top string

	size, time int64 // how the run leaves the file; see written
}

// stage produces every file and writes those that differ under temporary names. Nothing visible
// changes.
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
	untouched := func(i int) (fileset.Hash, bool) {
		known, ok := w.untouched(files[i])
		if ok {
			w.staged[i] = staged{hash: known.hash, order: files[i].Order, size: known.size, time: known.time}
		}
		return known.hash, ok
	}
	err := w.files.Make(untouched, func(i int, content []byte, hash fileset.Hash) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return w.stageContent(i, files[i], content, hash)
	})
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
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

// stageContent writes a file under a temporary name if it differs.
func (w *writer) stageContent(i int, f fileset.File, content []byte, hash fileset.Hash) error {
	s := &w.staged[i]
	s.hash, s.order = hash, f.Order
	s.top = w.tops[path.Dir(f.Path)]
	if s.top != "" {
		s.action = fileset.Create
		if w.dry {
			return nil
		}
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
	return w.writeWaiting(s, strconv.Itoa(i), content)
}

// temporary returns the path at which a file is staged.
func temporary(i int) string { return private("tmp", strconv.Itoa(i)) }

// compare reports whether there is a file at the path, and whether it has the content.
func (w *writer) compare(name string, content []byte) (there, equal bool, err error) {
	// The folder is empty; otherwise readOurs would have refused it.
	if w.root == nil || len(w.ours) == 0 {
		return false, false, nil
	}
	info, err := w.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), notADirectory(err):
		return false, false, nil
	case err != nil:
		return false, false, err
	case info.IsDir():
		// The folder has to be deleted. commit fails if it is not empty.
		return false, false, nil
	case !info.Mode().IsRegular():
		return true, false, nil
	case info.Size() != int64(len(content)):
		return true, false, nil
	}
	old, err := regularfile.Read(w.root, name, regularfile.Own)
	return true, err == nil && bytes.Equal(old, content), err
}

func (w *writer) exists(name string) bool {
	_, err := w.root.Lstat(name)
	return err == nil
}

func (w *writer) summary() Summary {
	s := Summary{Files: w.files.Len(), State: w.state}
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
