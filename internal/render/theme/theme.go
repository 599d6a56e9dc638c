// Package theme renders pages with the site's theme, falling back to the built-in theme for each
// missing file. It takes file systems and typed views, and reads no clock.
package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/internal/status"
)

// Theme is a set of parsed templates and assets. It is safe for concurrent use.
type Theme struct {
	pages  map[string]map[site.Kind]*template.Template // by language
	words  map[string]*locale.Locale
	zone   *time.Location
	icon   *template.Template
	places map[string]site.Ref // URLs of assets, by name
	css    template.CSS        // the stylesheet
	Assets []Asset             // sorted by path
	Policy string              // the Content-Security-Policy of the pages
}

// stylesheet is the asset that the overview includes inline, so that its first paint needs only one
// response.
const stylesheet = "style.css"

// policy returns the Content-Security-Policy. It allows only the site's own stylesheet, scripts,
// images and requests, and the inline stylesheet by its hash. Its last directive is form-action.
func policy(css []byte) string {
	sum := sha256.Sum256(css)
	return "default-src 'none'; style-src 'self' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
}

// Asset is a file that pages refer to.
type Asset struct {
	Path    string // path in the site, with a hash of the content: "assets/style.0123456789.css"
	Content []byte
}

// layered reads files from the overlay, or else from the built-in theme.
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

// kinds are the kinds of HTML pages. Each has a template of the same name.
var kinds = []site.Kind{site.KindOverview, site.KindIncident, site.KindMaintenance, site.KindComponent, site.KindHistory,
	site.KindMonth, site.KindSubscribe, site.KindPromises, site.KindCustom, site.KindRedirect, site.KindNotFound}

// Load reads a theme. overlay is the site's own theme, or nil if it has none, and folder is its
// path, for findings. A template of the overlay that cannot be parsed is a mistake, and the
// built-in one is used instead.
//
// brand changes the colours, the logo and the icon. form is the origin that the page of
// subscriptions may post to; "" for none. words contains the languages that pages are rendered in.
// zone is the zone of all times shown.
func Load(builtin, overlay fs.FS, folder string, brand config.Brand, form string, words map[string]*locale.Locale, zone *time.Location) (*Theme, []diag.Finding) {
	t := &Theme{pages: map[string]map[site.Kind]*template.Template{}, words: words, zone: zone}
	files := layered{overlay, builtin, folder}
	var findings []diag.Finding
	t.places = t.loadAssets(files, brand, &findings)
	broken := map[site.Kind]bool{}
	for language, own := range words {
		t.pages[language] = map[site.Kind]*template.Template{}
		funcs := t.functions(own, brand)
		for _, kind := range kinds {
			allowed := t.Policy
			if kind == site.KindSubscribe && form != "" {
				allowed += " " + form // form-action is its last directive
			}
			funcs["policy"] = func() string { return allowed }
			page, finding := parsePage(files, kind, funcs)
			if finding != nil {
				if !broken[kind] {
					findings = append(findings, *finding)
				}
				broken[kind] = true
				page, finding = parsePage(layered{nil, builtin, ""}, kind, funcs)
				if finding != nil {
					panic(finding.Message) // the built-in theme is always valid
				}
			}
			t.pages[language][kind] = page
		}
	}
	findings = append(findings, t.uncalled(folder)...)
	t.icon = template.Must(template.New(iconFile).Parse(string(must(fs.ReadFile(builtin, iconFile)))))
	if own, source, err := files.read(iconFile); err != nil {
		findings = append(findings, *templateFinding(source, iconFile, err))
	} else if icon, err := template.New(iconFile).Parse(string(own)); err != nil {
		findings = append(findings, *templateFinding(source, iconFile, err))
	} else {
		t.icon = icon
	}
	return t, diag.Sort(findings)
}

// iconFile is the template of the icon in browser tabs. It gets the state of the page.
const iconFile = "icon.svg"

func must(content []byte, err error) []byte {
	if err != nil {
		panic(err) // the built-in theme is always valid
	}
	return content
}

// Place returns the path of an asset in the site, or "" if the theme has no asset of that name.
func (t *Theme) Place(name string) string { return strings.TrimPrefix(string(t.places[name]), "/") }

func (t *Theme) Icon(w io.Writer, state status.Overall) error { return t.icon.Execute(w, state) }

