// Package themes holds the built-in theme. A site's own themes lie in folders beside it and overlay it file by file.
package themes

import (
	"embed"
	"io/fs"
)

//go:embed default
var files embed.FS

// Default gives the built-in theme.
func Default() fs.FS {
	theme, err := fs.Sub(files, "default")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return theme
}
