package disk

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"settler.io/crier/internal/fileset"
)

// makeFolder makes a folder. The one above is there already, as a rule: os.MkdirAll would look at both first.
func makeFolder(name string) error {
	err := os.Mkdir(name, 0o755)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return os.MkdirAll(name, 0o755)
	}
	return err
}

// findFresh finds the folders that are not there yet and whose files all have the same order: such a folder is made under
// a temporary name and moved as a whole, which costs less than to move its files one by one.
func (w *writer) findFresh() error {
	w.tops, w.fresh = map[string]string{}, map[string]fileset.Order{}
	folders := []string{} // in which nothing is ours, as far as the first file of each says
	last := ""
	for _, f := range w.files.Files() {
		folder := path.Dir(f.Path)
		if folder == last { // as that of most
			continue
		}
		last = folder
		if w.ours[f.Path] == (fileset.Hash{}) {
			folders = append(folders, folder)
			continue
		}
		for at := folder; at != "."; at = path.Dir(at) { // where we wrote before a folder is, as a rule; if not, it is made anew
			if _, known := w.tops[at]; known {
				break
			}
			w.tops[at] = ""
		}
	}
	found := false
	for _, folder := range folders {
		if err := w.findTop(folder); err != nil {
			return err
		}
		found = found || w.tops[folder] != ""
	}
	if !found {
		return nil
	}
	mixed := map[string]bool{}
	for _, f := range w.files.Files() {
		top := w.tops[path.Dir(f.Path)]
		if order, seen := w.fresh[top]; seen && order != f.Order {
			mixed[top] = true
		}
		w.fresh[top] = f.Order
	}
	delete(w.fresh, "")
	for folder, top := range w.tops {
		if mixed[top] {
			w.tops[folder] = ""
			delete(w.fresh, top)
		}
	}
	return nil
}

// findTop finds the topmost folder on the way to a folder that is not there.
func (w *writer) findTop(folder string) error {
	if _, known := w.tops[folder]; known {
		return nil
	}
	if folder == "." {
		w.tops[folder] = ""
		return nil
	}
	above := path.Dir(folder)
	if err := w.findTop(above); err != nil {
		return err
	}
	w.tops[folder] = w.tops[above]
	if w.tops[above] != "" {
		return nil
	}
	if w.root == nil {
		w.tops[folder] = folder
		return nil
	}
	switch _, err := w.root.Lstat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		w.tops[folder] = folder
	case err != nil && !notADirectory(err):
		return err
	}
	return nil
}

// notADirectory reports whether a file stands where the path needs a folder.
func notADirectory(err error) bool {
	return err != nil && strings.Contains(err.Error(), "not a directory")
}
