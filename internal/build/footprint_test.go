package build_test

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"settler.io/crier/internal/testsite"
	"settler.io/crier/internal/testsite/testenv"
)

// TestOneUpdateChangesFewFiles adds an update to an open incident with one component, and a new
// incident with two, to sites of several sizes. In each language at most 30 files plus 8 per
// affected component may change, however long the history is, and none of another incident.
func TestOneUpdateChangesFewFiles(t *testing.T) {
	testenv.SkipRace(t)
	now := instant(t, "2026-10-01T12:00:00Z")
	for _, size := range []struct{ incidents, languages int }{{20, 1}, {60, 1}, {200, 1}, {60, 2}, {60, 3}} {
		incidents := size.incidents
		site := testsite.Generate(testsite.Options{Incidents: incidents, Components: 6, Seed: 5})
		languages := []string{`"en"`, `"de"`, `"fr"`}[:size.languages]
		site["config.toml"].Data = append([]byte("languages = ["+strings.Join(languages, ", ")+"]\n"), site["config.toml"].Data...)
		site["content/incidents/open/01-investigating.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Open\nseverity: P1\nstatus: investigating\ndate: 2026-10-01T10:00:00Z\ncomponents: [component-2]\n---\nWe look.\n")}
		before := texts(t, newRemembering(t, site).build(site, nil, now))
		for _, added := range []struct {
			file, text string
			components int
		}{
			{"content/incidents/open/02-identified.md", "---\nstatus: identified\ndate: 2026-10-01T11:00:00Z\n---\nFound.\n", 1},
			{"content/incidents/open/02-resolved.md", "---\nstatus: resolved\ndate: 2026-10-01T11:00:00Z\n---\nMended.\n", 1},
			{"content/incidents/fresh/01-investigating.md", "---\ntitle: Fresh\nseverity: P0\nstatus: investigating\ndate: 2026-10-01T11:00:00Z\ncomponents: [component-1, component-4]\n---\nWe look.\n", 2},
		} {
			more := maps.Clone(site)
			more[added.file] = &fstest.MapFile{Data: []byte(added.text)}
			after := texts(t, newRemembering(t, more).build(more, nil, now))
			var changed []string
			for name := range after {
				if before[name] != after[name] {
					changed = append(changed, name)
				}
			}
			for name := range before {
				if _, kept := after[name]; !kept {
					t.Errorf("%s is gone", name)
				}
			}
			slices.Sort(changed)
			own := path.Base(path.Dir(added.file))
			for _, name := range changed {
				_, page, isPage := strings.Cut("/"+name, "/incidents/")
				if isPage && !strings.HasPrefix(name, "api/") && !strings.HasPrefix(page, own+"/") {
					t.Errorf("%d incidents in %d languages, %s: %s changed", incidents, size.languages, added.file, name)
				}
			}
			if most := (30 + 8*added.components) * size.languages; len(changed) > most {
				t.Errorf("%d incidents in %d languages, %s: %d files changed, more than %d:\n%s", incidents, size.languages, added.file, len(changed), most, strings.Join(changed, "\n"))
			}
			if !slices.Contains(changed, fmt.Sprintf("incidents/%s/index.html", own)) {
				t.Errorf("%d incidents in %d languages, %s: its own page did not change", incidents, size.languages, added.file)
			}
		}
	}
}
