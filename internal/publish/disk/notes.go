package disk

import (
	"errors"
	"io/fs"
	"os"
	"path"

	"settler.io/crier/internal/fileset"
)

// Written returns the files that earlier runs wrote to a folder, by its manifest, with their
// hashes. A hash is zero if a run was killed and the content is unknown. A missing or empty folder
// has no files. For a folder with other content it returns a *ForeignError.
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
