package content

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/config"
)

// Memory caches parsed files between loads of one site, so that the next load only handles what has
// changed. A load with a memory returns the same as one without. Unchanged parts are shared with
// the previous result, which remains valid. A Memory must not be used by two loads at the same
// time.
//
// Entries never change, and each depends only on the bytes of one file and on the configuration. A
// new configuration clears the memory.
type Memory struct {
	config  *config.Config
	sources map[string]*source
	walked  []diag.Finding // findings from listing and classifying the files
	folders []*folder      // by path
	content *Content       // of the folders; nil: not all of it is known
}

func (m *Memory) begin(c *config.Config) {
	if m.config != c {
		*m = Memory{config: c}
	}
}

// former returns the previous version of a source, or nil.
func (m *Memory) former(s *source) *source {
	old := m.sources[s.path]
	if old == nil || old.section != s.section || old.id != s.id || old.language != s.language || old.folder != s.folder {
		return nil
	}
	return old
}

// maybe reports whether a path or one of its parent folders may have changed.
func (l *loader) maybe(name string) bool {
	if l.options.Changed == nil {
		return true
	}
	for at := name; at != "."; at = path.Dir(at) {
		if l.changed[at] {
			return true
		}
	}
	return false
}

// again reads a file. If it has not changed, again returns the previous source.
func (l *loader) again(s *source) *source {
	old := l.memory.former(s)
	if old != nil && !l.maybe(s.path) {
		return old
	}
	raw, err := l.readFile(s.path)
	if err == nil {
		s.sum = fileset.Sum(raw)
	} else {
		s.failure = err.Error()
	}
	if old != nil && old.failure == s.failure && old.sum == s.sum {
		return old
	}
	l.read(s, raw, err)
	return s
}

// reread handles a load in which no files were added or removed. It reports whether it could.
func (l *loader) reread() bool {
	m := l.memory
	if l.options.Changed == nil || m.content == nil {
		return false
	}
	touched := map[string]bool{}
	for name := range l.changed {
		old := m.sources[name]
		if old == nil {
			if name == "content" || strings.HasPrefix(name, "content/") && !leftBeside(path.Base(name)) {
				return false
			}
			continue
		}
		// Reading the folder also updates what fsys knows about symbolic links.
		entries, err := fs.ReadDir(l.fsys, path.Dir(name))
		if err != nil || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == path.Base(name) && !e.IsDir() }) {
			return false
		}
		s := l.again(&source{path: old.path, section: old.section, folder: old.folder, id: old.id, language: old.language})
		if s != old {
			m.sources[name] = s
			touched[old.folder] = true
		}
	}
	for i, f := range m.folders {
		if !touched[f.path] && !f.byEvidence {
			continue
		}
		files := slices.Clone(f.files)
		for n, s := range files {
			files[n] = m.sources[s.path]
		}
		m.folders[i] = &folder{path: f.path, files: files}
	}
	return true
}

// with returns a copy of the content in which some folders are replaced. They must have the same
// files as before.
func (c *Content) with(changed []*folder) *Content {
	n := *c
	n.Documents, n.Keys, n.Sums, n.Secret = maps.Clone(c.Documents), maps.Clone(c.Keys), maps.Clone(c.Sums), maps.Clone(c.Secret)
	n.Incidents, n.Maintenance = slices.Clone(c.Incidents), slices.Clone(c.Maintenance)
	for _, f := range changed {
		for _, s := range f.files {
			delete(n.Documents, s.path)
			delete(n.Keys, s.path)
			delete(n.Sums, s.path)
		}
		delete(n.Secret, f.path)
		n.Incidents = slices.DeleteFunc(n.Incidents, func(i incident.Incident) bool { return i.Path == f.path })
		n.Maintenance = slices.DeleteFunc(n.Maintenance, func(m incident.Maintenance) bool { return m.Path == f.path })
		switch f.path {
		case "content/announcements":
			n.Announcements = nil
		case "content/pages":
			n.Pages = nil
		case "content/templates":
			n.Templates = nil
		}
		n.put(f)
	}
	n.sort()
	return &n
}
