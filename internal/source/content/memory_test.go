package content

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"settler.io/crier/internal/diag"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/source/config"
	"settler.io/crier/internal/source/markdown"
	"settler.io/crier/internal/testsite"
)

// counted records which files are opened.
type counted struct {
	fs.FS
	mutex  sync.Mutex
	opened []string
}

func (c *counted) Open(name string) (fs.File, error) {
	c.mutex.Lock()
	c.opened = append(c.opened, name)
	c.mutex.Unlock()
	return c.FS.Open(name)
}

func configured(t *testing.T, site fs.FS) *config.Config {
	t.Helper()
	raw, err := fs.ReadFile(site, "config.toml")
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Parse("config.toml", raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sameLoad(t *testing.T, what string, want, got *Content, wantFindings, gotFindings []diag.Finding) {
	t.Helper()
	if d := cmp.Diff(wantFindings, gotFindings, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%s: findings differ: %s", what, d)
	}
	html := cmp.Transformer("shown", func(d *markdown.Document) string {
		return d.HTML(func(to string) (string, bool) { return to, true }) + d.Text + d.Markdown + fmt.Sprint(d.Links(), d.Anchors())
	})
	if d := cmp.Diff(want, got, html, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%s: content differs: %s", what, d)
	}
}

// edit makes a random change to a site and returns the changed paths.
func edit(r *rand.Rand, site fstest.MapFS, step int) []string {
	names := slices.Sorted(maps.Keys(site))
	names = slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, "content/") })
	name := names[r.IntN(len(names))]
	text := string(site[name].Data)
	put := func(name, text string) []string {
		site[name] = &fstest.MapFile{Data: []byte(text)}
		return []string{name}
	}
	switch r.IntN(12) {
	case 0:
		return put(name, text+"\nMore words.\n")
	case 1:
		return put(name, strings.Replace(text, "status:", "state:", 1))
	case 2:
		return put(name, strings.Replace(text, "date:", "dated:", 1))
	case 3:
		delete(site, name)
		return []string{name}
	case 4:
		for _, other := range names {
			if path.Dir(other) == path.Dir(name) {
				delete(site, other)
			}
		}
		return []string{path.Dir(name)}
	case 5:
		return put(path.Join(path.Dir(name), fmt.Sprintf("9%d-more.md", step)), text)
	case 6:
		return put(fmt.Sprintf("content/incidents/new-%d/01-new.md", step), text)
	case 7:
		return put(fmt.Sprintf("content/pages/new-%d.md", step), text)
	case 8:
		return put(path.Join(path.Dir(name), "notes.txt"), text)
	case 9:
		return put(path.Join(path.Dir(name), ".hidden", "01-x.md"), text)
	case 10:
		return put(fmt.Sprintf("content/incidents/Bad Name %d/01-x.md", step), text)
	}
	return nil
}

// TestMemoryChangesNothing makes random changes to sites and compares loads with and without
// memory.
func TestMemoryChangesNothing(t *testing.T) {
	dates := func(undated map[string]fileset.Hash) Dates {
		known := Dates{Known: map[string]time.Time{}, Why: func(string) string { return "nobody knows" }}
		for _, p := range slices.Sorted(maps.Keys(undated))[:len(undated)/2] {
			known.Known[p] = at(t, "2026-03-01T00:00:00Z")
		}
		return known
	}
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 7))
		site := testsite.Random(seed, at(t, "2026-03-29T12:00:00Z"))
		site["content/pages/first.md"] = &fstest.MapFile{Data: []byte("---\ntitle: First\n---\n[gone](/gone/)\n")}
		c := configured(t, site)
		var told, untold Memory
		Load(site, Options{Config: c, Dates: dates, Memory: &told})
		for step := range 25 {
			changed := edit(r, site, step)
			if changed == nil {
				changed = []string{}
			}
			want, wantFindings := Load(site, Options{Config: c, Dates: dates})
			got, findings := Load(site, Options{Config: c, Dates: dates, Memory: &told, Changed: changed})
			sameLoad(t, fmt.Sprintf("seed %d, step %d, told of %q", seed, step, changed), want, got, wantFindings, findings)
			got, findings = Load(site, Options{Config: c, Dates: dates, Memory: &untold})
			sameLoad(t, fmt.Sprintf("seed %d, step %d, not told of %q", seed, step, changed), want, got, wantFindings, findings)
		}
	}
}

func TestOnlyChangedFilesAreOpened(t *testing.T) {
	site := testsite.Generate(testsite.Options{Incidents: 30, Seed: 1})
	c := configured(t, site)
	var name string
	for n := range site {
		if strings.HasSuffix(n, "02-identified.md") && (name == "" || n < name) {
			name = n
		}
	}
	var memory Memory
	before, _ := Load(site, Options{Config: c, Memory: &memory})
	site[name] = &fstest.MapFile{Data: append(slices.Clone(site[name].Data), "More.\n"...)}
	files := &counted{FS: site}
	after, _ := Load(files, Options{Config: c, Memory: &memory, Changed: []string{name, "config.toml"}})
	if d := cmp.Diff([]string{path.Dir(name), name}, files.opened); d != "" {
		t.Error(d)
	}
	if !strings.HasSuffix(after.Documents[name].Text, "More.") || strings.HasSuffix(before.Documents[name].Text, "More.") {
		t.Errorf("%q became %q", before.Documents[name].Text, after.Documents[name].Text)
	}
	same := 0
	for i := range after.Incidents {
		if &after.Incidents[i].Updates[0] == &before.Incidents[i].Updates[0] {
			same++
		}
	}
	if same != len(after.Incidents)-1 {
		t.Errorf("%d incidents of %d are what they were", same, len(after.Incidents))
	}
	// New files are found, and the other files are still not opened.
	site["content/incidents/new/01-new.md"] = site[name]
	files.opened = nil
	after, _ = Load(files, Options{Config: c, Memory: &memory, Changed: []string{"content/incidents/new"}})
	opened := slices.DeleteFunc(files.opened, func(name string) bool { return path.Ext(name) != ".md" }) // all folders are listed
	if len(opened) != 1 || after.Documents["content/incidents/new/01-new.md"] == nil {
		t.Errorf("opened %q", opened)
	}
}
