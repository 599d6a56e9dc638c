// Package theme renders pages: the site's theme over the built-in one, file by file. It takes file systems and typed views
// and reads no clock.
package theme

import (
	"bytes"
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
	text "text/template"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/site"
)

// Theme holds parsed templates and assets. It is safe for concurrent use.
type Theme struct {
	pages    map[site.Kind]*template.Template
	markdown map[site.Kind]*text.Template
	Assets   []Asset // by path
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

// kinds are the kinds of HTML pages, each with a template of its name; those with a Markdown form are in markdownKinds.
var (
	kinds = []site.Kind{site.KindOverview, site.KindIncident, site.KindMaintenance, site.KindComponent, site.KindHistory,
		site.KindMonth, site.KindCustom, site.KindRedirect, site.KindNotFound}
	markdownKinds = []site.Kind{site.KindOverview, site.KindIncident}
)

// Load reads a theme. overlay is the site's own theme, nil for none, and folder where it lies, for findings. A template of
// the overlay that cannot be parsed is a mistake, and the built-in one is used in its place.
func Load(builtin, overlay fs.FS, folder string, zone *time.Location) (*Theme, []diag.Finding) {
	t := &Theme{pages: map[site.Kind]*template.Template{}, markdown: map[site.Kind]*text.Template{}}
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
	for _, kind := range markdownKinds {
		page, finding := parseMarkdown(files, kind, funcs)
		if finding != nil {
			findings = append(findings, *finding)
			page, finding = parseMarkdown(layered{nil, builtin, ""}, kind, funcs)
			if finding != nil {
				panic(finding.Message)
			}
		}
		t.markdown[kind] = page
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

func parseMarkdown(files layered, kind site.Kind, funcs map[string]any) (*text.Template, *diag.Finding) {
	name := string(kind) + ".md"
	t := text.New("theme").Funcs(funcs).Funcs(markdownFunctions(funcs))
	for _, name := range []string{"partials.md", name} {
		content, source, err := files.read(name)
		if err == nil {
			_, err = t.New(name).Parse(string(content))
		}
		if err != nil {
			return nil, templateFinding(source, name, err)
		}
	}
	return t.Lookup(name), nil
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

// Render writes a page, as HTML or as Markdown.
func (t *Theme) Render(w io.Writer, page site.Page, markdown bool) error {
	if markdown {
		return t.markdown[page.Kind].Execute(w, &page)
	}
	var b bytes.Buffer
	if err := t.pages[page.Kind].Execute(&b, &page); err != nil {
		return fmt.Errorf("rendering %s: %w", page.Path, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
