package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish"
	"settler.io/crier/internal/sitefs/regularfile"
)

// ReadBuild reads a site that was built into a folder. Which updates it shows is not known, so it
// is Partial.
func ReadBuild(dir string, source publish.Source) (*publish.Build, error) {
	b := &publish.Build{Files: map[string]fileset.Hash{}, Source: source, Partial: true}
	b.Content = func(name string) ([]byte, error) {
		return regularfile.ReadPath(filepath.Join(dir, filepath.FromSlash(name)), regularfile.Own)
	}
	b.Order = func(name string) fileset.Order {
		switch {
		case name == publish.VersionFile:
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
			return fmt.Errorf("%s is not a regular file", name)
		}
		if err := fileset.ValidPath(name); err != nil {
			return err
		}
		content, err := b.Content(name)
		if err != nil {
			return err
		}
		b.Files[name] = fileset.Sum(content)
		if name == publish.VersionFile {
			b.Version = publish.VersionOf(content)
		}
		return nil
	})
	if err == nil && b.Files["index.html"] == (fileset.Hash{}) {
		err = errors.New("there is no index.html")
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}
