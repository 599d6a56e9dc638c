package sitefs

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"

	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/compose"
)

// Create writes a new file of a site and returns its name. If the name is taken, it asks another
// for a name, given the names of all files below content/; another returns its argument if that
// name should be free.
func Create(site, name, text string, another func(name string, others []string) string) (string, error) {
	root, err := os.OpenRoot(site)
	if err != nil {
		return name, err
	}
	defer root.Close()
	for {
		err := create(root, name, []byte(text), 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return name, err
		}
		others, listErr := contentFiles(root)
		if listErr != nil {
			return name, listErr
		}
		next := another(name, others)
		if next == name {
			return name, err
		}
		name = next
	}
}

// Replace replaces a file of a site atomically.
func Replace(site, name, text string) error {
	root, err := os.OpenRoot(site)
	if err != nil {
		return err
	}
	defer root.Close()
	beside := path.Join(path.Dir(name), ".crier-"+path.Base(name))
	err = regularfile.Write(root, beside, []byte(text), 0o644)
	if err == nil {
		err = root.Rename(beside, name)
	}
	if err != nil {
		root.Remove(beside)
	}
	return err
}

// Added lists what AddFiles did to each file.
type Added struct {
	Written []string
	Equal   []string // already existed with the same content
	Kept    []string // already existed with other content, and were left alone
}

// AddFiles adds files to a folder, which it creates if necessary. It never overwrites a file. With
// dryRun it writes nothing.
func AddFiles(folder string, files []compose.NewFile, dryRun bool) (added Added, err error) {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) && dryRun {
		for _, file := range files {
			added.Written = append(added.Written, file.Path)
		}
		return added, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return added, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return added, err
	}
	defer root.Close()
	for _, file := range files {
		old, err := regularfile.Read(root, file.Path, regularfile.Asset)
		switch {
		case err == nil && bytes.Equal(old, file.Bytes):
			added.Equal = append(added.Equal, file.Path)
			continue
		case err == nil && file.Mark != "" && bytes.HasPrefix(old, []byte(file.Mark)):
			if !dryRun {
				if err := Replace(folder, file.Path, string(file.Bytes)); err != nil {
					return added, err
				}
			}
			added.Written = append(added.Written, file.Path)
			continue
		case err == nil, errors.As(err, new(*regularfile.TooLargeError)):
			added.Kept = append(added.Kept, file.Path)
			continue
		case !errors.Is(err, fs.ErrNotExist):
			return added, err
		}
		mode := fs.FileMode(0o644)
		if file.Executable {
			mode = 0o755
		}
		if !dryRun {
			if err := create(root, file.Path, file.Bytes, mode); err != nil {
				return added, err
			}
		}
		added.Written = append(added.Written, file.Path)
	}
	return added, nil
}

// create writes a file that does not exist yet. On an error it leaves none.
func create(root *os.Root, name string, content []byte, mode fs.FileMode) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		root.Remove(name)
	}
	return err
}

// contentFiles lists the files below content/.
func contentFiles(root *os.Root) ([]string, error) {
	var names []string
	err := fs.WalkDir(regularfile.FS(root, regularfile.Text), "content", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return names, err
}

// harmless matches the names of files that may be in a folder for a new site: dotfiles and the
// usual files at the root of a repository.
var harmless = regexp.MustCompile(`(?i)^(\..*|(readme|licen[cs]e|copying|notice|codeowners|contributing|security|code_of_conduct)(\..*)?)$`)

// Occupied reports whether a folder has a site, and which other files are in the way of a new one.
// The folder may not exist.
func Occupied(folder string) (site bool, others []string, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil, nil
	}
	for _, entry := range entries {
		switch {
		case entry.Name() == "config.toml":
			site = true
		case !harmless.MatchString(entry.Name()):
			others = append(others, entry.Name())
		}
	}
	return site, others, err
}

// InRepository returns the path of a folder relative to the git repository that contains it, if
// any.
func InRepository(folder string) (below string, found bool) {
	for top := filepath.Clean(folder); ; top = filepath.Dir(top) {
		if _, err := os.Stat(filepath.Join(top, ".git")); err == nil {
			below, err := filepath.Rel(top, folder)
			return filepath.ToSlash(below), err == nil
		}
		if top == filepath.Dir(top) {
			return ".", false
		}
	}
}

// RealPath returns a path without symbolic links, as far as it exists.
func RealPath(name string) string {
	if existing, err := filepath.EvalSymlinks(name); err == nil || name == filepath.Dir(name) {
		return existing
	}
	return filepath.Join(RealPath(filepath.Dir(name)), filepath.Base(name))
}
