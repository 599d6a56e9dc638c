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

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/record"
	"settler.io/crier/internal/site"
)

// keptBytes is how much of a build is kept in memory, so that it is not made again for every target; the rest is.
const keptBytes = 256 << 20

// newBuild makes every file of a build once and keeps their hashes.
func newBuild(files *fileset.Set, source publish.Source) (*publish.Build, error) {
	b := &publish.Build{Files: make(map[string]fileset.Hash, files.Len()), Source: source}
	kept := map[string][]byte{}
	size := 0
	err := files.Produce(func(f fileset.File, content []byte) error {
		b.Files[f.Path] = fileset.Sum(content)
		if f.Path == versionFile {
			b.Version = versionOf(content)
		}
		if size += len(content); size <= keptBytes || f.Digest != nil {
			kept[f.Path] = bytes.Clone(content)
		}
		return nil
	})
	var mutex sync.Mutex // rendering may be asked for from several goroutines
	b.Content = func(name string) ([]byte, error) {
		if content, ok := kept[name]; ok {
			return content, nil
		}
		f, ok := files.Lookup(name)
		if !ok {
			return nil, fmt.Errorf("there is no %s in this build", name)
		}
		mutex.Lock()
		defer mutex.Unlock()
		var content bytes.Buffer
		err := f.Write(&content)
		return content.Bytes(), err
	}
	b.Order = func(name string) fileset.Order {
		f, _ := files.Lookup(name)
		return f.Order
	}
	return b, err
}

// versionFile names a build.
const versionFile = "version.json"

// readBuild reads a folder that was built before. Which updates it shows nobody knows.
func readBuild(dir string, source publish.Source) (*publish.Build, error) {
	b := &publish.Build{Files: map[string]fileset.Hash{}, Source: source, Partial: true}
	b.Content = func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))) }
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

// updateOf gives an update that a site shows as publishing knows it.
func updateOf(s site.Shown) publish.Update {
	return publish.Update{Key: record.Key{Kind: record.Kind(s.Kind), ID: s.ID, Update: s.Update}, Severity: s.Severity, Security: s.Security}
}
