package content

import (
	"crypto/sha256"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/config"
)

// Memory keeps between loads of one site what its files came to, so that a second load works on what has changed. A load with
// a memory gives what one without gives; what has not changed is the same value as before, down to its address. It is for one
// load at a time, and what it gave may go on being read meanwhile.
//
// An entry never changes, and depends on nothing but one file's bytes and the configuration: another configuration forgets
// everything.
type Memory struct {
	config  *config.Config
	sources map[string]*source
	files   []string       // all of them, sorted
	listed  []diag.Finding // what finding them said
	walked  []diag.Finding // that, and what classing them said
	folders map[string]*folder
	order   []*folder // by path
	others  []*source // announcements, pages and templates
	content *Content
}

func (m *Memory) begin(c *config.Config) {
	if m.config != c {
		*m = Memory{config: c}
	}
}

// former gives what is known of the file of a source, nil for nothing.
func (m *Memory) former(s *source) *source {
	old := m.sources[s.path]
	if old == nil || old.section != s.section || old.id != s.id || old.language != s.language || old.folder != s.folder {
		return nil
	}
	return old
}

// maybe reports whether a path is, or lies in, one that may have changed.
func (l *loader) maybe(name string) bool {
	if l.options.Changed == nil {
		return true
	}
	for at := name; at != "."; at = path.Dir(at) {
		if _, found := slices.BinarySearch(l.changed, at); found {
			return true
		}
	}
	return false
}

// again reads a file of which a former state is known; the source is that one where it is the same.
func (l *loader) again(s *source) *source {
	old := l.memory.former(s)
	if old != nil && !l.maybe(s.path) {
		return old
	}
	buffer := l.buffers.Get().(*[]byte)
	defer l.buffers.Put(buffer)
	raw, err := l.readFile(s.path, buffer)
	if err == nil {
		s.sum = sha256.Sum256(raw)
	} else {
		s.failure = err.Error()
	}
	if old != nil && old.failure == s.failure && old.sum == s.sum {
		return old
	}
	l.read(s, raw, err)
	return s
}

// reread loads a site whose files are the same and may only have changed what they hold. It reports whether it could.
func (l *loader) reread() bool {
	m := l.memory
	if l.options.Changed == nil || m.content == nil {
		return false
	}
	touched := map[string]bool{}
	for _, name := range l.changed {
		old := m.sources[name]
		if old == nil {
			if name == "content" || strings.HasPrefix(name, "content/") && !leftBeside(path.Base(name)) {
				return false
			}
			continue
		}
		entries, err := fs.ReadDir(l.fsys, path.Dir(name)) // which also tells l.fsys what is a symbolic link
		if err != nil || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == path.Base(name) && !e.IsDir() }) || old.folder == "" {
			return false
		}
		s := l.again(&source{path: old.path, section: old.section, folder: old.folder, id: old.id, language: old.language})
		if s != old {
			m.sources[name] = s
			touched[old.folder] = true
		}
	}
	var changed []*folder
	for i, f := range m.order {
		if !touched[f.path] && !f.undated {
			continue
		}
		files := slices.Clone(f.files)
		for n, s := range files {
			files[n] = m.sources[s.path]
		}
		m.order[i] = &folder{path: f.path, files: files}
		m.folders[f.path] = m.order[i]
		changed = append(changed, m.order[i])
	}
	if len(changed) == 0 {
		return true
	}
	l.build(changed)
	m.content = m.content.with(changed)
	return true
}

// with gives a content in which some folders are others, with the same files.
func (c *Content) with(changed []*folder) *Content {
	n := *c
	n.Documents, n.Sums, n.Secret = maps.Clone(c.Documents), maps.Clone(c.Sums), maps.Clone(c.Secret)
	n.Incidents, n.Maintenance = slices.Clone(c.Incidents), slices.Clone(c.Maintenance)
	if n.Keys = nil; slices.ContainsFunc(changed, c.otherKeys) {
		n.Keys = maps.Clone(c.Keys)
	}
	for _, f := range changed {
		n.remove(f)
		n.put(f)
	}
	if n.Keys == nil { // the text is another, as a rule, and no more
		n.Keys = c.Keys
	}
	n.sort()
	return &n
}

// otherKeys reports whether the keys of a folder's files are, or stand, elsewhere than the content says.
func (c *Content) otherKeys(f *folder) bool {
	return slices.ContainsFunc(f.works, func(s source) bool {
		keys, known := c.Keys[s.path]
		return known == s.lost || !s.lost && !slices.Equal(keys, s.keys)
	})
}
