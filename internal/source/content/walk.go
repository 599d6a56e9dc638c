package content

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"settler.io/crier/internal/diag"
)

// sections are the folders in content/.
var sections = []string{"incidents", "maintenance", "announcements", "pages", "templates"}

// walk finds the Markdown files and determines the kind of each.
func (l *loader) walk() {
	l.list()
	c := classes{loader: l, holders: map[string]bool{}, folders: map[string]bool{}, taken: map[string]string{}}
	for _, name := range l.files {
		c.holders[path.Dir(name)] = true
	}
	l.sources = make([]*source, 0, len(l.files))
	for _, name := range l.files {
		if s := c.classify(name); s != nil {
			l.sources = append(l.sources, s)
		}
	}
}

// classes determines the kinds of files. The files must be passed in order.
type classes struct {
	*loader
	holders map[string]bool   // folders that hold files
	folders map[string]bool   // whether a folder can be an incident or maintenance
	taken   map[string]string // path by section/id in lower case
}

// exists reports whether there is a Markdown file with this path.
func (c *classes) exists(name string) bool {
	_, found := slices.BinarySearch(c.files, name)
	return found
}

// leftBeside reports whether a file is one that editors or people leave next to content and that is
// ignored.
func leftBeside(base string) bool {
	return strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") || strings.HasPrefix(base, "#") ||
		strings.HasSuffix(base, ".orig") || strings.HasPrefix(base, "README")
}

// classify returns the source for a file, or nil if the file is not part of the content, with a
// finding.
func (c *classes) classify(name string) *source {
	_, below, _ := strings.Cut(name, "/")
	in, rest, deep := strings.Cut(below, "/")
	stem := strings.TrimSuffix(path.Base(name), ".md")
	misplaced := func(hint, format string, args ...any) *source {
		c.report(diag.MisplacedFile, diag.File(name), hint, format, args...)
		return nil
	}
	if !deep {
		return misplaced("move it into content/pages/ or into a folder of content/incidents/", "a file outside of all sections")
	}
	s := &source{path: name, id: stem, folder: "content/" + in}
	s.language, s.id = c.translation(name, stem)
	if s.language == "-" {
		return nil
	}
	named := func(name, extension string) bool {
		why := badName(name)
		if why != "" {
			c.report(diag.BadName, diag.File(s.path), fmt.Sprintf("rename it to %q", betterName(name)+extension), "the name %q %s", name, why)
		}
		return why == ""
	}
	unique := func(id, what, hint string) bool {
		key := strings.ToLower(in + "/" + id)
		if other, found := c.taken[key]; found {
			c.report(diag.URLCollision, diag.File(name), hint, "%s and %s have the same URL", what, other)
			return false
		}
		c.taken[key] = what
		return true
	}
	switch in {
	case "incidents", "maintenance":
		s.folder = path.Dir(name)
		if !strings.Contains(rest, "/") {
			return misplaced(fmt.Sprintf("move it to content/%s/%s/01-%s.md", in, stem, map[string]string{"incidents": "investigating", "maintenance": "scheduled"}[in]),
				"an update that is not in a folder")
		}
		for up := path.Dir(s.folder); up != "content/"+in; up = path.Dir(up) {
			if c.holders[up] {
				return misplaced("move it up, or out of "+up, "a file in a folder of %s", path.Base(up))
			}
		}
		good, known := c.folders[s.folder]
		if !known {
			id := path.Base(s.folder)
			good = named(id, "") && unique(id, s.folder, "rename one of the folders")
			c.folders[s.folder] = good
		}
		if !good {
			return nil
		}
		switch {
		case s.id == "postmortem" && in == "incidents":
			s.section = postmortem
		case in == "incidents":
			s.section = incidentUpdate
		default:
			s.section = maintenanceUpdate
			if clockName.MatchString(s.id) {
				c.report(diag.BadName, diag.File(name), fmt.Sprintf("rename it to %q", "03-"+s.id+".md"), "the name %q is reserved for automatic updates", s.id)
				return nil
			}
		}
	case "announcements":
		s.section = announcement
		if s.language == "" && !unique(s.id, name, "rename one of them") {
			return nil
		}
	case "pages":
		s.section = page
		s.id = strings.TrimSuffix(rest, ".md")
		if s.language != "" {
			s.id = strings.TrimSuffix(s.id, "."+s.language)
		}
		for _, part := range strings.Split(s.id, "/") {
			if !named(part, "") {
				return nil
			}
		}
		if s.language == "" && !unique(s.id, name, "rename one of them") {
			return nil
		}
	case "templates":
		s.section = template
	default:
		return misplaced(diag.DidYouMean(in, sections), "content has no section %q", in)
	}
	if s.section != page && !named(s.id, ".md") {
		return nil
	}
	return s
}

// translation returns the language and the id of a translation such as 01-investigating.de.md. The
// language is "" if the file is not a translation, and "-" if it is one but not a valid one, which
// is reported.
func (c *classes) translation(name, stem string) (tag, id string) {
	dot := strings.LastIndexByte(stem, '.')
	if dot <= 0 {
		return "", stem
	}
	suffix, original := stem[dot+1:], path.Join(path.Dir(name), stem[:dot]+".md")
	listed := slices.Contains(c.options.Config.Languages, suffix)
	switch {
	case listed && c.exists(original):
		return suffix, stem[:dot]
	case listed:
		c.report(diag.MisplacedFile, diag.File(name), "write "+path.Base(original)+" first", "a translation without an original")
		return "-", stem
	case !c.exists(original):
		return "", stem
	}
	if _, err := language.Parse(suffix); err != nil {
		return "", stem
	}
	c.report(diag.UnknownLanguage, diag.File(name), fmt.Sprintf("add %q to languages in config.toml", suffix), "the site does not have the language %q", suffix)
	return "-", stem
}
