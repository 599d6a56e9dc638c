// Package importertest checks what a source read, in the tests of the sources.
package importertest

import (
	"maps"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/content"
	"settler.io/crier/internal/source/importer"
)

// Convert returns the files of a site and everything that its notes say. It checks that the files
// have no mistakes, and that converting again changes nothing.
func Convert(t testing.TB, site *importer.Site) (files map[string]string, notes string) {
	t.Helper()
	files, notes, err := convert(site)
	if err != nil {
		t.Fatal(err)
	}
	if again, _, err := convert(site); err != nil || !maps.Equal(files, again) {
		t.Errorf("the same site once more: %v %q, want %q", err, again, files)
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	c, findings, err := config.Parse("config.toml", []byte(files["config.toml"]))
	if err != nil {
		t.Fatalf("%v\n%s", err, files["config.toml"])
	}
	_, more := content.Load(fsys, content.Options{Config: c})
	for _, f := range append(findings, more...) {
		if f.Kind.Class != diag.Note {
			t.Errorf("%s\n%s", f, files[f.Position.Path])
		}
	}
	return files, notes
}

func convert(site *importer.Site) (files map[string]string, notes string, err error) {
	result, err := site.Convert()
	files = map[string]string{}
	for _, f := range result.Files {
		files[f.Path] = string(f.Bytes)
	}
	for _, note := range diag.Sort(site.Notes) {
		notes += note.String() + "\n"
	}
	return files, notes, err
}
