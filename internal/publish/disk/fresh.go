package disk

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"

	"settler.io/crier/internal/fileset"
)

// makeFolder creates a folder. Its parent usually exists; os.MkdirAll would check both first.
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

// findFresh finds the folders that don't exist yet and whose files all have the same order. Such a
// folder is created under a temporary name and moved as a whole, which is faster than moving its
// files one by one.
func (w *writer) findFresh() error {
	w.tops, w.fresh = map[string]string{}, map[string]fileset.Order{}
	folders := []string{} // folders whose first file is not ours
	last := ""
	for _, f := range w.files.Files() {
		folder := path.Dir(f.Path)
		if folder == last { // the common case
			continue
		}
		last = folder
		if w.ours[f.Path].hash == (fileset.Hash{}) {
			folders = append(folders, folder)
			continue
		}
		// A folder that we wrote to before usually exists. If not, it is created again.
		for at := folder; at != "."; at = path.Dir(at) {
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

// findTop finds the topmost missing folder on the path of a folder.
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

// notADirectory reports whether an error means that there is a file where the path needs a folder.
func notADirectory(err error) bool {
	return err != nil && strings.Contains(err.Error(), "not a directory")
}
