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
	written, err := Written(f.Dir)
	var foreign *ForeignError
	if errors.As(err, &foreign) {
		return nil, publish.Advise(err, "name another folder, or move away what is there")
	}
	if err != nil {
		return nil, err
	}
	head := &publish.Head{Tree: publish.Tree{}, Ours: true, Read: func(_ context.Context, name string) ([]byte, error) {
		return f.read(name)
	}}
	for name, hash := range written {
		head.Tree[name] = publish.Node{Hash: hash, Mode: publish.Regular}
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
	_, err := WriteNoted(ctx, f.Dir, &files, func() ([]Note, error) {
		source, err := f.read(publish.SourceFile)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if publish.ParseSource(string(source)) != head.Source {
			return nil, publish.ErrMoved
		}
		notes, err := plan.Notes(ctx, f.Patience.Now())
		if err != nil {
			return nil, err
		}
		written := make([]Note, len(notes))
		for n, note := range notes {
			written[n] = Note{Name: strings.TrimPrefix(note.Path, fileset.Private+"/"), Content: note.Content}
		}
		return written, nil
	})
	var foreign *ForeignError
	switch {
	case errors.Is(err, publish.ErrMoved), errors.Is(err, ErrBusy):
		return publish.ErrMoved
	case errors.As(err, &foreign):
		return publish.Advise(err, "move it away, or name another folder")
	case err != nil:
		return fmt.Errorf("writing %s: %w", f.Dir, err)
	}
	return nil
}
