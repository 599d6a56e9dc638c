package sitefs_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/sitefs"
)

// TestRecentIsShort: of thousands of incidents the newest are seen, of those with the part that was
// typed; what has no day in its name is seen, however much there is.
func TestRecentIsShort(t *testing.T) {
	files := fstest.MapFS{"content/templates/api-down.md": {}, "config.toml": {}}
	for n := range 300 {
		files[fmt.Sprintf("content/incidents/2025/2025-%02d-%02d-api/01.md", n/28+1, n%28+1)] = &fstest.MapFile{}
		files[fmt.Sprintf("content/incidents/2026/2026-%02d-%02d-api/01.md", n/28+1, n%28+1)] = &fstest.MapFile{}
		files[fmt.Sprintf("content/incidents/2026/2026-%02d-%02d-web/01.md", n/28+1, n%28+1)] = &fstest.MapFile{}
		files[fmt.Sprintf("content/incidents/drill-%d/01.md", n)] = &fstest.MapFile{}
	}
	for part, want := range map[string]int{"": 100, "api": 100, "2026-01-": 56, "2025-": 0, "2026-01-02": 2, "2026-01-02-web": 1, "nope": 0} {
		var names []string
		fs.WalkDir(sitefs.Recent(files, part), ".", func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				names = append(names, name)
			}
			return err
		})
		seen := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.HasPrefix(name, "content/incidents/2026/") })
		if len(seen) != want || part != "2025-" && len(names) != want+302 {
			t.Errorf("%q: %d incidents in %d files", part, len(seen), len(names))
		}
		if part == "api" && !slices.Contains(seen, "content/incidents/2026/2026-11-20-api/01.md") {
			t.Errorf("the newest is not seen: %s", seen)
		}
	}
}
