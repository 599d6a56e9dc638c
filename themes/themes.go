// Package themes embeds the built-in theme. Sites can override any of its files.
package themes

import (
	"embed"
	"io/fs"
)

//go:embed default
var files embed.FS

// Default returns the built-in theme.
func Default() fs.FS {
	theme, err := fs.Sub(files, "default")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return theme
}
