package content

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"settler.io/crier/internal/diag"
)

// sections are the folders below content/.
var sections = []string{"incidents", "maintenance", "announcements", "pages", "templates"}

// walk finds the Markdown files and says of each what it is.
func (l *loader) walk() {
	m := l.memory
	if l.options.Changed == nil || m.content == nil {
		m.files, m.listed = nil, nil
		l.list("content")
	} else {
		m.files = slices.DeleteFunc(slices.Clone(m.files), l.maybe)
		m.listed = slices.DeleteFunc(slices.Clone(m.listed), func(f diag.Finding) bool { return l.maybe(f.Position.Path) })
		for _, name := range l.changed {
			if (name == "content" || strings.HasPrefix(name, "content/")) && !hidden(path.Dir(name)) {
				fs.ReadDir(l.fsys, path.Dir(name)) // tells l.fsys what is a symbolic link
				l.list(name)
			}
		}
	}
	slices.Sort(m.files)
	m.files = slices.Compact(m.files)
	l.findings = slices.Clone(m.listed)
	holders := map[string]bool{} // folders that hold updates
	exists := make(map[string]bool, len(m.files))
	for _, name := range m.files {
		exists[name] = true
		holders[path.Dir(name)] = true
	}
	ids := map[string]string{} // section/id in lower case -> path
	l.sources = make([]*source, 0, len(m.files))
	for _, name := range m.files {
		if s := l.classify(name, holders, exists, ids); s != nil {
			l.sources = append(l.sources, s)
		}
	}
}

// list adds the Markdown files at or below a path.
func (l *loader) list(top string) {
	m := l.memory
	report := func(kind diag.Kind, name, hint, format string, args ...any) {
		m.listed = append(m.listed, kind.New(diag.File(name), hint, format, args...))
	}
	fs.WalkDir(l.fsys, top, func(name string, entry fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			if name != top || !errors.Is(err, fs.ErrNotExist) {
				report(diag.UnreadableFile, name, "let Crier read it", "%s", plainError(err))
			}
			return nil
		case entry.IsDir() && strings.HasPrefix(base, "."):
			return fs.SkipDir
		case entry.IsDir():
		case len(name) > MaxPathLength:
			report(diag.PathTooLong, name, "use shorter names", "a path of %d bytes, more than %d", len(name), MaxPathLength)
		case leftBeside(base):
		case path.Ext(base) != ".md":
			report(diag.IgnoredFile, name, "move it out of content/", "not Markdown; Crier does not use it")
		default:
			m.files = append(m.files, name)
		}
		return nil
	})
}

// leftBeside reports whether a file is of those that editors and people leave beside content.
func leftBeside(base string) bool {
	return strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") || strings.HasPrefix(base, "#") ||
		strings.HasSuffix(base, ".orig") || strings.HasPrefix(base, "README")
}

// hidden reports whether a folder, or one that it lies in, is not looked into.
func hidden(folder string) bool {
	return slices.ContainsFunc(strings.Split(folder, "/"), func(part string) bool { return part != "." && strings.HasPrefix(part, ".") })
}

