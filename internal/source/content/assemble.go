package content

import (
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/markdown"
)

// folder is the folder of one incident or maintenance: its files, and the result of combining them.
type folder struct {
	path  string
	files []*source // as read, including the post-mortem and translations

	works       []source // copies, for changes that depend on other files
	incident    *incident.Incident
	maintenance *incident.Maintenance
	findings    []diag.Finding
}

// readAll reads all files and combines them folder by folder. Folders whose files have not changed
// are reused from memory. Without memory, the files of a folder are released as soon as the folder
// is done.
func (l *loader) readAll() *Content {
	m, n := l.memory, len(l.sources)
	c := &Content{Documents: make(markdown.Documents, n), Keys: make(map[string]Keys, n), Sums: make(map[string]fileset.Hash, n)}
	l.group()
	l.each(len(m.others), func(i int) { m.others[i] = l.again(m.others[i]) })
	former, sources := m.folders, make(map[string]*source)
	m.folders = make(map[string]*folder)
	for _, s := range m.others {
		sources[s.path] = s
	}
	var lock sync.Mutex
	done := func(f *folder) {
		lock.Lock()
		defer lock.Unlock()
		c.put(f)
		if l.options.Memory == nil {
			f.files, f.works = nil, nil
			return
		}
		m.folders[f.path] = f
		for _, s := range f.files {
			sources[s.path] = s
		}
	}
	var undated []*folder
	l.each(len(m.order), func(i int) {
		f := m.order[i]
		for k, s := range f.files {
			f.files[k] = l.again(s)
		}
		switch old := former[f.path]; {
		case f.undated():
			lock.Lock()
			defer lock.Unlock()
			undated = append(undated, f)
			return
		case old != nil && slices.Equal(old.files, f.files):
			m.order[i] = old
		default:
			f.build(Dates{})
		}
		done(m.order[i])
	})
	known := l.dates(undated)
	l.each(len(undated), func(i int) {
		undated[i].build(known)
		done(undated[i])
	})
	known = l.dates([]*folder{{files: m.others}})
	for i, s := range m.others {
		if s.undated() {
			m.others[i] = s.dated(known)
		}
	}
	m.sources = sources
	c.addOthers(m.others)
	c.sort()
	return c
}

// group divides the sources into folders and those that belong to no folder.
func (l *loader) group() {
	m := l.memory
	m.order, m.others = nil, nil
	// The sources are sorted by path, so the files of a folder are adjacent.
	for _, s := range l.sources {
		if s.folder == "" {
			m.others = append(m.others, s)
			continue
		}
		if len(m.order) == 0 || m.order[len(m.order)-1].path != s.folder {
			m.order = append(m.order, &folder{path: s.folder})
		}
		f := m.order[len(m.order)-1]
		f.files = append(f.files, s)
	}
	l.sources = nil
}

func (f *folder) build(known Dates) {
	f.works = make([]source, len(f.files))
	for i, s := range f.files {
		own := *s
		own.findings = slices.Clip(s.findings)
		if s.update != nil {
			update := *s.update
			own.update = &update
		}
		f.works[i] = own
	}
	f.date(known)
	f.fold()
	for i := range f.works {
		f.findings = append(f.findings, f.works[i].findings...)
	}
}

// undated reports whether evidence, which may change later, dates the source.
func (s *source) undated() bool {
	return !s.lost && (s.update != nil && s.update.Date.IsZero() || s.announcement != nil && s.announcement.Date.IsZero())
}

func (f *folder) undated() bool { return slices.ContainsFunc(f.files, (*source).undated) }

// dates looks up dates for the files in folders that have none.
func (l *loader) dates(folders []*folder) Dates {
	undated := map[string]fileset.Hash{}
	for _, f := range folders {
		for _, s := range f.files {
			if s.undated() {
				undated[s.path] = s.sum
			}
		}
	}
	if len(undated) == 0 || l.options.Dates == nil {
		return Dates{}
	}
	return l.options.Dates(undated)
}

// date returns the date of a file that states none; zero if it is left out.
func (d Dates) date(path string) time.Time {
	if date, ok := d.Known[path]; ok {
		return date.UTC()
	}
	return d.Now.UTC()
}

// date fills in missing dates. Updates for which no date is available are left out of the content.
func (f *folder) date(known Dates) {
	for i := range f.works {
		s := &f.works[i]
		if !s.undated() {
			continue
		}
		s.update.Date = known.date(s.path)
		s.lost = s.update.Date.IsZero()
		_, ok := known.Known[s.path]
		fresh := known.New != nil && known.New(s.path)
		if ok && !fresh {
			continue
		}
		if _, stated := s.keys.At(s.path, "date"); stated {
			continue // already reported, with the corrected date as the hint
		}
		if !s.lost && fresh {
			s.report(diag.DatedNow, "", "write date: "+s.update.Date.Format(time.RFC3339)+", or commit the file", "no date, and the file is not committed yet, so its date is now")
			continue
		}
		why := "git does not know when it was committed"
		if known.Why != nil {
			why = known.Why(s.path)
		}
		s.report(diag.MissingDate, "", "write date: with the time at which this was true, such as 2026-10-02T10:04:00Z, or commit the file",
			"no date, and %s", why)
	}
}

