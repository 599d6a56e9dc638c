package content

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/markdown"
	"settler.io/crier/internal/tree"
)

// Load reads the content folder of a site. It gives all that can be understood, and a finding for everything that cannot.
// The order in which fsys lists files does not matter.
func Load(fsys fs.FS, options Options) (*Content, []diag.Finding) {
	l := &loader{fsys: fsys, options: options, converter: markdown.NewConverter(), reported: map[string]bool{}}
	l.walk()
	l.readAll()
	l.dates()
	c := l.assemble()
	for _, s := range l.sources {
		l.findings = append(l.findings, s.findings...)
	}
	return c, diag.Sort(l.findings)
}

type loader struct {
	fsys      fs.FS
	options   Options
	converter *markdown.Converter
	sources   []*source
	findings  []diag.Finding
	reported  map[string]bool // folders of which something was said
}

// source is a Markdown file and what came of it.
type source struct {
	path     string
	section  section
	folder   string // of an incident or of maintenance
	id       string
	language string // of a translation
	lost     bool   // it could not be understood: it is left out

	update       incident.Update
	announcement incident.Announcement
	page         Page
	postmortem   incident.Postmortem
	translation  incident.Translation
	template     Template
	document     *markdown.Document
	findings     []diag.Finding
	keys         map[string]diag.Position // where the keys of the front matter stand
}

// section is what kind of content a file is.
type section uint8

const (
	incidentUpdate section = iota
	maintenanceUpdate
	postmortem
	announcement
	page
	template
)

func (l *loader) report(kind diag.Kind, at diag.Position, hint, format string, args ...any) {
	l.findings = append(l.findings, kind.New(at, hint, format, args...))
}

func (s *source) report(kind diag.Kind, key, hint, format string, args ...any) {
	at, ok := s.keys[key]
	if !ok {
		at = diag.File(s.path)
	}
	s.findings = append(s.findings, kind.New(at, hint, format, args...))
}

// readAll reads and parses the files, several at once.
func (l *loader) readAll() {
	workers := l.options.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(l.sources)); i = next.Add(1) - 1 {
				l.read(l.sources[i])
			}
		})
	}
	group.Wait()
}

// read reads one file. It touches nothing but the source.
func (l *loader) read(s *source) {
	raw, err := l.readFile(s.path)
	switch {
	case errors.Is(err, errTooLarge):
		s.lost = true
		s.report(diag.FileTooLarge, "", "split it, or shorten its text", "larger than %d bytes", MaxFileSize)
		return
	case err != nil:
		s.lost = true
		s.report(diag.UnreadableFile, "", "it must be a file inside the site that can be read; a link out of the site is not followed", "%s", plainError(err))
		return
	case !utf8.Valid(raw):
		s.lost = true
		bad := 0
		for rest := raw; len(rest) > 0; {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size == 1 {
				break
			}
			bad, rest = bad+size, rest[size:]
		}
		line := 1 + strings.Count(string(raw[:bad]), "\n")
		s.findings = append(s.findings, diag.NotUTF8.New(diag.Position{Path: s.path, Line: line, Column: bad - strings.LastIndexByte(string(raw[:bad]), '\n')},
			"save it as UTF-8", "not UTF-8 text"))
		return
	}
	front, body, ok := split(raw)
	if !ok {
		s.lost = true
		s.report(diag.NoFrontMatter, "", "begin the file with a line ---, then the keys, then another line ---", "%s", front.problem)
		return
	}
	var root *tree.Node
	if front.toml {
		root, err = tree.TOML(front.text, 2)
	} else {
		root, err = tree.YAML(front.text, 2)
	}
	if err != nil {
		s.lost = true
		syntax := err.(*tree.SyntaxError)
		kind, hint := diag.BadSyntax, "a text with a colon or a quote in it belongs into quotes"
		if syntax.TooDeep {
			kind, hint = diag.TooDeep, "front matter is a flat list of keys"
		}
		s.findings = append(s.findings, kind.New(diag.Position{Path: s.path, Line: syntax.Line, Column: syntax.Column}, hint,
			"the front matter cannot be read: %s", syntax.Message))
		return
	}
	s.keys = make(map[string]diag.Position, len(root.Entries))
	for _, e := range root.Entries {
		s.keys[e.Key] = diag.Position{Path: s.path, Line: e.Value.Line, Column: e.Value.Column}
	}
	r := &reader{Decoder: tree.Decoder{Path: s.path, Zone: l.options.Config.Zone}, config: l.options.Config, source: s}
	r.decode(root)
	s.findings = append(s.findings, r.Findings...)
	if s.section == template {
		s.template.Source, s.template.Text = string(raw), body.text
	}
	if s.lost {
		return
	}
	if s.section == postmortem {
		s.postmortem.Actions = actions(body.text, body.line, l.options.Config.Zone)
		body.text = redact(body.text)
	}
	if l.options.FrontMatterOnly {
		return
	}
	prefix, heading := s.update.ID, 4 // an update has a heading of rank three, a post-mortem and an announcement one of rank two
	switch s.section {
	case postmortem:
		prefix, heading = "postmortem", 3
	case announcement:
		heading = 3
	case page:
		heading = 2
	}
	document, notes := l.converter.Convert(markdown.Source{Text: body.text, Path: s.path, FirstLine: body.line, Heading: heading, IDPrefix: prefix})
	s.document = document
	s.findings = append(s.findings, notes...)
}