// classify makes a source for a file, or reports why there is none.
func (l *loader) classify(name string, holders, exists map[string]bool, ids map[string]string) *source {
	parts := strings.Split(name, "/")
	stem := strings.TrimSuffix(path.Base(name), ".md")
	misplaced := func(hint, format string, args ...any) *source {
		l.report(diag.MisplacedFile, diag.File(name), hint, format, args...)
		return nil
	}
	if len(parts) < 3 {
		return misplaced("move it into content/pages/ or into a folder of content/incidents/", "a file that belongs to no section")
	}
	s := &source{path: name, id: stem}
	s.language, s.id = l.translation(name, stem, exists)
	if s.language == "-" {
		return nil
	}
	taken := func(key string) bool {
		lower := strings.ToLower(key)
		other, found := ids[lower]
		if found && other != name {
			l.report(diag.URLCollision, diag.File(name), "rename one of them", "%s and %s want the same address", name, other)
			return true
		}
		ids[lower] = name
		return false
	}
	switch parts[1] {
	case "incidents", "maintenance":
		s.folder = path.Dir(name)
		if len(parts) == 3 {
			return misplaced(fmt.Sprintf("move it to content/%s/%s/01-%s.md", parts[1], stem, map[string]string{"incidents": "investigating", "maintenance": "scheduled"}[parts[1]]),
				"an update that lies in no folder")
		}
		for up := path.Dir(s.folder); up != "content/"+parts[1] && up != "."; up = path.Dir(up) {
			if holders[up] {
				return misplaced("move it up, or out of "+up, "a file in a folder of %s", path.Base(up))
			}
		}
		folder := path.Base(s.folder)
		if why := badName(folder); why != "" {
			l.once(s.folder, diag.BadName, name, fmt.Sprintf("rename it to %q", betterName(folder)), "the name %q %s", folder, why)
			return nil
		}
		lower := strings.ToLower(parts[1] + "/" + folder)
		if other, found := ids[lower]; found && other != s.folder {
			l.once(s.folder, diag.URLCollision, name, "rename one of the folders", "%s and %s want the same address", s.folder, other)
			return nil
		}
		ids[lower] = s.folder
		switch {
		case s.id == "postmortem" && parts[1] == "incidents":
			s.section = postmortem
		case parts[1] == "incidents":
			s.section = incidentUpdate
		default:
			s.section = maintenanceUpdate
			if clockName.MatchString(s.id) {
				l.report(diag.BadName, diag.File(name), fmt.Sprintf("rename it to %q", "03-"+s.id+".md"), "the name %q is kept for what the clock does", s.id)
				return nil
			}
		}
	case "announcements":
		s.section = announcement
		if s.language == "" && taken("announcements/"+s.id) {
			return nil
		}
	case "pages":
		s.section = page
		s.id = strings.TrimSuffix(strings.Join(parts[2:], "/"), ".md")
		if s.language != "" {
			s.id = strings.TrimSuffix(s.id, "."+s.language)
		}
		for _, part := range strings.Split(s.id, "/") {
			if why := badName(part); why != "" {
				l.report(diag.BadName, diag.File(name), fmt.Sprintf("rename it to %q", betterName(part)), "the name %q %s", part, why)
				return nil
			}
		}
		if s.language == "" && taken("pages/"+s.id) {
			return nil
		}
	case "templates":
		s.section = template
	default:
		return misplaced(diag.DidYouMean(parts[1], sections), "content has no section %q", parts[1])
	}
	if s.section != page {
		if why := badName(s.id); why != "" {
			l.report(diag.BadName, diag.File(name), fmt.Sprintf("rename it to %q", betterName(s.id)+".md"), "the name %q %s", s.id, why)
			return nil
		}
	}
	return s
}

// once reports something about a folder, at the first of its files.
func (l *loader) once(folder string, kind diag.Kind, file, hint, format string, args ...any) {
	if !l.reported[folder] {
		l.reported[folder] = true
		l.report(kind, diag.File(file), hint, format, args...)
	}
}

// translation says whether a file such as 01-investigating.de.md translates another. It gives the language "-" for one that
// would, but cannot.
func (l *loader) translation(name, stem string, exists map[string]bool) (tag, id string) {
	dot := strings.LastIndexByte(stem, '.')
	if dot <= 0 {
		return "", stem
	}
	suffix, original := stem[dot+1:], path.Join(path.Dir(name), stem[:dot]+".md")
	listed := slices.Contains(l.options.Config.Languages, suffix)
	switch {
	case listed && exists[original]:
		return suffix, stem[:dot]
	case listed:
		l.report(diag.MisplacedFile, diag.File(name), "write "+path.Base(original)+" first", "a translation without its original")
		return "-", stem
	case !exists[original]:
		return "", stem
	}
	if _, err := language.Parse(suffix); err != nil {
		return "", stem
	}
	l.report(diag.UnknownLanguage, diag.File(name), fmt.Sprintf("add %q to languages in config.toml", suffix), "the site is not built in the language %q", suffix)
	return "-", stem
}
