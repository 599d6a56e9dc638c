package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"sync/atomic"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/sitefs/regularfile"
)

// keptBytes is how much of a build is kept in memory, so that it is not made again for every target; the rest is.
const keptBytes = 256 << 20

// newBuild makes every file of a build once, several at a time, and keeps their hashes.
func newBuild(set *fileset.Set, source publish.Source) (*publish.Build, error) {
	files := set.Files()
	hashes, kept := make([]fileset.Hash, len(files)), make([][]byte, len(files))
	var size atomic.Int64
	buffers := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	err := parallel.Try(len(files), 0, func(n int) error {
		if files[n].Digest != nil {
			return nil
		}
		content := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(content)
		content.Reset()
		if err := files[n].Write(content); err != nil {
			return fmt.Errorf("making %s: %w", files[n].Path, err)
		}
		hashes[n] = fileset.Sum(content.Bytes())
		if size.Add(int64(content.Len())) <= keptBytes {
			kept[n] = bytes.Clone(content.Bytes())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	b := &publish.Build{Files: make(map[string]fileset.Hash, len(files)), Source: source}
	index := make(map[string]int, len(files))
	tree := set.Tree(func(n int) fileset.Hash { return hashes[n] })
	for n, f := range files {
		if f.Digest != nil {
			kept[n] = f.Digest(tree)
			hashes[n] = fileset.Sum(kept[n])
		}
		if f.Path == versionFile {
			b.Version = versionOf(kept[n])
		}
		b.Files[f.Path], index[f.Path] = hashes[n], n
	}
	b.Content = func(name string) ([]byte, error) {
		n, ok := index[name]
		if !ok {
			return nil, fmt.Errorf("there is no %s in this build", name)
		}
		if kept[n] != nil {
			return kept[n], nil
		}
		var content bytes.Buffer
		err := files[n].Write(&content)
		return content.Bytes(), err
	}
	b.Order = func(name string) fileset.Order { return files[index[name]].Order }
	return b, nil
}

// versionFile names a build.
const versionFile = "version.json"

// readBuild reads a folder that was built before. Which updates it shows nobody knows.
func readBuild(dir string, source publish.Source) (*publish.Build, error) {
	b := &publish.Build{Files: map[string]fileset.Hash{}, Source: source, Partial: true}
	b.Content = func(name string) ([]byte, error) {
		return regularfile.ReadPath(filepath.Join(dir, filepath.FromSlash(name)), regularfile.Own)
	}
	b.Order = func(name string) fileset.Order {
		switch {
		case name == versionFile:
			return fileset.Seal
		case path.Ext(name) != ".html" && path.Ext(name) != ".md":
			return fileset.Asset
		case name == "index.html":
			return fileset.Entry
		}
		return fileset.Page
	}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == fileset.Private || name == ".git"):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s is no plain file", name)
		}
		if err := fileset.ValidPath(name); err != nil {
			return err
		}
		content, err := b.Content(name)
		if err != nil {
			return err
		}
		b.Files[name] = fileset.Sum(content)
		if name == versionFile {
			b.Version = versionOf(content)
		}
		return nil
	})
	if err == nil && b.Files["index.html"] == (fileset.Hash{}) {
		err = errors.New("there is no index.html")
	}
	if err != nil {
		return nil, hinted{fmt.Errorf("%s is no site that was built: %w", dir, err), "name the folder that crier build wrote, such as --from public"}
	}
	return b, nil
}

// publicUpdate gives an update that a site shows as publishing knows it.
func publicUpdate(s site.Shown) publish.Update {
	return publish.Update{Key: record.Key{Kind: record.Kind(s.Kind), ID: s.ID, Update: s.Update}, Severity: s.Severity, Security: s.Security}
}
