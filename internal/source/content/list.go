package content

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"settler.io/crier/internal/diag"
)

// list adds the Markdown files at or below a path to the memory, in no particular order, and the
// findings about other files.
func (l *loader) list(top string) {
	w := lister{fsys: l.fsys}
	info, err := fs.Stat(l.fsys, top)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		w.unreadable(top, err)
	case info.IsDir() && !strings.HasPrefix(path.Base(top), "."):
		for level := []string{top}; len(level) > 0; {
			below := make([][]string, len(level))
			l.each(len(level), func(i int) { below[i] = w.folder(level[i]) })
			level = slices.Concat(below...)
		}
	case w.endless(top, info.Mode()):
		w.noFile(top)
	case !info.IsDir():
		w.file(top)
	}
	l.memory.files, l.memory.listed = append(l.memory.files, w.files...), append(l.memory.listed, w.findings...)
}

// lister finds files, in several folders at once.
type lister struct {
	fsys fs.FS

	lock     sync.Mutex
	files    []string
	findings []diag.Finding
}

// folder lists the files in a folder and returns its subfolders.
func (w *lister) folder(name string) (folders []string) {
	entries, err := fs.ReadDir(w.fsys, name)
	if err != nil {
		w.unreadable(name, err)
	}
	for _, entry := range entries {
		below := name + "/" + entry.Name()
		switch {
		case w.endless(below, entry.Type()):
			w.noFile(below)
		case !entry.IsDir():
			w.file(below)
		case strings.HasPrefix(entry.Name(), "."):
		default:
			folders = append(folders, below)
		}
	}
	return folders
}

// endless reports whether reading a file could block forever, because it is a pipe, a socket or a
// device, or a symbolic link to one.
func (w *lister) endless(name string, mode fs.FileMode) bool {
	if path.Ext(name) != ".md" {
		return false // it is never read
	}
	if mode&fs.ModeSymlink != 0 {
		info, err := fs.Stat(w.fsys, name)
		if err != nil {
			return false // the error is reported when the file is read
		}
		mode = info.Mode()
	}
	return mode&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0
}

// file adds a Markdown file, or reports a file that does not belong in content/.
func (w *lister) file(name string) {
	base := path.Base(name)
	switch {
	case len(name) > MaxPathLength:
		w.report(diag.PathTooLong, name, "use shorter names", "a path of %d bytes, more than %d", len(name), MaxPathLength)
	case leftBeside(base):
	case path.Ext(base) != ".md":
		w.report(diag.IgnoredFile, name, "move it out of content/", "not Markdown, so Crier ignores it")
	default:
		w.lock.Lock()
		defer w.lock.Unlock()
		w.files = append(w.files, name)
	}
}

func (w *lister) unreadable(name string, err error) {
	w.report(diag.UnreadableFile, name, "make it readable", "%s", diag.Reason(err))
}

func (w *lister) noFile(name string) {
	w.report(diag.UnreadableFile, name, "replace it with a regular file", "a pipe, a socket or a device")
}

func (w *lister) report(kind diag.Kind, name, hint, format string, args ...any) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.findings = append(w.findings, kind.New(diag.File(name), hint, format, args...))
}
