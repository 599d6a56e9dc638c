package content

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/source/markdown"
)

// Load reads the content folder of a site. It returns everything that can be understood, and a
// finding for everything that can't. The result does not depend on the order in which fsys lists
// files. fsys must be safe for concurrent use.
func Load(fsys fs.FS, options Options) (*Content, []diag.Finding) {
	l := newLoader(fsys, options)
	m := l.memory
	m.begin(options.Config)
	for _, name := range options.Changed {
		l.changed[path.Clean(name)] = true
	}
	if !l.reread() {
		l.walk()
		l.readAll()
		m.walked, m.content = l.findings, nil
	}
	c := l.build()
	findings := slices.Clone(m.walked)
	for _, f := range m.folders {
		findings = append(findings, f.findings...)
	}
	return c, diag.Sort(findings)
}

func newLoader(fsys fs.FS, options Options) *loader {
	l := &loader{fsys: fsys, options: options, converter: markdown.NewConverter(), changed: map[string]bool{}, memory: options.Memory}
	l.readers.New = func() any { return newReader(options.Config) }
	if l.memory == nil {
		l.memory = &Memory{}
	}
	return l
}

type loader struct {
	fsys      fs.FS
	options   Options
	converter *markdown.Converter
	memory    *Memory
	changed   map[string]bool // paths that may have changed
	files     []string        // all Markdown files, sorted
	sources   []*source
	readers   sync.Pool // of *reader
	findings  []diag.Finding
}

// source is a Markdown file and the result of reading it. It never changes after it was read; what
// depends on other files, such as the order of updates, is done on a copy.
type source struct {
	path     string
	section  section
	folder   string // of the incident or maintenance, or of the section
	id       string
	language string // of a translation
	lost     bool   // the file could not be understood and is left out
	secret   bool   // the file is lost and might be about a security incident

	update       *incident.Update // depending on the section, one of these is set
	announcement *incident.Announcement
	page         *Page
	postmortem   *incident.Postmortem
	translation  *incident.Translation
	template     *Template
	document     *markdown.Document
	findings     []diag.Finding
	keys         Keys // positions of the front matter values

	sum     fileset.Hash // of the file
	failure string       // why the file could not be read
}

// section is the kind of content that a file holds.
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
	s.findings = append(s.findings, kind.New(s.keys.At(s.path, key), hint, format, args...))
}

// need reports a missing key. A key with a value that is not valid has already been reported.
func (s *source) need(ok bool, key, where, example string) bool {
	if !ok && !s.keys.Has(key) {
		s.report(diag.MissingKey, "", "write "+example, "no %s%s", key, where)
	}
	return ok
}

// each calls work for 0 to n-1 in parallel.
func (l *loader) each(n int, work func(i int)) { parallel.For(n, l.options.Workers, work) }

// read parses the bytes of a file, or reports why it could not be read. It changes only the source.
func (l *loader) read(s *source, raw []byte, err error) {
	r := l.readers.Get().(*reader)
	defer l.readers.Put(r)
	file, problem := parse(&r.yaml, raw)
	if err != nil {
		unreadable := diag.UnreadableFile.New(diag.Position{Line: 1, Column: 1}, "use a readable file inside the site; links out of the site are not followed", "%s", diag.Reason(err))
		problem = &unreadable
	}
	if problem != nil {
		problem.Position.Path = s.path
		s.findings = append(s.findings, *problem)
		s.lost, s.secret = true, err != nil || len(raw) > MaxFileSize || mayNameSecurity(raw)
		return
	}
	s.keys = keysOf(file.root.Entries)
	for _, repair := range file.repairs {
		s.findings = append(s.findings, diag.ReadAsText.New(diag.Position{Path: s.path, Line: repair.Line, Column: repair.Column}, repair.Hint, "%s", repair.Message))
	}
	r.decode(s, file)
	s.findings = append(s.findings, r.Findings...)
	body := file.body
	if s.template != nil {
		text, playbook, _ := strings.Cut(body.text, playbookMark)
		s.template.Source, s.template.Text, s.template.Playbook = string(raw), text, strings.TrimSpace(playbook)
	}
	prefix, heading := "", 4 // headings inside an update are below its own heading of level 3
	switch {
	case s.update != nil:
		prefix = s.update.ID
	case s.section == postmortem:
		if s.postmortem != nil { // not a translation
			s.postmortem.Actions = actions(body.text, body.line, l.options.Config.Zone)
		}
		prefix, heading, body.text = "postmortem", 3, redact(body.text)
	case s.section == announcement:
		heading = 3
	case s.section == page:
		heading = 2
	}
	if l.options.FrontMatterOnly {
		return
	}
	document, notes := l.converter.Convert(markdown.Source{Text: body.text, Path: s.path, FirstLine: body.line, Heading: heading, IDPrefix: prefix})
	s.document = document
	s.findings = append(s.findings, notes...)
}

// readFile returns the contents of a file, or the beginning of one that is too large.
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
	}
	raw := make([]byte, min(info.Size(), MaxFileSize+1))
	n, err := io.ReadFull(f, raw)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) { // it has become shorter
		err = nil
	}
	return raw[:n], err
}
