// Package recordsource reads the publish record from where it is kept: a folder, a branch, or the
// live site. It changes nothing there. A location without a record counts as one to which nothing
// has been published yet.
package recordsource

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/git/redact"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/sitefs/regularfile"
)

// Source is where a record is kept.
type Source struct {
	Kind     Kind
	Location string // the folder, the name or URL of the remote, or the URL of the site
	Branch   string
}

type Kind string

const (
	None   Kind = "none" // no record: git is the only evidence
	Folder Kind = "dir"
	Branch Kind = "git"  // a branch of a remote, as it is now
	Local  Kind = "ref"  // a branch of a remote, as this clone last saw it
	Site   Kind = "site" // the live site
)

// Forms describes the notation of a source.
const Forms = "dir:FOLDER, git:REMOTE#BRANCH, the URL of the live site, or none"

// Parse parses a source as written in configuration and flags.
func Parse(text string) (Source, error) {
	kind, rest, _ := strings.Cut(text, ":")
	switch {
	case text == "none":
		return Source{Kind: None}, nil
	case kind == "dir" && rest != "":
		return Source{Kind: Folder, Location: rest}, nil
	case kind == "git":
		place, branch, ok := strings.Cut(rest, "#")
		if ok && place != "" && branch != "" && !strings.HasPrefix(place, "-") && !strings.HasPrefix(branch, "-") && !strings.ContainsAny(branch, " :?*[\\~^") {
			return Source{Kind: Branch, Location: place, Branch: branch}, nil
		}
	case kind == "https" || kind == "http":
		if strings.HasPrefix(rest, "//") && len(rest) > 2 && !strings.ContainsAny(rest, "?# ") {
			return Source{Kind: Site, Location: strings.TrimSuffix(text, "/") + "/"}, nil
		}
	}
	return Source{}, fmt.Errorf("%q is not a location of a publish record", redact.Remote(text))
}

// String returns the source as Parse reads it, without passwords.
func (s Source) String() string {
	switch s.Kind {
	case Folder:
		return "dir:" + s.Location
	case Branch:
		return "git:" + redact.Remote(s.Location) + "#" + s.Branch
	case Local:
		return redact.Remote(s.Location) + "/" + s.Branch
	}
	return redact.Remote(s.Location)
}

// Found is a record that was read, and how complete it is.
type Found struct {
	Record *record.Record
	Until  time.Time // the record is known up to this instant; zero: up to now
	None   bool      // there is no record at the source
	// Broken explains what is unreadable. The rest is in Record, which then covers nothing.
	Broken error
}

// Read reads the record of a source. site is the folder of the site.
func Read(ctx context.Context, client *http.Client, source Source, site string) (Found, error) {
	var read func(name string) ([]byte, error)
	list := func() []string { return nil } // a site can't be listed
	found := Found{Record: &record.Record{}}
	switch source.Kind {
	case Folder:
		read = folder(absolute(source.Location, site))
		list = func() []string { return listFolder(absolute(source.Location, site)) }
	case Branch, Local:
		tip, at, err := findTip(ctx, source, site)
		if err != nil || tip == "" {
			found.None = true
			return found, err
		}
		if source.Kind == Local {
			found.Until = at
		}
		read = commit(ctx, site, tip)
		list = func() []string { return listCommit(ctx, site, tip) }
	case Site:
		read = live(ctx, client, source.Location)
	default:
		found.None = true
		return found, nil
	}
	index, err := read(record.Index)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return found, fmt.Errorf("cannot read the publish record of %s: %w", source, err)
	}
	files := map[string][]byte{}
	var names []string
	if err == nil {
		files[record.Index] = index
		_, names, err = record.ParseIndex(index)
	}
	if err != nil { // read the files without it
		if names = list(); len(names) == 0 && len(files) == 0 {
			found.None = true
			return found, nil
		}
	}
	for _, name := range names {
		raw, err := read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist): // Parse reports it
		case err != nil:
			return found, fmt.Errorf("cannot read the publish record of %s: %w", source, err)
		default:
			files[name] = raw
		}
	}
	found.Record, found.Broken = record.Parse(files)
	if len(files[record.Index]) == 0 && found.Broken == nil {
		found.Broken = &record.BrokenError{File: record.Index, Why: "it is missing"}
	}
	return found, nil
}

// recordFiles returns the names that are those of files with entries.
func recordFiles(names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !record.IsFile(name) })
}

// listFolder returns the names of the record's files in a published folder.
func listFolder(place string) []string {
	root, err := os.OpenRoot(place)
	if err != nil {
		return nil
	}
	defer root.Close()
	entries, err := fs.ReadDir(regularfile.FS(root, regularfile.Own), record.Dir)
	if err != nil {
		return nil
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return recordFiles(names)
}

// absolute returns the absolute path of a folder. A relative path is relative to the site.
func absolute(place, site string) string {
	if filepath.IsAbs(place) {
		return place
	}
	return filepath.Join(site, place)
}

// folder returns a function that reads the record's files from a folder. It doesn't follow links
// that lead out of the folder.
func folder(place string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		root, err := os.OpenRoot(place)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return regularfile.Read(root, record.Dir+"/"+name, regularfile.Own)
	}
}
