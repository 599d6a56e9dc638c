package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/sitefs/regularfile"
)

const notebook = fileset.Private + "/receipts.json"

// ReadLog returns the delivery log; see publish.LogStore.
func (f *Folder) ReadLog(context.Context) (string, error) {
	text, err := f.read(notebook)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// WriteLog replaces the delivery log.
func (f *Folder) WriteLog(_ context.Context, text string) error {
	root, err := os.OpenRoot(f.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	const waiting = notebook + ".new"
	if err := regularfile.Write(root, waiting, []byte(text), 0o644); err != nil {
		return err
	}
	return root.Rename(waiting, notebook)
}
