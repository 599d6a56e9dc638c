package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/cache"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/config"
)

// settings is what a site's outputs follow from besides its content: config.toml and the site's own theme.
type settings struct {
	raw   []byte // config.toml
	theme []themeFile
}

// themeFile is a file of the site's own theme.
type themeFile struct {
	name    string
	content []byte
}

// readTheme reads all files of the site's own theme, in the order of their names. What cannot be read has no content: the theme
// says so in a finding.
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

// programSum stands for this very program. It is "" when the program cannot be read, and then nothing is taken for known. The cache,
// which may be nil, remembers it as long as the program looks the same.
func programSum(c *cache.Cache, now time.Time) string {
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
		c.Write("program", key, []byte(sum)) // for speed alone: failing to is no failure
	}
	return sum
}

// fingerprint stands for a program and the settings, see build.Input.
func (s *settings) fingerprint(program string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d\x00%s", program, len(s.raw), s.raw)
	for _, f := range s.theme {
		fmt.Fprintf(h, "\x00%s\x00%d\x00%s", f.name, len(f.content), f.content)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// settings reads a site's settings and its zone. It says nothing about what is wrong with them: load does.
func (a *app) settings() (s settings, zone *time.Location, ok bool) {
	root, err := os.OpenRoot(a.path(a.site))
	if err != nil {
		return s, nil, false
	}
	defer root.Close()
	if s.raw, err = regularfile.Read(root, "config.toml", regularfile.Text); err != nil {
		return s, nil, false
	}
	c, _, err := config.Parse("config.toml", s.raw)
	if err != nil {
		return s, nil, false
	}
	if overlay, _ := build.Overlay(regularfile.FS(root, regularfile.Asset), c); overlay != nil { // load says why one cannot be used
		s.theme = readTheme(overlay)
	}
	return s, c.Zone, true
}
