package folder

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"settler.io/crier/internal/fileset"
)

func (f *Folder) notebook() string { return filepath.Join(f.Dir, fileset.Private, "receipts.json") }

// Notes gives what a run noted; see publish.Notebook.
func (f *Folder) Notes(context.Context) (string, error) {
	text, err := os.ReadFile(f.notebook())
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// Note replaces it.
func (f *Folder) Note(_ context.Context, text string) error {
	waiting := f.notebook() + ".new"
	if err := os.WriteFile(waiting, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(waiting, f.notebook())
}
