package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/config"
)

// settings are the inputs of a site's outputs other than its content: config.toml and the site's
// own theme.
type settings struct {
	config []byte // config.toml
	theme  []themeFile
}

// themeFile is a file of the site's own theme.
type themeFile struct {
	name    string
	content []byte
}

// readSettings reads a site's settings and its time zone. It reports no errors: loading the site
// does.
func readSettings(site string) (s settings, zone *time.Location, ok bool) {
	root, err := os.OpenRoot(site)
	if err != nil {
		return s, nil, false
	}
	defer root.Close()
	if s.config, err = regularfile.Read(root, "config.toml", regularfile.Text); err != nil {
		return s, nil, false
	}
	c, _, err := config.Parse("config.toml", s.config)
	if err != nil {
		return s, nil, false
	}
	if overlay, _ := build.Overlay(regularfile.FS(root, regularfile.Asset), c); overlay != nil { // loading reports why one is not used
		s.theme = readTheme(overlay)
	}
	return s, c.Zone, true
}

// readTheme reads all files of the site's own theme, by name. The content of an unreadable file is
// empty: loading the theme reports it as a finding.
func readTheme(overlay fs.FS) []themeFile {
	var files []themeFile
	fs.WalkDir(overlay, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			content, _ := fs.ReadFile(overlay, name)
			files = append(files, themeFile{name, content})
		}
		return nil
	})
	return files
}

// fingerprint returns a hash of a program and the settings, see build.Input.
func (s *settings) fingerprint(program string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d\x00%s", program, len(s.config), s.config)
	for _, f := range s.theme {
		fmt.Fprintf(h, "\x00%s\x00%d\x00%s", f.name, len(f.content), f.content)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// programSum returns the hash of the running program, or "" if the program cannot be read. The
// cache, which may be nil, keeps it for as long as the program's file looks the same.
func programSum(c *Cache, now time.Time) string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	program, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer program.Close()
	key := ""
	if info, err := program.Stat(); err == nil {
		if look, ok := sitefs.LookOf(info); ok && look.Changed != 0 && look.Settled(now) {
			key = fmt.Sprintf("program %s %+v", name, look)
		}
	}
	if sum, ok := c.Read("program", key); key != "" && ok {
		return sum
	}
	h := sha256.New()
	if _, err := io.Copy(h, program); err != nil {
		return ""
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if key != "" {
		c.Write("program", key, []byte(sum)) // it only saves time, so an error is ignored
	}
	return sum
}
