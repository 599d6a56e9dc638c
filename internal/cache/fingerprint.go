package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/sitefs/regularfile"
	"settler.io/crier/internal/source/config"
)

// readSettings returns a hash of config.toml and the site's own theme, from which outputs follow
// besides the program and the content, and the site's time zone. It reports no errors: loading the
// site does.
func readSettings(site string) (sum string, zone *time.Location, ok bool) {
	root, err := os.OpenRoot(site)
	if err != nil {
		return "", nil, false
	}
	defer root.Close()
	raw, err := regularfile.Read(root, "config.toml", regularfile.Text)
	if err != nil {
		return "", nil, false
	}
	c, _, err := config.Parse("config.toml", raw)
	if err != nil {
		return "", nil, false
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d\x00%s", len(raw), raw)
	if overlay, _ := build.Overlay(regularfile.FS(root, regularfile.Asset), c); overlay != nil { // loading reports why one is not used
		fs.WalkDir(overlay, ".", func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				content, _ := fs.ReadFile(overlay, name) // loading reports an unreadable file
				fmt.Fprintf(h, "\x00%s\x00%d\x00%s", name, len(content), content)
			}
			return nil
		})
	}
	return hex.EncodeToString(h.Sum(nil)), c.Zone, true
}

// program identifies the running program by its path and the look of its file. It returns "" if
// the file can't be inspected.
func program() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(name)
	if err != nil {
		return ""
	}
	look, _ := sitefs.LookOf(info)
	return fmt.Sprintf("%s %+v ", name, look)
}
