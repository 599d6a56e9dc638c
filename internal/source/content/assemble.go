package content

import (
	"path"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/markdown"
)

// folder is the folder of one incident or maintenance, or of another section: its files, and what
// they make together.
type folder struct {
	path  string
	files []*source // as read, including the post-mortem and translations

	works      []source // copies, for changes that depend on other files; nil: not built yet
	made       Content  // only the lists, with what this folder holds
	findings   []diag.Finding
	byEvidence bool // a date in it is not stated, and evidence may give another one later
}

// readAll reads all files, and builds the folders whose files all have dates. Those whose files
// have not changed are reused from memory. Without memory, the files of a folder are released as
// soon as it is built.
func (l *loader) readAll() {
	m := l.memory
	former := make(map[string]*folder, len(m.folders))
	for _, f := range m.folders {
		former[f.path] = f
	}
	m.folders = nil
	// The sources are sorted by path, so the files of a folder are adjacent.
	for _, s := range l.sources {
		if n := len(m.folders); n == 0 || m.folders[n-1].path != s.folder {
			m.folders = append(m.folders, &folder{path: s.folder})
		}
		f := m.folders[len(m.folders)-1]
		f.files = append(f.files, s)
	}
	l.sources = nil
	l.each(len(m.folders), func(i int) {
		f := m.folders[i]
		for k, s := range f.files {
			f.files[k] = l.again(s)
		}
		switch old := former[f.path]; {
		case f.undated():
		case old != nil && slices.Equal(old.files, f.files):
			m.folders[i] = old
		default:
			f.build(Dates{})
			if l.options.Memory == nil {
				f.files = nil
			}
		}
	})
	m.sources = make(map[string]*source)
	if l.options.Memory != nil {
		for _, f := range m.folders {
			for _, s := range f.files {
				m.sources[s.path] = s
			}
		}
	}
}

// build builds the folders that are not built yet, and returns the content of all of them.
func (l *loader) build() *Content {
	m := l.memory
	fresh := slices.DeleteFunc(slices.Clone(m.folders), func(f *folder) bool { return f.works != nil })
	known := l.dates(fresh)
	l.each(len(fresh), func(i int) { fresh[i].build(known) })
	if m.content != nil {
		m.content = m.content.with(fresh)
		return m.content
	}
	n := 0
	for _, f := range m.folders {
		n += len(f.works)
	}
	c := &Content{Documents: make(markdown.Documents, n), Keys: make(map[string]Keys, n), Sums: make(map[string]fileset.Hash, n)}
	for _, f := range m.folders {
		c.put(f)
	}
	c.sort()
	m.content = c
	return c
}

func (c *Content) sort() {
	slices.SortFunc(c.Incidents, func(a, b incident.Incident) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Maintenance, func(a, b incident.Maintenance) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Announcements, func(a, b incident.Announcement) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Pages, func(a, b Page) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Templates, func(a, b Template) int { return strings.Compare(a.ID, b.ID) })
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
		if s.announcement != nil {
			announcement := *s.announcement
			own.announcement = &announcement
		}
		f.works[i] = own
	}
	f.date(known)
	f.fold()
	for i := range f.works {
		f.findings = append(f.findings, f.works[i].findings...)
		f.works[i].update = nil // it is in what was made
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

// date fills in missing dates. Files for which no date is available are left out of the content.
func (f *folder) date(known Dates) {
	for i := range f.works {
		s := &f.works[i]
		if !s.undated() {
			continue
		}
		f.byEvidence = true
		date := known.date(s.path)
		s.lost = date.IsZero()
		if s.announcement != nil { // an announcement without a date is a mistake, which was reported
			s.announcement.Date = date
			continue
		}
		s.update.Date = date
		_, ok := known.Known[s.path]
		fresh := known.New != nil && known.New(s.path)
		if ok && !fresh {
			continue
		}
		if s.keys.Has("date") {
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

// fold makes the incident or maintenance of a folder, or what its section holds.
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
	if !f.isCase() {
		for _, s := range files {
			f.made.add(s, translations[s.path])
		}
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
		f.made.Maintenance = []incident.Maintenance{{ID: id, Path: f.path, Updates: updates}}
		return
	}
	f.made.Incidents = []incident.Incident{{ID: id, Path: f.path, Updates: updates, Postmortem: document}}
}

// isCase reports whether the folder is that of one incident or maintenance.
func (f *folder) isCase() bool {
	section := f.works[0].section
	return section == incidentUpdate || section == maintenanceUpdate || section == postmortem
}

// translates adds a translation to all, by the path of its original.
func (s *source) translates(all map[string]map[string]incident.Translation) {
	original := strings.TrimSuffix(s.path, "."+s.language+".md") + ".md"
	if all[original] == nil {
		all[original] = map[string]incident.Translation{}
	}
	all[original][s.language] = *s.translation
}

// add adds what is not in a folder of its own: an announcement, a page or a template.
func (c *Content) add(s *source, translations map[string]incident.Translation) {
	switch s.section {
	case announcement:
		s.announcement.Translations = translations
		c.Announcements = append(c.Announcements, *s.announcement)
	case page:
		page := *s.page
		page.Translations = translations
		c.Pages = append(c.Pages, page)
	case template:
		c.Templates = append(c.Templates, *s.template)
	}
}

// put adds a folder.
func (c *Content) put(f *folder) {
	for i := range f.works {
		s := &f.works[i]
		if s.lost {
			if s.secret && f.isCase() {
				if c.Secret == nil {
					c.Secret = map[string]bool{}
				}
				c.Secret[f.path] = true
			}
			continue
		}
		if s.document != nil {
			c.Documents[s.path] = s.document
		}
		c.Keys[s.path], c.Sums[s.path] = s.keys, s.sum
	}
	c.Incidents = append(c.Incidents, f.made.Incidents...)
	c.Maintenance = append(c.Maintenance, f.made.Maintenance...)
	c.Announcements = append(c.Announcements, f.made.Announcements...)
	c.Pages = append(c.Pages, f.made.Pages...)
	c.Templates = append(c.Templates, f.made.Templates...)
}