// loadAssets reads the files in assets/ and returns the URL of each by name.
func (t *Theme) loadAssets(files layered, brand config.Brand, findings *[]diag.Finding) map[string]site.Ref {
	names := map[string]bool{}
	for _, layer := range []fs.FS{files.builtin, files.overlay} {
		if layer == nil {
			continue
		}
		fs.WalkDir(layer, "assets", func(name string, entry fs.DirEntry, err error) error {
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				*findings = append(*findings, diag.UnreadableFile.New(diag.File(path.Join(files.folder, name)),
					"let Crier read it; links out of the site are not followed", "%s", diag.Reason(err)))
				if name == "assets" {
					files.overlay = nil
				}
			}
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
			*findings = append(*findings, diag.BadTemplate.New(diag.File(source), "it must be a file that can be read", "cannot be read: %s", diag.Reason(err)))
			if content, err = fs.ReadFile(files.builtin, path.Join("assets", name)); err != nil {
				continue
			}
		}
		if name == stylesheet {
			content = append(content, cssOf(brand)...)
			extra, _, err := files.read("assets/extra.css") // reading errors are reported elsewhere
			if err == nil {
				content = append(append(content, '\n'), extra...)
			}
			t.css, t.Policy = template.CSS(content), policy(content)
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(name)
		file := "assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
		refs[name] = site.Ref("/" + file)
		t.Assets = append(t.Assets, Asset{file, content})
	}
	for _, own := range []struct {
		name string
		at   diag.Position
	}{{brand.Logo, brand.LogoAt}, {brand.Icon, brand.IconAt}} {
		if _, ok := refs[own.name]; own.name != "" && !ok {
			*findings = append(*findings, diag.MissingAsset.New(own.at, "put it into "+path.Join(files.folder, "assets"), "there is no file %q in the assets of the theme", own.name))
		}
	}
	slices.SortFunc(t.Assets, func(a, b Asset) int { return strings.Compare(a.Path, b.Path) })
	return refs
}

func parsePage(files layered, kind site.Kind, funcs map[string]any) (*template.Template, *diag.Finding) {
	names := []string{"base.html", "partials.html", string(kind) + ".html"}
	if kind == site.KindRedirect {
		names = []string{"redirect.html"}
	}
	t := template.New("theme")
	funcs = maps.Clone(funcs)
	funcs["shared"] = new(fragments).in(t)
	t.Funcs(funcs)
	sources := map[string]string{}
	parse := func(name, file string, optional bool) *diag.Finding {
		content, source, err := files.read(file)
		if optional && errors.Is(err, fs.ErrNotExist) {
			content, err = nil, nil
		}
		if err == nil {
			_, err = t.New(name).Parse(string(content))
		}
		if err != nil {
			return templateFinding(source, file, err)
		}
		sources[name] = source
		return nil
	}
	for _, part := range []string{"head", "header", "footer"} {
		if finding := parse("site-"+part, part+".html", true); finding != nil {
			return nil, finding
		}
	}
	for _, name := range names {
		if finding := parse(name, name, false); finding != nil {
			return nil, finding
		}
	}
	for _, own := range t.Templates() {
		for _, call := range calls(own) {
			if t.Lookup(call.Name) == nil {
				at, _ := own.Tree.ErrorContext(call)
				return nil, templateFinding(sources[own.Tree.ParseName], call.Name, fmt.Errorf("template: %s: there is no template %q", at, call.Name))
			}
		}
	}
	return t.Lookup(names[0]), nil
}

// fragments caches what pages of one kind in the same folder have in common, such as their header,
// so that it is rendered once. A page whose folder is linked in the navigation has its own
// fragments, because it marks its entry there. A theme may be used for several plans whose
// navigation differs, so only the fragments of the last plan are kept.
type fragments struct{ last atomic.Pointer[planFragments] }

type planFragments struct {
	meta     *site.Meta
	own      map[string]bool // folders that the navigation links to
	rendered sync.Map
}

func (f *fragments) of(meta *site.Meta) *planFragments {
	last := f.last.Load()
	if last == nil || last.meta != meta {
		last = &planFragments{meta: meta, own: map[string]bool{}}
		for _, link := range meta.Navigation {
			last.own[folder(strings.TrimPrefix(meta.URL(site.Ref(link.Target.File())), meta.BaseURL))] = true
		}
		f.last.Store(last)
	}
	return last
}

// in returns the template function "shared", which renders a template of the set. The template may
// only use .Site, .Is and .Href of the page.
func (f *fragments) in(set *template.Template) func(name string, page *site.Page) (template.HTML, error) {
	type key struct{ name, place string }
	return func(name string, page *site.Page) (template.HTML, error) {
		own := f.of(page.Site)
		k := key{name, page.Path}
		if in := folder(page.Path); in != "" && !own.own[in] {
			// Relative links are the same in all of its folders.
			k.place = folder(strings.TrimSuffix(in, "/"))
		}
		if html, ok := own.rendered.Load(k); ok {
			return html.(template.HTML), nil
		}
		var b strings.Builder
		if err := set.ExecuteTemplate(&b, name, page); err != nil {
			return "", err
		}
		html := template.HTML(b.String())
		own.rendered.Store(k, html)
		return html, nil
	}
}

// folder returns the folder of a file, with a trailing slash, or "" for the root.
func folder(file string) string { return file[:strings.LastIndexByte(file, '/')+1] }

var missingFunction = regexp.MustCompile(`function "(\w+)" not defined|there is no template "([^"]+)"`)

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
	hint := "docs/themes.md lists what a template can use"
	if m := missingFunction.FindStringSubmatch(message); m != nil && successors[m[1]+m[2]] != "" {
		hint = "the function " + successors[m[1]+m[2]] + " renders it now; see docs/themes.md"
	}
	finding := diag.BadTemplate.New(at, hint, "%s", message)
	return &finding
}

// Render writes a page as HTML or as Markdown. It may have written part of the page when it returns
// an error.
func (t *Theme) Render(w io.Writer, page site.Page, asMarkdown bool) error {
	if asMarkdown {
		m := markdown{Buffer: &bytes.Buffer{}, page: &page, zone: t.zone, Locale: page.Site.Words}
		switch view := page.View.(type) {
		case *site.Incident:
			m.incident(view)
		case *site.Overview:
			m.overview(view)
		default:
			return fmt.Errorf("rendering %s: a page of kind %q has no Markdown form", page.Path, page.Kind)
		}
		_, err := m.WriteTo(w)
		return err
	}
	set := t.pages[page.Site.Language]
	if set == nil {
		return fmt.Errorf("rendering %s: the theme was loaded without the language %q", page.Path, page.Site.Language)
	}
	if err := set[page.Kind].Execute(w, &page); err != nil {
		return fmt.Errorf("rendering %s: %w", page.Path, err)
	}
	return nil
}
