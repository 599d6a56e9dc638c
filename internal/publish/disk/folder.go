package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/sitefs/regularfile"
)

// Folder is a folder on this machine. It implements publish.Target.
type Folder struct {
	Dir      string
	Patience *publish.Patience
}

// Head reads the manifest of the folder and Crier's other files in it.
func (f *Folder) Head(_ context.Context, _ *publish.Build) (*publish.Head, error) {
	head := &publish.Head{Tree: publish.Tree{}, Ours: true, Read: func(_ context.Context, name string) ([]byte, error) {
		return f.read(name)
	}}
	root, err := os.OpenRoot(f.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return head, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	w := &writer{dir: f.Dir, root: root}
	if err := w.readOurs(); err != nil {
		return nil, advise(err, "name another folder, or move away what is there")
	}
	for name, known := range w.ours {
		head.Tree[name] = publish.Node{Hash: known.hash, Mode: publish.Regular}
	}
	err = fs.WalkDir(os.DirFS(f.Dir), fileset.Private, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case entry.IsDir() && (name == path.Join(fileset.Private, "tmp") || name == path.Join(fileset.Private, "manifest")):
			return fs.SkipDir
		case entry.IsDir() || !summarize(name):
			return nil
		}
		content, err := head.Read(context.Background(), name)
		if err != nil {
			return err
		}
		head.Tree[name] = publish.Node{Hash: fileset.Sum(content), Mode: publish.Regular}
		if name == publish.SourceFile {
			head.Source = publish.ParseSource(string(content))
		}
		return nil
	})
	return head, err
}

// read reads a file of the folder. It doesn't follow links that lead out of the folder.
func (f *Folder) read(name string) ([]byte, error) {
	root, err := os.OpenRoot(f.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return regularfile.Read(root, name, regularfile.Own)
}

// summarize reports whether a file in fileset.Private belongs to a publish, rather than to the
// writer of this package.
func summarize(name string) bool {
	return name == publish.SourceFile || strings.Count(name, "/") > 1
}

// Move writes the files that differ. If another run has written to the folder since the head was
// read, it returns publish.ErrMoved.
func (f *Folder) Move(ctx context.Context, head *publish.Head, plan *publish.Plan) error {
	var files fileset.Set
	for _, name := range slices.Sorted(maps.Keys(plan.Build.Files)) {
		err := files.Add(fileset.File{Path: name, Order: plan.Build.Order(name), Write: func(w io.Writer) error {
			content, err := plan.Build.Content(name)
			if err == nil {
				_, err = w.Write(content)
			}
			return err
		}})
		if err != nil {
			return err
		}
	}
	_, err := writeNoted(ctx, f.Dir, &files, func() ([]publish.Change, error) {
		source, err := f.read(publish.SourceFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if publish.ParseSource(string(source)) != head.Source {
			return nil, publish.ErrMoved
		}
		return plan.Notes(ctx, f.Patience.Now())
	})
	switch foreign := (*ForeignError)(nil); {
	case errors.Is(err, publish.ErrMoved), errors.Is(err, ErrBusy):
		return publish.ErrMoved
	case err != nil && !errors.As(err, &foreign):
		return fmt.Errorf("writing %s: %w", f.Dir, err)
	}
	return advise(err, "move it away, or name another folder")
}

// advise adds a hint to a *ForeignError.
func advise(err error, hint string) error {
	if foreign := (*ForeignError)(nil); errors.As(err, &foreign) {
		return diag.Hinted(err, hint)
	}
	return err
}

const deliveryLog = fileset.Private + "/receipts.json"

// ReadLog returns the delivery log; see publish.Target.
func (f *Folder) ReadLog(context.Context) (string, error) {
	text, err := f.read(deliveryLog)
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
	const waiting = deliveryLog + ".new"
	if err := regularfile.Write(root, waiting, []byte(text), 0o644); err != nil {
		return err
	}
	return root.Rename(waiting, deliveryLog)
}
