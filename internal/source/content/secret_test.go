package content_test

import (
	"testing"
	"testing/fstest"
	"time"

	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
)

// TestDoubtAboutSecurity checks that findings in a file that may be about a security incident are
// kept out of logs, although its key security is misspelt or the file can't be read.
func TestDoubtAboutSecurity(t *testing.T) {
	for text, secret := range map[string]bool{
		"security: breach":                  true,
		"Security: breach":                  true,
		"secrity: breach":                   true,
		"secutiry: incident":                true,
		"security : breach":                 true,
		"secruity: [breach":                 true, // the file can't be read
		"- security: breach\nx: [":          true,
		"\"securty\": breach\nx: [":         true,
		"security breach\nx: [":             true,
		"severity: P0":                      false,
		"sevrity: P0":                       false,
		"severty: P0\nx: [":                 false,
		"# security: breach\nx: [":          false,
		"impact: no security issue\nx: [":   false,
		"impact: this is about security: x": false,
		"x: [":                              false,
	} {
		const path = "content/incidents/2026/a/01-investigating.md"
		files := fstest.MapFS{path: {Data: []byte("---\ntitle: Down\nstatus: investigating\ndate: 2026-10-02T10:04:00Z\n" + text + "\n---\nWe look.\n")}}
		c, _ := content.Load(files, content.Options{Config: config.Default(), Workers: 1, Dates: content.AllDated(time.Time{})})
		if got := c.SecretPath(path); got != secret {
			t.Errorf("%q: secret %t, want %t", text, got, secret)
		}
	}
}
