// Package cstate converts a cState repository to a Crier site: config.toml and content/. What it
// can't convert it leaves in the text and reports. It reads only the given fs.FS, and no clock. The
// same repository always yields the same files.
package cstate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/frontmatter"
)

// Result is the imported site.
type Result struct {
	Files                                        map[string][]byte // contents by path in the site
	Incidents, Maintenance, Announcements, Pages int
}

// Import converts a repository: its configuration, content/issues, content/affected and pages. It
// returns an error if the repository is not a cState site or cannot be read; problems in single
// files are findings.
func Import(fsys fs.FS) (*Result, []diag.Finding, error) {
	i := &importer{fsys: fsys, result: &Result{Files: map[string][]byte{}}, ids: map[string]bool{}}
	if err := i.readConfig(); err != nil {
		return nil, diag.Sort(i.findings), err
	}
	if _, err := fs.Stat(fsys, "content"); err != nil {
		return nil, diag.Sort(i.findings), errors.New("this is not a cState repository: it has no folder content")
	}
	err := fs.WalkDir(fsys, "content", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".md" {
			return err
		}
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		i.file(name, raw)
		return nil
	})
	if err != nil {
		return nil, diag.Sort(i.findings), err
	}
	i.result.Files["config.toml"] = i.config.write(i.latest)
	return i.result, diag.Sort(i.findings), nil
}

type importer struct {
	fsys     fs.FS
	result   *Result
	config   settings
	ids      map[string]bool // of incidents, maintenance, announcements and pages
	latest   time.Time       // start of the latest issue
	findings []diag.Finding
}

func (i *importer) report(kind diag.Kind, name string, line int, format string, args ...any) {
	hint := "correct the file, and import again"
	switch kind {
	case diag.LostInImport:
		hint = "nothing was dropped; check whether the new site needs it"
	case diag.GuessInImport:
		hint = "correct the imported file if that is wrong"
	}
	i.findings = append(i.findings, kind.New(diag.Position{Path: name, Line: max(1, line), Column: 1}, hint, format, args...))
}

func (i *importer) file(name string, raw []byte) {
	post, ok := i.readPost(name, raw)
	if !ok {
		return
	}
	section := strings.Split(name, "/")[1]
	switch base := path.Base(name); {
	case section == "issues" && base == "_index.md":
		i.report(diag.LostInImport, name, 1, "the page of the list of issues has no counterpart")
	case section == "issues":
		i.issue(post)
	case section == "affected":
		i.config.describe(path.Base(path.Dir(name)), post)
	case base == "_index.md" && strings.Count(name, "/") == 1:
		i.report(diag.LostInImport, name, 1, "the text of the first page has no counterpart")
	default:
		i.page(post)
	}
}

// post is a Markdown file of the cState site.
type post struct {
	path  string
	slug  string // last part of its URL
	keys  map[string]*frontmatter.Node
	lines map[string]int // of the keys
	body  string
	line  int // line on which the body starts
}

func (i *importer) readPost(name string, raw []byte) (post, bool) {
	p := post{path: name, keys: map[string]*frontmatter.Node{}, lines: map[string]int{}}
	text := string(bytes.ReplaceAll(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), []byte("\r\n"), []byte("\n")))
	mark := "---"
	if strings.HasPrefix(text, "+++") {
		mark = "+++"
	}
	first, rest, _ := strings.Cut(text, "\n")
	front, body, found := strings.Cut("\n"+rest, "\n"+mark)
	if strings.TrimSpace(first) != mark || !found {
		i.report(diag.NoFrontMatter, name, 1, "no front matter, so this file was not imported")
		return p, false
	}
	front = strings.TrimPrefix(front, "\n") + "\n"
	var root *frontmatter.Node
	var err error
	if mark == "+++" {
		root, err = frontmatter.TOML([]byte(front), 2)
	} else {
		root, err = frontmatter.YAML([]byte(front), 2)
	}
	if err != nil {
		i.report(diag.BadSyntax, name, err.(*frontmatter.SyntaxError).Line, "the front matter cannot be read: %v; this file was left out", err)
		return p, false
	}
	for _, e := range root.Entries {
		p.keys[e.Key], p.lines[e.Key] = e.Value, e.Line
	}
	p.body = strings.TrimPrefix(strings.TrimLeft(body, " \t"), "\n")
	p.line = 3 + strings.Count(front, "\n")
	p.slug = strings.TrimSuffix(path.Base(name), ".md")
	if p.slug == "index" {
		p.slug = path.Base(path.Dir(name))
	}
	if slug := p.text("slug"); slug != "" {
		p.slug = slug
	}
	p.slug = urlize(p.slug)
	return p, true
}

