package sitefs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"settler.io/crier/internal/diag"
)

// Location is where a site is, as the user typed it. What it returns for people is what they may
// type in the working directory.
type Location struct {
	From string // the working directory
	Site string // the folder of the site, absolute or relative to it
}

// Nearest returns the nearest folder with a config.toml from the working directory up, within the
// repository, or else the working directory.
func Nearest(from string) Location {
	for l := (Location{From: from, Site: "."}); ; l.Site = filepath.Join("..", l.Site) {
		folder := l.Folder()
		if _, err := os.Stat(filepath.Join(folder, "config.toml")); err == nil {
			return l
		}
		if _, err := os.Lstat(filepath.Join(folder, ".git")); err == nil || filepath.Dir(folder) == folder || !filepath.IsAbs(folder) {
			return Location{From: from, Site: "."}
		}
	}
}

// Path makes a path absolute that is relative to the working directory.
func (l Location) Path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(l.From, name)
}

// Folder returns the absolute path of the site.
func (l Location) Folder() string { return l.Path(l.Site) }

// Shown returns the path of a file in the site as the user would type it.
func (l Location) Shown(name string) string {
	return filepath.ToSlash(filepath.Join(l.Site, filepath.FromSlash(name)))
}

// GitLine returns a git command for the folder of the site.
func (l Location) GitLine(args ...string) string {
	line := "git"
	if l.Shown("") != "." {
		line += " -C " + diag.QuoteForShell(l.Site)
	}
	for _, arg := range args {
		line += " " + diag.QuoteForShell(arg)
	}
	return line
}

// OpenSite opens the folder of the site.
func (l Location) OpenSite() (*os.Root, error) {
	root, err := os.OpenRoot(l.Folder())
	if err != nil {
		return nil, diag.Hinted(fmt.Errorf("cannot open the site: %w", err), "name the folder that contains config.toml with --site")
	}
	return root, nil
}

// NoConfig explains an error from reading config.toml.
func (l Location) NoConfig(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return diag.Hinted(fmt.Errorf("there is no config.toml in %s", l.Folder()),
			"name the site's folder with --site or CRIER_SITE, or create a site: crier init")
	}
	return diag.Hinted(fmt.Errorf("cannot read config.toml: %w", err),
		"it must be a file that you may read: "+permit(l.Shown("config.toml")))
}

// WriteHint says what to do if a folder, or a file below it, cannot be written. The folder is
// absolute or relative to the site.
func (l Location) WriteHint(err error, folder string) string {
	name := folder
	if !filepath.IsAbs(name) {
		name = l.Shown(name)
	}
	var at *fs.PathError
	switch {
	case errors.As(err, &at) && filepath.IsAbs(at.Path):
		name = at.Path
	case at != nil:
		name = filepath.Join(name, at.Path)
	}
	for _, missing := os.Stat(l.Path(name)); missing != nil && name != filepath.Dir(name); _, missing = os.Stat(l.Path(name)) {
		name = filepath.Dir(name)
	}
	if errors.Is(err, fs.ErrPermission) {
		return "allow yourself to write there: " + permit(name)
	}
	return "check that nothing is in the way, and that the disk has room: df " + diag.QuoteForShell(name)
}

// ReadHint says what to do about a file of the site that cannot be read.
func (l Location) ReadHint(name string) string {
	return "check that you may read it: " + permit(l.Shown(name))
}

// permit returns the command that lets the user read and write a file or folder.
func permit(name string) string { return "chmod u+rwX " + diag.QuoteForShell(name) }
