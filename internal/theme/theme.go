// Package theme renders pages: the site's theme over the built-in one, file by file. It takes file systems and typed views
// and reads no clock.
package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/site"
)

// Theme holds parsed templates and assets. It is safe for concurrent use.
type Theme struct {
	pages  map[site.Kind]*template.Template
	zone   *time.Location
	Assets []Asset // by path
}

// Asset is a file that pages refer to.
type Asset struct {
	Path    string // in the site, with a hash of the content in its name: "assets/style.0123456789.css"
	Content []byte
}

// layered looks files up in the overlay, then in the built-in theme.
type layered struct {
	overlay, builtin fs.FS
	folder           string // of the overlay, for findings
}

func (l layered) read(name string) (content []byte, source string, err error) {
	if l.overlay != nil {
		content, err = fs.ReadFile(l.overlay, name)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return content, path.Join(l.folder, name), err
		}
	}
	content, err = fs.ReadFile(l.builtin, name)
	return content, "built-in theme: " + name, err
}

// kinds are the kinds of HTML pages, each with a template of its name.
var kinds = []site.Kind{site.KindOverview, site.KindIncident, site.KindMaintenance, site.KindComponent, site.KindHistory,
	site.KindMonth, site.KindCustom, site.KindRedirect, site.KindNotFound}

// Load reads a theme. overlay is the site's own theme, nil for none, and folder where it lies, for findings. A template of
// the overlay that cannot be parsed is a mistake, and the built-in one is used in its place.
func Load(builtin, overlay fs.FS, folder string, zone *time.Location) (*Theme, []diag.Finding) {
	t := &Theme{pages: map[site.Kind]*template.Template{}, zone: zone}
	files := layered{overlay, builtin, folder}
	var findings []diag.Finding
	assets := t.loadAssets(files, &findings)
	funcs := functions(zone, assets)
	for _, kind := range kinds {
		page, finding := parsePage(files, kind, funcs)
		if finding != nil {
			findings = append(findings, *finding)
			page, finding = parsePage(layered{nil, builtin, ""}, kind, funcs)
			if finding != nil {
				panic(finding.Message) // the built-in theme is ours
			}
		}
		t.pages[kind] = page
	}
	return t, diag.Sort(findings)
}

// loadAssets reads the files of assets/ and gives each name's place in the site.
func (t *Theme) loadAssets(files layered, findings *[]diag.Finding) map[string]site.Ref {
	names := map[string]bool{}
	for _, layer := range []fs.FS{files.builtin, files.overlay} {
		if layer == nil {
			continue
		}
		fs.WalkDir(layer, "assets", func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && !strings.HasPrefix(path.Base(name), ".") {
				names[strings.TrimPrefix(name, "assets/")] = true
			}
			return nil
		})
	}
	refs := map[string]site.Ref{}
	for name := range names {
		content, source, err := files.read(path.Join("assets", name))
		if err != nil {
			*findings = append(*findings, diag.BadTemplate.New(diag.File(source), "it must be a file that can be read", "cannot be read: %v", err))
			continue
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		file := "assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		refs[name] = site.Ref(file)
		t.Assets = append(t.Assets, Asset{file, content})
	}
	slices.SortFunc(t.Assets, func(a, b Asset) int { return strings.Compare(a.Path, b.Path) })
	return refs
}

func parsePage(files layered, kind site.Kind, funcs map[string]any) (*template.Template, *diag.Finding) {
	names := []string{"base.html", "partials.html", string(kind) + ".html"}
	if kind == site.KindRedirect {
		names = []string{"redirect.html"}
	}
	t := template.New("theme").Funcs(funcs)
	t.Funcs(map[string]any{"shared": new(fragments).in(t)})
	for _, name := range names {
		content, source, err := files.read(name)
		if err == nil {
			_, err = t.New(name).Parse(string(content))
		}
		if err != nil {
			return nil, templateFinding(source, name, err)
		}
	}
	return t.Lookup(names[0]), nil
}

// fragments keeps what pages of one folder depth have in common, such as their header, so that it is rendered once. Only
// a page that the navigation leads to has one of its own, since it marks its own entry there.
type fragments struct{ rendered sync.Map }

// in gives the template function "shared", which renders a template of the set: it may use of the page what .Href and .Site
// say, and no more.
func (f *fragments) in(set *template.Template) func(name string, page *site.Page) (template.HTML, error) {
	type key struct{ name, up, own string }
	return func(name string, page *site.Page) (template.HTML, error) {
		k := key{name: name, up: page.Href("index.html")}
		for _, link := range page.Site.Navigation {
			if link.Target.File() == page.Path {
				k.own = page.Path
			}
		}
		if html, ok := f.rendered.Load(k); ok {
			return html.(template.HTML), nil
		}
		var b strings.Builder
		if err := set.ExecuteTemplate(&b, name, page); err != nil {
			return "", err
		}
		html := template.HTML(b.String())
		f.rendered.Store(k, html)
		return html, nil
	}
}

var templatePosition = regexp.MustCompile(`^template: [^:]*:(\d+)(?::(\d+))?: *(?:executing "[^"]*" at )?`)

func templateFinding(source, name string, err error) *diag.Finding {
	at := diag.File(source)
	message := strings.TrimPrefix(err.Error(), "html/")
	if m := templatePosition.FindStringSubmatchIndex(message); m != nil {
		at.Line, _ = strconv.Atoi(message[m[2]:m[3]])
		if m[4] >= 0 {
			at.Column, _ = strconv.Atoi(message[m[4]:m[5]])
			at.Column++
		}
		message = message[m[1]:]
	}
	finding := diag.BadTemplate.New(at, "docs/themes.md lists what a template can use", "%s", message)
	return &finding
}

// Render writes a page, as HTML or as Markdown. After an error part of it may have been written.
func (t *Theme) Render(w io.Writer, page site.Page, asMarkdown bool) error {
	if asMarkdown {
		m := markdown{page: &page, zone: t.zone}
		switch view := page.View.(type) {
		case site.Incident:
			m.incident(view)
		case site.Overview:
			m.overview(view)
		default:
			return fmt.Errorf("rendering %s: a page of kind %q has no Markdown form", page.Path, page.Kind)
		}
		_, err := m.WriteTo(w)
		return err
	}
	if err := t.pages[page.Kind].Execute(w, &page); err != nil {
		return fmt.Errorf("rendering %s: %w", page.Path, err)
	}
	return nil
}
