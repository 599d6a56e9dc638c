// Package cstate reads a cState repository: its configuration, content/issues, content/affected and
// pages. It reads only the given fs.FS, and no clock.
package cstate

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/source/compose"
	"settler.io/crier/internal/source/frontmatter"
	"settler.io/crier/internal/source/importer"
)

// Read reads a repository. It returns an error if this is not a cState site or cannot be read;
// problems in single files are notes. Whether content is published or expired is decided at now.
func Read(fsys fs.FS, now time.Time) (*importer.Site, error) {
	r := &reader{Site: &importer.Site{CState: true}, fsys: fsys, now: now, about: map[string]post{}}
	if err := r.settings(); err != nil {
		return r.Site, err
	}
	if _, err := fs.Stat(fsys, "content"); err != nil {
		return r.Site, errors.New("this is not a cState repository: it has no folder content")
	}
	err := fs.WalkDir(fsys, "content", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".md", ".markdown"}, path.Ext(name)) {
			return err
		}
		raw, err := fs.ReadFile(fsys, name)
		if err == nil {
			r.file(name, string(raw))
		}
		return err
	})
	for i := range r.Components {
		c := &r.Components[i]
		c.Old = []string{"/affected/" + c.Key + "/"}
		if p, ok := r.about[c.Key]; ok && c.Description == "" {
			c.Description = p.body
			delete(r.about, c.Key)
		}
	}
	for _, p := range r.about {
		r.Lost(p.At(""), "the text about this system was not imported")
	}
	return r.Site, err
}

type reader struct {
	*importer.Site
	fsys  fs.FS
	now   time.Time
	about map[string]post // texts about systems, by key
}

// ignored lists settings for the appearance and behaviour of cState and Hugo that Crier does not
// need.
var ignored = strings.Fields(`enablegitinfo buildfuture defaultcontentlanguage theme preservetaxonomynames taxonomies outputs outputformats
	security ignorelogs userelativetime skipseconds enablelastmod dateformat shortdateformat uselargeheaderdesign incidenthistoryformat
	disableincidenthistory disabledarkmode disablecomplexcalculations incidentpostsperpage headertextcolor alwayskeepbrandcolor
	enablemissingtranslationplaceholders enableuptimehistogram untitled histogram`)

// settings reads the configuration, which is that of Hugo: one file, or a folder with parts.
func (r *reader) settings() error {
	found := map[string]bool{} // by folder
	for _, pattern := range []string{"hugo.*", "config.*", "config/_default/hugo.*", "config/_default/config.*", "config/_default/params.*"} {
		names, _ := fs.Glob(r.fsys, pattern)
		for _, name := range names {
			read := map[string]func([]byte, int) (*frontmatter.Node, error){
				".toml": frontmatter.TOML, ".yml": frontmatter.YAML, ".yaml": frontmatter.YAML, ".json": frontmatter.YAML,
			}[path.Ext(name)]
			parameters := strings.HasPrefix(path.Base(name), "params.")
			if read == nil || found[path.Dir(name)] && !parameters {
				continue
			}
			raw, err := fs.ReadFile(r.fsys, name)
			if err != nil {
				return err
			}
			root, err := read(raw, 1)
			if err != nil {
				return fmt.Errorf("%s:%d: %w", name, err.(*frontmatter.SyntaxError).Line, err)
			}
			if parameters {
				r.params(name, root)
				continue
			}
			found[path.Dir(name)] = true
			r.each(name, "", root, map[string]func(*frontmatter.Node){
				"title": words(&r.Title), "baseurl": words(&r.BaseURL), "languagecode": words(&r.Language),
				"params": func(n *frontmatter.Node) { r.params(name, n) },
			})
		}
	}
	if len(found) == 0 {
		return errors.New("this is not a cState repository: it has no config.yml")
	}
	return nil
}

// each calls the function for each key of a map, and reports keys without one. Hugo ignores the
// case of keys.
func (r *reader) each(name, prefix string, n *frontmatter.Node, keys map[string]func(*frontmatter.Node)) {
	for _, e := range n.Entries {
		key := strings.ToLower(e.Key)
		if read := keys[key]; read != nil {
			read(e.Value)
		} else if !slices.Contains(ignored, key) {
			r.Lost(diag.Position{Path: name, Line: e.Line, Column: e.Column}, "the setting %s%s has no counterpart", prefix, e.Key)
		}
	}
}

// words returns a function that stores a text on one line.
func words(to *string) func(*frontmatter.Node) {
	return func(n *frontmatter.Node) { *to = strings.Join(strings.Fields(n.Text), " ") }
}

func (r *reader) params(name string, params *frontmatter.Node) {
	r.each(name, "params.", params, map[string]func(*frontmatter.Node){
		"description": words(&r.Description),
		"categories": func(n *frontmatter.Node) {
			for _, item := range n.Items {
				var g importer.Group
				r.each(name, "categories.", item, map[string]func(*frontmatter.Node){
					"name": words(&g.Name), "description": words(&g.Description), "closed": func(n *frontmatter.Node) { g.Collapse = n.Text == "true" },
				})
				g.Key = g.Name
				r.Groups = append(r.Groups, g)
			}
		},
		"systems": func(n *frontmatter.Node) {
			for _, item := range n.Items {
				var c importer.Component
				r.each(name, "systems.", item, map[string]func(*frontmatter.Node){
					"name": words(&c.Name), "description": words(&c.Description), "category": words(&c.Group),
				})
				c.Key = urlize(c.Name)
				r.Components = append(r.Components, c)
			}
		},
		"customtabs": func(n *frontmatter.Node) {
			for _, item := range n.Items {
				l := importer.Link{At: diag.Position{Path: name, Line: item.Line, Column: item.Column}}
				r.each(name, "customTabs.", item, map[string]func(*frontmatter.Node){"name": words(&l.Name), "link": words(&l.URL)})
				r.Links = append(r.Links, l)
			}
		},
	})
}

