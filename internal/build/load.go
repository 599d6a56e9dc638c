package build

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/render/theme"
	"settler.io/crier/internal/site"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/locale"
	"settler.io/crier/themes"
)

// Load reads a site: config.toml, content/, and the theme with its languages. The caller sets the
// rest of the Input, such as Now. Load ignores options.Config.
//
// It returns an error if a build is impossible because config.toml is missing or is not TOML. Every
// other problem is a finding, and Load falls back to the built-in template, the built-in theme or
// the built-in words.
func Load(fsys fs.FS, options content.Options) (Input, []diag.Finding, error) {
	c, findings, err := LoadConfig(fsys)
	if err != nil {
		return Input{}, findings, err
	}
	input := Input{Input: site.Input{Config: c}}
	options.Config = c
	var ofTheme, ofContent []diag.Finding
	var group sync.WaitGroup
	group.Go(func() { input.Theme, input.Words, ofTheme = LoadTheme(fsys, c) })
	input.Content, ofContent = content.Load(fsys, options)
	group.Wait()
	return input, append(append(findings, ofContent...), ofTheme...), nil
}

// LoadConfig reads config.toml. If it returns an error, the configuration can't be used: either the
// file can't be read, or it is not TOML and a finding says where.
func LoadConfig(fsys fs.FS) (*config.Config, []diag.Finding, error) {
	raw, err := fs.ReadFile(fsys, "config.toml")
	if err != nil {
		return nil, nil, err
	}
	return config.Parse("config.toml", raw)
}

// LoadTheme reads the theme that the configuration names, with the built-in theme as a fallback,
// and the words of every language.
func LoadTheme(fsys fs.FS, c *config.Config) (*theme.Theme, map[string]*locale.Locale, []diag.Finding) {
	folder := themeFolder(c)
	overlay, err := Overlay(fsys, c)
	var findings []diag.Finding
	if err != nil {
		findings = append(findings, diag.UnreadableFile.New(diag.File(folder), "make it a folder in the site; links out of the site are not followed",
			"cannot use the theme: %s", diag.Reason(err)))
	}
	if overlay == nil && err == nil && c.Theme != "default" {
		findings = append(findings, diag.UnknownTheme.New(c.ThemeAt,
			"make the folder "+folder+`, or write theme = "default"`, "there is no theme %q", c.Theme))
	}
	words := make(map[string]*locale.Locale, len(c.Languages))
	for _, code := range c.Languages {
		own, at, err := languageFile(overlay, folder, code)
		if err != nil {
			findings = append(findings, diag.UnreadableFile.New(diag.File(at), "put a regular file of words in its place", "%s", diag.Reason(err)))
		}
		locale, missing := locale.Load(code, own, at)
		words[code] = locale.WithSeverities(c.Labels)
		findings = append(findings, missing...)
	}
	loaded, ofTheme := theme.Load(themes.Default(), overlay, folder, c.Brand, c.Subscribe.Origin, words, c.Zone)
	return loaded, words, append(findings, ofTheme...)
}

// languageFile reads a theme's catalogue for a language and returns its path. It is not an error if
// there is none.
func languageFile(overlay fs.FS, folder, code string) (content []byte, at string, err error) {
	if overlay == nil {
		return nil, "", nil
	}
	name := "languages/" + code + ".toml"
	content, err = fs.ReadFile(overlay, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	return content, folder + "/" + name, err
}

// Overlay returns the folder of the site's own theme, or nil if there is none. The error says why
// an existing folder can't be used, for example because it is a link out of the site.
func Overlay(fsys fs.FS, c *config.Config) (fs.FS, error) {
	folder := themeFolder(c)
	info, err := fs.Stat(fsys, folder)
	switch {
	case err == nil && !info.IsDir():
		return nil, errors.New("not a folder")
	case err == nil:
		return fs.Sub(fsys, folder)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	for _, at := range []string{"themes", folder} {
		if info, err := fs.Lstat(fsys, at); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return nil, fmt.Errorf("%s is a broken link", at)
		}
	}
	return nil, nil
}

func themeFolder(c *config.Config) string { return "themes/" + c.Theme }

// WithBuiltinTheme returns the input with the built-in theme instead of the site's own.
func (i Input) WithBuiltinTheme() Input {
	i.Theme, _ = theme.Load(themes.Default(), nil, "", i.Config.Brand, i.Config.Subscribe.Origin, i.Words, i.Config.Zone)
	return i
}
