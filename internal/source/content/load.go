package content

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/source/frontmatter"
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
		l.changed = append(l.changed, path.Clean(name))
	}
	slices.Sort(l.changed)
	if !l.reread() {
		l.walk()
		m.content = l.readAll()
		m.walked = l.findings
	}
	findings := slices.Clone(m.walked)
	for _, f := range m.order {
		findings = append(findings, f.findings...)
	}
	for _, s := range m.others {
		findings = append(findings, s.findings...)
	}
	return m.content, diag.Sort(findings)
}

func newLoader(fsys fs.FS, options Options) *loader {
	l := &loader{fsys: fsys, options: options, converter: markdown.NewConverter(), reported: map[string]bool{}, memory: options.Memory}
	l.readers.New = func() any { return newReader(options.Config) }
	l.buffers.New = func() any { return new([]byte) }
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
	changed   []string // sorted
	sources   []*source
	keys      keyTable
	readers   sync.Pool // of *reader
	buffers   sync.Pool // of *[]byte, for reading files
	findings  []diag.Finding
	reported  map[string]bool // folders with a finding
}

// source is a Markdown file and the result of reading it. It never changes after it was read; what
// depends on other files, such as the order of updates, is done on a copy.
type source struct {
	path     string
	section  section
	folder   string // of an incident or maintenance
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
	at, ok := s.keys.At(s.path, key)
	if !ok {
		at = diag.File(s.path)
	}
	s.findings = append(s.findings, kind.New(at, hint, format, args...))
}

// each calls work for 0 to n-1 in parallel.
func (l *loader) each(n int, work func(i int)) { parallel.For(n, l.options.Workers, work) }

// read parses the bytes of a file, or reports why it could not be read. It changes only the source,
// which keeps no reference to raw.
func (l *loader) read(s *source, raw []byte, err error) {
	defer func() { s.secret = s.lost && (raw == nil || mayNameSecurity(raw)) }()
	lose := func(kind diag.Kind, line, column int, hint, format string, args ...any) {
		s.lost = true
		s.findings = append(s.findings, kind.New(diag.Position{Path: s.path, Line: line, Column: column}, hint, format, args...))
	}
	switch {
	case errors.Is(err, errTooLarge):
		lose(diag.FileTooLarge, 1, 1, "split it, or shorten its text", "larger than %d bytes", MaxFileSize)
		return
	case err != nil:
		lose(diag.UnreadableFile, 1, 1, "use a readable file inside the site; links out of the site are not followed", "%s", diag.Reason(err))
		return
	case !utf8.Valid(raw):
		bad, r, size := 0, ' ', 0
		for ; r != utf8.RuneError || size != 1; bad += size {
			r, size = utf8.DecodeRune(raw[bad:])
		}
		before := string(raw[:bad-size])
		lose(diag.NotUTF8, 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n'), "save it as UTF-8", "not UTF-8 text")
		return
	}
	front, body, ok := split(raw)
	if !ok {
		lose(diag.NoFrontMatter, 1, 1, "start the file with a line ---, then the keys, then another line ---", "%s", front.problem)
		return
	}
	r := l.readers.Get().(*reader)
	defer l.readers.Put(r)
	root, repairs, err := front.read(&r.yaml)
	if err == nil && root.Kind != frontmatter.Map {
		err = &frontmatter.SyntaxError{Line: root.Line, Column: root.Column, Message: root.Describe() + " where keys with values belong", Hint: "write a key, a colon and a value on each line"}
	}
	if err != nil {
		syntax := err.(*frontmatter.SyntaxError)
		kind, hint := diag.BadSyntax, "put texts with a colon or a quote in quotes"
		if syntax.TooDeep {
			kind, hint = diag.TooDeep, "front matter is a flat list of keys"
		}
		lose(kind, syntax.Line, syntax.Column, cmp.Or(syntax.Hint, hint), "the front matter cannot be read: %s", syntax.Message)
		return
	}
	s.keys = l.keys.keys(root.Entries)
	for _, repair := range repairs {
		s.findings = append(s.findings, diag.ReadAsText.New(diag.Position{Path: s.path, Line: repair.Line, Column: repair.Column}, repair.Hint, "%s", repair.Message))
	}
	r.decode(s, root, front, len(repairs) > 0)
	s.findings = append(s.findings, r.Findings...)
	if s.template != nil {
		text, playbook, _ := strings.Cut(body.text, playbookMark)
		s.template.Source, s.template.Text, s.template.Playbook = string(raw), text, strings.TrimSpace(playbook)
	}
	if s.lost {
		return
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

var errTooLarge = errors.New("too large")

// readFile returns the contents of a file, using buffer and enlarging it if necessary.
func (l *loader) readFile(name string, buffer *[]byte) ([]byte, error) {
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
	if int64(cap(*buffer)) < info.Size() {
		*buffer = make([]byte, 2*info.Size())
	}
	raw := (*buffer)[:info.Size()]
	n, err := io.ReadFull(f, raw)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return raw[:n], nil
}
