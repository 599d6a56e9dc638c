// Package recordsource reads the publish record from where it is kept: a folder, a branch, or the
// live site. It changes nothing there. A location without a record counts as one to which nothing
// has been published yet.
package recordsource

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/git/redact"
	"settler.io/crier/internal/publish/record"
	"settler.io/crier/internal/render/report"
	"settler.io/crier/internal/sitefs/regularfile"
)

// Source is where a record is kept.
type Source struct {
	Kind     Kind
	Location string // the folder, the name or URL of the remote, or the URL of the site
	Branch   string

	tip string    // of Local: the commit of the branch
	at  time.Time // of Local: when that was made
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

// Remarks describes what is missing from the record of a source, in lines for people; "" if nothing
// is.
func (f Found) Remarks(source Source) string {
	switch {
	case f.Broken != nil:
		lines := ""
		for line := range strings.Lines(f.Broken.Error()) {
			lines += "warning: " + strings.TrimSpace(line) + "\n"
		}
		return lines + "  hint: the evidence is the " + report.Count(f.Record.Len(), "update") + " in it that can be read, and git for the others; the next crier publish repairs the record\n"
	case f.None && source.Kind != None:
		return fmt.Sprintf("note: there is no publish record in %s yet; git is the only evidence\n", source)
	}
	return ""
}

// limit is how long reading a record may take.
const limit = time.Minute

// Read reads the record of a source. site is the folder of the site; the transport, which may be
// nil, is for the live site.
func Read(ctx context.Context, transport http.RoundTripper, source Source, site string) (Found, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found := Found{Record: &record.Record{}}
	var files map[string][]byte
	tip := source.tip
	var err error
	switch source.Kind {
	case Folder:
		files, err = readFolder(absolute(source.Location, site))
	case Branch:
		if tip, err = fetched(ctx, source, site); err != nil || tip == "" {
			found.None = true
			return found, err
		}
		files, err = readCommit(ctx, site, tip)
	case Local:
		found.Until = source.at
		files, err = readCommit(ctx, site, tip)
	case Site:
		files, err = readSite(ctx, transport, source.Location)
	}
	if err != nil {
		return found, fmt.Errorf("cannot read the publish record of %s: %w", source, err)
	}
	// Without an index that can be read, all files count.
	if _, names, err := record.ParseIndex(files[record.Index]); err == nil {
		maps.DeleteFunc(files, func(name string, _ []byte) bool { return name != record.Index && !slices.Contains(names, name) })
	}
	if len(files) == 0 {
		found.None = true
		return found, nil
	}
	found.Record, found.Broken = record.Parse(files)
	if len(files[record.Index]) == 0 && found.Broken == nil {
		found.Broken = &record.BrokenError{File: record.Index, Why: "it is missing"}
	}
	return found, nil
}

// isFile reports whether a name below record.Dir is that of a file of the record.
func isFile(name string) bool { return name == record.Index || record.IsFile(name) }

// readFolder reads the files of the record in a published folder.
func readFolder(place string) (map[string][]byte, error) {
	root, err := os.OpenRoot(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := fs.ReadDir(regularfile.FS(root, regularfile.Own), record.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	files := map[string][]byte{}
	for _, entry := range entries {
		if name := entry.Name(); isFile(name) && err == nil {
			files[name], err = regularfile.Read(root, record.Dir+"/"+name, regularfile.Own)
		}
	}
	return files, err
}

// readFile reads a file of the record in a published folder. It doesn't follow links that lead out
// of the folder.
func readFile(place, name string) ([]byte, error) {
	root, err := os.OpenRoot(place)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return regularfile.Read(root, record.Dir+"/"+name, regularfile.Own)
}

// absolute returns the absolute path of a folder. A relative path is relative to the site.
func absolute(place, site string) string {
	if filepath.IsAbs(place) {
		return place
	}
	return filepath.Join(site, place)
}