// post is a Markdown file of the cState site.
type post struct {
	importer.Keys
	slug string // the last part of its URL
	body string
	line int // on which the body starts
}

func (r *reader) file(name, text string) {
	lines, mark, end := compose.Split(strings.ReplaceAll(text, "\r\n", "\n"))
	if end == 0 {
		r.Note(diag.NoFrontMatter, diag.Position{Path: name}, "no front matter, so this file was not imported")
		return
	}
	keys, ok := r.ReadKeys(name, strings.Join(lines[1:end], ""), 2, mark == "+++")
	if !ok {
		return
	}
	p := post{Keys: keys}
	p.body, p.line = strings.Join(lines[end+1:], ""), end+2
	p.slug = strings.TrimSuffix(path.Base(name), path.Ext(name))
	if p.slug == "index" {
		p.slug = path.Base(path.Dir(name))
	}
	if slug := p.Text("slug"); slug != "" {
		p.slug = slug
	}
	p.slug = urlize(p.slug)
	below, _ := strings.CutPrefix(path.Dir(name), "content/")
	section, _, _ := strings.Cut(below, "/")
	index := strings.HasPrefix(path.Base(name), "_index.")
	switch {
	case section == "affected":
		if strings.TrimSpace(p.body) != "" {
			r.about[urlize(path.Base(below))] = p
		}
	case index && (section == "issues" || path.Dir(name) == "content"):
		r.Lost(p.At(""), "the text of this list has no counterpart")
	case section == "issues" || p.Text("section") == "issue":
		r.issue(p)
	default:
		r.page(p, index)
	}
}

// old returns the former URLs of a post at a path.
func (p *post) old(at string) []string {
	if url := p.Text("url"); url != "" {
		at = "/" + strings.TrimPrefix(url, "/")
	}
	old := []string{at}
	for _, alias := range p.Texts("aliases") {
		old = append(old, "/"+strings.TrimPrefix(alias, "/"))
	}
	return old
}

// hidden reports whether Hugo leaves a post out because it is a draft or not published yet.
func (p *post) hidden(now time.Time) bool {
	publish, _ := p.Date("publishdate")
	return p.Is("draft", "true") || p.Is("published", "false") || publish.After(now)
}

var notURL = regexp.MustCompile(`[^\p{L}\p{N}._-]+`)

// urlize converts a name to a URL segment as Hugo does: lower case, with words joined by hyphens.
func urlize(name string) string {
	return strings.Trim(notURL.ReplaceAllString(strings.ReplaceAll(strings.ToLower(name), " ", "-"), ""), "-")
}

// page imports a page that is not an issue.
func (r *reader) page(p post, index bool) {
	id := path.Join(path.Dir(strings.TrimPrefix(p.Path, "content/")), p.slug)
	if index || path.Base(path.Dir(p.Path)) == p.slug {
		id = path.Dir(id)
	}
	old := p.old("/" + strings.ToLower(id) + "/")
	r.Pages = append(r.Pages, importer.Page{At: p.At(""), ID: strings.TrimPrefix(id, "pages/"), Title: p.Text("title"), Draft: p.hidden(r.now), Old: old, Body: p.body})
	r.lost(p, nil, "title", "date", "draft", "published", "publishdate", "slug", "url", "aliases")
}

// affected returns the systems of an issue, all in one condition.
func (r *reader) affected(p post, condition incident.Condition) *incident.Components {
	set := &incident.Components{List: []incident.Affected{}}
	for _, name := range p.Texts("affected") {
		set.List = append(set.List, incident.Affected{Component: r.Component(urlize(name), name, p.At("affected")).Key, Condition: condition})
	}
	set.Explicit = condition != 0 && len(set.List) > 0
	return set
}

var shortcode = regexp.MustCompile(`\{\{[<%][^}]*[>%]\}\}`)

// lost reports the keys of a post that have no counterpart, and the shortcodes in its text, which
// Hugo would have expanded. used holds the line and column of those that were understood.
func (r *reader) lost(p post, used map[[2]int]bool, mapped ...string) {
	for key, e := range p.Entries {
		if !slices.Contains(mapped, key) && e.Value.Kind != frontmatter.Null {
			r.Lost(p.At(key), "the key %q has no counterpart: %s", e.Key, strings.Join(p.Texts(key), ", "))
		}
	}
	for n, line := range strings.Split(p.body, "\n") {
		for _, at := range shortcode.FindAllStringIndex(line, -1) {
			if position := [2]int{p.line + n, at[0] + 1}; !used[position] {
				r.Lost(diag.Position{Path: p.Path, Line: position[0], Column: position[1]}, "the shortcode %s stays in the text", line[at[0]:at[1]])
			}
		}
	}
}