// text returns the value of a key as text, or "".
func (p post) text(key string) string {
	if n := p.keys[key]; n != nil {
		return strings.TrimSpace(n.Text)
	}
	return ""
}

func (p post) true(key string) bool { return strings.EqualFold(p.text(key), "true") }

// texts returns the value of a key as a list of texts.
func (p post) texts(key string) []string {
	n := p.keys[key]
	if n == nil {
		return nil
	}
	if n.Kind != frontmatter.List {
		if n.Text == "" {
			return nil
		}
		return []string{n.Text}
	}
	var texts []string
	for _, item := range n.Items {
		if strings.TrimSpace(item.Text) != "" {
			texts = append(texts, strings.TrimSpace(item.Text))
		}
	}
	return texts
}

var (
	notURL = regexp.MustCompile(`[^\p{L}\p{N}._-]+`)
	notID  = regexp.MustCompile(`[^a-z0-9._-]+`)
)

// urlize converts a name to a URL segment as Hugo does: lower case, with words joined by hyphens.
func urlize(name string) string {
	return strings.Trim(notURL.ReplaceAllString(strings.ReplaceAll(strings.ToLower(name), " ", "-"), ""), "-")
}

// slug converts a name to a Crier id.
func slug(name string) string {
	id := strings.Trim(notID.ReplaceAllString(strings.ToLower(name), "-"), "-._")
	if id == "" {
		return "unnamed"
	}
	if len(id) > 90 {
		id = strings.TrimRight(id[:90], "-._")
	}
	return id
}

// unique returns an id that is not in use yet.
func (i *importer) unique(id string) string {
	name := id
	for n := 2; i.ids[name]; n++ {
		name = fmt.Sprintf("%s-%d", id, n)
	}
	i.ids[name] = true
	return name
}

// page imports a page that is not an issue.
func (i *importer) page(p post) {
	name := strings.TrimSuffix(strings.TrimPrefix(p.path, "content/"), ".md")
	name = strings.TrimSuffix(strings.TrimSuffix(name, "/index"), "/_index")
	parts := strings.Split(name, "/")
	for n := range parts {
		parts[n] = slug(parts[n])
	}
	if parts[0] == "pages" && len(parts) > 1 {
		parts = parts[1:]
	}
	id := i.unique("pages/" + strings.Join(parts, "/"))
	front := []string{"title: " + quote(orElse(p.text("title"), p.slug))}
	if old := "/" + strings.ToLower(name) + "/"; old != "/"+strings.TrimPrefix(id, "pages/")+"/" {
		front = append(front, "aliases: ["+quote(old)+"]")
	}
	i.write("content/"+id+".md", front, p.body)
	i.unmapped(p, "title", "date", "draft", "slug")
	i.shortcodes(p, p.body)
	i.result.Pages++
}

// unmapped reports keys that Crier has no counterpart for.
func (i *importer) unmapped(p post, mapped ...string) {
	for key, line := range p.lines {
		known := false
		for _, m := range mapped {
			known = known || m == key
		}
		if !known {
			i.report(diag.LostInImport, p.path, line, "the key %q has no counterpart: %s", key, p.text(key))
		}
	}
}

var shortcode = regexp.MustCompile(`\{\{[<%][^}]*[>%]\}\}`)

// shortcodes reports the shortcodes in a text, which Hugo would have expanded.
func (i *importer) shortcodes(p post, text string) {
	for _, found := range shortcode.FindAllString(text, -1) {
		i.report(diag.LostInImport, p.path, p.line, "the shortcode %s stays in the text as it is", found)
	}
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// write adds a Markdown file to the result.
func (i *importer) write(name string, front []string, body string) {
	text := "---\n" + strings.Join(front, "\n") + "\n---\n"
	if body = strings.Trim(body, "\n"); body != "" {
		text += body + "\n"
	}
	i.result.Files[name] = []byte(text)
}

// quote returns a text as a double-quoted string that is valid in both YAML and TOML.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteByte(' ')
		case r < ' ' || r == 0x7f:
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
