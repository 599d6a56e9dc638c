package content

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
)

// list finds the Markdown files below content/, and reports other files.
func (l *loader) list() {
	for level := []string{"content"}; len(level) > 0; {
		found := make([]listing, len(level))
		l.each(len(level), func(i int) { found[i] = l.folder(level[i]) })
		level = nil
		for _, f := range found {
			level = append(level, f.folders...)
			l.files = append(l.files, f.files...)
			l.findings = append(l.findings, f.findings...)
		}
	}
	slices.Sort(l.files)
}

// listing is what a folder contains.
type listing struct {
	folders  []string
	files    []string // Markdown files
	findings []diag.Finding
}

func (l *loader) folder(name string) (found listing) {
	report := func(kind diag.Kind, name, hint, format string, args ...any) {
		found.findings = append(found.findings, kind.New(diag.File(name), hint, format, args...))
	}
	entries, err := fs.ReadDir(l.fsys, name)
	if err != nil && !(name == "content" && errors.Is(err, fs.ErrNotExist)) {
		report(diag.UnreadableFile, name, "make it readable", "%s", diag.Reason(err))
	}
	for _, entry := range entries {
		below := name + "/" + entry.Name()
		switch {
		case l.endless(below, entry.Type()):
			report(diag.UnreadableFile, below, "replace it with a regular file", "a pipe, a socket or a device")
		case entry.IsDir():
			if !strings.HasPrefix(entry.Name(), ".") {
				found.folders = append(found.folders, below)
			}
		case len(below) > MaxPathLength:
			report(diag.PathTooLong, below, "use shorter names", "a path of %d bytes, more than %d", len(below), MaxPathLength)
		case leftBeside(entry.Name()):
		case path.Ext(below) != ".md":
			report(diag.IgnoredFile, below, "move it out of content/", "not Markdown, so Crier ignores it")
		default:
			found.files = append(found.files, below)
		}
	}
	return found
}

// endless reports whether reading a file could block forever, because it is a pipe, a socket or a
// device, or a symbolic link to one.
func (l *loader) endless(name string, mode fs.FileMode) bool {
	if path.Ext(name) != ".md" {
		return false // it is never read
	}
	if mode&fs.ModeSymlink != 0 {
		info, err := fs.Stat(l.fsys, name)
		if err != nil {
			return false // the error is reported when the file is read
		}
		mode = info.Mode()
	}
	return mode&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0
}