var errTooLarge = errors.New("too large")

func (l *loader) readFile(name string) ([]byte, error) {
	f, err := l.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errors.New("a folder, not a file")
	case info.Size() > MaxFileSize:
		return nil, errTooLarge
	}
	raw := make([]byte, info.Size(), info.Size()+1)
	n, err := io.ReadFull(f, raw)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return raw[:n], nil
}

// plainError gives an error's reason without the path, which the finding states.
func plainError(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// dates asks for the dates that updates leave out. What stays without a date is left out of the content.
func (l *loader) dates() {
	var paths []string
	var undated []*source
	for _, s := range l.sources {
		if s.lost || s.language != "" || (s.section != incidentUpdate && s.section != maintenanceUpdate) || !s.update.Date.IsZero() {
			continue
		}
		undated = append(undated, s)
		paths = append(paths, s.path)
	}
	if len(undated) == 0 {
		return
	}
	var known Dates
	if l.options.Dates != nil {
		known = l.options.Dates(paths)
	}
	for _, s := range undated {
		if date, ok := known.Known[s.path]; ok {
			s.update.Date = date.UTC()
			continue
		}
		s.lost = true
		why := "git does not know when it was committed"
		if known.Why != nil {
			why = known.Why(s.path)
		}
		if _, stated := s.keys["date"]; stated {
			continue // its date was refused already, with the corrected one as hint
		}
		s.report(diag.MissingDate, "", "write date: with the time at which this was true, such as 2026-10-02T10:04:00Z, or commit the file",
			"no date, and %s", why)
	}
}

// assemble puts the sources together, by id.
func (l *loader) assemble() *Content {
	c := &Content{Documents: make(map[string]*markdown.Document, len(l.sources)), Keys: make(map[string]map[string]diag.Position, len(l.sources))}
	folders := map[string][]*source{}
	var order []string
	translations := map[string][]*source{} // by the path of the original
	for _, s := range l.sources {
		if s.lost {
			continue
		}
		if s.document != nil {
			c.Documents[s.path] = s.document
		}
		c.Keys[s.path] = s.keys
		if s.language != "" {
			original := strings.TrimSuffix(s.path, "."+s.language+".md") + ".md"
			translations[original] = append(translations[original], s)
			continue
		}
		switch s.section {
		case incidentUpdate, maintenanceUpdate, postmortem:
			if folders[s.folder] == nil {
				order = append(order, s.folder)
			}
			folders[s.folder] = append(folders[s.folder], s)
		case announcement:
			c.Announcements = append(c.Announcements, s.announcement)
		case page:
			c.Pages = append(c.Pages, s.page)
		case template:
			c.Templates = append(c.Templates, s.template)
		}
	}
	translated := func(path string) map[string]incident.Translation {
		var out map[string]incident.Translation
		for _, t := range translations[path] {
			if out == nil {
				out = map[string]incident.Translation{}
			}
			out[t.language] = t.translation
		}
		return out
	}
	for i := range c.Announcements {
		c.Announcements[i].Translations = translated(c.Announcements[i].Path)
	}
	for i := range c.Pages {
		c.Pages[i].Translations = translated(c.Pages[i].Path)
	}
	for _, folder := range order {
		files := folders[folder]
		planned := slices.ContainsFunc(files, func(s *source) bool { return s.section == maintenanceUpdate })
		if planned {
			l.checkMaintenance(files)
		} else {
			l.checkIncident(files)
		}
		var updates []incident.Update
		var document *incident.Postmortem
		for _, s := range files {
			if s.section == postmortem {
				s.postmortem.Translations = translated(s.path)
				document = &s.postmortem
				continue
			}
			s.update.Translations = translated(s.path)
			updates = append(updates, s.update)
		}
		id := path.Base(folder)
		switch at := diag.File(files[0].path); {
		case len(updates) == 0:
			l.report(diag.NoUpdates, at, "add a file such as 01-investigating.md", "no update in %s that can be read", folder)
			continue
		case len(updates) > MaxUpdates:
			l.report(diag.TooManyUpdates, at, "the first ones were kept; start another incident", "%d updates, more than %d", len(updates), MaxUpdates)
			updates = incident.Sorted(updates)[:MaxUpdates]
		}
		if planned {
			c.Maintenance = append(c.Maintenance, incident.Maintenance{ID: id, Path: folder, Updates: updates})
			continue
		}
		c.Incidents = append(c.Incidents, incident.Incident{ID: id, Path: folder, Updates: updates, Postmortem: document})
	}
	slices.SortFunc(c.Incidents, func(a, b incident.Incident) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Maintenance, func(a, b incident.Maintenance) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Announcements, func(a, b incident.Announcement) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Pages, func(a, b Page) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Templates, func(a, b Template) int { return strings.Compare(a.ID, b.ID) })
	return c
}
