package sitefs

import (
	"path/filepath"
	"slices"
	"testing"

	"settler.io/crier/internal/testsite/testenv"
)

func TestOccupied(t *testing.T) {
	for _, c := range []struct {
		files  []string
		site   bool
		others []string
	}{
		{nil, false, nil},
		{[]string{".git/HEAD", "README.md", "LICENSE", "Code_of_Conduct.md"}, false, nil},
		{[]string{"README.md", "main.go", "readme-first"}, false, []string{"main.go", "readme-first"}},
		{[]string{"config.toml", "notes.txt"}, true, []string{"notes.txt"}},
	} {
		dir := t.TempDir()
		for _, name := range c.files {
			testenv.Write(t, dir, name, "")
		}
		if site, others, err := Occupied(dir); err != nil || site != c.site || !slices.Equal(others, c.others) {
			t.Errorf("%q: %v %q %v", c.files, site, others, err)
		}
	}
	dir := t.TempDir()
	if site, others, err := Occupied(filepath.Join(dir, "none")); err != nil || site || others != nil {
		t.Error(site, others, err)
	}
	testenv.Write(t, dir, "file", "")
	if _, _, err := Occupied(filepath.Join(dir, "file")); err == nil {
		t.Error("a file is not a folder")
	}
}