// dated returns an announcement whose own date is missing or not valid, both of which are mistakes,
// with the date that evidence has. It is left out if there is none.
func (s *source) dated(known Dates) *source {
	own, announcement := *s, *s.announcement
	announcement.Date = known.date(s.path)
	own.announcement, own.lost = &announcement, announcement.Date.IsZero()
	return &own
}

// fold creates the incident or maintenance of a folder.
func (f *folder) fold() {
	var files []*source
	translations := map[string]map[string]incident.Translation{} // by path of the original
	for i := range f.works {
		s := &f.works[i]
		switch {
		case s.lost:
		case s.language != "":
			s.translates(translations)
		default:
			files = append(files, s)
		}
	}
	if len(files) == 0 {
		return
	}
	planned := slices.ContainsFunc(files, func(s *source) bool { return s.section == maintenanceUpdate })
	if planned {
		checkMaintenance(files)
	} else {
		checkIncident(files)
	}
	updates := make([]incident.Update, 0, len(files))
	var document *incident.Postmortem
	for _, s := range files {
		if s.section == postmortem {
			own := *s.postmortem
			own.Translations = translations[s.path]
			document = &own
			continue
		}
		s.update.Translations = translations[s.path]
		updates = append(updates, *s.update)
	}
	id := path.Base(f.path)
	switch at := diag.File(files[0].path); {
	case len(updates) == 0:
		f.findings = append(f.findings, diag.NoUpdates.New(at, "add a file such as 01-investigating.md", "no readable update in %s", f.path))
		return
	case len(updates) > MaxUpdates:
		f.findings = append(f.findings, diag.TooManyUpdates.New(at, "only the first ones are used; open another incident", "%d updates, more than %d", len(updates), MaxUpdates))
		updates = incident.Sorted(updates)[:MaxUpdates]
	}
	if planned {
		f.maintenance = &incident.Maintenance{ID: id, Path: f.path, Updates: updates}
		return
	}
	f.incident = &incident.Incident{ID: id, Path: f.path, Updates: updates, Postmortem: document}
}

// translates adds a translation to all, by the path of its original.
func (s *source) translates(all map[string]map[string]incident.Translation) {
	original := strings.TrimSuffix(s.path, "."+s.language+".md") + ".md"
	if all[original] == nil {
		all[original] = map[string]incident.Translation{}
	}
	all[original][s.language] = *s.translation
}

// addOthers adds what is not in folders: announcements, pages and templates.
func (c *Content) addOthers(sources []*source) {
	translations := map[string]map[string]incident.Translation{}
	for _, s := range sources {
		switch {
		case s.lost:
			continue
		case s.language != "":
			s.translates(translations)
		case s.section == announcement:
			c.Announcements = append(c.Announcements, *s.announcement)
		case s.section == page:
			c.Pages = append(c.Pages, *s.page)
		case s.section == template:
			c.Templates = append(c.Templates, *s.template)
		}
		c.note(s)
	}
	for i := range c.Announcements {
		c.Announcements[i].Translations = translations[c.Announcements[i].Path]
	}
	for i := range c.Pages {
		c.Pages[i].Translations = translations[c.Pages[i].Path]
	}
}

// note adds the document, keys and hash of a source.
func (c *Content) note(s *source) {
	if s.document != nil {
		c.Documents[s.path] = s.document
	}
	c.Keys[s.path], c.Sums[s.path] = s.keys, s.sum
}

func (c *Content) put(f *folder) {
	for i := range f.works {
		if s := &f.works[i]; !s.lost {
			c.note(s)
		} else if s.secret {
			if c.Secret == nil {
				c.Secret = map[string]bool{}
			}
			c.Secret[f.path] = true
		}
	}
	if f.incident != nil {
		c.Incidents = append(c.Incidents, *f.incident)
	}
	if f.maintenance != nil {
		c.Maintenance = append(c.Maintenance, *f.maintenance)
	}
}

func (c *Content) remove(f *folder) {
	delete(c.Secret, f.path)
	for _, s := range f.files {
		delete(c.Documents, s.path)
		delete(c.Keys, s.path)
		delete(c.Sums, s.path)
	}
	c.Incidents = slices.DeleteFunc(c.Incidents, func(i incident.Incident) bool { return i.Path == f.path })
	c.Maintenance = slices.DeleteFunc(c.Maintenance, func(m incident.Maintenance) bool { return m.Path == f.path })
}

func (c *Content) sort() {
	slices.SortFunc(c.Incidents, func(a, b incident.Incident) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Maintenance, func(a, b incident.Maintenance) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Announcements, func(a, b incident.Announcement) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Pages, func(a, b Page) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Templates, func(a, b Template) int { return strings.Compare(a.ID, b.ID) })
}
