package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// identify gives a fingerprint that stands for all but content and the instant that outputs follow from: this very program, config.toml and the
// site's own theme. It is "" when one of them cannot be read, and then nothing is taken for known.
func (l *loaded) identify() string {
	h := sha256.New()
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	program, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer program.Close()
	if _, err := io.Copy(h, program); err != nil {
		return ""
	}
	fmt.Fprintf(h, "\x00%d\x00%s", len(l.raw), l.raw)
	for _, f := range l.themeFiles {
		fmt.Fprintf(h, "\x00%s\x00%d\x00%s", f.name, len(f.content), f.content)
	}
	return hex.EncodeToString(h.Sum(nil))
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
