package disk

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"settler.io/crier/internal/fileset"
)

// Written gives what an earlier run wrote into a folder, by the folder's manifest: the hash of each file, zero where a run was killed
// and nobody knows. A folder that is not there or empty gives none; one that somebody else filled, a ForeignError.
func Written(dir string) (map[string]fileset.Hash, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]fileset.Hash{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	w := &writer{dir: dir, root: root}
	err = w.readOurs()
	return w.ours, err
}

// writeGiven writes the caller's notes.
func (w *writer) writeGiven() error {
	for _, note := range w.given {
		name := private(note.Name)
		if note.Content == nil {
			if err := w.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		if err := w.root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := w.replace(name, note.Content); err != nil {
			return err
		}
	}
	return nil
}
